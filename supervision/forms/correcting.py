"""The form that corrects the facts of a session whose record is sealed."""

from typing import Any

from crispy_forms_gds.layout import Field, Layout, Size
from django import forms

from supervision.forms.diary import SessionTimes
from supervision.models import SupervisionSession


class CorrectSession(SessionTimes):
    """When the session really was, and how the two met; why it is corrected stands in a section of its own."""

    template = "supervision/record_correct.html"
    done = "The record is corrected. It shows what is right, and what stood there before."
    shown = forms.CharField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(
        label="How you met",
        choices=SupervisionSession.Mode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you met."},
    )

    def __init__(self, *args: Any, statement: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statement = statement
        self.fields["starts"].label, self.fields["ends"].label = "Started", "Ended"
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        mode = Field.radios("mode", legend_size=Size.SMALL, inline=True)
        self.helper.layout = Layout("shown", *self.rows(), mode)

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, so that it survives proving who one is."""
        times = self.cleaned_data["times"]
        chosen = {"on": times.on, "starts": times.starts, "ends": times.ends, "mode": self.cleaned_data["mode"]}
        return {name: str(value) for name, value in chosen.items()}
