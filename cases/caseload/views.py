"""Pages of caseloads: the board of a team, why one worker holds more than the guide, what one child counts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.caseload import access, exports, forms, selectors, services
from cases.views import child_to_change, page_of_child
from core import sheets
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from staff.models import StaffMember


@require_GET
def caseload_board(request: Request) -> HttpResponseBase:
    """What each worker of a team holds, with the guide beside it; as a file, too."""
    ending = request.GET.get("as", "")
    if ending in sheets.TYPES:
        board = services.take_board(actor=request.actor, at=request.at)
        return sheets.as_response([exports.board_sheet(board)], ["caseload", request.today.isoformat()], ending)
    board = services.read_board(actor=request.actor, at=request.at)
    return render(request, "cases/caseload_board.html", {"board": board, "today": request.today})


@require_http_methods(["GET", "POST"])
def caseload_of(request: Request, person_id: UUID) -> HttpResponse:
    """What one worker holds, and what was said of it; above the guide a supervisor says why."""
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_see_load(request.actor, person.pk)
    if request.method == "POST":
        access.check_can_say_why(request.actor, person.pk)

    form = forms.SayWhy(request.POST or None)
    if saved(form, services.say_why, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "The reason and the plan are saved.")
        return redirect("cases:caseload-board")
    load = selectors.load_now(person_id=person.pk, on=request.today)
    context = {
        "person": person,
        "load": load,
        "notes": services.read_notes(person_id=person.pk, actor=request.actor, at=request.at),
        # Typed before the load fell to the guide, it is given back with the reason
        "form": form
        if form.is_bound or (load.is_above and may(access.check_can_say_why, request.actor, person.pk))
        else None,
        "is_self": person.pk == request.actor.staff_id,
    }
    return render(request, "cases/caseload_of.html", context)


@require_http_methods(["GET", "POST"])
def child_weight(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    form = forms.OwnWeight(request.POST or None)
    if saved(form, services.set_weight, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "This child counts so much from today on.")
        return redirect("supervision:child-detail", child_id=child.pk)
    return render(request, "cases/child_change.html", page_of_child(child, form, "What this child counts"))


@require_POST
def child_weight_end(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    services.end_weight(child_id=child.pk, actor=request.actor, at=request.at)
    messages.success(request, "This child counts as the policy says again.")
    return redirect("supervision:child-detail", child_id=child.pk)
