"""Forms of what is added to a sealed record, and of closing one that nobody can finish."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms

from records import wording
from records.forms.answers import Answer
from records.rules import Kind, Sensitivity

READERS = {
    Sensitivity.SHARED: ("Everybody who may read this record", ""),
    Sensitivity.HEALTH: ("The two of you only, since it is about health", "Others see that there is an addendum."),
    Sensitivity.CONDUCT: ("The two of you only, since it is about conduct", "Others see that there is an addendum."),
}


class Addendum(Answer):
    """That something is added; what it is stands in a section of its own."""

    template = "records/record_addendum.html"
    when_done: ClassVar[Mapping[str, str]] = {"": "Your addendum is part of the {thing} now."}
    sensitivity = forms.ChoiceField(
        label="Who may read it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who may read it.", "invalid_choice": "Choose who may read it."},
    )

    def __init__(
        self, *args: Any, kind: Kind, statement: str, readers: Collection[Sensitivity] = tuple(READERS), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.thing, self.statement = wording.thing(kind), statement
        if len(readers) == 1:
            # Nothing to choose: it is sent with the page
            self.fields["sensitivity"].widget = forms.HiddenInput()
        legend = {"legend_size": Size.for_legend(Size.MEDIUM)}
        self.helper.layout = Layout("shown", Field("sensitivity", context=legend))
        field = self.fields["sensitivity"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            Choice(level.value, words, hint=hint) for level, (words, hint) in READERS.items() if level in readers
        ]

    def clean_sensitivity(self) -> Sensitivity:
        return Sensitivity(self.cleaned_data["sensitivity"])

    @property
    def chosen(self) -> Mapping[str, str]:
        return {"sensitivity": self.cleaned_data["sensitivity"].value}


class Closure(Answer):
    """That a record is closed without the missing signature; why is a section of the manager's own."""

    template = "records/record_close.html"
    when_done: ClassVar[Mapping[str, str]] = {"": "The {thing} is closed, as not countersigned, with your reason."}

    def __init__(self, *args: Any, kind: Kind, statement: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.thing, self.statement = wording.thing(kind), statement
