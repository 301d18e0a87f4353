"""The form by which the register's answer is brought."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.errors import RuleBroken
from core.form_fields import DayField
from core.shortcuts import add_refusal
from core.spreadsheets import read_sheet

MOST_BYTES, MOST_ROWS = 4_000_000, 5_000


class BringAnswer(forms.Form):
    """The file that the register gave, and when it was asked."""

    checked_on = DayField(
        label="When did you ask the register?",
        help_text="For example, 27 3 2027",
    )
    file = forms.FileField(
        label="The register’s answer",
        help_text="CSV or Excel, with a row of headings: registration number and status; name and “registered until” "
        "where the register gives them.",
        error_messages={
            "required": "Choose the file that the register gave.",
            "empty": "This file is empty. Choose another.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt", "class": "govuk-file-upload"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True, "enctype": "multipart/form-data"}
        self.helper.layout = Layout(
            Field("checked_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field("file", context={"label_size": Size.for_label(Size.SMALL)}),
            Button.primary("read", "Read the answer"),
        )

    def clean(self) -> dict[str, Any]:
        """What the service takes: the headings and the rows with their lines."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            return {"checked_on": data["checked_on"], **self._table(data["file"])}
        except RuleBroken as refusal:
            add_refusal(self, RuleBroken(str(refusal), field="file"))
            return data

    def _table(self, file: Any) -> dict[str, Any]:
        if file.size > MOST_BYTES:
            raise RuleBroken("This file is too large to be the register’s answer. Choose another.")
        sheet = read_sheet(file, most_rows=MOST_ROWS)
        return {"headers": sheet.headers, "lines": [(line.number, line.cells) for line in sheet.lines]}
