"""Forms of children's facts: a case opened, given on, its plan types, an interval of its own, closed."""

from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, ConditionalQuestion, ConditionalRadios, Field, Layout, Size
from django import forms

from cases.rules import LONGEST_REFERENCE, Way
from core.form_fields import DayField

Choices = list[tuple[str, str]]

INTERVALS = [
    ("P1W", "Every week"),
    ("P2W", "Every two weeks"),
    ("P3W", "Every three weeks"),
    ("P4W", "Every four weeks"),
    ("P1M", "Every month"),
    ("P6W", "Every six weeks"),
]
EXAMPLE = "For example, 27 3 2027"
WAYS = {
    Way.TRANSFER: "To another worker, in the place of whoever holds the child now",
    Way.JOINTLY: "To another worker, beside whoever holds the child now",
    Way.WITHOUT_WORKER: "To nobody for now: I hold the child without a worker",
}


def day_field(label: str, *, hint: str = EXAMPLE, of: str = "") -> DayField:
    """A day in three boxes."""
    return DayField(label=label, help_text=hint, of=of)


def day_row(name: str) -> Field:
    """Such a day on the page."""
    return Field(name, context={"legend_size": Size.for_legend(Size.SMALL)})


class OpenCase(forms.Form):
    """A child's case, for the first time or again. ``holders``: whom the reader may give it to."""

    reference = forms.CharField(
        max_length=LONGEST_REFERENCE, error_messages={"required": "Enter the reference from the case system."}
    )
    initials = forms.CharField(
        label="Initials (optional)", required=False, max_length=6, help_text="Never a name. For example, AB"
    )
    plan_types = forms.MultipleChoiceField(label="Plan or status", required=False, widget=forms.CheckboxSelectMultiple)
    holder_id = forms.TypedChoiceField(
        label="Who works with this child?",
        coerce=UUID,
        error_messages={"required": "Choose who works with this child."},
    )
    starts_on = day_field("Since when?")
    in_error = forms.TypedChoiceField(
        label="Has the case been here before?",
        choices=[("new", "No, or it was closed and begins anew"), ("error", "Yes, and it was closed by mistake")],
        initial="new",
        coerce=lambda value: value == "error",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Why was it closed by mistake?", required=False, max_length=500)

    def __init__(self, *args: Any, label: str, plan_types: Choices, holders: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].label = label
        self.fields["reference"].help_text = "As it stands in the case system. Never the child’s name."
        self.fields["plan_types"].choices = plan_types  # type: ignore[attr-defined]
        self.fields["holder_id"].choices = [("", ""), *holders]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.text("reference", label_size=Size.SMALL),
            Field.text("initials", label_size=Size.SMALL),
            Field.checkboxes("plan_types", legend_size=Size.SMALL, small=True),
            Field.select("holder_id", label_size=Size.SMALL),
            day_row("starts_on"),
            ConditionalRadios(
                "in_error",
                "No, or it was closed and begins anew",
                ConditionalQuestion("Yes, and it was closed by mistake", Field.text("reason")),
            ),
            Button.primary("save", "Save"),
        )


class Allocate(forms.Form):
    """Who works with a child from a day on. ``me``: who may hold it without a worker, where the reader may."""

    way = forms.TypedChoiceField(
        label="To whom does the child go?",
        coerce=Way,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose to whom the child goes."},
    )
    to_id = forms.TypedChoiceField(label="Worker", required=False, coerce=UUID, empty_value=None)
    starts_on = day_field("From which day?")

    def __init__(self, *args: Any, holders: Choices, me: UUID | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.me = me
        ways = [way for way in Way if me or way is not Way.WITHOUT_WORKER]
        self.fields["way"].choices = [(way.value, WAYS[way]) for way in ways]  # type: ignore[attr-defined]
        self.fields["to_id"].choices = [("", ""), *holders]  # type: ignore[attr-defined]
        self.fields["to_id"].help_text = "Not needed where you hold the child yourself." if me else ""
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("way", legend_size=Size.SMALL),
            Field.select("to_id", label_size=Size.SMALL),
            day_row("starts_on"),
            Button.primary("save", "Save"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("way") is Way.WITHOUT_WORKER:
            cleaned["to_id"] = self.me
        elif "way" in cleaned and "to_id" in cleaned and not cleaned["to_id"]:
            self.add_error("to_id", "Choose the worker.")
        return cleaned


class PlanTypes(forms.Form):
    """The child's plan types from a day on."""

    plan_types = forms.MultipleChoiceField(
        label="Plan or status from that day on", required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_on = day_field("From which day?")

    def __init__(self, *args: Any, plan_types: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan_types"].choices = plan_types  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.checkboxes("plan_types", legend_size=Size.SMALL, small=True),
            day_row("starts_on"),
            Button.primary("save", "Save"),
        )


class OwnInterval(forms.Form):
    """A shorter interval for one child, with the reason and the day on which to look again."""

    every = forms.ChoiceField(
        label="How often is this child to be discussed?",
        choices=[("", ""), *INTERVALS],
        help_text="From today on. An interval longer than the policy’s changes nothing.",
        error_messages={"required": "Choose how often this child is to be discussed."},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=2_000,
        widget=forms.Textarea,
        help_text="No names. Whoever holds the child, the supervisor and the manager above read this.",
        error_messages={"required": "Say why this child needs a shorter interval."},
    )
    review_on = day_field("When will you look at this again?", of="day on which you look again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.select("every", label_size=Size.SMALL),
            Field.textarea("reason", label_size=Size.SMALL, rows=4),
            day_row("review_on"),
            Button.primary("save", "Save"),
        )


class CloseCase(forms.Form):
    """The day on which a child's case is closed."""

    ends_on = day_field("On which day was the case closed?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(day_row("ends_on"), Button.warning("save", "Close the case"))
