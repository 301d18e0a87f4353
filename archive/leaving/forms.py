"""Forms of leaving: the last day, another thing to return, who came back."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from core.templatetags.countersign import long_date
from staff.forms import PeopleForm, PersonField
from staff.models import StaffMember

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
LAST_DAY = "The last day of employment. For example, 26 2 2027"
FINISHES = "After the last day, gives on what is left. Left empty: the line manager of the supervisor."


def finisher_field() -> PersonField:
    """Who finishes what is left."""
    return PersonField(label="Who finishes what is left? (optional)", help_text=FINISHES, required=False)


class SetLastDay(PeopleForm):
    """Somebody's last day."""

    person_id = PersonField(label="Who leaves?", help_text="Type a name, or a part of one.")
    last_day = DayField(label="Last day", help_text=LAST_DAY, of="last day")
    finisher_id = finisher_field()

    submit = "Set the last day"

    def rows(self) -> list[Any]:
        return [
            Field("person_id", context=LABEL),
            Field("last_day", context=LEGEND),
            Field("finisher_id", context=LABEL),
        ]


class ChangeLastDay(PeopleForm):
    """Another last day."""

    last_day = DayField(label="Last day", help_text=LAST_DAY, of="last day")
    finisher_id = finisher_field()

    submit = "Change the last day"

    def rows(self) -> list[Any]:
        return [Field("last_day", context=LEGEND), Field("finisher_id", context=LABEL)]


class AddItem(forms.Form):
    """Something else to be returned or settled."""

    words = forms.CharField(
        label="Something else to be returned or settled",
        help_text="Name the thing, without any word about the person. For example, Pool car key.",
        max_length=200,
        error_messages={"required": "Name the thing.", "max_length": "Name it in at most 200 characters."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Field("words", context=LABEL), Button.secondary("save", "Add to the list"))


class LinkReturner(forms.Form):
    """Who of those that began later is the person who left."""

    returned_as_id = forms.TypedChoiceField(
        label="Who is here again?",
        help_text="People who began after that last day. The new file opens nothing of the old one.",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a person.", "invalid_choice": "Choose one of these people."},
    )

    def __init__(self, *args: Any, people: Iterable[StaffMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["returned_as_id"]).choices = [
            (str(person.pk), f"{person.name}, began {long_date(person.employed_from)}") for person in people
        ]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("returned_as_id", legend_size=Size.SMALL), Button.primary("save", "Link the two files")
        )
