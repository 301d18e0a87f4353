"""How a field of a form is marked up, after GOV.UK Frontend: ids to land on, classes, descriptions."""

from collections.abc import Iterator

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Input


def first_input(field: BoundField) -> str:
    """The id of the element that takes the focus for a field: a link to it must land somewhere."""
    if isinstance(field.field.widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return str(field.auto_id)


def part_errors(field: BoundField) -> Iterator[tuple[str, str]]:
    """Errors that belong to one part of a date, by the id of that part."""
    for position, part in enumerate(getattr(field.field, "fields", ())):
        for text in getattr(part.widget, "errors", ()):
            yield f"{field.auto_id}_{position}", text


CLASSES: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.Textarea, "govuk-textarea", "govuk-textarea--error"),
    (forms.CheckboxInput, "govuk-checkboxes__input", ""),
    (forms.Select, "govuk-select", "govuk-select--error"),
    (forms.FileInput, "govuk-file-upload", "govuk-file-upload--error"),
    (Input, "govuk-input", "govuk-input--error"),
)


def merged_class(widget: forms.Widget, *, wrong: bool) -> str:
    """The classes of GOV.UK Frontend for a widget, after those that it has already."""
    names = str(widget.attrs.get("class", "")).split()
    plain, error = next(((p, e) for kind, p, e in CLASSES if isinstance(widget, kind)), ("", ""))
    for name in (plain, error if wrong else ""):
        if name and name not in names:
            names.append(name)
    return " ".join(names)


def described_by(field: BoundField, *, counter: bool) -> str:
    """The ids of the hint, the errors and the character count of a field, as they are in gds/."""
    ids = [f"{field.auto_id}_hint"] if field.help_text else []
    ids += [f"{field.auto_id}_{number}_error" for number in range(1, len(field.errors) + 1)]
    return " ".join([*ids, f"{field.auto_id}-info"] if counter else ids)
