"""Fields for files that people bring."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from documents import receiving

# What a chooser of files offers first; what a file is, is read from its bytes
ACCEPT = ",".join(["image/*", "application/pdf", *receiving.SUFFIXES.values()])
HINT = (
    f"{receiving.KINDS}, {receiving.MOST_BYTES // 1024 // 1024} MB at most each. A picture is kept without place, time "
    "and device; any other file with everything that is in it."
)


class FilesInput(forms.FileInput):
    """Chooses files, or takes pictures on a phone. What was chosen before stays on the server."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return [*files.getlist(name), *files.getlist(f"{name}_camera")] if files else []


# As much as the proxy lets through
MOST_AT_ONCE = 25 * 1024 * 1024


class Files(forms.Field):
    """Files that are attached to a section. Those that cannot be kept are said by name; the others are kept."""

    widget = FilesInput

    def __init__(self, *, most: int, **options: Any) -> None:
        attributes = {"accept": ACCEPT, "class": "govuk-file-upload"}
        if most > 1:
            attributes["multiple"] = "multiple"
        super().__init__(required=False, widget=FilesInput(attrs=attributes), **options)
        self.most = most

    def take_in(self, chosen: Sequence[Any]) -> tuple[list[receiving.TakenIn], list[str]]:
        """What can be kept of the chosen, and a sentence for each that cannot. Too many at once are not even opened."""
        if len(chosen) > self.most:
            at_most = f"at most {self.most} files" if self.most > 1 else "one file"
            return [], [f"You chose {len(chosen)} files. Choose {at_most}."]
        if sum(file.size for file in chosen) > MOST_AT_ONCE:
            return [], [
                f"Together these files are larger than {MOST_AT_ONCE // 1024 // 1024} MB. Send some of them first."
            ]
        taken, refused = [], []
        for file in chosen:
            try:
                if file.size > receiving.MOST_BYTES:
                    raise receiving.NotTaken(receiving.too_large())
                taken.append(receiving.take_in(file.name, file.read()))
            except receiving.NotTaken as error:
                refused.append(f"{file.name}: {error}")
        return taken, refused


class UploadField(Files):
    """Files of a form of their own: all that were chosen can be kept, or the form says of each why not.

    Cleaned, a list of ``receiving.TakenIn``.
    """

    def __init__(self, *, most: int = 1, required: bool = True, **options: Any) -> None:
        super().__init__(most=most, **{"help_text": HINT, **options})
        self.is_wanted = required

    def clean(self, value: Sequence[Any]) -> list[receiving.TakenIn]:
        if self.is_wanted and not value:
            raise forms.ValidationError("Choose a file." if self.most == 1 else "Choose one file or more.")
        taken, refused = self.take_in(value or [])
        if refused:
            raise forms.ValidationError(refused)
        return taken


class ScanChoice(forms.Form):
    """To keep files without a scan, or to take that back. ``after``: the choice that the page showed as the newest."""

    reason = forms.CharField(
        label="Why?",
        help_text="For example: our proxy scans every upload. It is kept with your name.",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why."},
    )
    after = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, holds: bool, after: int) -> None:
        super().__init__(data, initial={"after": after})
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        label = "Take the choice back" if holds else "Keep files without a scan"
        self.helper.layout = Layout(
            Field("reason", context={"label_size": Size.for_label(Size.SMALL)}), "after", Button.primary("save", label)
        )
