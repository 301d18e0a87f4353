"""Forms of the diary."""

from copy import copy
from datetime import date
from typing import Any, cast

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Fluid, Layout, Size
from django import forms

from core.errors import RuleBroken
from core.form_fields import FIRST_YEAR, LAST_YEAR, ClockField, DayField
from core.shortcuts import add_refusal
from core.templatetags.countersign import time_of
from policies.rules.kinds import Kinds
from supervision import rules
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.selectors import Wanted, kind_choices


def clock_field(label: str, of: str, hint: str = "") -> ClockField:
    """A time of the day; ``of`` is what its sentences call it."""
    return ClockField(label=label, help_text=hint, of=of)


class AsksFirst(forms.Form):
    """What speaks against times is said before anything is done.

    A form that was ``warned`` of it passes when it is sent again for the same times.
    """

    seen = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    warnings: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.seen_before = data.pop("seen", "")
        return data

    def meant(self) -> Times | None:
        """The times that a valid form holds, if any."""
        times: Times | None = self.cleaned_data["times"]
        return times

    def warned(self, warnings: list[str]) -> bool:
        """Whether there is something to say about the times meant that was not said of them before; it is said now."""
        times = self.meant()
        if times is None or not warnings:
            return False
        key = f"{times.on} {times.starts} {times.ends}"
        if self.seen_before == key:
            return False
        self.warnings = warnings
        data: Any = copy(self.data)
        data[self.add_prefix("seen")] = key
        # "10" was read as 10:00, and says so
        data[self.add_prefix("starts")] = time_of(times.starts)
        data[self.add_prefix("ends")] = time_of(times.ends)
        self.data = data
        return True


class SessionTimes(AsksFirst):
    """A day, a start and an end."""

    on = DayField(label="Date", help_text="For example, 27 3 2027")
    starts = clock_field("Starts", "start", "For example, 14:30")
    ends = clock_field("Ends", "end")

    submit = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("seen", *self.rows(), Button.primary("submit", self.submit))

    def rows(self) -> list[Any]:
        """What stands in the form, from top to bottom."""
        return [
            Field("on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field.text("starts", label_size=Size.SMALL, field_width=5),
            Field.text("ends", label_size=Size.SMALL, field_width=5),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if all(data.get(name) for name in ("on", "starts", "ends")):
            data["times"] = Times(on=data.pop("on"), starts=data.pop("starts"), ends=data.pop("ends"))
            try:
                rules.check_times(data["times"])
            except RuleBroken as refusal:
                add_refusal(self, refusal)
        return data


class MoveSession(SessionTimes):
    """Another day or time for a booked session."""

    submit = "Move the session"


class BookSession(SessionTimes):
    """A session to put in the diary. Its kind is asked for where the policy knows more than one for this person."""

    kind = forms.ChoiceField(
        label="Which supervision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which supervision it is.", "invalid_choice": "Choose one from the list."},
    )

    mode = forms.ChoiceField(
        label="How you will meet",
        choices=SupervisionSession.Mode.choices,
        widget=forms.RadioSelect,
        initial=SupervisionSession.Mode.IN_PERSON,
        error_messages={"required": "Choose how you will meet."},
    )
    place = forms.CharField(label="Where (optional)", max_length=100, required=False)

    submit = "Book the session"

    def __init__(self, *args: Any, kinds: Kinds, **kwargs: Any) -> None:
        if kinds.is_choice:
            kwargs["initial"] = {"kind": kinds.usual, **(kwargs.get("initial") or {})}
        self.kinds = kinds
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = kind_choices(kinds.choices)
        if not kinds.is_choice:
            del self.fields["kind"]

    @property
    def kind_meant(self) -> str:
        """The kind that a valid form holds, or the only one that there is."""
        return str(self.cleaned_data.get("kind", self.kinds.usual))

    def rows(self) -> list[Any]:
        return [
            *super().rows(),
            *([Field.radios("kind", legend_size=Size.SMALL)] if self.kinds.is_choice else []),
            Field.radios("mode", legend_size=Size.SMALL, inline=True),
            Field.text("place", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
        ]


class DiaryFilter(forms.Form):
    """What of a diary is wanted; anything odd is left out, never an error."""

    role = forms.ChoiceField(required=False, choices=[("supervisor", ""), ("supervisee", "")])
    when = forms.ChoiceField(required=False, choices=[("past", "")])
    view = forms.ChoiceField(required=False, choices=[("month", "")])
    month = forms.DateField(required=False, input_formats=["%Y-%m"])
    page = forms.CharField(required=False, max_length=10)

    def wanted(self, *, today: date) -> Wanted:
        """The same as values; this month where none is named."""
        self.is_valid()
        data = self.cleaned_data
        month = data.get("month")
        if not month or not FIRST_YEAR < month.year < LAST_YEAR:
            month = today
        return Wanted(
            role=data.get("role", ""),
            past=bool(data.get("when")),
            as_month=bool(data.get("view")),
            month=month.replace(day=1),
            number=data.get("page") or "1",
        )


class Confirm(forms.Form):
    """A button, and nothing to fill in."""

    def __init__(self, *args: Any, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(Button.warning("submit", submit))
