"""Forms of groups: book one, who is invited, who was there, call it off."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Fluid, Layout, Size
from django import forms

from core.errors import RuleBroken
from core.form_fields import DayField
from core.shortcuts import add_refusal
from staff.forms import PeopleForm, PersonField
from staff.models import StaffMember
from supervision import rules
from supervision.forms.diary import AsksFirst, clock_field
from supervision.forms.outcomes import NO_HEALTH, long_text
from supervision.models import GroupSession
from supervision.rules import GroupPlan, Presence, Times
from supervision.selectors import GroupPage, GroupTerms, Seat, group_kind_choices

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
NO_NAMES = "Leave out the names of children and families."


def people_ticked(label: str, hint: str = "") -> forms.TypedMultipleChoiceField:
    """People to tick, by key."""
    return forms.TypedMultipleChoiceField(
        label=label,
        help_text=hint,
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "The list of people has changed meanwhile. Look at it again."},
    )


class BookGroup(PeopleForm, AsksFirst):
    """A group: what it is, who leads it, when it meets, and whom of one's own people it is for."""

    title = forms.CharField(
        label="Name of the group",
        help_text=f"For example, Reflective group. {NO_NAMES}",
        max_length=100,
        error_messages={"required": "Give the group a name, such as “Reflective group”."},
    )
    kind = forms.ChoiceField(
        label="What it is", widget=forms.RadioSelect, error_messages={"required": "Choose what the group is."}
    )
    model = forms.ChoiceField(label="Way of working (optional)", required=False)
    facilitator_id = PersonField(label="Facilitator", help_text="Leads the group, and says who was there.")
    recorder_id = PersonField(label="Recorder", help_text="Writes the record of the group.", required=False)
    on = DayField(label="First date", help_text="For example, 27 3 2027")
    starts = clock_field("Starts", "start", "For example, 14:30")
    ends = clock_field("Ends", "end")
    count = forms.IntegerField(
        label="How many months in a row",
        help_text="1 for a single session. Each is on the same day of the week.",
        min_value=1,
        max_value=12,
        initial=1,
        error_messages={
            "required": "Enter how many, such as 1.",
            "invalid": "Enter the number in figures, such as 6.",
            "min_value": "Enter 1 or more.",
            "max_value": "Enter 12 at most.",
        },
    )
    mode = forms.ChoiceField(
        label="How you will meet",
        choices=GroupSession.Mode.choices,
        widget=forms.RadioSelect,
        initial=GroupSession.Mode.IN_PERSON,
        error_messages={"required": "Choose how you will meet."},
    )
    place = forms.CharField(label="Where (optional)", max_length=100, required=False)
    members = people_ticked("Who is invited", "Your own people. Others are added once the group is booked.")
    guests = forms.CharField(
        label="People from outside (optional)",
        help_text=f"By name and organisation. They have no account, and are not told. {NO_NAMES}",
        max_length=300,
        required=False,
    )

    submit = "Book the group"

    def __init__(self, *args: Any, terms: GroupTerms, team: Sequence[StaffMember], **kwargs: Any) -> None:
        self.terms = terms
        settled = {"kind": len(terms.kinds) == 1, "model": not terms.models, "members": not team}
        # What the policy leaves no choice of, and the list of people where there are none
        self.not_asked = {name for name, is_settled in settled.items() if is_settled}
        super().__init__(*args, **kwargs)
        choose = {
            "kind": group_kind_choices(terms.kinds),
            "model": [("", "None"), *((model.id, model.name) for model in terms.models)],
            "members": [(str(person.pk), person.name) for person in team],
        }
        for name, choices in choose.items():
            cast(forms.ChoiceField, self.fields[name]).choices = choices
        if not terms.needs_recorder:
            self.fields["recorder_id"].label = "Recorder (optional)"
            self.fields["recorder_id"].help_text = "Writes the record of the group. Without one, the facilitator does."
        for name in self.not_asked:
            del self.fields[name]

    def rows(self) -> list[Any]:
        drawn = {
            "title": Field.text("title", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            "kind": Field.radios("kind", legend_size=Size.SMALL),
            "model": Field("model", context=LABEL),
            "facilitator_id": Field("facilitator_id", context=LABEL),
            "recorder_id": Field("recorder_id", context=LABEL),
            "on": Field("on", context=LEGEND),
            "starts": Field.text("starts", label_size=Size.SMALL, field_width=5),
            "ends": Field.text("ends", label_size=Size.SMALL, field_width=5),
            "count": Field.text("count", label_size=Size.SMALL, field_width=3),
            "mode": Field.radios("mode", legend_size=Size.SMALL, inline=True),
            "place": Field.text("place", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            "members": Field.checkboxes("members", legend_size=Size.SMALL),
            "guests": Field.text("guests", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
        }
        return ["seen", *(row for name, row in drawn.items() if name not in self.not_asked)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if all(data.get(name) for name in ("on", "starts", "ends")):
            data["times"] = Times(on=data.pop("on"), starts=data.pop("starts"), ends=data.pop("ends"))
            try:
                rules.check_times(data["times"])
            except RuleBroken as refusal:
                add_refusal(self, refusal)
        return data

    @property
    def plan(self) -> GroupPlan:
        """What the group is to be; of a valid form."""
        data = {"kind": self.terms.kinds[0], "model": "", **self.cleaned_data}
        names = ("title", "kind", "model", "facilitator_id", "recorder_id", "mode", "place", "guests")
        return GroupPlan(**{name: data[name] for name in names})

    @property
    def invited(self) -> set[UUID]:
        """Whom it is for; of a valid form."""
        return set(self.cleaned_data.get("members", ()))


class GroupMembers(PeopleForm):
    """Who is invited: those there are, with a role where the way of working has roles, and one more."""

    keep = people_ticked("Who is invited", "Take the tick away to take somebody off the list.")
    add_id = PersonField(label="Add somebody", help_text="Anybody who works here. Type a name.", required=False)
    # Who was on the list when the page was opened: nobody else can be taken off it
    shown = forms.Field(widget=forms.MultipleHiddenInput, required=False)
    later = forms.BooleanField(label="Do the same on the later dates of this series", required=False)

    submit = "Save"

    def __init__(self, data: Any = None, *, page: GroupPage, **kwargs: Any) -> None:
        self.page = page
        roles = [role for role in (page.model.roles if page.model else ()) if role not in ("facilitator", "recorder")]
        self.role_choices = [("", "No role"), *((role, role.replace("_", " ").capitalize()) for role in roles)]
        super().__init__(data, **kwargs)
        cast(forms.ChoiceField, self.fields["keep"]).choices = [(str(seat.person_id), seat.name) for seat in page.seats]
        self.initial.setdefault("keep", [str(seat.person_id) for seat in page.seats])
        self.initial["shown"] = self.initial["keep"]
        for seat in page.seats if roles else ():
            name = _role_of(seat)
            self.fields[name] = forms.ChoiceField(
                label=f"Role of {seat.name}", choices=self.role_choices, required=False
            )
            self.initial[name] = (data or {}).get(name, seat.role)
        for name, is_asked in (("keep", bool(page.seats)), ("later", bool(page.later))):
            if not is_asked:
                del self.fields[name]

    def rows(self) -> list[Any]:
        seats = self.page.seats
        return [
            *(["shown", Field.checkboxes("keep", legend_size=Size.SMALL)] if seats else ["shown"]),
            *(Field(_role_of(seat), context=LABEL) for seat in seats if len(self.role_choices) > 1),
            Field("add_id", context=LABEL),
            *(["later"] if self.page.later else []),
        ]

    @property
    def changes(self) -> dict[str, Any]:
        """What the service takes; of a valid form."""
        data = self.cleaned_data
        has_roles = len(self.role_choices) > 1
        return {
            "remove": {seat.person_id for seat in self.page.seats if self._is_taken_off(seat)},
            "roles": {seat.person_id: data.get(_role_of(seat), "") for seat in self.page.seats} if has_roles else {},
            "add_id": data.get("add_id"),
            "later": data.get("later", False),
        }

    def _is_taken_off(self, seat: Seat) -> bool:
        data = self.cleaned_data
        return str(seat.person_id) in (data["shown"] or ()) and seat.person_id not in data.get("keep", ())


class Attendance(forms.Form):
    """Who was there, when it really was, and why the others were not."""

    present = people_ticked("Who was there?", "Whoever is not ticked was absent.")
    starts = clock_field("Started", "start")
    ends = clock_field("Ended", "end")

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        cast(forms.ChoiceField, self.fields["present"]).choices = [(str(seat.member_id), seat.name) for seat in seats]
        self.initial.setdefault("present", [str(seat.member_id) for seat in seats if seat.present])
        for seat in seats:
            self.fields[_reason_of(seat)] = forms.CharField(
                label=f"If {seat.name} was absent: why? (optional)", max_length=300, required=False
            )
            self.initial.setdefault(_reason_of(seat), seat.reason)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.text("starts", label_size=Size.SMALL, field_width=5),
            Field.text("ends", label_size=Size.SMALL, field_width=5),
            Field.checkboxes("present", legend_size=Size.SMALL),
            *(Field.text(_reason_of(seat), field_width=Fluid.TWO_THIRDS) for seat in seats),
            Button.primary("submit", "Save who was there"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        present = frozenset(data.pop("present", ()))
        reasons = {seat.member_id: data.pop(_reason_of(seat), "") for seat in self.seats}
        for seat in self.seats:
            if seat.member_id in present and reasons[seat.member_id].strip():
                self.add_error(_reason_of(seat), f"{seat.name} is ticked as present, so leave this empty.")
        if "starts" in data and "ends" in data:
            data["presence"] = Presence(data.pop("starts"), data.pop("ends"), present, reasons)
        return data


class CancelGroup(forms.Form):
    """Why it is called off."""

    reason = long_text("Why is it called off?", required="Say why it is called off.", hint=NO_HEALTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "All members can read this. Leave out anything about health."
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.textarea("reason", label_size=Size.SMALL, rows=4), Button.warning("submit", "Call it off")
        )


def _role_of(seat: Seat) -> str:
    return f"role_{seat.person_id}"


def _reason_of(seat: Seat) -> str:
    return f"reason_{seat.member_id}"
