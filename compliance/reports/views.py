"""Pages of monthly reports: the months, one of them, what is behind a figure; and the groups that HR brings."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from compliance.models import MonthlyReport
from compliance.reports import access, behind, exports, forms, rules, selectors, services
from compliance.reports.behind import Asked
from compliance.reports.selectors import ReportPage
from core import sheets
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved, uuid_or_none
from documents import selectors as stored_files
from staff.models import Service

BOXES = {"known_0": "Day", "known_1": "Month", "known_2": "Year"}
PDF = "pdf"


@require_safe
def report_list(request: Request) -> HttpResponse:
    _check_has_reports(request)
    return render(request, "compliance/reports.html", {"months": selectors.month_list(actor=request.actor)})


@require_http_methods(["GET", "POST"])
def report_detail(request: Request, month: str) -> HttpResponseBase:
    _check_has_reports(request)
    first, known_on = _month(request, month), _known_on(request, month)
    on = known_on or rules.end_of(first)
    if request.method == "POST":
        services.ask_for_report(month=first, known_on=on, actor=request.actor, at=request.at)
        return redirect(f"{reverse('compliance:report-detail', args=[month])}?known={on}")
    if (ending := request.GET.get("as", "")) in {PDF, *sheets.TYPES}:
        return _file(request, first, on, ending)
    page = selectors.report_page(
        actor=request.actor,
        month=first,
        known_on=on,
        at=request.at,
        service=_service(request),
        by_service=request.GET.get("by") == "service",
        number=request.GET.get("page", "1"),
    )
    return render(request, "compliance/report.html", _context(request, page, no_such_day=known_on is None))


@require_safe
def report_behind(request: Request, month: str) -> HttpResponse:
    _check_has_reports(request)
    first = _month(request, month)
    known_on = _known_on(request, month) or rules.end_of(first)
    found = behind.behind(actor=request.actor, asked=_asked(request), month=first, known_on=known_on)
    page = behind.page_of(found, actor=request.actor, number=request.GET.get("page", "1"))
    back = f"{reverse('compliance:report-detail', args=[month])}?known={known_on}"
    return render(request, "compliance/report_behind.html", {"found": found, "page": page, "back": back})


@require_http_methods(["GET", "POST"])
def report_groups(request: Request) -> HttpResponse:
    access.check_can_bring_groups(request.actor)
    form = forms.BringGroups(request.POST or None, request.FILES or None)
    if request.method == "POST":
        number = saved(form, services.bring_groups, actor=request.actor, at=request.at)
        if number is not None:
            messages.success(request, f"{number} rows are kept, in the place of what was brought before.")
            return redirect("compliance:report-groups")
    return render(request, "compliance/report_groups.html", {"form": form})


def _context(request: Request, page: ReportPage, *, no_such_day: bool) -> dict[str, Any]:
    shown = (page.known_on.day, page.known_on.month, page.known_on.year)
    typed = any(request.GET.get(name) for name in BOXES)
    boxes = [
        {"name": name, "label": label, "value": request.GET.get(name, "") if typed else str(number)}
        for (name, label), number in zip(BOXES.items(), shown, strict=True)
    ]
    return {"page": page, "day_boxes": boxes, "no_such_day": no_such_day, "address": page.month.strftime("%Y-%m")}


def _file(request: Request, month: date, known_on: date, ending: str) -> HttpResponseBase:
    """The report as a file, noted in the trail first; back to the page while there is none yet."""
    report = selectors.find_report(month=month, known_on=known_on, actor=request.actor)
    if report is None or not report.built_at or (ending == PDF and report.stored is None):
        messages.info(request, "This file is not made yet. Look again in a moment.")
        return redirect(f"{reverse('compliance:report-detail', args=[f'{month:%Y-%m}'])}?known={known_on}")
    services.note_file(report, ending=ending, actor=request.actor, at=request.at)
    name = ["supervision", f"{month:%Y-%m}", "as known", known_on.isoformat()]
    if ending == PDF:
        return _pdf(report, name)
    return sheets.as_response(exports.report_sheets(report), name, ending)


def _pdf(report: MonthlyReport, name: list[str]) -> HttpResponseBase:
    assert report.stored is not None  # noqa: S101  looked at before
    file = stored_files.open_file(report.stored)
    called = sheets.file_name(*name, ending=PDF)
    return FileResponse(file, as_attachment=True, filename=called, content_type=services.PDF)


def _month(request: Request, text: str) -> date:
    month = rules.month_asked_for(text, today=request.today)
    if month is None:
        raise Http404
    return month


def _known_on(request: Request, text: str) -> date | None:
    """As known on which day: in three boxes, or in one piece, as links have it. None for a day that cannot be asked for."""
    typed = [request.GET.get(name, "").strip() for name in BOXES]
    day, month, year = typed
    asked = f"{year}-{month:0>2}-{day:0>2}" if any(typed) else request.GET.get("known", "").strip()
    return rules.day_known(asked, month=_month(request, text), today=request.today)


def _service(request: Request) -> Service | None:
    if not request.GET.get("service"):
        return None
    key = uuid_or_none(request.GET["service"])
    found: Service = get_visible_or_404(access.ReportServices, request.actor, pk=key)
    return found


def _asked(request: Request) -> Asked:
    """The figure that the address names; what the reader cannot see does not exist."""
    what, stands = request.GET.get("what", ""), request.GET.get("stands", "")
    section = rules.SECTIONS.get(what)
    if what not in behind.OF_AUDITS and (section is None or section.of_nights or stands not in {"", *section.columns}):
        raise Http404
    team = None
    if "team" in request.GET:
        team = get_visible_or_404(access.ReportTeams, request.actor, pk=_key(request, "team"))
    return Asked(what, stands, _service(request), team)


def _key(request: Request, name: str) -> UUID | None:
    return uuid_or_none(request.GET.get(name))


def _check_has_reports(request: Request) -> None:
    """Reports do not exist for whoever has none."""
    if not may(access.check_can_open, request.actor):
        raise Http404
