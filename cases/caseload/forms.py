"""Forms of caseloads: what a child counts, why somebody holds more than the guide, and the same asked when a child is given."""

from datetime import date
from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from cases.caseload import rules
from cases.caseload.services import Why
from cases.forms import EXAMPLE, Allocate, OpenCase, day_field, day_row
from core.errors import RuleBroken
from core.form_fields import DayField

LONGEST = 2_000
REASON_HINT = "No names of children. The worker, the supervisor and the manager above read this."


class OwnWeight(forms.Form):
    """What one child counts in a caseload, and why."""

    weight = forms.CharField(
        label="How much does this child count?",
        max_length=6,
        help_text="In quarters, such as 0.5 or 1.75. From today on, whatever the policy says of the plan.",
        error_messages={"required": "Enter how much this child counts."},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=LONGEST,
        widget=forms.Textarea,
        help_text="No names. Whoever holds the child, the supervisor and the manager above read this.",
        error_messages={"required": "Say why this child counts otherwise."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.text("weight", label_size=Size.SMALL),
            Field.textarea("reason", label_size=Size.SMALL, rows=4),
            Button.primary("save", "Save"),
        )


class SayWhy(forms.Form):
    """Why somebody holds more than the guide, what is planned, and when it is looked at again."""

    reason = forms.CharField(
        label="Why is this caseload above the guide?",
        max_length=LONGEST,
        widget=forms.Textarea,
        help_text=REASON_HINT,
        error_messages={"required": "Say why this caseload is above the guide."},
    )
    plan = forms.CharField(
        label="What is planned?",
        max_length=LONGEST,
        widget=forms.Textarea,
        help_text="For example, which children will close or move, and when.",
        error_messages={"required": "Say what is planned, even if it is to leave it so for a time."},
    )
    review_on = day_field("When will you look at this again?", of="day on which you look again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.textarea("reason", label_size=Size.SMALL, rows=4),
            Field.textarea("plan", label_size=Size.SMALL, rows=4),
            day_row("review_on"),
            Button.primary("save", "Save"),
        )


class AsksWhy(forms.Form):
    """A form by which somebody is given a child. Where that is above the guide it asks why, once for each worker.

    ``today``: for the day of the next look. What is left empty is not asked for twice: the child is given either way.
    """

    helper: FormHelper
    why_asked = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    why_reason = forms.CharField(
        label="Why? (optional)", required=False, max_length=LONGEST, widget=forms.Textarea, help_text=REASON_HINT
    )
    why_plan = forms.CharField(
        label="What is planned? (optional)", required=False, max_length=LONGEST, widget=forms.Textarea
    )
    why_review_on = DayField(
        label="When will you look at this again? (optional)",
        help_text=EXAMPLE,
        required=False,
        of="day on which you look again",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if self.data.get("why_asked"):
            self.show_why()

    def was_asked(self, person_id: UUID) -> bool:
        """Whether it was asked of this worker before."""
        return bool(self.data.get("why_asked") == str(person_id))

    def ask_why(self, person_id: UUID) -> None:
        """Show the questions, with what was typed."""
        typed = self.data.copy()  # type: ignore[attr-defined]
        typed["why_asked"] = str(person_id)
        self.data = typed
        self.show_why()

    def show_why(self) -> None:
        """The questions stand before the button."""
        fields = self.helper.layout.fields
        if "why_asked" not in fields:
            fields[-1:-1] = [
                "why_asked",
                Field.textarea("why_reason", label_size=Size.SMALL, rows=4),
                Field.textarea("why_plan", label_size=Size.SMALL, rows=4),
                day_row("why_review_on"),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        reason, plan, day = (cleaned.get(f"why_{name}") for name in ("reason", "plan", "review_on"))
        why = (
            self._why(reason or "", plan or "", day) if (reason or plan or day) and "why_review_on" in cleaned else None
        )
        # As the services take it
        return {**{name: value for name, value in cleaned.items() if not name.startswith("why_")}, "why": why}

    def _why(self, reason: str, plan: str, day: date | None) -> Why | None:
        try:
            rules.check_said(reason, plan)
            if day is None:
                raise RuleBroken("Enter the day on which you look at this again.", field="review_on")
            rules.check_review(day, today=self.today)
        except RuleBroken as refusal:
            self.add_error(f"why_{refusal.field}", str(refusal))
            return None
        return Why(reason, plan, day)


class AllocateAskingWhy(AsksWhy, Allocate):
    """To whom a child goes."""


class OpenCaseAskingWhy(AsksWhy, OpenCase):
    """A child's case, given to a worker."""
