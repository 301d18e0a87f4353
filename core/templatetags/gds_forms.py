"""Tags that draw form fields as GOV.UK Frontend does."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import get_template
from django.utils.safestring import SafeString

from core.form_markup import described_by, first_input, merged_class, part_errors

register = template.Library()

# Everything that gds/field.html and what it includes may be told; a name that is missing takes long to look for
PLAIN = {
    "tag": "div",
    "form_show_errors": True,
    "form_show_labels": True,
    "wrapper_class": "",
    "max_characters": None,
    "max_words": None,
    "threshold": None,
    "label_tag": "",
    "label_size": "",
    "legend_tag": "",
    "legend_size": "",
    "radios_inline": False,
    "radios_small": False,
    "checkboxes_small": False,
}


@register.filter
def as_field(field: BoundField) -> SafeString:
    """A single field, with its label, hint, errors and input: as a crispy layout draws it that says nothing else."""
    return SafeString(get_template("gds/field.html").render({**PLAIN, "field": field}))


@register.filter
def hint_of(choice: object) -> str:
    """The hint of a choice that has one (crispy_forms_gds' Choice)."""
    return getattr(choice, "hint", "")


@register.filter
def divider_of(choice: object) -> str:
    """What stands after a choice that divides (crispy_forms_gds' Choice)."""
    return getattr(choice, "divider", "")


@register.simple_tag
def error_text(field: BoundField, error: object) -> str:
    """The sentence of an error. Django's "This field is required." names nothing, so it becomes one that does."""
    if str(error) != str(forms.Field.default_error_messages["required"]):
        return str(error)
    chosen = isinstance(field.field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"Choose an answer to “{field.label}”." if chosen else f"Fill in “{field.label}”."


@register.filter
def error_targets(form: forms.BaseForm) -> list[dict[str, str]]:
    """Every error of a form with the id of the element to land on; errors of the whole form go to its first field."""
    visible = form.visible_fields()
    first = first_input(visible[0]) if visible else ""
    found = [{"id": first, "text": str(text)} for text in form.non_field_errors()]
    for field in form.hidden_fields():
        found += [{"id": first, "text": str(text)} for text in field.errors]
    for field in visible:
        of_parts = list(part_errors(field)) if field.errors else []
        texts = {text for _, text in of_parts}
        found += [{"id": target, "text": text} for target, text in of_parts]
        others = [text for text in field.errors if str(text) not in texts]
        found += [{"id": first_input(field), "text": error_text(field, text)} for text in others]
    return found


@register.simple_tag
def gds_input(field: BoundField) -> str:
    """The input of a field, with the classes and descriptions of GOV.UK Frontend. Leaves the widget as it was.

    In place of crispy_forms_gds' own tag, which knows four kinds of widget, fails for a word limit without a hint,
    and adds to the widget's attributes each time that it is drawn.
    """
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        wrong = dict(part_errors(field))
        for position, part in enumerate(widget.widgets):
            is_wrong = bool(field.errors) and (not wrong or f"{field.auto_id}_{position}" in wrong)
            part.attrs["class"] = merged_class(part, wrong=is_wrong)
            part.attrs["wrong"] = is_wrong
        return str(field.as_widget())
    counter = "govuk-js-character-count" in str(widget.attrs.get("class", ""))
    # No placeholders: they vanish while one types, and are too pale to read
    attributes: dict[str, Any] = {"class": merged_class(widget, wrong=bool(field.errors)), "placeholder": False}
    if description := described_by(field, counter=counter):
        attributes["aria-describedby"] = description
    return str(field.as_widget(attrs=attributes))


@register.filter
def item_id(auto_id: object, position: int) -> str:
    """The id of a radio or checkbox: the first has the field's own, where links land."""
    return f"{auto_id}_{position}" if position else str(auto_id)


@register.filter
def is_chosen(choice: object, field: BoundField) -> bool:
    """Whether a choice of radios or checkboxes is chosen."""
    value = field.value()
    chosen = value if isinstance(value, Iterable) and not isinstance(value, str | UUID) else [value]
    return str(choice) in {"" if one is None else str(one) for one in chosen}
