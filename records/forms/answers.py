"""Forms of the answers: countersign, send back, close an action."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Layout
from django import forms

from records import values, wording
from records.forms.fields import Typed, textarea
from records.rules import Meaning


class Answer(forms.Form):
    """The form of an answer to a signed text; what is typed with it stands in sections of a draft."""

    template = ""
    done = ""
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def address(self, path: str) -> str:
        """The page's address with what was chosen, so that the choice survives proving who one is."""
        return path


class Countersign(Answer):
    """What a countersignature says."""

    template = "records/record_countersign.html"
    done = "You signed the record. It is sealed."
    meaning = forms.ChoiceField(
        label="What does your signature say?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your signature says."},
    )

    def __init__(self, *args: Any, statements: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["meaning"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            Choice(meaning.value, label, hint=statements[meaning.value])
            for meaning, label in wording.MEANING_LABELS.items()
        ]

    def clean_meaning(self) -> Meaning:
        return Meaning(self.cleaned_data["meaning"])

    def address(self, path: str) -> str:
        return f"{path}?{urlencode({'meaning': self.cleaned_data['meaning'].value})}"


class Return(Answer):
    """That a record is sent back; why is a section of the draft."""

    template = "records/record_return.html"
    done = "You sent the record back."

    def __init__(self, *args: Any, statement: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.statement = statement


class CloseAction(forms.Form):
    """What became of an action."""

    status = forms.ChoiceField(
        label="What became of it?",
        choices=[("done", "It is done"), ("dropped", "It is no longer to be done")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of it."},
    )
    reason = Typed(
        values.cleaned_text,
        label="Why it is no longer to be done",
        help_text="Needed only where it is not done.",
        widget=textarea(3),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.layout = Layout("status", "reason", Button.primary("close", "Close the action"))
