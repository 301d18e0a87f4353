"""The form with which HR brings groups for views on equality."""

from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.errors import RuleBroken
from core.spreadsheets import Line, read_sheet
from staff.models import Account

COLUMNS = ("email", "measure", "group")
MOST_BYTES, MOST_ROWS, LONGEST, SHOWN = 5_000_000, 50_000, 60, 5


class BringGroups(forms.Form):
    """A file with a row for each person and measure. ``cleaned_data["rows"]``: (person, measure, group)."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX with the columns email, measure and group, up to 5 megabytes. It takes the place of all "
        "that was brought before; one without rows takes everything away.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another."},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "class": "govuk-file-upload"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True, "enctype": "multipart/form-data"}
        context = {"label_size": Size.for_label(Size.SMALL)}
        self.helper.layout = Layout(Field("file", context=context), Button.primary("bring", "Bring these groups"))

    def clean(self) -> dict[str, Any]:
        """The rows, each of somebody who works here. What is wrong stands beside the file, with its line."""
        found = super().clean() or {}
        file = found.pop("file", None)
        if file is None:
            return found
        if file.size > MOST_BYTES:
            self.add_error("file", "This file is too large.")
            return found
        try:
            found["rows"] = _rows(file.file)
        except RuleBroken as refusal:
            self.add_error("file", str(refusal))
        return found


def _rows(file: Any) -> list[tuple[UUID, str, str]]:
    sheet = read_sheet(file, most_rows=MOST_ROWS)
    headers = [header.strip().lower() for header in sheet.headers]
    if missing := [name for name in COLUMNS if name not in headers]:
        raise RuleBroken(f"The file has no column “{missing[0]}”. The columns are email, measure and group.")
    places = [headers.index(name) for name in COLUMNS]
    lines = [(line, [_cell(line, places[0]), *(_name(line, place) for place in places[1:])]) for line in sheet.lines]
    accounts = Account.objects.filter(person__isnull=False).values_list("email", "person_id")
    people = {email.lower(): person for email, person in accounts}
    bad = [str(line.number) for line, (email, *rest) in lines if email.lower() not in people or not all(rest)]
    if bad:
        more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
        raise RuleBroken(
            f"Row {', '.join(bad[:SHOWN])}{more}: the address is nobody’s here, or the measure or group is empty. "
            "Nothing was changed."
        )
    return [(people[email.lower()], measure, group) for _, (email, measure, group) in lines]


def _cell(line: Line, place: int) -> str:
    return str(line.cells[place]).strip() if place < len(line.cells) else ""


def _name(line: Line, place: int) -> str:
    """A measure or a group, which are kept as they are named."""
    text = _cell(line, place)
    if len(text) > LONGEST:
        raise RuleBroken(f"Row {line.number}: “{text[:20]}…” is too long. Shorten it to {LONGEST} characters.")
    return text
