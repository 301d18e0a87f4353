"""Forms about whether something is genuine, and about one's own records."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from records.services import genuine

# The proxy takes 25 MB, with all that a request has besides
MOST_BYTES = 20 * 1024 * 1024
# How files begin, whatever they are called
STARTS = {b"%PDF-": genuine.PDF, b"PK\x03\x04": genuine.ZIP}


class CheckFile(forms.Form):
    """A PDF or an export to check."""

    file = forms.FileField(
        label="PDF of a record, or ZIP of an export",
        help_text="At most 20 MB. It is checked and not kept.",
        error_messages={"required": "Choose a PDF or a ZIP.", "empty": "This file is empty. Choose another."},
    )
    kind = ""

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError(
                "This file is larger than 20 MB. An export that is larger is checked with verify_countersign.py, "
                "which lies in it."
            )
        start = file.read(8)
        file.seek(0)
        self.kind = next((kind for sign, kind in STARTS.items() if start.startswith(sign)), "")
        if not self.kind:
            raise forms.ValidationError("This is neither a PDF nor a ZIP, whatever its name says.")
        return file


class AskForOwnRecords(forms.Form):
    """The press of a button, with a number that tells the same press from another."""

    press = forms.UUIDField(widget=forms.HiddenInput)
