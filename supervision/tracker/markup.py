"""The rows of a tracker as HTML, put together by hand: a grid has thousands of cells, and a template takes too long."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from html import escape
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import mark_safe

from core.templatetags.countersign import MONTHS, draw_status_tag, due_age, short_date
from supervision.rules.discussions import BRIEF
from supervision.tracker.rules import GROUP_LETTER, LETTERS, WORDS, Cell, Gone, Mark, Period
from supervision.tracker.selectors import TrackerRow, Written, cells_of
from supervision.tracker.standing import Standing

_NOBODY = UUID(int=0)
# Where the rows come to stand in the page; nothing that somebody typed looks like it, since a template escapes it
PLACE = mark_safe("<!-- rows -->")


def month_words(month: date) -> str:
    """November 2026."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_heads(period: Period) -> list[tuple[str, int, str]]:
    """The heads of the columns: short month, year, and both in full."""
    return [(MONTHS[each.month - 1][:3], each.year, month_words(each)) for each in period.months]


def with_rows(page: bytes, rows: Iterable[TrackerRow], *, today: date) -> bytes:
    """The page with the rows in their place. A template would copy them again and again on their way through its blocks."""
    return page.replace(PLACE.encode(), drawn(rows, today=today).encode(), 1)


def drawn(rows: Iterable[TrackerRow], *, today: date) -> str:
    """The body of the table."""
    child = reverse("supervision:child-detail", args=[_NOBODY])
    tick = reverse("supervision:tracker-tick", args=[_NOBODY])
    drawn = [_with_ticks(row, child, tick, today) if row.ticks else _row(_shown(row), child, today) for row in rows]
    return "".join(drawn)


class Shown(NamedTuple):
    """Everything that a row shows; equal to the same shown again, so that what is drawn of it can be kept."""

    child_id: UUID
    reference: str
    initials: str
    in_sight: bool
    gone: Gone | None
    worker: str
    held: str
    stands: Standing | None
    since_in_depth: int | None
    written: Written


def _shown(row: TrackerRow) -> Shown:
    one = row.child
    return Shown(
        one.child_id,
        one.reference,
        one.initials,
        one.in_sight,
        row.gone,
        row.worker,
        row.held.why.words if row.held else "",
        row.stands,
        row.since_in_depth,
        row.written,
    )


# Of the same child on the same day the same is drawn for everybody who sees as much of it
@lru_cache(maxsize=4_096)
def _row(shown: Shown, child: str, today: date) -> str:
    return _line(shown, child, today, "".join([_cell(each) for each in cells_of(shown.written, shown.stands)]))


def _with_ticks(row: TrackerRow, child: str, tick: str, today: date) -> str:
    drawn = [_cell(each, _ticks(row, each.month, tick)) for each in row.cells]
    return _line(_shown(row), child, today, "".join(drawn))


def _line(shown: Shown, child: str, today: date, cells: str) -> str:
    css = "govuk-table__row app-tracker__gone" if shown.gone else "govuk-table__row"
    due = _due(shown.stands, today) if shown.stands else _no_due(shown)
    return (
        f'<tr class="{css}" role="row" id="child-{shown.child_id}">'
        f'<th scope="row" class="govuk-table__header" role="rowheader">{_head(shown, child)}</th>'
        f'<td class="govuk-table__cell" role="cell" data-label="Discussion due">{due}</td>'
        f'<td class="govuk-table__cell" role="cell" data-label="Sessions since in depth">{_in_depth(shown)}</td>'
        f"{cells}</tr>\n"
    )


def _head(shown: Shown, child: str) -> str:
    reference = escape(shown.reference)
    if shown.in_sight:
        reference = f'<a class="govuk-link" href="{child.replace(str(_NOBODY), str(shown.child_id))}">{reference}</a>'
    lines = [reference + (f" ({escape(shown.initials)})" if shown.initials else "")]
    if shown.gone:
        lines.append(_hint(_gone(shown.gone, shown.worker)))
    elif shown.stands:
        lines.append(_hint(shown.worker or "Nobody"))
        if shown.stands.inherited_on:
            lines.append(_hint(f"Inherited on {short_date(shown.stands.inherited_on)}"))
        lines.append(_hint(", ".join(shown.stands.plan_types) or "No plan entered"))
    if shown.held:
        lines.append(draw_status_tag("unheld", shown.held))
    return "<br>".join(lines)


