"""Record template files, schema ``record-template/1``: read as strictly as policies."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Discriminator, Tag, ValidationError
from pydantic import Field as Constraint

from policies.checks import Found, find_ids_used_twice
from policies.faults import BRANCH, Fault, Faulty, faults_of, path_of, quoted
from policies.files import PACKS, read_data
from policies.schema import Slug, Strict, refuse
from policies.templates import FINDINGS, SIGNED_BY, SIGNERS, Field, Section, Template, When

TEMPLATES = PACKS / "templates"
Relation = Literal["supervisor", "supervisee", "auditor", "observer", "observed", "successor"]
FieldType = Literal[
    "clause",
    "person",
    "interval",
    "multi_choice",
    "file",
    "long_text",
    "short_text",
    "date",
    "datetime",
    "number",
    "yes_no",
    "choice",
    "judgement",
    "actions",
    "children",
    "attendees",
    "evidence",
    "computed",
    "gap_comment",
]
# What a field of a type cannot do without; no other type may have it
NEEDED = {"options": {"choice", "multi_choice", "judgement"}, "text": {"clause"}, "finding": {"evidence"}}
# What another section's appearance may depend on
DECIDING = frozenset({"choice", "judgement", "multi_choice", "yes_no"})
OPEN = "shared"


def _name(text: str) -> str:
    """Names stand in addresses and form fields; those with an underscore first are the product's own."""
    if not (text.isascii() and text.replace("_", "").isalnum() and text[0].isalpha() and text == text.lower()):
        raise refuse(
            f"{quoted(text)} is not a name of small letters, figures and underscores that begins with a letter"
        )
    return text


Name = Annotated[Slug, AfterValidator(_name)]


class OptionShape(Strict):
    label: Slug
    colour: Literal["green", "blue", "yellow", "orange", "red", "grey"]


def _option_or_label(value: Any) -> str:
    return f"{BRANCH}option" if isinstance(value, dict | OptionShape) else f"{BRANCH}label"


OptionOrLabel = Annotated[
    Annotated[OptionShape, Tag(f"{BRANCH}option")] | Annotated[Slug, Tag(f"{BRANCH}label")],
    Discriminator(_option_or_label),
]


class WhenShape(Strict):
    field: str
    equals: str


class RepeatShape(Strict):
    for_: Annotated[Literal["child", "attendee"], Constraint(alias="for")]


class FieldShape(Strict):
    id: Name
    label: Slug
    type: FieldType
    hint: str = ""
    required: bool = False
    options: list[OptionOrLabel] = []
    text: str = ""
    finding: str = ""


class SectionShape(Strict):
    id: Name
    heading: Slug
    hint: str = ""
    function: Literal["management", "performance_and_development", "support_and_motivation", "mediation"] | None = None
    sensitivity: Literal["shared", "health", "conduct"] = "shared"
    written_by: Literal["supervisor", "supervisee", "either", "recorder"] = "supervisor"
    required_to_sign: bool = False
    repeat: RepeatShape | None = None
    when: WhenShape | None = None
    fields: Annotated[list[FieldShape], Constraint(min_length=1)]


