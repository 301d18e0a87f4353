"""The monthly report against the smallest signed-in page of the same run, and working it out for everybody."""

from django.urls import reverse

from bench import board_facts
from bench.assess_facts import Size
from bench.figures import Figure, say, seconds, time_ratio
from bench.pages import BARE, Page, queries, visit
from compliance.reports import services
from compliance.reports.rules import end_of, months_before
from core.actor import Role
from core.clock import date_of, now
from staff.models import StaffMember
from staff.selectors import actor_for

# A task may take two minutes
READING, QUERIES, RATE = "<= 20", "<= 12", ">= 25"


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Time ratio and number of queries of the report's page once it is worked out; people a second of working out and printing."""
    at = now()
    size = board_facts.authority(seed=seed, scale=scale, at=at, on=date_of(at))
    say(f"{size.workers} people, {size.children} children.")
    [month] = months_before(date_of(at), 1)
    person = StaffMember.objects.get(name=f"Worker {board_facts.PRINCIPAL}")
    actor = actor_for(person, on=date_of(at), hat=Role.PRINCIPAL_SOCIAL_WORKER)
    report = services.ask_for_report(month=month, known_on=end_of(month), actor=actor, at=at)
    build = seconds(lambda: services.build_report(report_id=report.pk, at=at))
    say(f"worked out in {build:.1f} s")
    print_ = seconds(lambda: services.print_report(report_id=report.pk, at=at))
    say(f"printed in {print_:.1f} s")
    return [
        *page_figures(reverse("compliance:report-detail", args=[f"{month:%Y-%m}"]), person.name, size),
        Figure("report", "build", "per_second", size.workers / build, RATE, against="people", at=facts(size)),
        Figure("report", "print", "per_second", size.workers / print_, RATE, against="people", at=facts(size)),
    ]


def page_figures(path: str, who: str, size: Size) -> list[Figure]:
    """What is measured of the page."""
    hat = Role.PRINCIPAL_SOCIAL_WORKER
    page = visit(Page("month", who, path, hat))
    ratio = time_ratio(page, visit(Page("bare", who, reverse(BARE), hat)))
    against = "bare signed-in page, interleaved"
    return [
        Figure(
            "report", "month", "time_ratio", ratio.median, READING, ratio.runs, ratio.spread, against, at=facts(size)
        ),
        Figure("report", "month", "queries", queries(page), QUERIES, at=facts(size)),
    ]


def facts(size: Size) -> dict[str, int]:
    """Of how many."""
    return {"staff": size.workers, "children": size.children}
