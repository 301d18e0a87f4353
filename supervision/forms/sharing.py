"""Forms of the disclosure log, and of references to processes elsewhere."""

from collections.abc import Sequence
from typing import Any, cast

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Layout
from django import forms

from core.form_fields import DayField
from supervision.forms.matters import LABEL, LEGEND, Written, long_text, one_line
from supervision.models import Reference
from supervision.rules.matters import Advice

DAY_HINT = "For example, 27 3 2027"


class LogDisclosure(forms.Form):
    """What was shared of supervision, why it may be, with whom, and what the supervisee is told."""

    what = long_text("What is shared?", rows=4)
    category = forms.ChoiceField(
        label="Why may it be shared?",
        help_text="These are all the reasons that the policy gives.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the reasons.", "invalid_choice": "Choose one of the reasons."},
    )
    shared_with = one_line("With whom?", "Name and role.")
    shared_on = DayField(
        label="On which day was it shared?", help_text=f"Leave it out where both must agree. {DAY_HINT}"
    )
    advice_from = one_line("Advice was asked of (optional)", "If you were not sure: of whom?", most=200)
    advice_on = DayField(label="On which day (optional)", help_text=DAY_HINT)
    advice_outcome = long_text("What came of the advice (optional)", rows=2)
    not_told_because = long_text(
        "Why the supervisee is not told (optional)",
        "They are told unless you give a reason here. With a reason, they do not see this entry until you tell them.",
        rows=2,
    )

    def __init__(self, *args: Any, categories: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["category"]).choices = categories
        for name in ("shared_on", "advice_on"):
            self.fields[name].required = False
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("what", context=LABEL),
            Field("category", context=LEGEND),
            Field("shared_with", context=LABEL),
            Field("shared_on", context=LEGEND),
            HTML('<h2 class="govuk-heading-m">Advice beforehand</h2>'),
            Field("advice_from", context=LABEL),
            Field("advice_on", context=LEGEND),
            Field("advice_outcome", context=LABEL),
            HTML('<h2 class="govuk-heading-m">Telling the supervisee</h2>'),
            Field("not_told_because", context=LABEL),
            Button.primary("save", "Add to the log"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        advice = (data.pop("advice_from", ""), data.pop("advice_on", None), data.pop("advice_outcome", ""))
        return {**data, "advice": Advice(advice[0] or "", advice[1], advice[2] or "")}


class AddIncident(forms.Form):
    """Abuse that a worker met with at work, and the support given for it."""

    happened_on = DayField(label="On which day did it happen?", help_text=DAY_HINT)
    what = long_text("What happened?", "Leave out the names of children and families.", rows=4)
    support = long_text("Which support was given?", "For example, a talk on the same day, or company home.", rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("happened_on", context=LEGEND),
            Field("what", context=LABEL),
            Field("support", context=LABEL),
            Button.primary("save", "Save"),
        )


class NoteShared(forms.Form):
    """The day on which something was shared to which both agreed."""

    on = DayField(label="On which day was it shared?", help_text=DAY_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Field("on", context=LEGEND), Button.primary("save", "Save"))


class CorrectDisclosure(Written):
    """What is right instead."""

    label, submit = "What is right instead", "Add the correction"
    hint = "The entry stays as it was, with this beside it."


class AddReference(forms.Form):
    """A process elsewhere, or support that was offered."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=Reference.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is.", "invalid_choice": "Choose what it is."},
    )
    number = one_line("Its reference (optional)", "As the other process has it. Nothing of what that holds.", most=60)
    note = long_text(
        "Support alone: what was offered, and what came of it (optional)",
        "For example, somebody came along to court; a talk afterwards; a mentor; training.",
        rows=2,
    )
    starts_on = DayField(label="Since, or on", help_text=DAY_HINT)
    ends_on = DayField(label="Until (optional)", help_text=DAY_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("kind", context=LEGEND),
            Field("number", context=LABEL),
            Field("note", context=LABEL),
            Field("starts_on", context=LEGEND),
            Field("ends_on", context=LEGEND),
            Button.primary("save", "Save"),
        )
