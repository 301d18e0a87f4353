"""The rows of a tracker as HTML, put together by hand: a grid has thousands of cells, and a template takes too long."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.templatetags.countersign import MONTHS, draw_status_tag, due_age, short_date
from supervision.tracker.rules import GROUP_LETTER, LETTERS, WORDS, Cell, Gone, Mark, Period
from supervision.tracker.selectors import Tick, TrackerRow

_NOBODY = UUID(int=0)


def month_words(month: date) -> str:
    """November 2026."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_heads(period: Period) -> list[tuple[str, int, str]]:
    """The heads of the columns: short month, year, and both in full."""
    return [(MONTHS[each.month - 1][:3], each.year, month_words(each)) for each in period.months]


def drawn(rows: Iterable[TrackerRow], *, period: Period, today: date) -> SafeString:
    """The body of the table."""
    child = reverse("supervision:child-detail", args=[_NOBODY])
    tick = reverse("supervision:tracker-tick", args=[_NOBODY])
    months = {month: month_words(month) for month in period.months}
    return mark_safe("".join(_row(row, months, child, tick, today) for row in rows))  # noqa: S308


def _row(row: TrackerRow, months: dict[date, str], child: str, tick: str, today: date) -> str:
    key = row.child.child_id
    cells = "".join(_cell(cell, row, months[cell.month], tick) for cell in row.cells)
    css = "govuk-table__row app-tracker__gone" if row.gone else "govuk-table__row"
    return (
        f'<tr class="{css}" role="row" id="child-{key}">'
        f'<th scope="row" class="govuk-table__header" role="rowheader">{_head(row, child)}</th>'
        f'<td class="govuk-table__cell" role="cell" data-label="Discussion due">{_due(row, today)}</td>'
        f'<td class="govuk-table__cell" role="cell" data-label="Sessions since in depth">{_in_depth(row)}</td>'
        f"{cells}</tr>\n"
    )


def _head(row: TrackerRow, child: str) -> str:
    reference: str = escape(row.child.reference)
    if row.child.in_sight:
        address = child.replace(str(_NOBODY), str(row.child.child_id))
        reference = f'<a class="govuk-link" href="{address}">{reference}</a>'
    lines = [reference + (f" ({escape(row.child.initials)})" if row.child.initials else "")]
    if row.gone:
        lines.append(f'<span class="app-table-hint">{_gone(row.gone, row.worker)}</span>')
        return "<br>".join(lines)
    lines.append(f'<span class="app-table-hint">{escape(row.worker or "Nobody")}</span>')
    if row.inherited_on:
        lines.append(f'<span class="app-table-hint">Inherited on {short_date(row.inherited_on)}</span>')
    lines.append(f'<span class="app-table-hint">{escape(", ".join(row.plan_types) or "No plan entered")}</span>')
    if row.held:
        lines.append(draw_status_tag("unheld", row.held.why.words))
    return "<br>".join(lines)


def _gone(gone: Gone, worker: str) -> str:
    if gone.closed:
        return f"Closed on {short_date(gone.on)}"
    return f"With {escape(worker) if worker else 'another worker'} since {short_date(gone.on)}"


def _due(row: TrackerRow, today: date) -> str:
    if row.gone:
        return '<span class="app-muted">No longer here</span>'
    if row.assessment is None:
        return '<span class="app-muted">No policy is in force</span>'
    first = row.assessment.asks_first()
    tag = draw_status_tag(first.shown if first else row.assessment.standing)
    when = '<span class="app-muted">No date</span>'
    if first and first.due_on:
        age = due_age(first.due_on, today)
        when = f'<time datetime="{first.due_on.isoformat()}">{short_date(first.due_on)}</time> <span class="app-due__age">{age}</span>'
    asked = "".join(
        f"<li>{escape(each.words)}: <strong>{each.met}</strong>. {escape(each.why)}</li>" for each in row.asked
    )
    short = ", ".join(f"{escape(each.words.lower())}: {each.met}" for each in row.asked)
    why = (
        f'<details class="govuk-details app-why"><summary class="govuk-details__summary">'
        f'<span class="govuk-details__summary-text">Why<span class="govuk-visually-hidden"> is this so for {escape(row.child.reference)}?</span></span></summary>'
        f'<div class="govuk-details__text"><ul class="govuk-list">{asked}</ul>{escape(row.assessment.policy)}</div></details>'
    )
    return f'{when} {tag}<br><span class="app-table-hint">{short[:1].upper()}{short[1:]}</span>{why if asked else ""}'


def _in_depth(row: TrackerRow) -> str:
    if row.since_in_depth is None:
        return '<span class="app-muted">none</span>'
    last = short_date(row.last_in_depth) if row.last_in_depth else "never yet"
    return f'{row.since_in_depth}<br><span class="app-table-hint">{last}</span>'


def _cell(cell: Cell, row: TrackerRow, month: str, tick: str) -> str:
    ticks = row.ticks.get(cell.month, ())
    if not cell.marks and not ticks:
        return '<td role="cell"></td>' if cell.on_list else '<td role="cell" class="app-tracker__off">–</td>'
    drawn = "".join(map(_mark, cell.marks)) + "".join(_tick(each, row, tick) for each in ticks)
    return f'<td role="cell" data-label="{month}">{drawn}</td>'


@lru_cache
def _shape(kind: str, in_group: bool) -> tuple[str, str, str]:  # noqa: FBT001  a key, and no switch
    """What is the same in all marks of a kind: class, letters, words."""
    mark = Mark(date.min, kind, in_group)
    words = f'<span class="govuk-visually-hidden">, {mark.words}</span>'
    return f'class="app-said app-said--{kind.replace("_", "-")}"', mark.letters, words


def _mark(mark: Mark) -> str:
    css, letters, words = _shape(mark.kind, mark.in_group)
    if mark.url:
        return f'<a {css} href="{mark.url}">{letters} {mark.on.day}{words}</a> '
    return f"<span {css}>{letters} {mark.on.day}{words}</span> "


def _tick(tick: Tick, row: TrackerRow, address: str) -> str:
    where = address.replace(str(_NOBODY), tick.session)
    return (
        f'<button type="submit" form="tick" formaction="{where}" name="child" value="{row.child.child_id}"'
        f' class="app-tracker__tick">Tick {tick.on.day}<span class="govuk-visually-hidden">'
        f" {MONTHS[tick.on.month - 1]}: {escape(row.child.reference)} was discussed briefly</span></button> "
    )


def key() -> list[tuple[str, str, str]]:
    """What stands in cells: letters, in words, and by which style."""
    found = [(letters, WORDS[kind], kind.replace("_", "-")) for kind, letters in LETTERS.items()]
    return [*found, (f"{GROUP_LETTER}B, {GROUP_LETTER}D", "the same in a group", "group")]
