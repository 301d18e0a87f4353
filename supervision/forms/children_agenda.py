"""Forms of what is prepared of the worker's children: worries beside one's own notes, and the agenda of a session."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Any
from uuid import UUID

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms
from django.forms import BoundField

from cases.models import Child
from core.errors import RuleBroken, Stale
from core.shortcuts import add_refusal, uuid_or_none
from core.templatetags.countersign import long_date
from policies.rules.tags import Tag
from supervision.forms.agenda import Notes
from supervision.models import Preparation, Worry
from supervision.rules.discussions import because_field, worry_field
from supervision.selectors.discussed import ToDiscuss
from supervision.services.agenda import NotesChanged
from supervision.services.children_agenda import LONGEST_BECAUSE, Typed, WorryChanged


def version_field(child: UUID) -> str:
    """The name of the form's field for the version under which a worry was read."""
    return f"version-{child}"


class WorryAbout(forms.Form):
    """How worried the worker is about one child, and why in a line, as the page saves it by itself."""

    version = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, child: Child, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child = child
        add_worry(self, child)

    def typed(self) -> Typed:
        """What a valid form says."""
        return replace(typed_of(self, self.child.pk), version=self.cleaned_data["version"])


class Prepare(Notes):
    """One's own notes for a session, and with them the worker's worries, each under the version that was read."""

    def __init__(self, *args: Any, children: Sequence[ToDiscuss] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children = children
        for each in children:
            add_worry(self, each.child)
            self.initial[worry_field(each.child.pk)] = each.worry.level
            self.initial[because_field(each.child.pk)] = each.worry.because
            self.initial[version_field(each.child.pk)] = each.worry.version

    def begin_with(self, mine: Preparation | None) -> None:
        """What stands in the notes, where nothing was typed."""
        if mine and not self.is_bound:
            self.initial.update(notes=mine.notes, version=mine.version)

    def rows(self) -> Iterator[tuple[ToDiscuss, BoundField, BoundField, BoundField]]:
        """Each child with its fields: how worried, why, the version."""
        for each in self.children:
            key = each.child.pk
            yield each, self[worry_field(key)], self[because_field(key)], self[version_field(key)]

    def to_save(self) -> dict[str, Any]:
        """What a valid form holds, as the service takes it."""
        data = self.cleaned_data
        worries = {each.child.pk: typed_of(self, each.child.pk) for each in self.children}
        return {"notes": data["notes"], "version": data["version"], "worries": worries}

    def after(self, refusal: RuleBroken) -> "Prepare":
        """The same with the refusal beside its field. After another window's save, saving again puts this in its place."""
        form = self
        if isinstance(refusal, Stale):
            data: Any = copy(self.data)
            if isinstance(refusal, NotesChanged):
                data["version"] = refusal.present.version
            elif isinstance(refusal, WorryChanged):
                data[version_field(refusal.present.child_id)] = refusal.present.version
            form = Prepare(data, children=self.children)
            form.is_valid()
        add_refusal(form, refusal)
        return form


def add_worry(form: forms.Form, child: Child) -> None:
    """Give a form the fields of one child."""
    form.fields[worry_field(child.pk)] = forms.ChoiceField(
        label=f"How worried are you about {child.reference}?",
        choices=Worry.Level.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose how worried you are."},
    )
    form.fields[because_field(child.pk)] = forms.CharField(
        label="Why, in a line (optional)",
        required=False,
        max_length=LONGEST_BECAUSE,
        error_messages={"max_length": f"Say it in {LONGEST_BECAUSE} characters; it has %(show_value)d."},
    )
    form.fields[version_field(child.pk)] = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)


def typed_of(form: forms.Form, child: UUID) -> Typed:
    """What a valid form says of one child."""
    data = form.cleaned_data
    return Typed(data[worry_field(child)], data[because_field(child)], data[version_field(child)] or 0)


class SetAgenda(forms.Form):
    """What a session is for, and of which children to speak in depth: the first step of a session."""

    purposes = forms.MultipleChoiceField(
        label="What is this session for?",
        help_text="Choose all that apply.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )
    in_depth = forms.TypedMultipleChoiceField(
        label="Which children do you mean to discuss in depth?",
        help_text="Everybody else is discussed briefly. You can still change it during the session.",
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these children is not with this worker any more."},
    )
    stood = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, children: Sequence[ToDiscuss], purposes: Sequence[Tag], chosen: Sequence[str], **kwargs: Any
    ) -> None:
        marked = [str(each.child.pk) for each in children if each.in_depth_by]
        kwargs["initial"] = {"purposes": chosen, "in_depth": marked, "stood": " ".join(marked)}
        super().__init__(*args, **kwargs)
        if purposes:
            self.fields["purposes"].choices = [(tag.id, tag.label) for tag in purposes]  # type: ignore[attr-defined]
        else:
            del self.fields["purposes"]
        if children:
            self.fields["in_depth"].choices = [  # type: ignore[attr-defined]
                Choice(str(each.child.pk), each.child.reference, hint=known_of(each)) for each in children
            ]
        else:
            del self.fields["in_depth"]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            "stood",
            *(
                Field.checkboxes(name, legend_size=Size.MEDIUM)
                for name in ("purposes", "in_depth")
                if name in self.fields
            ),
            Button.primary("submit", "Save the agenda"),
        )

    def clean_stood(self) -> list[UUID]:
        """Which children were marked when the page was opened; anything odd is left out."""
        return [key for each in self.cleaned_data["stood"].split() if (key := uuid_or_none(each))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {"purposes": [], "in_depth": [], **data}


def known_of(each: ToDiscuss) -> str:
    """What helps to choose, in a line: the worry, plan types, when it is due, when it was last discussed in depth."""
    row = each.row
    due = f"due {long_date(row.due_on)}" if row.due_on else ""
    last = f"last in depth {long_date(each.last_in_depth)}" if each.last_in_depth else "not discussed in depth yet"
    known = ", ".join(part for part in (*row.plan_types, due, last) if part)
    worry = f"Worried: {each.worry.words.lower()}" if each.worry.words else ""
    said = (part.rstrip(".") for part in (worry, each.worry.because, known[:1].upper() + known[1:]))
    return ". ".join(part for part in said if part)
