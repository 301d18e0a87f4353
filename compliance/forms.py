"""Forms of what is told to senior leads, and of their answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from compliance.models import Shortfall
from compliance.selectors import Coming
from core.templatetags.countersign import long_date


class TellLeads(forms.Form):
    """Whose dates cannot be kept, why, and what is planned. All who fall due are chosen already."""

    people = forms.TypedMultipleChoiceField(
        label="Who",
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person.", "invalid_choice": "Choose from the list."},
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose a reason"), *Shortfall.Reason.choices],
        help_text="Nobody’s health is among the reasons.",
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose a reason."},
    )
    plan = forms.CharField(
        label="What is planned",
        help_text="Who does what by when. Write nothing about anybody’s health or why somebody is away.",
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={
            "required": "Say what is planned.",
            "max_length": "Shorten it to 2,000 characters; it has %(show_value)d.",
        },
    )

    def __init__(self, *args: Any, coming: Sequence[Coming], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  declared above
        field.choices = [(str(row.person_id), f"{row.name}, due by {long_date(row.due_on)}") for row in coming]
        field.initial = [str(row.person_id) for row in coming]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.select("reason", label_size=Size.SMALL),
            Field.textarea("plan", label_size=Size.SMALL, rows=5),
            Button.primary("submit", "Tell senior leads"),
        )


class AnswerShortfall(forms.Form):
    """What a lead answers."""

    answer = forms.CharField(
        label="Your answer",
        help_text="The manager who told you reads it, and the others who were told.",
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={
            "required": "Write an answer.",
            "max_length": "Shorten it to 2,000 characters; it has %(show_value)d.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.textarea("answer", label_size=Size.SMALL, rows=4), Button.primary("submit", "Answer")
        )