def _hint(words: str) -> str:
    return f'<span class="app-table-hint">{escape(words)}</span>'


def _gone(gone: Gone, worker: str) -> str:
    if gone.closed:
        return f"Closed on {short_date(gone.on)}"
    return f"With {worker or 'another worker'} since {short_date(gone.on)}"


def _no_due(shown: Shown) -> str:
    words = "No longer here" if shown.gone else "No policy is in force"
    return f'<span class="app-muted">{words}</span>'


def _due(stands: Standing, today: date) -> str:
    first = stands.first
    tag = draw_status_tag(first.shown if first else stands.assessment.standing)
    when = '<span class="app-muted">No date</span>'
    if first and first.due_on:
        when = (
            f'<time datetime="{first.due_on.isoformat()}">{short_date(first.due_on)}</time>'
            f' <span class="app-due__age">{due_age(first.due_on, today)}</span>'
        )
    short = "; ".join(f"{each.words[:1].lower()}{each.words[1:]}: {each.met}" for each in stands.asked)
    return f'{when} {tag}<br><span class="app-table-hint">{escape(short[:1].upper() + short[1:])}</span>{_why(stands)}'


def _why(stands: Standing) -> str:
    """Each rule with its sentence, folded away."""
    if not stands.asked:
        return ""
    asked = "".join(
        f"<li>{escape(each.words)}: <strong>{each.met}</strong>. {escape(each.why)}</li>" for each in stands.asked
    )
    return (
        '<details class="govuk-details app-why"><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">Why</span></summary>'
        f'<div class="govuk-details__text"><ul class="govuk-list">{asked}</ul>{escape(stands.assessment.policy)}</div></details>'
    )


def _in_depth(shown: Shown) -> str:
    if shown.stands is None:
        return '<span class="app-muted">none</span>'
    last = short_date(shown.stands.last_in_depth) if shown.stands.last_in_depth else "never yet"
    return f"{shown.since_in_depth}<br>{_hint(last)}"


def _cell(cell: Cell, ticks: str = "") -> str:
    if not cell.marks and not ticks:
        return '<td role="cell"></td>' if cell.on_list else '<td role="cell" class="app-tracker__off">&ndash;</td>'
    marks = "".join([_mark(each) for each in cell.marks])
    return f'<td role="cell" data-label="{month_words(cell.month)}">{marks}{ticks}</td>'


@lru_cache
def _shape(kind: str, in_group: bool) -> tuple[str, str, str]:  # noqa: FBT001  a key, and no switch
    """What is the same in all marks of a kind: class, letters, words."""
    mark = Mark(date.min, kind, in_group)
    words = f'<span class="govuk-visually-hidden">, {mark.words}</span>'
    css = "app-said" if kind == BRIEF else f"app-said app-said--{kind.replace('_', '-')}"
    return f'class="{css}"', mark.letters, words


def _mark(mark: Mark) -> str:
    css, letters, words = _shape(mark.kind, mark.in_group)
    if mark.url:
        return f'<a {css} href="{mark.url}">{letters} {mark.on.day}{words}</a> '
    return f"<span {css}>{letters} {mark.on.day}{words}</span> "


def _ticks(row: TrackerRow, month: date, address: str) -> str:
    """The buttons of a month, each for one session."""
    return "".join(
        f'<button type="submit" form="tick" formaction="{address.replace(str(_NOBODY), each.session)}" name="child"'
        f' value="{row.child.child_id}" class="app-tracker__tick">Tick {each.on.day}<span class="govuk-visually-hidden">'
        f" {MONTHS[each.on.month - 1]}: {escape(row.child.reference)} was discussed briefly</span></button> "
        for each in row.ticks.get(month, ())
    )


def key() -> list[tuple[str, str, str]]:
    """What stands in cells: letters, in words, and by which style."""
    found = [(letters, WORDS[kind], kind.replace("_", "-")) for kind, letters in LETTERS.items()]
    return [*found, (f"{GROUP_LETTER}B, {GROUP_LETTER}D", "the same in a group", "group")]
