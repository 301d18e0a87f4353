"""A page of paragraphs to decide about, made from what is at hand; no queries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.forms import BaseForm

from archive.models import Passage, RequestItem
from archive.requests.forms import Decide
from archive.requests.rules.redacting import SAID
from archive.requests.selectors import MarkRow, Piece, marks_of, pieces_of

FILE = "File"
STAFF_ALONE = "the name of a member of staff"


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One paragraph or file with what was found in it, what was decided, and its form."""

    passage: Passage
    pieces: Sequence[Piece]
    marks: Sequence[MarkRow]
    ticked: frozenset[str]
    form: BaseForm
    typed: str
    reason: str
    words: str
    opens_item: bool
    next_key: UUID | str

    @property
    def item(self) -> RequestItem:
        """What it stands in."""
        return self.passage.item

    @property
    def is_file(self) -> bool:
        """Whether it is a file, decided about as a whole."""
        return self.passage.label == FILE

    @property
    def names_staff_alone(self) -> bool:
        """Whether nothing is marked but names of members of staff."""
        return bool(self.marks) and all(mark.why == STAFF_ALONE for mark in self.marks)

    @property
    def said(self) -> str:
        """What was decided, in words; nothing while nobody decided."""
        kept = SAID.get(self.passage.reason, "")
        return (
            {
                Passage.Decision.DISCLOSE: "Given",
                Passage.Decision.REDACT: f"Words taken out: {kept}",
                Passage.Decision.WITHHOLD: f"{'A redacted copy is given' if self.passage.replacement_id else 'Withheld'}: {kept}",
            }.get(Passage.Decision(self.passage.decision))
            or ""
            if self.passage.decision
            else ""
        )

    @property
    def is_open(self) -> bool:
        """Whether the inputs for withholding stand open: something was found and is undecided, withheld, or refused."""
        return bool(self.form.errors or self.passage.reason or (self.marks and not self.passage.decision))


def passage_rows(passages: Iterable[Passage], *, refused: Mapping[UUID, Decide]) -> Iterator[PassageRow]:
    """Paragraphs of a page, each with its form, or with the one that was refused and what was typed into it."""
    shown = list(passages)
    following = [passage.pk for passage in shown[1:]] + [""]
    last = None
    for passage, next_key in zip(shown, following, strict=True):
        form = refused.get(passage.pk)
        data = form.data if form else {}
        out = [(start, end) for start, end in passage.spans]
        marks = marks_of(passage)
        ticked = {mark.value for mark in marks if tuple(map(int, mark.value.split("-"))) in out}
        typed = [passage.text[start:end] for start, end in out if f"{start}-{end}" not in ticked]
        yield PassageRow(
            passage=passage,
            pieces=pieces_of(passage),
            marks=marks,
            ticked=frozenset(f"{start}-{end}" for start, end in form.ticked()) if form else frozenset(ticked),
            form=form or Decide(),
            typed=data.get("typed", "\n".join(dict.fromkeys(typed))),
            reason=data.get("reason", passage.reason),
            words=data.get("words", passage.words),
            opens_item=passage.item_id != last,
            next_key=next_key,
        )
        last = passage.item_id
