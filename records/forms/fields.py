"""Inputs of a template's fields."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html

from documents.forms import HINT, Files
from policies.templates import Field, Section
from records import values
from records.values import Given, TooLong, Unclear


class Typed(forms.Field):
    """A field whose text is made into a value by one of ``values``' functions; what was typed stays in the page."""

    def __init__(self, clean: Callable[[str], Any], **options: Any) -> None:
        super().__init__(required=False, **options)
        self.make = clean

    def to_python(self, value: Any) -> Any:
        try:
            return self.make(value or "")
        except Unclear as error:
            code = "too_long" if isinstance(error, TooLong) else "unclear"
            raise forms.ValidationError(str(error), code=code) from error


class Choices(forms.MultipleChoiceField):
    """Several choices of a list, kept in the list's order."""

    def __init__(self, options: Sequence[tuple[str, str]], **rest: Any) -> None:
        super().__init__(choices=options, **rest)
        self.options = [value for value, _ in options]

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [option for option in self.options if option in chosen]


def textarea(rows: int = 6) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


def line(width: str = "", **attributes: str) -> forms.TextInput:
    css = f"govuk-input--width-{width}" if width else ""
    return forms.TextInput(attrs={"autocomplete": "off", **({"class": css} if css else {}), **attributes})


DATE_HINT = "For example, 12/1/2027"


def _texts(item: Field, words: dict[str, str]) -> dict[str, forms.Field]:
    return {item.id: Typed(values.cleaned_text, widget=textarea(), **words)}


def _lines(item: Field, words: dict[str, str]) -> dict[str, forms.Field]:
    return {item.id: Typed(values.cleaned_line, widget=line(), **words)}


def _dates(item: Field, words: dict[str, str]) -> dict[str, forms.Field]:
    words["help_text"] = words["help_text"] or DATE_HINT
    return {item.id: Typed(values.cleaned_date, widget=line("10"), **words)}


def _moments(item: Field, words: dict[str, str]) -> dict[str, forms.Field]:
    clock = Typed(values.cleaned_time, widget=line("5"), label="Time", help_text="For example, 14:30")
    return {**_dates(item, words), f"{item.id}_time": clock}


def _files(item: Field, words: dict[str, str]) -> dict[str, forms.Field]:
    most = values.MOST_FILES if item.type == "files" else 1
    words["help_text"] = words["help_text"] or HINT
    return {item.id: Files(most=most, **words)}


def _numbers(item: Field, words: dict[str, str]) -> dict[str, forms.Field]:
    return {item.id: Typed(values.cleaned_number, widget=line("5", inputmode="decimal"), **words)}


INPUTS: Mapping[str, Callable[[Field, dict[str, str]], dict[str, forms.Field]]] = {
    "long_text": _texts,
    "gap_comment": _texts,
    "short_text": _lines,
    "person": _lines,
    "date": _dates,
    "datetime": _moments,
    "number": _numbers,
    "file": _files,
    "files": _files,
}


def form_fields(section: Section, item: Field, *, given: Given) -> dict[str, forms.Field]:
    """The form fields of one field of a template, by their name in the form. None for fixed words, and for rows."""
    words: dict[str, Any] = {"label": item.label, "help_text": item.hint or ""}
    if item.type in values.GIVEN or item.type == "actions":
        return {}
    if make := INPUTS.get(item.type):
        return make(item, words)
    options: list[tuple[str, Any]] = list(values.options_of(section, item, given))
    if item.type == "multi_choice":
        return {item.id: Choices(options, required=False, widget=forms.CheckboxSelectMultiple, **words)}
    if item.type == "interval":
        return {item.id: forms.ChoiceField(required=False, choices=[("", "Choose how often"), *options], **words)}
    if item.type == "judgement":
        options = in_colour(item, options)
    if item.type in ("choice", "judgement", "yes_no"):
        return {item.id: forms.ChoiceField(required=False, choices=options, widget=forms.RadioSelect, **words)}
    raise LookupError(f"no form yet for fields of type {item.type}")


def in_colour(item: Field, options: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The options of a judgement with their colours beside the words; the words alone where others are offered."""
    colours = dict(zip(item.options, item.colours, strict=False))
    return [
        (value, format_html('<span class="app-judgement app-judgement--{}">{}</span>', colours[value], label))
        if value in colours
        else (value, label)
        for value, label in options
    ]


def shown_date(value: str | None) -> str:
    """A kept date as one types it: 12/1/2027."""
    if not value:
        return ""
    year, month, day = value[:10].split("-")
    return f"{int(day)}/{int(month)}/{year}"