class TemplateShape(Strict):
    schema_: Annotated[Literal["record-template/1"], Constraint(alias="schema")]
    id: Name
    version: Annotated[int, Constraint(ge=1)]
    record_kind: Literal[
        "contract", "worker_record", "case_entry", "decision", "group_record", "handover", "audit", "observation"
    ]
    title: Slug
    source: str = ""
    signatures: Annotated[list[Relation], Constraint(min_length=1)]
    sections: Annotated[list[SectionShape], Constraint(min_length=1)]


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template with the raw document it was read from."""

    template: Template
    document: dict[str, Any]


def read_template(path: Path) -> TemplateFile:
    """The record template in a file. Raises Faulty with every fault."""
    document = read_data(path)
    return TemplateFile(read_template_document(document, file=path.name), document)


def read_template_document(document: Any, *, file: str) -> Template:
    """The record template in data already read. Raises Faulty with every fault."""
    faults, shape = [], None
    try:
        shape = TemplateShape.model_validate(document)
    except ValidationError as error:
        faults += faults_of(error, file)
    if isinstance(document, dict):
        faults += [Fault(file, path_of(path), sentence) for path, sentence in _find_faults(document)]
    if faults or shape is None:
        raise Faulty(sorted(faults))
    return _build(shape)


def template_paths() -> list[Path]:
    """The record templates that ship with the product."""
    return sorted(TEMPLATES.glob("*.yaml"))


def _find_faults(data: dict[str, Any]) -> Iterator[Found]:
    """Path and sentence of everything that is wrong beyond the shape, stepping over what is not there."""
    yield from find_ids_used_twice(data, ())
    signatures = data.get("signatures")
    signing = [each for each in signatures if isinstance(each, str)] if isinstance(signatures, list) else []
    for index, relation in enumerate(signing):
        if relation in signing[:index]:
            yield ("signatures", index), f"{quoted(relation)} signs twice"
    yield from _signers(data.get("record_kind"), signing)
    sections = [each for each in data.get("sections") or () if isinstance(each, dict)]
    for index, section in enumerate(sections):
        path = ("sections", index)
        yield from _examining(data.get("record_kind"), section, path)
        if section.get("written_by") == "supervisee" and "supervisee" not in signing:
            yield (*path, "written_by"), '"supervisee" writes this section but does not sign'
        for place, item in enumerate(_fields(section)):
            yield from _needs(item, (*path, "fields", place))
        yield from _when(section, sections[:index], path)


def _signers(kind: Any, signing: list[str]) -> Iterator[Found]:
    """Of an audit the auditor signs, of an observation both, of a brief the two supervisors; nobody else has these names."""
    if isinstance(kind, str) and kind in SIGNED_BY:
        wanted = list(SIGNED_BY[kind])
        if signing and signing != wanted:
            names = ", then ".join(quoted(each) for each in wanted)
            yield ("signatures",), f"a form of kind {quoted(kind)} is signed by {names} and by nobody else"
        return
    for index, relation in enumerate(signing):
        if any(relation in names for names in SIGNERS.values()):
            yield ("signatures", index), f"{quoted(relation)} signs audits and observations alone"
        if relation == "successor":
            yield ("signatures", index), f"{quoted(relation)} signs hand-over briefs alone"


def _examining(kind: Any, section: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Found]:
    """What stands only where practice is examined, and what never does."""
    is_examining = isinstance(kind, str) and kind in SIGNERS
    if is_examining and section.get("written_by", "supervisor") != "recorder":
        sentence = (
            f'a form of kind {quoted(kind)} is written by "recorder" alone: the other side answers when it is signed'
        )
        yield (*path, "written_by"), sentence
    for place, item in enumerate(_fields(section)):
        here, type_ = (*path, "fields", place), item.get("type")
        if type_ == "evidence" and isinstance(kind, str) and kind != "audit":
            yield (*here, "type"), f'{quoted(type_)} stands in a form of kind "audit" alone'
        if type_ == "judgement" and kind == "observation":
            yield (*here, "type"), f"{quoted(type_)} gives a grade, which an observation never does"
        finding = item.get("finding")
        if type_ == "evidence" and isinstance(finding, str) and finding and finding not in FINDINGS:
            yield (*here, "finding"), f"{quoted(finding)} is not one of {', '.join(FINDINGS)}"


def _needs(item: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Found]:
    kind = item.get("type")
    for key, types in NEEDED.items():
        if kind in types and not item.get(key):
            yield (*path, key), f"{quoted(key)} is missing: a field of type {quoted(kind)} needs it"
        if kind in get_args(FieldType) and kind not in types and item.get(key):
            yield (*path, key), f"{quoted(key)} says nothing in a field of type {quoted(kind)}"
    options = _options(item)
    labels = [_label(each) for each in options]
    for index, label in enumerate(labels):
        if isinstance(options[index], dict) and kind != "judgement":
            yield (*path, "options", index), f"{quoted(label)} has a colour, which only a judgement may have"
        if label in labels[:index]:
            yield (*path, "options", index), f"{quoted(label)} is offered twice"


def _when(section: dict[str, Any], before: list[dict[str, Any]], path: tuple[str | int, ...]) -> Iterator[Found]:
    when = section.get("when")
    if not isinstance(when, dict) or not isinstance(when.get("field"), str):
        return
    found = [(other, item) for other in before for item in _fields(other) if item.get("id") == when["field"]]
    if not found:
        yield (*path, "when", "field"), f"{quoted(when['field'])} is not a field of a section above"
    for other, item in found:
        if other.get("sensitivity", OPEN) != OPEN:
            sentence = (
                f"{quoted(when['field'])} is of sensitivity {quoted(other['sensitivity'])}; what follows would tell"
            )
            yield (*path, "when", "field"), sentence
        elif item.get("type") not in DECIDING:
            yield (*path, "when", "field"), f"{quoted(when['field'])} is not a field with options"
        elif when.get("equals") not in _choices(item):
            yield (*path, "when", "equals"), f"{quoted(when.get('equals'))} is not an option of {quoted(when['field'])}"


def _choices(item: dict[str, Any]) -> list[Any]:
    if item.get("type") == "yes_no":
        return ["yes", "no"]
    return [_label(each) for each in _options(item)]


def _options(item: dict[str, Any]) -> list[Any]:
    options = item.get("options")
    return options if isinstance(options, list) else []


def _label(option: Any) -> Any:
    return option.get("label") if isinstance(option, dict) else option


def _fields(section: dict[str, Any]) -> list[dict[str, Any]]:
    fields = section.get("fields")
    return [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []


def _build(shape: TemplateShape) -> Template:
    return Template(
        id=shape.id,
        version=shape.version,
        record_kind=shape.record_kind,
        title=shape.title,
        sections=tuple(_section(each) for each in shape.sections),
        signatures=tuple(shape.signatures),
        source=shape.source,
    )


def _section(shape: SectionShape) -> Section:
    return Section(
        id=shape.id,
        heading=shape.heading,
        fields=tuple(_field(each) for each in shape.fields),
        hint=shape.hint,
        function=shape.function,
        sensitivity=shape.sensitivity,
        written_by=shape.written_by,
        required_to_sign=shape.required_to_sign,
        repeat=shape.repeat.for_ if shape.repeat else None,
        when=When(shape.when.field, shape.when.equals) if shape.when else None,
    )


def _field(shape: FieldShape) -> Field:
    coloured = [each for each in shape.options if isinstance(each, OptionShape)]
    return Field(
        id=shape.id,
        label=shape.label,
        type=shape.type,
        hint=shape.hint,
        required=shape.required,
        options=tuple(each.label if isinstance(each, OptionShape) else each for each in shape.options),
        colours=tuple(each.colour for each in coloured),
        text=shape.text.strip(),
        finding=shape.finding,
    )
