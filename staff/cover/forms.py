"""Forms of cover: naming somebody for one supervisee or for several, and ending it."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from core.shortcuts import uuid_or_none
from staff.cover.selectors import Supervisee
from staff.forms import PeopleForm, PersonField

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
LABEL = {"label_size": Size.for_label(Size.SMALL)}


class PeopleTicked(forms.TypedMultipleChoiceField):
    """Some of the people of a page, as their keys."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=uuid_or_none, **kwargs)


class NameCover(PeopleForm):
    """Who covers, for whom, from when until when, and what the cover sees."""

    supervisees = PeopleTicked(
        label="For whom?",
        help_text="Everybody without cover is ticked. Leave out those for whom you name somebody else.",
        error_messages={
            "required": "Choose at least one person.",
            "invalid_choice": "Choose people of this page.",
        },
    )
    to_id = PersonField(label="Who covers?", help_text="Type a name, or a part of one.")
    starts_on = DayField(label="First day of cover", of="first day", help_text="For example, 27 3 2027")
    last_day = DayField(
        label="Last day of cover (if it is known)",
        of="last day",
        required=False,
        help_text="Leave it empty if nobody knows yet: you end the cover when the supervisor is back.",
    )
    sees_from = DayField(
        label="Sees what is recorded from",
        of="first day that is seen",
        help_text="The cover reads records, actions and past sessions of that day or later, until the cover ends.",
    )
    although_away = forms.BooleanField(label="Name them although they are away, too", required=False)

    submit = "Name this cover"

    def __init__(self, *args: Any, supervisees: Sequence[Supervisee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisees"].choices = [(str(row.person_id), row.name) for row in supervisees]  # type: ignore[attr-defined]

    def rows(self) -> list[Any]:
        return [
            Field.checkboxes("supervisees", legend_size=Size.SMALL, small=True),
            Field("to_id", context=LABEL),
            Field("starts_on", context=LEGEND),
            Field("last_day", context=LEGEND),
            Field("sees_from", context=LEGEND),
            Field.checkbox("although_away", small=True),
        ]


class EndCover(forms.Form):
    """For whom cover ends, and when."""

    supervisees = PeopleTicked(
        label="Whose cover ends?",
        error_messages={"required": "Choose at least one person.", "invalid_choice": "Choose people of this page."},
    )
    last_day = DayField(label="Last day of cover", help_text="For example, 27 3 2027")

    def __init__(self, *args: Any, supervisees: Sequence[Supervisee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.person_id), f"{row.name}, covered by {row.cover.name}") for row in supervisees if row.cover]
        self.fields["supervisees"].choices = choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.checkboxes("supervisees", legend_size=Size.SMALL, small=True),
            Field("last_day", context=LEGEND),
            Button.primary("save", "End this cover"),
        )
