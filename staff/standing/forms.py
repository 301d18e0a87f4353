"""Forms of categories over time and of key dates."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from staff.standing.selectors import COUNTED

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
EXAMPLE = "For example, 27 3 2027"


class GiveCategories(forms.Form):
    """Worker categories from a day on."""

    categories = forms.MultipleChoiceField(
        label="Worker categories",
        help_text="As the policy has them. The strictest of what they ask for holds.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one category.",
            "invalid_choice": "Choose categories of the list.",
        },
    )
    starts_on = DayField(label="From which day?", help_text=EXAMPLE)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.checkboxes("categories", legend_size=Size.SMALL, small=True),
            Field("starts_on", context=LEGEND),
            Button.primary("save", "Save"),
        )


class EndCategory(forms.Form):
    """The last day in a category."""

    last_day = DayField(label="Last day in this category", help_text=EXAMPLE, of="last day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Field("last_day", context=LEGEND), Button.primary("save", "Save"))


class KeyDates(forms.Form):
    """The dates that a policy's phases are counted from; each may be empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in COUNTED:
            self.fields[kind.value] = DayField(
                label=f"{kind.label} (optional)", help_text=EXAMPLE, required=False, of=kind.label.lower()
            )
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            *(Field(kind.value, context=LEGEND) for kind in COUNTED), Button.primary("save", "Save")
        )

    def clean(self) -> dict[str, Any]:
        """What the service takes: the days by their kind."""
        data = super().clean() or {}
        return {"days": {kind.value: data.get(kind.value) for kind in COUNTED}}
