"""Forms of opening dates: a file, what to do with it, one date by hand."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.errors import RuleBroken
from core.form_fields import DayField
from core.shortcuts import add_refusal
from core.spreadsheets import heading
from supervision.models import OpeningFile
from supervision.opening import rules
from supervision.opening.files import MOST_BYTES, lines_of, read_table

LABEL, LEGEND = {"label_size": Size.for_label(Size.SMALL)}, {"legend_size": Size.for_legend(Size.SMALL)}
KNOWN = {OpeningFile.About.PEOPLE: rules.E_MAIL, OpeningFile.About.CHILDREN: rules.REFERENCE}


class BringFile(forms.Form):
    """A spreadsheet, what it is about, and where its columns have other headings than usual, theirs."""

    about = forms.ChoiceField(
        label="What is in the file?",
        choices=OpeningFile.About.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is in the file."},
    )
    file = forms.FileField(
        label="File",
        help_text="An Excel workbook (its first sheet) or CSV. The first row is the headings: e-mail, or the child’s "
        "reference; and the date.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another."},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt", "class": "govuk-file-upload"}),
    )
    who_column = forms.CharField(
        label="Heading of the column with the e-mail or reference (optional)",
        help_text="Only where the file calls it something else, such as “Worker” or “Case ID”.",
        required=False,
        max_length=100,
    )
    day_column = forms.CharField(
        label="Heading of the column with the date (optional)",
        help_text="Only where it is not “Date”, “Last supervised” or “Last discussed”.",
        required=False,
        max_length=100,
    )

    def __init__(self, *args: Any, reference_label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reference_label = reference_label
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True, "enctype": "multipart/form-data"}
        self.helper.layout = Layout(
            Field.radios("about", legend_size=Size.SMALL),
            Field("file", context=LABEL),
            Field("who_column", context=LABEL),
            Field("day_column", context=LABEL),
            Button.primary("check", "Check the file"),
        )

    def clean(self) -> dict[str, Any]:
        """What the service takes: the file's name and its lines."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            return {"about": data["about"], "name": data["file"].name, "lines": self._lines(data)}
        except RuleBroken as refusal:
            add_refusal(self, refusal)
            return data

    def _lines(self, data: dict[str, Any]) -> list[rules.Line]:
        if data["file"].size > MOST_BYTES:
            raise RuleBroken("This file is too large. Divide it into several.", field="file")
        headings, rows = read_table(data["file"])
        known = KNOWN[data["about"]]
        if data["about"] == OpeningFile.About.CHILDREN and self.reference_label:
            known |= {heading(self.reference_label)}
        columns = rules.find_columns(headings, who=known, named_who=data["who_column"], named_day=data["day_column"])
        return lines_of(rows, columns)


class ApplyFile(forms.Form):
    """Enter a file whose dry run was read."""

    whole = forms.TypedChoiceField(
        label="What if a row is faulty?",
        choices=[("good", "Enter the rows without fault"), ("whole", "Enter nothing until every row is right")],
        initial="good",
        coerce=lambda value: value == "whole",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to do if a row is faulty."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("whole", legend_size=Size.SMALL), Button.primary("apply", "Enter these dates")
        )


class OneDate(forms.Form):
    """One opening date; empty: there is none."""

    on = DayField(label="On which day? (empty if it is not known)", help_text="For example, 27 3 2027", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Field("on", context=LEGEND), Button.primary("save", "Save"))
