"""Forms of the answers: countersign, send back."""

from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms

from records import wording
from records.rules import Kind, Meaning


class Answer(forms.Form):
    """The form of an answer to a signed text; what is typed with it stands in sections of a draft."""

    template = ""
    thing = ""
    # By what was chosen, where there is a choice
    when_done: ClassVar[Mapping[str, str]] = {}
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def done(self) -> str:
        """What is said once it is signed."""
        return self.when_done[self.cleaned_data.get("meaning", "")].format(thing=self.thing)

    @property
    def chosen(self) -> Mapping[str, str]:
        """What was chosen, so that the choice survives proving who one is."""
        return {}


class Countersign(Answer):
    """What a countersignature says."""

    template = "records/record_countersign.html"
    meaning = forms.ChoiceField(
        label="What does your signature say?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your signature says."},
    )

    def __init__(self, *args: Any, kind: Kind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.thing = wording.thing(kind)
        self.kind = kind
        self.helper.layout = Layout("shown", Field("meaning", context={"legend_size": Size.for_legend(Size.MEDIUM)}))
        self.then = wording.then(kind)
        statements = wording.statements(kind)
        field = self.fields["meaning"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            Choice(meaning.value, label, hint=statements[meaning.value])
            for meaning, label in wording.MEANING_LABELS.items()
        ]

    def clean_meaning(self) -> Meaning:
        return Meaning(self.cleaned_data["meaning"])

    @property
    def done(self) -> str:
        """What was chosen is said, so that nobody takes a refusal for an agreement."""
        return wording.done(self.kind)[self.cleaned_data["meaning"]].format(thing=self.thing)

    @property
    def chosen(self) -> Mapping[str, str]:
        return {"meaning": self.cleaned_data["meaning"].value}


class Return(Answer):
    """That a record is sent back; why is a section of the draft."""

    template = "records/record_return.html"
    when_done: ClassVar[Mapping[str, str]] = {"": "You sent the {thing} back."}

    def __init__(self, *args: Any, kind: Kind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.thing = wording.thing(kind)
        self.statement = wording.statement(kind, Meaning.RETURN)
