"""Pages of boards: the authority, a service, the list behind a figure; each as a file, too."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance.boards import access, exports, lists, rules, selectors, services
from compliance.boards.lists import Asked
from compliance.models import Kind
from core import sheets
from core.http import Request
from core.shortcuts import get_visible_or_404, may, uuid_or_none
from staff.models import Service

BOXES = {"on_0": "Day", "on_1": "Month", "on_2": "Year"}


@require_safe
def boards(request: Request) -> HttpResponseBase:
    """The board that somebody looks at most: the service's, where there is one alone."""
    _check_has_board(request)
    found = list(access.BoardServices.visible_to(request.actor)[:2])
    is_one = len(found) == 1 and not access.sees_everybody(request.actor)
    return _board(request, found[0] if is_one else None)


@require_safe
def board_authority(request: Request) -> HttpResponseBase:
    _check_has_board(request)
    return _board(request, None)


@require_safe
def board_service(request: Request, service_id: UUID) -> HttpResponseBase:
    return _board(request, get_visible_or_404(access.BoardServices, request.actor, pk=service_id))


@require_safe
def board_list(request: Request) -> HttpResponseBase:
    _check_has_board(request)
    asked = _asked(request)
    day = rules.day_asked_for(request.GET.get("on", ""), today=request.today) or request.today
    found = lists.listed(actor=request.actor, asked=asked, day=day, at=request.at)
    if ending := _ending(request):
        services.note_list(found, actor=request.actor, at=request.at)
        sheet = exports.list_sheet(found, lists.all_rows(found, actor=request.actor))
        return sheets.as_response([sheet], [asked.words, asked.where, day.isoformat()], ending)
    page = lists.page_of(found, actor=request.actor, number=request.GET.get("page", "1"))
    back = _address(found.asked.service, day, today=request.today)
    return render(request, "compliance/board_list.html", {"found": found, "page": page, "back": back})


def _board(request: Request, service: Service | None) -> HttpResponseBase:
    """A board, of today where the address names a day that is none."""
    asked_for = _day_in(request)
    day = rules.day_asked_for(asked_for, today=request.today)
    board = selectors.board(
        actor=request.actor,
        service=service,
        day=day or request.today,
        at=request.at,
        by_team=request.GET.get("by") == "team",
        number=request.GET.get("page", "1"),
    )
    if ending := _ending(request):
        services.note_board(board, actor=request.actor, at=request.at)
        name = service.name if service else "authority"
        return sheets.as_response(exports.board_sheets(board), ["board", name, board.day.isoformat()], ending)
    context = {
        "board": board,
        "today": request.today,
        "day_boxes": _day_boxes(request, board.day),
        "no_such_day": day is None,
        "crumbs": [{"label": "The authority", "url": _address(None, board.day, today=request.today)}],
    }
    return render(request, "compliance/board.html", context)


def _day_in(request: Request) -> str:
    """The day in an address: as the three boxes have it, or in one piece, as links have it."""
    typed = [request.GET.get(name, "").strip() for name in BOXES]
    if not any(typed):
        return request.GET.get("on", "").strip()
    day, month, year = typed
    return f"{year}-{month:0>2}-{day:0>2}"


def _day_boxes(request: Request, day: date) -> list[dict[str, str]]:
    """Day, month and year as they were typed, or of the day shown."""
    shown = (day.day, day.month, day.year)
    typed = any(request.GET.get(name) for name in BOXES)
    return [
        {"name": name, "label": label, "value": request.GET.get(name, "") if typed else str(number)}
        for (name, label), number in zip(BOXES.items(), shown, strict=True)
    ]


def _address(service: Service | None, day: date, *, today: date) -> str:
    """Where a board of a day is."""
    path = reverse("compliance:board-service", args=[service.pk]) if service else reverse("compliance:board-authority")
    return path if day == today else f"{path}?on={day.isoformat()}"


def _ending(request: Request) -> str:
    asked = request.GET.get("as", "")
    return asked if asked in sheets.TYPES else ""


def _asked(request: Request) -> Asked:
    """The figure that the address names; what the reader cannot see does not exist."""
    what, stands = request.GET.get("what", ""), request.GET.get("stands", "")
    if what not in Kind.values or stands not in {"", *rules.LABELS[Kind(what)]}:
        raise Http404
    service, team = (uuid_or_none(request.GET.get(name)) for name in ("service", "team"))
    found_team = get_visible_or_404(access.BoardTeams, request.actor, pk=team) if "team" in request.GET else None
    found_service = None
    if "service" in request.GET:
        found_service = get_visible_or_404(access.BoardServices, request.actor, pk=service)
    return Asked(Kind(what), stands, found_service, found_team, request.GET.get("plan"))


def _check_has_board(request: Request) -> None:
    """Boards do not exist for whoever has none."""
    if not may(access.check_can_open, request.actor):
        raise Http404
