"""Forms of imports: the file, what its columns hold, and the decision."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from cases.importing.rules import columns
from core.spreadsheets import DAY_ORDERS

LABEL = {"label_size": Size.for_label(Size.SMALL)}
MOST_BYTES = 25_000_000
ALL, GOOD = "all", "good"


class BringFile(forms.Form):
    """A file of the case system."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX, up to 25 megabytes.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another."},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt", "class": "govuk-file-upload"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True, "enctype": "multipart/form-data"}
        self.helper.layout = Layout(Field("file", context=LABEL), Button.primary("bring", "Continue"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("This file is too large. Bring it in parts.")
        return file


class MapColumns(forms.Form):
    """Which column of a file holds what. ``headers``: the file's own."""

    day_order = forms.ChoiceField(
        label="How are days written?",
        choices=[*DAY_ORDERS.items()],
        widget=forms.RadioSelect,
        help_text="Days that a spreadsheet knows as days, and those that begin with the year, are read either way.",
    )
    plan_words = forms.CharField(
        label="What does the file call plans and statuses?",
        required=False,
        max_length=4_000,
        widget=forms.Textarea,
        help_text="One on each line, as “CP2 = Child protection plan”. The usual names are known.",
    )
    is_complete = forms.BooleanField(
        label="This kind of file names all open cases: close those that are not in it", required=False
    )

    def __init__(
        self,
        *args: Any,
        headers: Sequence[str],
        plan_types: Sequence[tuple[str, str]],
        reference_label: str,
        may_be_complete: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.plan_types = plan_types
        choices = [("", "Nothing: leave it out"), *((header, header) for header in headers if header)]
        for column in columns.COLUMNS:
            self.fields[_name(column.field)] = forms.ChoiceField(
                label=reference_label if column.field == "reference" else column.label,
                help_text=column.hint,
                choices=choices,
                required=column.required,
                error_messages={"required": f"Choose the column that holds this: {column.label.lower()}."},
            )
        if not may_be_complete:
            del self.fields["is_complete"]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            *(Field.select(_name(column.field), label_size=Size.SMALL) for column in columns.COLUMNS),
            Field.radios("day_order", legend_size=Size.SMALL),
            Field.textarea("plan_words", label_size=Size.SMALL, rows=4),
            *(["is_complete"] if may_be_complete else []),
            Button.primary("map", "Read the file and show what would change"),
        )

    def clean_plan_words(self) -> dict[str, str]:
        known = {columns.plain(words): plan_type for plan_type, words in self.plan_types}
        found = {}
        for line in self.cleaned_data["plan_words"].splitlines():
            theirs, _, ours = line.partition("=")
            if not line.strip():
                continue
            if columns.plain(ours) not in known or not theirs.strip():
                names = ", ".join(words for _, words in self.plan_types)
                raise forms.ValidationError(f"“{line.strip()[:60]}”: write what the file says, =, and one of: {names}.")
            found[theirs.strip()] = known[columns.plain(ours)]
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        mapped = {column.field: cleaned.get(_name(column.field)) for column in columns.COLUMNS}
        mapped = {field: header for field, header in mapped.items() if header}
        for field, header in mapped.items():
            if list(mapped.values()).index(header) != list(mapped).index(field):
                self.add_error(_name(field), f"“{header}” is chosen above already. A column holds one thing.")
        cleaned["is_complete"] = cleaned.get("is_complete", False)
        return {
            "mapped": mapped,
            **{name: cleaned[name] for name in ("day_order", "plan_words", "is_complete") if name in cleaned},
        }


def offered(columns_of: Mapping[str, str]) -> dict[str, str]:
    """What a mapping chooses, as the form names it."""
    return {_name(field): header for field, header in columns_of.items()}


def plan_words_typed(plan_words: Mapping[str, str], plan_types: Sequence[tuple[str, str]]) -> str:
    """What was typed of plan types, again."""
    names = dict(plan_types)
    return "\n".join(f"{theirs} = {names.get(ours, ours)}" for theirs, ours in plan_words.items())


class Decide(forms.Form):
    """Apply a file: all of it, or the rows that are as they should be. ``closing``: set where it closes very many."""

    way = forms.TypedChoiceField(
        label="What is to be applied?",
        coerce=str,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is to be applied."},
    )
    many_closed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, faulty: int, closing: str, **options: Any) -> None:
        super().__init__(*args, **options)
        only = [(GOOD, f"All rows but the {faulty} that have to be mended")]
        self.fields["way"].choices = only if faulty else [(ALL, "All rows")]  # type: ignore[attr-defined]
        self.fields["many_closed"].label = closing
        if not closing:
            del self.fields["many_closed"]
        if not faulty:
            self.fields["way"].widget = forms.HiddenInput()
            self.fields["way"].initial = ALL
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("way", legend_size=Size.SMALL) if faulty else "way",
            *(["many_closed"] if closing else []),
            Button.primary("apply", "Apply"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {"only_good": cleaned.get("way") == GOOD, "many_closed": cleaned.get("many_closed", False)}


def _name(field: str) -> str:
    return f"column_{field}"
