"""Inputs of a template's fields, and rows of agreed actions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms

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
}


def form_fields(section: Section, item: Field, *, given: Given) -> dict[str, forms.Field]:
    """The form fields of one field of a template, by their name in the form. None for fixed words, and for rows."""
    words: dict[str, Any] = {"label": item.label, "help_text": item.hint or ""}
    if item.type in values.GIVEN or item.type == "actions":
        return {}
    if make := INPUTS.get(item.type):
        return make(item, words)
    options = values.options_of(section, item, given)
    if item.type == "multi_choice":
        return {item.id: Choices(options, required=False, widget=forms.CheckboxSelectMultiple, **words)}
    if item.type == "interval":
        return {item.id: forms.ChoiceField(required=False, choices=[("", "Choose how often"), *options], **words)}
    if item.type in ("choice", "judgement", "yes_no"):
        return {item.id: forms.ChoiceField(required=False, choices=options, widget=forms.RadioSelect, **words)}
    raise LookupError(f"no form yet for fields of type {item.type}")


class ActionForm(forms.Form):
    """One row: what, who, by when."""

    what = Typed(lambda text: values.cleaned_text(text, most=2_000), label="What", widget=textarea(2))
    who = Typed(lambda text: values.cleaned_line(text, most=200), label="Who", widget=line(list="record-people"))
    by = Typed(values.cleaned_date, label="By when", help_text=DATE_HINT, widget=line("10"))

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if (cleaned.get("who") or cleaned.get("by")) and not cleaned.get("what") and "what" not in self.errors:
            self.add_error("what", "Say what is to be done.")
        return cleaned


class ActionRows(forms.BaseFormSet):
    """The rows of one field of agreed actions."""

    def typed(self, *, people: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """The rows with something in them, as values."""
        rows = (values.cleaned_action(form.cleaned_data, people=people) for form in self.forms)
        return [row for row in rows if row]


def action_rows(prefix: str, *, data: Any, initial: Sequence[Mapping[str, Any]]) -> ActionRows:
    """The formset of one field, bound or filled with what was saved, with a spare row."""
    kind: type[ActionRows] = forms.formset_factory(  # type: ignore[assignment]
        ActionForm, formset=ActionRows, extra=1, max_num=values.MOST_ACTIONS, absolute_max=values.MOST_ACTIONS + 50
    )
    if data is not None and f"{prefix}-TOTAL_FORMS" in data:
        return kind(data, prefix=prefix)
    return kind(
        prefix=prefix, initial=[{"what": a["what"], "who": a["who"], "by": shown_date(a["by"])} for a in initial]
    )


def shown_date(value: str | None) -> str:
    """A kept date as one types it: 12/1/2027."""
    if not value:
        return ""
    year, month, day = value[:10].split("-")
    return f"{int(day)}/{int(month)}/{year}"
