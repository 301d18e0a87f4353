"""What HR searches the archive for, why a file is opened, and what a bag is asked for."""

from typing import Any

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from archive.files import rules
from core.form_fields import DayField

OTHER = "other"


class FileFilter(forms.Form):
    """What is searched for; a date that is none is said beside its boxes, and nothing is left out by it."""

    q = forms.CharField(required=False, max_length=100)
    team = forms.CharField(required=False, max_length=100)
    left_from = DayField(label="Left from", required=False, of="first day")
    left_to = DayField(label="Left until", required=False, of="last day")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if rules.is_empty_span(found.get("left_from"), found.get("left_to")):
            self.add_error("left_to", "This is before the day from which you search.")
        return found

    def wanted(self) -> dict[str, Any]:
        """The arguments of ``selectors.files_found``."""
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return {
            "words": found.get("q", ""),
            "team": found.get("team", ""),
            "left_from": found.get("left_from"),
            "left_to": found.get("left_to"),
        }


class OpenFile(forms.Form):
    """What a file is opened for: one of the usual purposes, or another in words. ``cleaned_data["purpose"]``."""

    kind = forms.ChoiceField(
        label="What do you open it for?",
        choices=[
            *[Choice(words, words) for words in rules.QUICK_PURPOSES],
            Choice(OTHER, "Something else"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you open it for."},
    )
    purpose = forms.CharField(
        label="In your own words (optional, unless it is something else)",
        help_text="Who asked, or a reference. Whoever looks at the trail reads it; write nothing about the person’s health.",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("kind", legend_size=Size.SMALL),
            Field("purpose", context={"label_size": Size.for_label(Size.SMALL)}),
            Button.primary("open", "Open it for today"),
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        kind, words = found.pop("kind", None), found.get("purpose", "").strip()
        if kind == OTHER and not words:
            self.add_error("purpose", "Say what you open it for.")
        found["purpose"] = words if kind == OTHER else ": ".join(filter(None, (kind, words)))
        return found


class AskForBag(forms.Form):
    """What the bag is for."""

    press = forms.UUIDField(widget=forms.HiddenInput)
    purpose = forms.CharField(
        label="What do you need the bag for?",
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say what you need the bag for."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            "press",
            Field("purpose", context={"label_size": Size.for_label(Size.SMALL)}),
            Button.secondary("make", "Make a bag"),
        )
