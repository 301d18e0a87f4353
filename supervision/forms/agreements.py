"""Forms of what is agreed beside a contract: an earlier review, an exception, and the answer to it."""

from typing import Any, cast

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from policies.rules.durations import Duration
from records.values import INTERVALS
from supervision.models import FrequencyException
from supervision.rules import Bounds

WHY = {
    "required": "Say why.",
    "max_length": "Shorten it to 2,000 characters; it has %(show_value)d.",
}


class AskForReview(forms.Form):
    """Why a contract should be looked at again."""

    reason = forms.CharField(
        label="Why should it be looked at again?",
        help_text="Both of you can read this.",
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={**WHY, "required": "Say why the contract should be looked at again."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.textarea("reason", label_size=Size.SMALL, rows=4), Button.primary("submit", "Ask for a review")
        )


def less_often(bounds: Bounds) -> list[tuple[str, str]]:
    """The intervals that are an exception: longer than the policy's; its own, where sessions can be made shorter."""
    lengths = [(text, words, Duration.parse(text)) for text, words in INTERVALS]
    if bounds.every is None:
        return list(INTERVALS)
    own = [(text, f"{words}, as the policy asks, but shorter") for text, words, each in lengths if each == bounds.every]
    longer = [(text, words) for text, words, each in lengths if each.always_longer_than(bounds.every)]
    return (own if bounds.minutes else []) + longer


class AskForException(forms.Form):
    """Less often, or shorter, than the policy asks: how, why, and for how long."""

    every = forms.ChoiceField(
        label="How often instead?",
        error_messages={"required": "Choose how often.", "invalid_choice": "Choose how often."},
    )
    minutes = forms.IntegerField(
        label="Length of a session in minutes (optional)",
        help_text="Only where sessions are to be shorter, too.",
        required=False,
        min_value=15,
        max_value=480,
        error_messages={
            "invalid": "Enter the minutes in figures, such as 60.",
            "min_value": "Enter at least 15 minutes.",
            "max_value": "Enter at most 480 minutes.",
        },
    )
    starts_on = DayField(label="First day", help_text="For example, 27 3 2027", of="first day")
    last_on = DayField(label="Last day", help_text="From the day after, the policy holds again.", of="last day")
    reason = forms.CharField(
        label="Why?",
        help_text="The two of you and the manager who decides can read this. Leave out anything about health.",
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={**WHY, "required": "Say why an exception is needed."},
    )

    def __init__(self, *args: Any, bounds: Bounds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = cast(forms.ChoiceField, self.fields["every"])
        every.choices = [("", "Choose how often"), *less_often(bounds)]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.select("every", label_size=Size.SMALL),
            Field.text("minutes", label_size=Size.SMALL, field_width=5),
            Field("starts_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field("last_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field.textarea("reason", label_size=Size.SMALL, rows=4),
            Button.primary("submit", "Ask for the exception"),
        )


class DecideException(forms.Form):
    """The answer of the supervisor's manager."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            (FrequencyException.Decision.APPROVED, "Approve it, until its last day"),
            (FrequencyException.Decision.REFUSED, "Refuse it"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide.", "invalid_choice": "Choose what you decide."},
    )
    decision_reason = forms.CharField(
        label="Why?",
        help_text="Needed where you refuse it. The two people can read this.",
        max_length=2_000,
        required=False,
        widget=forms.Textarea,
        error_messages=WHY,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.radios("decision", legend_size=Size.SMALL),
            Field.textarea("decision_reason", label_size=Size.SMALL, rows=4),
            Button.primary("submit", "Decide"),
        )
