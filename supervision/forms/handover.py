"""The form by which sessions are taken over."""

from collections.abc import Iterable
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.shortcuts import uuid_or_none
from core.templatetags.countersign import long_date, time_of
from supervision.models import SupervisionSession


class TakeOver(forms.Form):
    """Which of the sessions that a former supervisor booked stay as they are."""

    sessions = forms.TypedMultipleChoiceField(
        label="Which of them do you take over?",
        help_text="Those that you leave out stay booked until you move or cancel them.",
        coerce=uuid_or_none,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one session.", "invalid_choice": "Choose sessions of this page."},
    )

    def __init__(self, *args: Any, sessions: Iterable[SupervisionSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sessions"].choices = [  # type: ignore[attr-defined]
            (str(each.pk), f"{long_date(each.on)}, {time_of(each.starts)} to {time_of(each.ends)}") for each in sessions
        ]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.checkboxes("sessions", legend_size=Size.SMALL, small=True), Button.primary("save", "Take these over")
        )
