"""Forms by which an authority changes its forms: title and sections, one section with its fields, a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from policies import template_edits
from policies.faults import Fault
from policies.template_edits import ADDABLE, TEXT_TYPES, Document, with_values
from policies.templates import Template
from records import values
from records.findings import UNKNOWN, Finding
from records.forms.fields import Typed, line, textarea
from records.forms.section import SectionForm, condition_of
from records.selectors import DraftPart
from records.values import Given

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
READERS = (
    ("shared", "Everybody who may read the record"),
    ("health", "The two people of the record only, since it is about health or wellbeing"),
    ("conduct", "The two people of the record only, since it is about conduct or performance"),
)
WRITERS = (
    ("supervisor", "The supervisor"),
    ("supervisee", "The supervisee"),
    ("either", "Both of them"),
    ("recorder", "Whoever records the session"),
)
TYPE_WORDS: Mapping[str, str] = {
    "long_text": "Longer text",
    "short_text": "One line",
    "actions": "Agreed actions",
    "clause": "Fixed words",
    "computed": "Given by Countersign",
    "attendees": "Attendance, given by the diary",
    "children": "Children, given by the diary",
    "gap_comment": "Asked for when the gap is longer than agreed",
    "date": "Date",
    "datetime": "Date and time",
    "number": "Number",
    "yes_no": "Yes or no",
    "choice": "One of several answers",
    "multi_choice": "Several answers",
    "judgement": "A judgement",
    "interval": "How often",
    "person": "A colleague",
    "file": "A file",
    "evidence": "A finding of Countersign, confirmed or overruled",
}
GIVEN_IN_PREVIEW = "Countersign fills this in."


def text_field(label: str, hint: str = "", *, rows: int = 0, most: int = values.MOST_IN_A_LINE) -> Typed:
    """Words of a form; what is missing is said beside the field once the draft is saved, so that nothing is lost."""
    if rows:
        return Typed(
            lambda text: values.cleaned_text(text, most=20_000), label=label, help_text=hint, widget=textarea(rows)
        )
    return Typed(lambda text: values.cleaned_line(text, most=most), label=label, help_text=hint, widget=line())


def bare_helper(*fields: Any) -> FormHelper:
    """A helper for a form that stands inside another's tag."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


class EditTitle(forms.Form):
    """What a form is called."""

    title = text_field("Title", "What people call the record, for example “Supervision record”", most=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper(Field("title", context=LABEL))


class AddSection(forms.Form):
    """A new section, by its heading."""

    heading = text_field("Heading of a new section")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper(Field("heading", context=LABEL))


class ImportTemplate(forms.Form):
    """A form as a file."""

    file = forms.FileField(
        label="File",
        help_text="A form as YAML, as it can be downloaded here.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another."},
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json", "class": "govuk-file-upload"}),
    )
    most_bytes = 800_000

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True, "enctype": "multipart/form-data"}
        self.helper.layout = Layout(Field("file", context=LABEL), Button.primary("import", "Check and keep as a draft"))

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > self.most_bytes:
            raise forms.ValidationError("This file is too large to be a form.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This file is not text. Save the form as YAML in UTF-8.") from error


class SectionHead(forms.Form):
    """A section without its fields."""

    heading = text_field("Heading")
    hint = text_field("Hint", "Stands under the heading, for those who write. It is not signed.", rows=2)
    sensitivity = forms.ChoiceField(label="Who reads it once it is signed?", choices=READERS, widget=forms.RadioSelect)
    written_by = forms.ChoiceField(label="Who writes it?", choices=WRITERS, widget=forms.RadioSelect)
    required_to_sign = forms.BooleanField(label="Something has to be written here before anybody signs", required=False)

    def __init__(self, *args: Any, is_examining: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_examining:
            del self.fields["written_by"]
        self.helper = bare_helper(
            Field("heading", context=LABEL),
            Field("hint", context=LABEL),
            Field("sensitivity", context=LEGEND),
            *([] if is_examining else [Field("written_by", context=LEGEND)]),
            "required_to_sign",
        )


class FieldEdit(forms.Form):
    """One field of a section; what it asks for depends on its type."""

    label = text_field("Label")
    hint = text_field("Hint")
    type = forms.ChoiceField(label="Kind of answer", choices=[(kind, TYPE_WORDS[kind]) for kind in TEXT_TYPES])
    text = text_field("Fixed words, which are signed with the rest", rows=8)
    options = text_field("Answers to choose from", "One on each line", rows=4)
    required = forms.BooleanField(label="Has to be filled in before anybody signs", required=False)

    def __init__(self, item: Document, **options: Any) -> None:
        super().__init__(prefix=f"field-{item['id']}", **options)
        self.item = item
        kind = item.get("type")
        own = {"label": True, "hint": kind != "clause", "type": kind in TEXT_TYPES, "text": kind == "clause"}
        own |= {"options": kind in ("choice", "multi_choice"), "required": kind not in values.GIVEN}
        for name in [name for name in self.fields if not own[name]]:
            del self.fields[name]
        self.helper = bare_helper(*(Field(name, context=LABEL) if name != "required" else name for name in self.fields))

    @property
    def words(self) -> str:
        """What kind of field it is."""
        return TYPE_WORDS.get(str(self.item.get("type")), "")

    @property
    def is_removable(self) -> bool:
        """Whether it may go."""
        return template_edits.is_removable(self.item)

    def edited(self) -> Document:
        """The field as it was typed; what cannot be kept stays as it was."""
        typed = dict(self.cleaned_data)
        if "options" in typed:
            typed["options"] = [one.strip() for one in typed["options"].splitlines() if one.strip()]
        return with_values(self.item, **typed)


class AddField(forms.Form):
    """A new field of a section."""

    label = text_field("Label of a new field")
    kind = forms.ChoiceField(label="Kind of answer", choices=[(kind, TYPE_WORDS[kind]) for kind in ADDABLE])

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="new")
        self.helper = bare_helper(Field("label", context=LABEL), Field("kind", context=LABEL))


