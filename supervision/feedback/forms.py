"""The form of feedback: three questions, five words each, and no room for anything else."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from supervision.feedback.rules import QUESTIONS, WORDS, Scores


class GiveFeedback(forms.Form):
    """How a session was. No free text: words are recognised by whoever knows the writer."""

    def __init__(self, *args: Any, given: Scores | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = given._asdict() if given else {}
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question,
                choices=WORDS.items(),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one of the five.", "invalid_choice": "Choose one of the five."},
            )
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            *(Field.radios(name, legend_size=Size.SMALL, small=True) for name in QUESTIONS),
            Button.primary("save", "Change what I said" if given else "Send"),
        )
