"""A record template as values: what a form asks, what its PDF shows and what is signed."""

from dataclasses import dataclass, field

# What an evidence field can start from: questions 1.1 to 1.8 of a file audit, in their order
FINDINGS = (
    "contract_in_place",
    "records_signed_by_both",
    "registration",
    "business_insurance",
    "personal_information_sheet",
    "learning_log",
    "appraisal",
    "regularity",
)
# Records in which somebody's practice is examined, and who signs them, their writer first
SIGNERS = {"audit": ("auditor",), "observation": ("observer", "observed")}
# Who signs a record that not everybody signs: of a hand-over brief the supervisor who ends, and then who comes after
SIGNED_BY = {**SIGNERS, "handover": ("supervisor", "successor")}


@dataclass(frozen=True, slots=True)
class Field:
    """One question, or one fixed text. ``options`` for choice, multi_choice and judgement; ``text`` for a clause.

    ``colours`` of a judgement stand in the order of its options and are never shown without the words;
    ``finding`` names in code what an ``evidence`` field starts from.
    """

    id: str
    label: str
    type: str
    hint: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    text: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A section is shown only while a field has this value."""

    field: str
    equals: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form that is written by one side and read, masked or purged as one."""

    id: str
    heading: str
    fields: tuple[Field, ...]
    hint: str = ""
    function: str | None = None
    sensitivity: str = "shared"
    written_by: str = "supervisor"
    required_to_sign: bool = False
    repeat: str | None = None
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A whole form. ``signatures``: the relations that sign, the author's first."""

    id: str
    version: int
    record_kind: str
    title: str
    sections: tuple[Section, ...] = field(default=())
    signatures: tuple[str, ...] = ("supervisor", "supervisee")
    source: str = ""

    @property
    def examiner(self) -> str:
        """Who writes all of an audit or observation; "" of any other record."""
        return SIGNERS.get(self.record_kind, ("",))[0]

    def section(self, section_id: str) -> Section | None:
        """The section with this id."""
        return next((section for section in self.sections if section.id == section_id), None)
