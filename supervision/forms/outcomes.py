"""Forms of what became of a session: held, cancelled, somebody did not come."""

from datetime import date, time
from typing import Any, cast
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, ConditionalQuestion, ConditionalRadios, Field, Layout, Size
from django import forms

from core.actor import Actor
from core.errors import RuleBroken
from core.form_fields import DayField
from core.shortcuts import add_refusal
from policies.rules.cancellation import Cancellation
from supervision import rules
from supervision.forms.diary import AsksFirst, BookSession, clock_field
from supervision.models import SupervisionSession
from supervision.rules import Cancelling, Course, Times

LONGEST_TEXT = 2_000
NO_HEALTH = "Both of you, and the manager above, can read this. Leave out anything about health."


def yes_or_no(label: str, *, required: str = "", hint: str = "") -> forms.TypedChoiceField:
    """Yes, no, or where it is not ``required`` (a sentence) not said: True, False, None."""
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=bool(required),
        error_messages={"required": required or "Choose yes or no."},
    )


def long_text(label: str, *, required: str = "", hint: str = "") -> forms.CharField:
    """Some sentences; ``required``: what is said when there are none."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_TEXT,
        required=bool(required),
        widget=forms.Textarea,
        error_messages={
            "required": required,
            "max_length": "Shorten this to 2,000 characters; it has %(show_value)d.",
        },
    )


class HoldSession(BookSession):
    """A session that was held: when it really began and ended, and how it went."""

    interrupted = yes_or_no("Was it interrupted?")
    minutes_lost = forms.IntegerField(
        label="Minutes lost",
        required=False,
        min_value=0,
        error_messages={"invalid": "Enter the minutes lost in figures.", "min_value": "Enter 0 or more."},
    )
    private_place = yes_or_no("Was the place private?")
    cut_short = yes_or_no("Did it end before its time?")
    cut_short_reason = long_text("Why was it cut short?", hint=NO_HEALTH)
    left_over = long_text("What was left over?", hint="It is carried into the agenda of the next session.")

    submit = "Save and write the record"

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["mode"].label = "How you met"
        self.fields["starts"].label, self.fields["ends"].label = "Started", "Ended"

    def rows(self) -> list[Any]:
        return [
            *super().rows(),
            ConditionalRadios(
                "interrupted",
                ConditionalQuestion("Yes", Field.text("minutes_lost", label_size=Size.SMALL, field_width=3)),
                "No",
            ),
            Field.radios("private_place", legend_size=Size.SMALL, inline=True),
            ConditionalRadios(
                "cut_short",
                ConditionalQuestion(
                    "Yes",
                    Field.textarea("cut_short_reason", label_size=Size.SMALL, rows=3),
                    Field.textarea("left_over", label_size=Size.SMALL, rows=3),
                ),
                "No",
            ),
        ]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(rules.NOT_YET)
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        cut_short = data.pop("cut_short", None)
        reason, left_over = (data.pop(name, "") for name in ("cut_short_reason", "left_over"))
        if cut_short and not reason.strip():
            self.add_error("cut_short_reason", "Say why it was cut short.")
        if not cut_short and (reason or left_over):
            self.add_error("cut_short", "You wrote why it was cut short: say that it ended before its time.")
        data["course"] = Course(
            interrupted=data.pop("interrupted", None),
            minutes_lost=data.pop("minutes_lost", None) or 0,
            private_place=data.pop("private_place", None),
            cut_short_reason=reason,
            left_over=left_over,
        )
        if "minutes_lost" not in self.errors:
            try:
                rules.check_course(data["course"], data.get("times") or Times(self.today, time.min, time.max))
            except RuleBroken as refusal:
                add_refusal(self, refusal)
        return data


class _Off(AsksFirst):
    """A session that does not take place: who and why, and another date at once."""

    reason = long_text("Why?", required="Say why.", hint=NO_HEALTH)
    on = DayField(label="New date", help_text="For example, 27 3 2027", required=False, of="new date")
    starts = clock_field("Starts", "start", "For example, 14:30")
    ends = clock_field("Ends", "end")

    asks_who = ""
    submit = ""

    def __init__(self, *args: Any, session: SupervisionSession, actor: Actor, rebook: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"starts": session.starts, "ends": session.ends, **self.initial}
        for name in ("starts", "ends"):
            self.fields[name].required = False
        mine = session.supervisor_id == actor.staff_id
        self.both = [
            (session.supervisor_id, "I did" if mine else session.supervisor.name),
            (session.supervisee_id, session.supervisee.name),
        ]
        cast(forms.ChoiceField, self.fields[self.asks_who]).choices = self.both
        self.rebook = rebook
        self.helper = FormHelper()

    def lay_out(self, *rows: Any) -> Layout:
        """These rows, then another date, then the button."""
        return Layout(
            "seen",
            *rows,
            HTML(f'<h2 class="govuk-heading-m">Another date</h2><p class="govuk-body">{self.rebook}</p>'),
            Field("on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field.text("starts", label_size=Size.SMALL, field_width=5),
            Field.text("ends", label_size=Size.SMALL, field_width=5),
            Button.warning("submit", self.submit),
        )

    def meant(self) -> Times | None:
        times: Times | None = self.cleaned_data["rebook"]
        return times

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        on, starts, ends = (data.pop(name, None) for name in ("on", "starts", "ends"))
        data["rebook"] = None
        if on and not (starts and ends):
            self.add_error("ends" if starts else "starts", "Enter when the new session starts and ends.")
        elif on:
            data["rebook"] = Times(on, starts, ends)
            try:
                rules.check_times(data["rebook"])
            except RuleBroken as refusal:
                add_refusal(self, refusal)
        return data


class CancelSession(_Off):
    """Who cancels, why, and whether the two spoke about it (R082)."""

    cancelled_by = forms.TypedChoiceField(
        label="Who cancelled?",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which of the two of you cancelled."},
    )
    exceptional = yes_or_no(
        "Is the reason exceptional?",
        required="Say whether the reason is exceptional: the policy allows no other.",
        hint="The policy allows cancelling for exceptional reasons only. If it is not, it is reported as such.",
    )
    direct_contact = yes_or_no("Have the two of you spoken about it?")
    contact_on = DayField(label="When?", required=False, of="contact")
    contact_by = forms.TypedChoiceField(
        label="Who made contact?", coerce=UUID, empty_value=None, required=False, widget=forms.RadioSelect
    )
    urgent_issues = long_text(
        "Which urgent issues did you deal with? (optional)", hint="A decision about a child is recorded on its own."
    )

    # Errors stand in the order of the page
    field_order = ("cancelled_by", "reason", "exceptional", "direct_contact", "contact_on", "contact_by")
    asks_who = "cancelled_by"
    submit = "Cancel the session"

    def __init__(self, *args: Any, terms: Cancellation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Why is it cancelled?"
        self.fields["reason"].error_messages["required"] = "Say why the session is cancelled."
        contact_by = cast(forms.ChoiceField, self.fields["contact_by"])
        contact_by.choices = self.both
        if terms.direct_contact_required:
            self.fields["direct_contact"].required = True
            self.fields["direct_contact"].error_messages["required"] = "Say whether the two of you spoke about it."
        if not terms.exceptional_only:
            del self.fields["exceptional"]
        self.helper.layout = self.lay_out(
            Field.radios("cancelled_by", legend_size=Size.SMALL),
            Field.textarea("reason", label_size=Size.SMALL, rows=4),
            *([Field.radios("exceptional", legend_size=Size.SMALL, inline=True)] if terms.exceptional_only else []),
            ConditionalRadios(
                "direct_contact",
                ConditionalQuestion(
                    "Yes",
                    Field("contact_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
                    Field.radios("contact_by", legend_size=Size.SMALL),
                ),
                "No",
            ),
            Field.textarea("urgent_issues", label_size=Size.SMALL, rows=4),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        spoke = data.pop("direct_contact", None)
        on, by = data.pop("contact_on", None), data.pop("contact_by", None)
        cancelled_by = data.pop("cancelled_by", None)
        reason, issues = data.pop("reason", ""), data.pop("urgent_issues", "")
        exceptional = data.pop("exceptional", None)
        if not spoke and (on or by):
            self.add_error("direct_contact", "You said when or by whom: say that the two of you have spoken.")
        if cancelled_by:
            data["cancelling"] = Cancelling(
                by_id=cancelled_by,
                reason=reason,
                exceptional=exceptional,
                direct_contact=spoke,
                contact_on=on,
                contact_by_id=by,
                urgent_issues=issues,
            )
        return data


class NotAttended(_Off):
    """Who did not come, and why."""

    missed_by = forms.TypedChoiceField(
        label="Who did not come?",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which of the two of you did not come."},
    )

    field_order = ("missed_by", "reason")
    asks_who = "missed_by"
    submit = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = "Say why, or that it is not known."
        self.helper.layout = self.lay_out(
            Field.radios("missed_by", legend_size=Size.SMALL), Field.textarea("reason", label_size=Size.SMALL, rows=4)
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "missed_by" in data:
            data["missed_by_id"] = data.pop("missed_by")
        return data
