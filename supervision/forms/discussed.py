"""The form of what was said of each child in a session."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, ConditionalQuestion, ConditionalRadios, Field, Layout
from django import forms

from core.templatetags.countersign import long_date
from supervision.rules.discussions import BRIEF, DEPTHS, IN_DEPTH, NOT_DISCUSSED, Mark, depth_field, reason_field
from supervision.selectors.discussed import ToDiscuss

CHOICES = [(BRIEF, "Briefly"), (IN_DEPTH, "In depth"), (NOT_DISCUSSED, "Not discussed")]


class MarkDiscussions(forms.Form):
    """A choice for each child, and why where it was not discussed; nothing chosen is not said yet."""

    def __init__(self, *args: Any, children: Sequence[ToDiscuss], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children = children
        for each in children:
            self._add(each)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            *(self._row(each.child.pk) for each in children),
            Button.primary("save", "Save all"),
        )

    def _add(self, each: ToDiscuss) -> None:
        key, mark = each.child.pk, each.mark
        self.fields[depth_field(key)] = forms.ChoiceField(
            label=each.child.reference,
            help_text=_known_of(each),
            choices=CHOICES,
            required=False,
            initial=mark.depth if mark else None,
            widget=forms.RadioSelect,
        )
        self.fields[reason_field(key)] = forms.CharField(
            label=f"Why was {each.child.reference} not discussed?",
            required=False,
            max_length=500,
            initial=mark.reason if mark else "",
            help_text="No names, and nothing about health.",
        )

    def _row(self, key: UUID) -> ConditionalRadios:
        return ConditionalRadios(
            depth_field(key),
            "Briefly",
            "In depth",
            ConditionalQuestion("Not discussed", Field.text(reason_field(key))),
        )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for each in self.children:
            depth, reason = depth_field(each.child.pk), reason_field(each.child.pk)
            if typed.get(depth) == NOT_DISCUSSED and reason in typed and not typed[reason].strip():
                self.add_error(reason, f"Say why {each.child.reference} was not discussed.")
        return typed

    def marks(self) -> dict[UUID, Mark]:
        """What was chosen, by child."""
        typed = self.cleaned_data
        keys = [each.child.pk for each in self.children]
        return {
            key: Mark(typed[depth_field(key)], typed[reason_field(key)])
            for key in keys
            if typed[depth_field(key)] in DEPTHS
        }


def _known_of(each: ToDiscuss) -> str:
    """What helps to choose: plan types, when it was last discussed in depth."""
    last = f"last in depth {long_date(each.last_in_depth)}" if each.last_in_depth else "not discussed in depth yet"
    known = ", ".join([*each.row.plan_types, last])
    return known[:1].upper() + known[1:]
