"""The form of what was said of each child in a session."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from crispy_forms.layout import LayoutObject
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, ConditionalQuestion, ConditionalRadios, Div, Field, Layout, Size
from django import forms
from django.template.loader import render_to_string

from policies.rules.tags import Capabilities
from supervision.forms.children_agenda import known_of
from supervision.rules.discussions import (
    BRIEF,
    DEPTHS,
    IN_DEPTH,
    NOT_DISCUSSED,
    Mark,
    capabilities_field,
    depth_field,
    reason_field,
)
from supervision.selectors.discussed import ToDiscuss

CHOICES = [(BRIEF, "Briefly"), (IN_DEPTH, "In depth"), (NOT_DISCUSSED, "Not discussed")]


class Folded(LayoutObject):
    """Fields that open under a few words, with what is chosen in them; they are rarely needed."""

    def __init__(self, words: str, chosen: str, *fields: Any) -> None:
        self.words, self.chosen, self.fields = words, chosen, list(fields)

    def render(self, form: forms.Form, context: Any, template_pack: str = "gds", **kwargs: Any) -> str:
        """Called by crispy forms."""
        inner = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            "supervision/_folded.html", {"words": self.words, "chosen": self.chosen, "inner": inner}
        )


# The name of the button that says of all who are left that they were discussed briefly
REST = "rest"


class MarkDiscussions(forms.Form):
    """A choice for each child, and why where it was not discussed; nothing chosen is not said yet.

    What was marked with the agenda stands chosen, and is kept once it is saved. ``capabilities``: which a discussion can
    be tagged with.
    """

    def __init__(
        self, *args: Any, children: Sequence[ToDiscuss], capabilities: Capabilities | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.children, self.capabilities = children, capabilities
        self.briefly: list[str] = []
        for each in children:
            self._add(each)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            *(part for each in children for part in self._row(each)),
            Div(
                Button.primary("save", "Save all"),
                *([Button.secondary(REST, "The rest: briefly")] if len(children) > 1 else []),
                css_class="govuk-button-group",
            ),
        )

    def _add(self, each: ToDiscuss) -> None:
        key, mark = each.child.pk, each.mark
        self.fields[depth_field(key)] = forms.ChoiceField(
            label=each.child.reference,
            help_text=known_of(each),
            choices=CHOICES,
            required=False,
            initial=mark.depth if mark else IN_DEPTH if each.in_depth_by else None,
            widget=forms.RadioSelect,
        )
        self.fields[reason_field(key)] = forms.CharField(
            label=f"Why was {each.child.reference} not discussed?",
            required=False,
            max_length=500,
            initial=mark.reason if mark else "",
            help_text="No names, and nothing about health.",
        )
        if self.capabilities:
            self.fields[capabilities_field(key)] = forms.MultipleChoiceField(
                label=f"{self.capabilities.name}: {each.child.reference}",
                choices=[(tag.id, tag.label) for tag in self.capabilities.tags],
                required=False,
                initial=mark.capabilities if mark else [],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "Choose from the list."},
            )

    def _row(self, each: ToDiscuss) -> Iterator[Any]:
        key = each.child.pk
        yield ConditionalRadios(
            depth_field(key),
            "Briefly",
            "In depth",
            ConditionalQuestion("Not discussed", Field.text(reason_field(key))),
        )
        if self.capabilities:
            shown = ", ".join(
                tag.label for tag in self.capabilities.tags if each.mark and tag.id in each.mark.capabilities
            )
            yield Folded(
                "Capabilities shown",
                shown,
                Field.checkboxes(capabilities_field(key), legend_size=Size.SMALL, small=True),
            )

    @property
    def is_preselected(self) -> bool:
        """Whether something stands chosen because it was marked with the agenda."""
        return any(each.in_depth_by and not each.mark for each in self.children)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if REST in self.data:
            for each in self.children:
                if not typed.get(depth_field(each.child.pk)) and depth_field(each.child.pk) not in self.errors:
                    typed[depth_field(each.child.pk)] = BRIEF
                    self.briefly.append(each.child.reference)
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
            key: Mark(typed[depth_field(key)], typed[reason_field(key)], self._shown(key))
            for key in keys
            if typed[depth_field(key)] in DEPTHS
        }

    def _shown(self, key: UUID) -> tuple[str, ...] | None:
        return tuple(self.cleaned_data[capabilities_field(key)]) if self.capabilities else None
