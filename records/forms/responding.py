"""The form of a supervisor's response to an audit."""

from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms

from records import wording
from records.forms.answers import Answer
from records.rules import Kind, Meaning


class Respond(Answer):
    """What a response says; the words stand in a section of the supervisor's own."""

    template = "records/record_respond.html"
    when_done: ClassVar[Mapping[str, str]] = {
        Meaning.AGREE: "You responded to the audit, and agree with it.",
        Meaning.SEEN_NOT_AGREED: "You responded to the audit, and do not agree with all of it. What you wrote stands with it.",
    }
    meaning = forms.ChoiceField(
        label="What does your response say?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your response says."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.thing = wording.thing(Kind.AUDIT)
        self.helper.layout = Layout("shown", Field("meaning", context={"legend_size": Size.for_legend(Size.MEDIUM)}))
        statements = wording.responses()
        field = self.fields["meaning"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            Choice(meaning.value, label, hint=statements[meaning.value])
            for meaning, label in wording.RESPONSE_LABELS.items()
        ]

    def clean_meaning(self) -> Meaning:
        return Meaning(self.cleaned_data["meaning"])

    @property
    def chosen(self) -> Mapping[str, str]:
        return {"meaning": self.cleaned_data["meaning"].value}
