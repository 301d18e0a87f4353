"""Forms of retention: a rule, an answer, a hold, its end, what a reviewer decides."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from archive.models import Disposal, Hold, RetentionRule
from archive.retention import rules
from archive.retention.rules import DataClass
from core.form_fields import DayField
from staff.forms import PeopleForm, PersonField

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}


def words_field(label: str, *, required: str = "", hint: str = "") -> forms.CharField:
    """A few sentences; ``required`` is what is said where they are missing."""
    return forms.CharField(
        label=label,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=bool(required),
        error_messages={"required": required},
    )


class Plain(forms.Form):
    """A form with one button."""

    submit = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        radios = (forms.ChoiceField, DayField)
        rows = [
            Field.radios(name, legend_size=Size.SMALL)
            if type(field) is forms.ChoiceField
            else Field(name, context=LEGEND if isinstance(field, radios) else LABEL)
            for name, field in self.fields.items()
        ]
        self.helper.layout = Layout(*rows, Button.primary("save", self.submit))


class SetRule(Plain):
    """What becomes of one class."""

    submit = "Propose this rule"

    outcome = forms.ChoiceField(
        label="What becomes of it?",
        choices=RetentionRule.Outcome.choices,
        error_messages={"required": "Choose what becomes of it."},
    )
    trigger = forms.ChoiceField(label="The time runs from", required=False, choices=())
    months = forms.IntegerField(
        label="Months", help_text="Seven years are 84 months.", min_value=1, max_value=rules.LONGEST, required=False
    )
    reason = words_field("Why?", required="Say why.")
    source = words_field("Source (optional)", hint="The schedule, law or decision that says so.")

    def __init__(self, *args: Any, data_class: DataClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(RetentionRule.Trigger.choices)
        chosen: Any = self.fields["trigger"]
        chosen.choices = [(one, words[RetentionRule.Trigger(one)]) for one in rules.triggers_of(data_class)]


class Answer(Plain):
    """The second person's yes or no."""

    submit = "Answer"

    answer = forms.ChoiceField(
        label="Do you agree?",
        choices=[("yes", "Yes"), ("no", "No")],
        error_messages={"required": "Choose yes or no."},
    )
    words = words_field("Anything to add (optional)")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {"words": cleaned.get("words", ""), "yes": cleaned.pop("answer", "") == "yes"}


class PlaceHold(PeopleForm):
    """What is kept whatever the table says, and why."""

    submit = "Place the hold"

    scope = forms.ChoiceField(
        label="What is held?", choices=Hold.Scope.choices, error_messages={"required": "Choose what is held."}
    )
    person_id = PersonField(
        label="The person (for one person’s file)",
        help_text="For somebody who has left, place it from their page of the archive.",
        required=False,
    )
    team_id = forms.UUIDField(label="The team (for a team)", required=False, widget=forms.Select)
    data_class = forms.CharField(label="The class (for a class)", required=False, widget=forms.Select)
    record_id = forms.UUIDField(
        label="The record (for one record)",
        help_text="The long number in the address of its page.",
        required=False,
        error_messages={"invalid": "Enter the long number as it stands in the address of the record’s page."},
    )
    reason = words_field("Why?", required="Say why it is held.")

    def __init__(self, *args: Any, teams: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", "")]
        self.fields["team_id"].widget.choices = none + teams
        self.fields["data_class"].widget.choices = none + [(one.value, one.label) for one in DataClass]

    def clean_data_class(self) -> str:
        chosen: str = self.cleaned_data["data_class"]
        if chosen and chosen not in list(DataClass):
            raise forms.ValidationError("Choose one of the classes.")
        return chosen

    def rows(self) -> list[Any]:
        return [
            Field.radios("scope", legend_size=Size.SMALL),
            Field("person_id", context=LABEL),
            Field.select("team_id", label_size=Size.SMALL),
            Field.select("data_class", label_size=Size.SMALL),
            Field("record_id", context=LABEL),
            Field("reason", context=LABEL),
        ]


class HoldFile(Plain):
    """A hold on the file whose page one is on."""

    submit = "Place the hold"

    reason = words_field("Why is this file held?", required="Say why it is held.")


class LiftHold(Plain):
    """Why a hold stands no longer."""

    submit = "Lift the hold"

    reason = words_field("Why is it no longer needed?", required="Say why it is no longer needed.")


class Decide(Plain):
    """Keep longer, or destroy."""

    submit = "Save the decision"

    kind = forms.ChoiceField(
        label="What do you decide?", choices=Disposal.Kind.choices, error_messages={"required": "Choose one."}
    )
    until = DayField(label="Keep it until (where it is kept longer)", of="day until which it is kept", required=False)
    reason = words_field("Why?", required="Say why.", hint="This stands on the certificate: write no names.")
