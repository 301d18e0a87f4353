"""Forms of the diary."""

from typing import Any, cast
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Fluid, Layout, Size
from django import forms

from core.actor import Actor
from core.errors import RuleBroken
from core.form_fields import DayField
from core.shortcuts import add_refusal
from supervision import rules
from supervision.models import SupervisionSession
from supervision.rules import Times

CLOCK_FORMATS = ["%H:%M", "%H.%M", "%H%M", "%H", "%I:%M%p", "%I:%M %p", "%I.%M%p", "%I%p", "%I %p"]


def clock_field(label: str, of: str, hint: str = "") -> forms.TimeField:
    """A time of the day, typed in any of the usual ways; ``of`` is what its sentences call it."""
    return forms.TimeField(
        label=label,
        help_text=hint,
        input_formats=CLOCK_FORMATS,
        widget=forms.TimeInput(format="%H:%M"),
        error_messages={
            "required": f"Enter the {of} of the session, such as 14:30.",
            "invalid": f"Enter the {of} as a time, such as 14:30 or 2:30pm.",
        },
    )


class SessionTimes(forms.Form):
    """A day, a start and an end."""

    on = DayField(label="Date", help_text="For example, 27 3 2027")
    starts = clock_field("Starts", "start", "For example, 14:30")
    ends = clock_field("Ends", "end")

    submit = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.rows(), Button.primary("submit", self.submit))

    def rows(self) -> list[Any]:
        """What stands in the form, from top to bottom."""
        return [
            Field("on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field.text("starts", label_size=Size.SMALL, field_width=5),
            Field.text("ends", label_size=Size.SMALL, field_width=5),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
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
    """A session to put in the diary."""

    mode = forms.ChoiceField(
        label="How you will meet",
        choices=SupervisionSession.Mode.choices,
        widget=forms.RadioSelect,
        initial=SupervisionSession.Mode.IN_PERSON,
        error_messages={"required": "Choose how you will meet."},
    )
    place = forms.CharField(label="Where (optional)", max_length=100, required=False)

    submit = "Book the session"

    def rows(self) -> list[Any]:
        return [
            *super().rows(),
            Field.radios("mode", legend_size=Size.SMALL, inline=True),
            Field.text("place", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
        ]


class HoldSession(BookSession):
    """A session that was held: when it really began and ended."""

    submit = "Save and write the record"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].label = "How you met"
        self.fields["starts"].label, self.fields["ends"].label = "Started", "Ended"


class CancelSession(forms.Form):
    """Who cancels, and why."""

    cancelled_by = forms.TypedChoiceField(
        label="Who cancelled?",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which of the two of you cancelled."},
    )
    reason = forms.CharField(
        label="Why is it cancelled?",
        help_text="Both of you, and the manager above, can read this. Leave out anything about health.",
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={
            "required": "Say why the session is cancelled.",
            "max_length": "Shorten the reason to 2,000 characters; it has %(show_value)d.",
        },
    )

    def __init__(self, *args: Any, session: SupervisionSession, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = session.supervisor_id == actor.staff_id
        cast(forms.ChoiceField, self.fields["cancelled_by"]).choices = [
            (session.supervisor_id, "I did" if mine else session.supervisor.name),
            (session.supervisee_id, session.supervisee.name),
        ]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.radios("cancelled_by", legend_size=Size.SMALL),
            Field.textarea("reason", label_size=Size.SMALL, rows=4),
            Button.warning("submit", "Cancel the session"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "cancelled_by" in data:
            data["cancelled_by_id"] = data.pop("cancelled_by")
        return data
