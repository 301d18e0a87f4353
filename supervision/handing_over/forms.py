"""The form by which what a former supervisor was to do is given on."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.shortcuts import uuid_or_none
from core.templatetags.countersign import long_date
from records.models import Action
from supervision.handing_over.selectors import Change


class GiveOn(forms.Form):
    """Which actions go on, and to which of the two who stay."""

    actions = forms.TypedMultipleChoiceField(
        label="Which of them do you give on?",
        help_text="Open one by itself to give it to anybody else.",
        coerce=uuid_or_none,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one action.", "invalid_choice": "Choose actions of this page."},
    )
    owner_id = forms.TypedChoiceField(
        label="Who does them from now on?",
        coerce=uuid_or_none,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who does them.", "invalid_choice": "Choose one of the two."},
    )

    def __init__(self, *args: Any, change: Change, open_actions: Sequence[Action], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actions"].choices = [(str(each.pk), _in_words(each)) for each in open_actions]  # type: ignore[attr-defined]
        self.fields["owner_id"].choices = [  # type: ignore[attr-defined]
            (str(change.successor_id), change.successor),
            (str(change.person_id), change.person),
        ]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.checkboxes("actions", legend_size=Size.SMALL, small=True),
            Field.radios("owner_id", legend_size=Size.SMALL),
            Button.primary("save", "Give these on"),
        )


def _in_words(action: Action) -> str:
    return f"{action.what}, by {long_date(action.due_on)}" if action.due_on else action.what