class EditSection:
    """A whole section as one form. Shown from the draft, it carries the draft's faults beside the fields they are in.

    ``is_examining``: of an audit or observation, which nobody but whoever examines writes.
    """

    def __init__(self, section: Document, *, is_examining: bool = False, data: Any = None) -> None:
        self.section = section
        self.is_typed = data is not None
        shown = data if self.is_typed else _data("", section, SectionHead.base_fields)
        self.head = SectionHead(shown, is_examining=is_examining)
        self.fields = [
            FieldEdit(item, data=data if self.is_typed else _data(f"field-{item['id']}-", item, FieldEdit.base_fields))
            for item in section["fields"]
        ]
        self.new = AddField(data if self.is_typed and data.get("new-label") else None)

    def is_valid(self) -> bool:
        """Whether all that was typed can be kept, complete or not."""
        each = [form.is_valid() for form in self._forms()]
        return all(each)

    def edited(self) -> Document:
        """The section as it was typed."""
        self.is_valid()
        head = with_values(self.section, **self.head.cleaned_data)
        return {**head, "fields": [one.edited() for one in self.fields]}

    def show_faults(self, faults: Sequence[Fault], *, place: int) -> None:
        """Say each fault of this section beside its field; ``place``: the section's among all."""
        self.is_valid()
        start = f"sections[{place}]"
        for fault in faults:
            if fault.path != start and not fault.path.startswith(f"{start}."):
                continue
            form, name = self._place_of(fault.path.removeprefix(start).removeprefix("."))
            form.add_error(name if name in form.fields else None, self._words(fault.sentence, form.fields.get(name)))

    @staticmethod
    def _words(sentence: str, field: forms.Field | None) -> str:
        """A fault as the page says it: by the field's label, not by the name that the file has for it."""
        if field and sentence.endswith(("is empty", "is missing", "needs it")):
            return f"Enter the {str(field.label).lower()}."
        return f"{sentence[:1].upper()}{sentence[1:]}."

    def _place_of(self, path: str) -> tuple[forms.Form, str]:
        for index, form in enumerate(self.fields):
            start = f"fields[{index}]."
            if path.startswith(start):
                return form, path.removeprefix(start).partition("[")[0]
        return self.head, path.partition("[")[0]

    def _forms(self) -> Iterator[forms.Form]:
        yield self.head
        yield from self.fields
        if self.new.is_bound:
            yield self.new

    @property
    def error_list(self) -> list[dict[str, str]]:
        """Every error, with the id of the input to land on."""
        return [
            {
                "id": form[name].auto_id
                if name in form.fields
                else form["heading" if form is self.head else "label"].auto_id,
                "text": str(text),
            }
            for form in self._forms()
            for name, messages in form.errors.items()
            for text in messages
        ]


def _data(prefix: str, stored: Document, names: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored as a form would have sent it."""
    defaults = {"sensitivity": "shared", "written_by": "supervisor"}
    found = {}
    for name in names:
        value = stored.get(name, defaults.get(name, ""))
        if name == "options":
            value = "\n".join(one if isinstance(one, str) else one["label"] for one in value or ())
        if value is not False:
            found[f"{prefix}{name}"] = value
    return found


def preview(template: Template) -> list[SectionForm]:
    """A form as it will look, with nothing in it and nothing to be saved."""

    def places(*kinds: str) -> list[tuple[str, str]]:
        return [(one.id, item.id) for one in template.sections for item in one.fields if item.type in kinds]

    given = Given(
        computed=dict.fromkeys(places("computed"), GIVEN_IN_PREVIEW),
        rows={place: [] for place in places(*values.GIVEN_ROWS)},
        asked=places("gap_comment"),
        evidence=dict.fromkeys(places("evidence"), Finding(UNKNOWN, GIVEN_IN_PREVIEW)),
    )
    found = []
    for each in template.sections:
        section = (
            replace(each, repeat=None, heading=f"{each.heading} (for each {each.repeat})") if each.repeat else each
        )
        part = DraftPart(section=section, key=None, version=0, values={}, editable=True)
        form = SectionForm(part, given=given, people=[], find_people=lambda _: [])
        form.condition = condition_of(section, template.sections, given)
        found.append(form)
    return found
