"""What the columns of a case system's file may hold, and by which headers they are usually known. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a column may hold."""

    field: str
    label: str
    hint: str
    known_as: tuple[str, ...]
    required: bool = False


COLUMNS = (
    Column(
        "reference",
        "Reference",
        "The child’s number in the case system. Never the name.",
        (
            "reference", "child reference", "child id", "person id", "p number", "pnumber", "mosaic id", "lcs id",
            "client id", "case number", "case id", "id", "ref", "upn", "person reference", "liquidlogic id",
        ),
        required=True,
    ),
    Column(
        "opened_on",
        "Case opened on",
        "",
        (
            "opened", "opened on", "open date", "date opened", "case opened", "case open date", "start date", "episode start",
            "episode start date", "referral date", "start", "case start date",
        ),
        required=True,
    ),
    Column(
        "closed_on",
        "Case closed on",
        "Empty while the case is open.",
        ("closed", "closed on", "close date", "date closed", "case closed", "end date", "episode end", "episode end date",
         "case closed date", "case end date", "closure date"),
    ),
    Column(
        "worker",
        "Worker",
        "By e-mail address, or by the whole name where only one person has it. Two who hold a child together stand on two"
        " rows, or with a semicolon between them.",
        ("worker", "worker email", "worker e mail", "allocated worker", "allocated worker email", "social worker",
         "social worker email", "case worker", "caseworker", "allocated to", "key worker", "lead worker", "worker name",
         "allocated social worker"),
        required=True,
    ),
    Column(
        "held_by",
        "Held by, where nobody works with the child",
        "The team, or the e-mail address or name of its manager.",
        ("team manager", "manager", "manager email", "team manager email", "held by", "team", "team name",
         "allocated team", "case team"),
    ),
    Column(
        "allocated_on",
        "Allocated on",
        "Since when this worker holds the child.",
        ("allocated", "allocated on", "allocation date", "date allocated", "allocated from", "allocation start",
         "allocation start date", "worker start date"),
    ),
    Column(
        "plan_types",
        "Plan or status",
        "Several have a semicolon between them, or stand on rows of their own.",
        ("plan", "plan type", "plan types", "status", "plan or status", "legal status", "case type", "category",
         "plan status", "child status"),
    ),
    Column(
        "plan_since",
        "Plan or status since",
        "",
        ("plan since", "plan start", "plan start date", "plan date", "status since", "status date", "status start date"),
    ),
    Column(
        "siblings",
        "Family number",
        "Brothers and sisters have the same one: it makes them belong together. Never a family’s name.",
        ("sibling group", "family number", "family id", "sibling group id", "family ref", "household id", "group id"),
    ),
    Column(
        "weight",
        "Weight in a caseload",
        "In quarters, such as 1.5. What a supervisor said of a child stands.",
        ("weight", "weighting", "case weight", "caseload weight", "complexity score", "workload weight"),
    ),
    Column("initials", "Initials", "Where your authority wants them.", ("initials", "child initials")),
)  # fmt: skip
FIELDS = tuple(column.field for column in COLUMNS)
LABELS = {column.field: column.label for column in COLUMNS}
# Columns of the file of faulty rows: whoever brings it again brings a part, not everything
LINE, WRONG = "Line in the file", "What is wrong"

PLAN_WORDS = {
    "cin": "child_in_need",
    "child in need plan": "child_in_need",
    "section 17": "child_in_need",
    "s17": "child_in_need",
    "cp": "child_protection_plan",
    "cpp": "child_protection_plan",
    "child protection": "child_protection_plan",
    "cp plan": "child_protection_plan",
    "lac": "looked_after",
    "cla": "looked_after",
    "cic": "looked_after",
    "looked after child": "looked_after",
    "child looked after": "looked_after",
    "children looked after": "looked_after",
    "child in care": "looked_after",
    "care leaver": "care_leaver_18_plus",
    "leaving care": "care_leaver_18_plus",
}


def plain(words: str) -> str:
    """Words without capitals, marks and doubled spaces, to compare them."""
    return re.sub(r"[^a-z0-9]+", " ", words.lower().replace("’", "").replace("'", "")).strip()


def recognised(headers: Sequence[str], *, reference_label: str = "") -> dict[str, str]:
    """The header of each field, as far as headers are known; each header once."""
    found: dict[str, str] = {}
    by_words = {plain(header): header for header in reversed(headers) if header}
    for column in COLUMNS:
        names = ((plain(reference_label),) if column.field == "reference" else ()) + column.known_as
        taken = set(found.values())
        header = next((by_words[name] for name in names if name in by_words and by_words[name] not in taken), None)
        if header:
            found[column.field] = header
    return found


NAMES = frozenset(plain(name) for column in COLUMNS for name in column.known_as)
NAMES_OF_REFERENCES = frozenset(plain(name) for name in COLUMNS[0].known_as)


def is_a_header(words: str) -> bool:
    """Whether a cell is what a column of references is called, as where two tables were put below each other."""
    return plain(words) in NAMES_OF_REFERENCES


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows of a file holds its headers: the one with the most of them that are known.

    Titles and merged cells stand above it. Without at least three that are known it is the first with several cells.
    """
    known = [sum(1 for cell in row if plain(cell) in NAMES) for row in rows]
    if known and max(known) >= 3:  # noqa: PLR2004
        return known.index(max(known))
    return next((place for place, row in enumerate(rows) if sum(1 for cell in row if cell) > 1), 0)


def fits(columns: Mapping[str, str], headers: Collection[str]) -> bool:
    """Whether a mapping can be used for a file with these headers."""
    return bool(columns) and set(columns.values()) <= set(headers)


def is_a_part(headers: Collection[str]) -> bool:
    """Whether a file is one of faulty rows that were mended, and so does not name every open case."""
    return WRONG in headers


def plan_words(own: Mapping[str, str], in_use: Collection[tuple[str, str]]) -> dict[str, str]:
    """Which plan type each word of a file is: the authority's own words, the names in use, and what is usual."""
    known = {plan_type for plan_type, _ in in_use}
    usual = {words: plan_type for words, plan_type in PLAN_WORDS.items() if plan_type in known}
    named = {plain(words): plan_type for plan_type, words in in_use} | {plain(each): each for each in known}
    return usual | named | {plain(words): plan_type for words, plan_type in own.items()}
