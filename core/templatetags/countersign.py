"""Filters and tags for every page: dates in words, statuses in words, text as it was typed."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.clock import LONDON

register = template.Library()

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# Words and colour of each status in the product. The words always stand beside the colour.
STATUSES: dict[str, tuple[str, str]] = {
    # what is due (the engine's words)
    "not_due": ("Not due yet", "grey"),
    "due_soon": ("Due soon", "yellow"),
    "due_today": ("Due today", "orange"),
    "target_passed": ("Target passed", "orange"),
    "overdue": ("Overdue", "red"),
    "met": ("Done", "green"),
    "missed": ("Missed", "red"),
    "exempt": ("Exempt", "grey"),
    "suspended": ("Paused", "grey"),
    "not_required": ("Not required", "grey"),
    "no_minimum_set": ("No minimum set", "grey"),
    # records
    "draft": ("Draft", "grey"),
    "awaiting": ("Waiting for signature", "yellow"),
    "returned": ("Sent back", "orange"),
    "sealed": ("Signed and sealed", "green"),
    "not_agreed": ("Sealed, not agreed", "orange"),
    "closed_unsigned": ("Closed, not countersigned", "orange"),
    # contracts
    "missing": ("No contract", "red"),
    "unsigned": ("Not signed by both", "orange"),
    "in_force": ("In force", "green"),
    "review_due": ("Review due", "yellow"),
    "out_of_date": ("Out of date", "red"),
    "declined": ("Declined", "red"),
    # less often than the policy asks: never green
    "exception": ("Agreed exception", "orange"),
    "undecided": ("Waits for a decision", "yellow"),
    "refused": ("Refused", "grey"),
    "ended": ("Ended", "grey"),
    # versions of the policy, and how its passages are read
    "to_come": ("Begins later", "blue"),
    "to_publish": ("Waits to be published", "yellow"),
    "confirmed": ("Confirmed by the council", "green"),
    "unconfirmed": ("Not yet confirmed by the council", "yellow"),
    "needs_rules": ("Read otherwise by the council", "orange"),
    "added": ("Added", "blue"),
    "changed": ("Changed", "yellow"),
    "removed": ("Removed", "orange"),
    # children
    "unheld": ("Held without a worker", "red"),
    # sessions
    "booked": ("Booked", "blue"),
    "held": ("Held", "green"),
    "cut_short": ("Cut short", "orange"),
    "cancelled": ("Cancelled", "grey"),
    "did_not_attend": ("Did not attend", "orange"),
    "present": ("Present", "green"),
    "absent": ("Absent", "orange"),
    # actions
    "open": ("To do", "yellow"),
    "done": ("Done", "green"),
    "dropped": ("Dropped", "grey"),
    "high": ("High priority", "orange"),
    "medium": ("Medium priority", "grey"),
    "low": ("Low priority", "grey"),
    # what is put to a manager, and what is shared
    "referred": ("Waits for an answer", "yellow"),
    "answered": ("Answered", "green"),
    "closed": ("Closed", "grey"),
    "to_agree": ("Waits for agreement", "yellow"),
    "not_shared": ("Not agreed: not shared", "grey"),
    "agreed": ("Agreed, not shared yet", "blue"),
    "shared": ("Shared", "green"),
    # papers and checks of a folder
    "folder_current": ("In order", "green"),
    "folder_due": ("To be renewed", "yellow"),
    "folder_expired": ("Expired", "red"),
    "folder_against": ("Not in order", "red"),
    "folder_no_date": ("No end entered", "orange"),
    "folder_missing": ("Not entered", "orange"),
    # observations, and moderation of audits
    "not_agreed_to": ("Not agreed to", "orange"),
    "to_hold": ("Agreed to, not held yet", "blue"),
    "given_up": ("Given up", "grey"),
    "to_moderate": ("Waits for a second judgement", "yellow"),
    "moderated": ("Judged a second time", "green"),
    "withdrawn": ("Withdrawn", "grey"),
    # audits and observations
    "no_number_set": ("No number set", "grey"),
    "audit_nobody": ("Nobody to audit", "grey"),
    "audit_ahead": ("Not begun yet", "grey"),
    "audit_to_book": ("No date yet", "yellow"),
    "audit_passed": ("Date has passed", "orange"),
    "audit_short": ("Short", "red"),
    "audit_late": ("Late", "red"),
    "audit_open": ("Being written", "blue"),
    "audit_given_up": ("Given up", "grey"),
    # a way of signing in
    "on": ("In use", "green"),
    "off": ("Not in use", "grey"),
}

UNITS = {"D": ("day", "days"), "W": ("week", "weeks"), "M": ("month", "months"), "Y": ("year", "years")}


def as_date(value: object) -> date | None:
    """The London date of a date, a moment, or an ISO date; None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    try:
        return as_date(datetime.fromisoformat(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def as_time(value: object) -> time | None:
    """The London time of day of a moment, a time, or an ISO moment; None for anything else."""
    if isinstance(value, datetime):
        return (value.astimezone(LONDON) if value.tzinfo else value).time()
    if isinstance(value, time):
        return value
    try:
        return as_time(datetime.fromisoformat(value)) if isinstance(value, str) else None
    except ValueError:
        return None


@register.filter
def long_date(value: object) -> str:
    """Tuesday 12 January 2027. Anything that is no date comes back as it is, None as nothing."""
    if day := as_date(value):
        return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
    return "" if value is None else str(value)


@register.filter
def weekday_name(number: int) -> str:
    """Monday for 0."""
    return DAYS[number]


@register.filter
def medium_date(value: object) -> str:
    """12 January 2027."""
    if day := as_date(value):
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return "" if value is None else str(value)


@register.filter
def short_date(value: object) -> str:
    """12 Jan 2027, for tables."""
    if day := as_date(value):
        return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
    return "" if value is None else str(value)


@register.filter
def time_of(value: object) -> str:
    """14:02, in London."""
    if clock := as_time(value):
        return f"{clock.hour}:{clock.minute:02}"
    return "" if value is None else str(value)


@register.filter
def moment(value: object) -> str:
    """Tuesday 12 January 2027 at 14:02."""
    return f"{long_date(value)} at {time_of(value)}" if as_date(value) else long_date(value)


@register.filter
def iso_date(value: object) -> str:
    """2027-01-12, for the datetime attribute of <time> and for sorting."""
    day = as_date(value)
    return day.isoformat() if day else ""


def counted(number: int, one: str, many: str) -> str:
    """1 day, 2 days."""
    return f"{number} {one if number == 1 else many}"


@register.filter
def days_overdue(value: object, on: object = None) -> str:
    """8 days overdue: of a number of days, or of a due date seen from ``on``. Nothing when it is not overdue."""
    if isinstance(value, int) and not isinstance(value, bool):
        days = value
    else:
        due_on, today = as_date(value), as_date(on)
        days = (today - due_on).days if due_on and today else 0
    return f"{counted(days, 'day', 'days')} overdue" if days > 0 else ""


@register.filter
def away(value: object, on: object) -> str:
    """Today, tomorrow, in 5 days, yesterday, 8 days ago: a date as seen from ``on``."""
    day, today = as_date(value), as_date(on)
    if not day or not today:
        return ""
    days = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")


@register.simple_tag
def due_age(due_on: object, today: object, overdue_days: object = None) -> str:
    """How late something is, or how far away: of the days given, else as seen from ``today``."""
    return days_overdue(overdue_days) or days_overdue(due_on, today) or away(due_on, today)


@register.filter
def interval_words(value: object) -> str:
    """P1M as "every month", P14D as "every 14 days". What is no such interval comes back as it is."""
    text = str(value or "")
    found = re.fullmatch(r"P(\d+)([DWMY])", text)
    if not found:
        return text
    number, (one, many) = int(found[1]), UNITS[found[2]]
    return f"every {one}" if number == 1 else f"every {number} {many}"


@register.filter
def paragraphs(value: object) -> SafeString:
    """Typed text as paragraphs, escaped: an empty line starts a paragraph, a line end stays a line end."""
    text = str(escape(str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")))
    blocks = [block for block in re.split(r"\n[ \t]*\n+", text) if block.strip()]
    shown = ('<p class="govuk-body" dir="auto">{}</p>'.format(block.replace("\n", "<br>")) for block in blocks)
    return mark_safe("\n".join(shown))  # noqa: S308


@register.filter
def initials(name: object) -> str:
    """AO for Amara Obi."""
    words = [word for word in str(name or "").split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in ([words[0], words[-1]] if len(words) > 1 else words))


@register.filter
def status_words(status: object) -> str:
    """The words of a status; an unknown one is shown as words, not hidden."""
    key = str(status or "")
    return STATUSES[key][0] if key in STATUSES else key.replace("_", " ").capitalize()


@register.filter
def status_colour(status: object) -> str:
    """The colour of a status."""
    return STATUSES.get(str(status or ""), ("", "grey"))[1]


@register.simple_tag(name="status_tag")
def draw_status_tag(status: object, words: object = "") -> SafeString:
    """A status as a tag with its words, or with other words."""
    return format_html(
        '<strong class="govuk-tag govuk-tag--{}">{}</strong>', status_colour(status), words or status_words(status)
    )


@register.simple_tag(name="cell")
def draw_cell(cell: Any) -> SafeString:
    """One cell of components/table.html: words, or a dict as its head describes."""
    if not isinstance(cell, dict):
        return format_html("{}", "" if cell is None else cell)
    if cell.get("status"):
        inner = draw_status_tag(cell["status"], cell.get("words", ""))
    elif cell.get("date"):
        inner = format_html(
            '<time datetime="{}" class="app-nowrap">{}</time>', iso_date(cell["date"]), short_date(cell["date"])
        )
    else:
        inner = format_html("{}", cell.get("text", ""))
    if cell.get("url"):
        inner = format_html('<a class="govuk-link" href="{}">{}</a>', cell["url"], inner)
    hint = cell.get("hint")
    return format_html('{}<br><span class="app-table-hint">{}</span>', inner, hint) if hint else inner


@register.filter
def yes_no_words(value: object) -> str:
    """Yes, No, or Not answered."""
    return {"yes": "Yes", "no": "No", True: "Yes", False: "No"}.get(value, "Not answered")


@register.filter
def in_hours(hours: Decimal) -> str:
    """1.5 for 1.50, and 2 for 2.00."""
    return f"{hours.normalize():f}"


@register.filter
def file_size(value: object) -> str:
    """34 KB, 1.2 MB."""
    size = int(str(value or 0))
    if size < 1000:
        return counted(size, "byte", "bytes")
    return f"{size // 1000} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


@register.filter
def page_numbers(page: Any) -> list[int | None]:
    """The numbers to link from a Django Page; None stands for a gap."""
    shown = sorted({1, page.number - 1, page.number, page.number + 1, page.paginator.num_pages})
    numbers: list[int | None] = []
    for number in shown:
        if 1 <= number <= page.paginator.num_pages:
            previous = numbers[-1] if numbers else None
            if previous is not None and number - previous > 1:
                numbers.append(None)
            numbers.append(number)
    return numbers


@register.filter
def at(items: Any, position: int) -> Any:
    """The item at a position, or nothing."""
    return items[position] if position < len(items) else ""


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """The present address with some of its query changed: ``{% with_query page=2 %}``."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"
