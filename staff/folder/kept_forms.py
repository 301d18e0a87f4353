"""Forms of the ten sections: a document, a note, in what form a file is kept."""

from collections.abc import Sequence
from typing import Any

from django import forms

from core.form_fields import DayField
from documents.forms import UploadField
from policies.rules.tags import Capabilities
from staff.folder.forms import EXAMPLE, LONG, FolderForm, domains_field, text
from staff.folder.rules import NOTES, WITH_DOMAINS
from staff.models import FolderMedium, FolderNote, Section, Sensitivity

AGAIN = "Choose the file again: a browser does not keep it."
WHOSE = "Choose whom it is for."


class Document(FolderForm):
    """A document for a section: a file, or where its paper lies."""

    title = text("What is it?", required="Enter what it is.", hint="For example, Appraisal review form 2026")
    dated_on = DayField(label="Date of the document", help_text=EXAMPLE, of="date of the document")
    file = UploadField(label="File: a scan, a picture or a document (optional)", required=False)
    lies_at = text("Or, if it stays on paper, where does it lie?", hint="For example, Paper file, cabinet 3, Shirehall")
    sensitivity = forms.ChoiceField(
        label="Who reads it?",
        choices=Sensitivity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": WHOSE, "invalid_choice": WHOSE},
    )
    submit = "Put it in the folder"

    def __init__(
        self, *args: Any, section: int, framework: Capabilities, is_renewal: bool = False, **kwargs: Any
    ) -> None:
        whose = Sensitivity.CONDUCT if section == Section.PERFORMANCE else Sensitivity.SHARED
        initial = {"sensitivity": whose, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        if section in WITH_DOMAINS:
            self.fields["domains"] = domains_field(framework, kept=initial.get("domains", ()))
        if section == Section.ATTENDANCE or is_renewal:
            del self.fields["sensitivity"]
        self.helper.layout = self.make_layout()

    def clean(self) -> dict[str, Any]:
        """What was typed, and the file; where something else is wrong, it has to be chosen again."""
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.pop("file", None) or []
        if self.errors and chosen:
            self.add_error("file", AGAIN)
        return {**cleaned, "file": next(iter(chosen), None)}


class Note(FolderForm):
    """That there was something on a day; with its words, where they are kept."""

    kind = forms.ChoiceField(
        label="What was it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it was.", "invalid_choice": "Choose what it was."},
    )
    dated_on = DayField(label="Date", help_text=EXAMPLE, of="date")
    who = text("Who else took part, or who said it?")
    text = text(
        "What was said or agreed?", rows=6, longest=LONG, hint="Write nothing by which a child or family can be known."
    )

    submit = "Put it in the folder"

    def __init__(self, *args: Any, section: int, with_words: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Sequence[str] = NOTES[section]
        self.fields["kind"].choices = [(each, FolderNote.Kind(each).label) for each in kinds]  # type: ignore[attr-defined]
        if not with_words:
            del self.fields["who"], self.fields["text"]
            self.helper.layout = self.make_layout()


class Medium(FolderForm):
    """In what form a file is kept."""

    medium = forms.ChoiceField(
        label="How is this file kept?",
        choices=FolderMedium.Medium.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is kept.", "invalid_choice": "Choose how it is kept."},
    )
    lies_at = text("Where does the paper lie?", hint="For example, Cabinet 3, Shirehall")
