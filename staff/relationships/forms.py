"""Forms of further supervisors, and of what each supervisor is for."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from staff.forms import PeopleForm, PersonField
from staff.models import SupervisionRelationship
from staff.relationships.rules import ELEMENTS
from staff.relationships.services import FURTHER

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
LABEL = {"label_size": Size.for_label(Size.SMALL)}


def elements_field() -> forms.MultipleChoiceField:
    """What a relationship is for."""
    return forms.MultipleChoiceField(
        label="What is this supervision for?",
        help_text="Leave all empty where it is for everything.",
        choices=list(ELEMENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choose from the list what this supervision is for."},
    )


class AddSupervisor(PeopleForm):
    """A further supervisor, from a day."""

    kind = forms.ChoiceField(
        label="What kind of supervision?",
        choices=[(kind.value, kind.label) for kind in FURTHER],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the kind of supervision."},
    )
    to_id = PersonField(label="Who supervises?", help_text="Type a name, or a part of one.")
    elements = elements_field()
    starts_on = DayField(label="From", help_text="For example, 27 3 2027")

    submit = "Add this supervisor"

    def rows(self) -> list[Any]:
        return [
            Field.radios("kind", legend_size=Size.SMALL),
            Field("to_id", context=LABEL),
            Field.checkboxes("elements", legend_size=Size.SMALL, small=True),
            Field("starts_on", context=LEGEND),
        ]


class ChangeRelationship(forms.Form):
    """What a supervisor is for; and the last day, beside line management."""

    elements = elements_field()
    last_day = DayField(
        label="Last day (if it ends)", of="last day", required=False, help_text="For example, 27 3 2027"
    )

    def __init__(self, *args: Any, relationship: SupervisionRelationship, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if relationship.kind not in FURTHER:
            del self.fields["last_day"]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        ends = [Field("last_day", context=LEGEND)] if "last_day" in self.fields else []
        self.helper.layout = Layout(
            Field.checkboxes("elements", legend_size=Size.SMALL, small=True), *ends, Button.primary("save", "Save")
        )
