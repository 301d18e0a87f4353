"""Forms of what comes of a group: which children it spoke of, one more by its reference, what somebody puts forward."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Fluid, Layout, Size
from django import forms

from cases.models import Allocation, Child
from core.shortcuts import uuid_or_none
from staff.models import StaffMember
from supervision.models import Discussion
from supervision.rules.discussions import BRIEF, IN_DEPTH, depth_field
from supervision.rules.group_records import MOST_IN_AN_ITEM, GroupMark

LABEL = {"label_size": Size.for_label(Size.SMALL)}
NOT_SPOKEN_OF = ""
DEPTHS = [(BRIEF, "Briefly"), (IN_DEPTH, "In depth")]
NO_NAMES = "No names, and nothing about health."


class GroupChildren(forms.Form):
    """How each of the children was discussed; nothing chosen, or “not spoken of”: it was not."""

    def __init__(
        self, *args: Any, offered: Sequence[Allocation], marks: Mapping[UUID, Discussion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Whose each child is: who held it on the day, or who was said to have brought it
        self.brought_by = {each.child_id: each.holder_id for each in offered}
        rows = [(each.child, each.holder) for each in offered]
        for key, mark in marks.items():
            if key not in self.brought_by:
                rows.append((mark.child, mark.worker))
            self.brought_by[key] = mark.worker_id
        for child, person in rows:
            self.fields[depth_field(child.pk)] = self._depth(child, person, marks.get(child.pk))
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            *(Field.radios(name, legend_size=Size.SMALL, inline=True) for name in self.fields),
            Button.primary("save", "Save the children"),
        )

    @staticmethod
    def _depth(child: Child, person: StaffMember, mark: Discussion | None) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=f"{child.reference}, brought by {mark.worker.name if mark else person.name}",
            choices=[*DEPTHS, (NOT_SPOKEN_OF, "Not spoken of")],
            required=False,
            initial=mark.depth if mark else NOT_SPOKEN_OF,
            widget=forms.RadioSelect,
        )

    @property
    def marks(self) -> dict[UUID, GroupMark]:
        """What was chosen, by child; of a valid form."""
        chosen = {child: self.cleaned_data[depth_field(child)] for child in self.brought_by}
        return {child: GroupMark(depth, self.brought_by[child]) for child, depth in chosen.items() if depth}


class AddGroupChild(forms.Form):
    """Another child, by its exact reference, brought by one of those who were there."""

    reference = forms.CharField(
        max_length=40, error_messages={"required": "Enter the child’s reference, exactly as in the case system."}
    )
    brought_by = forms.TypedChoiceField(
        label="Who brought this child to the group?",
        coerce=UUID,
        error_messages={
            "required": "Choose who brought this child.",
            "invalid_choice": "Choose who brought this child.",
        },
    )
    depth = forms.ChoiceField(
        label="How was this child discussed?",
        choices=DEPTHS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose briefly or in depth."},
    )

    def __init__(self, *args: Any, people: Sequence[StaffMember], label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].label = label
        self.fields["reference"].help_text = "Exactly as in the case system, whoever works with the child."
        choices = [("", "Choose"), *((str(person.pk), person.name) for person in people)]
        cast(forms.ChoiceField, self.fields["brought_by"]).choices = choices
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.text("reference", field_width=Fluid.ONE_HALF, label_size=Size.SMALL),
            Field("brought_by", context=LABEL),
            Field.radios("depth", legend_size=Size.SMALL, inline=True),
            Button.secondary("add", "Add this child"),
        )

    @property
    def mark(self) -> GroupMark:
        """How it was discussed; of a valid form."""
        return GroupMark(self.cleaned_data["depth"], self.cleaned_data["brought_by"])


class PutForward(forms.Form):
    """An issue, or one of one's own children, for a group that has not met yet."""

    text = forms.CharField(
        label="What do you want to bring?",
        help_text=f"In a few sentences: what it is about, and what you want from the group. {NO_NAMES}",
        max_length=MOST_IN_AN_ITEM,
        required=False,
        widget=forms.Textarea,
        error_messages={"max_length": "Shorten it to 2,000 characters; it has %(show_value)d."},
    )
    child_id = forms.TypedChoiceField(label="Is it about a child? (optional)", coerce=uuid_or_none, required=False)

    def __init__(self, *args: Any, children: Sequence[Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "No child, or none of mine"), *((str(child.pk), child.reference) for child in children)]
        cast(forms.ChoiceField, self.fields["child_id"]).choices = choices
        if not children:
            del self.fields["child_id"]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.textarea("text", label_size=Size.SMALL, rows=5),
            *([Field("child_id", context=LABEL)] if children else []),
            Button.primary("submit", "Put it forward"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["child_id"] = data.get("child_id") or None
        if "text" in data and not data["text"].strip() and not data["child_id"]:
            self.add_error("text", "Say what you want to bring, or choose a child.")
        return data
