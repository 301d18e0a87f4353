"""Pages of the tracker: the grid, ticking a child, the report of discussions in depth; each as a file, too."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cases.models import Child
from core import sheets
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, uuid_or_none
from core.templatetags.countersign import medium_date
from supervision import access
from supervision.models import SupervisionSession
from supervision.tracker import exports, in_depth, markup, said, selectors, services
from supervision.views.children import child_detail

ASKED = ("whose", "period", "order")


@require_safe
def tracker(request: Request) -> HttpResponseBase:
    asked = {name: request.GET.get(name, "") for name in ASKED}
    found = selectors.tracker(actor=request.actor, number=request.GET.get("page", "1"), **asked)
    chosen = found.choices.chosen
    if ending := _ending(request):
        people = {UUID(spell.holder) for row in found.rows for spell in row.child.spells}
        services.note_file(what="tracker", people=people, number=len(found.rows), actor=request.actor, at=request.at)
        return sheets.as_response([exports.tracker_table(found)], ["tracker", chosen.label, found.period.label], ending)
    context = {
        "found": found,
        "chosen": chosen,
        "orders": selectors.ORDERS.items(),
        "months": markup.month_heads(found.period),
        "rows": markup.PLACE,
        "key": markup.key(),
        "today": request.today,
    }
    page = render(request, "supervision/tracker/tracker.html", context)
    page.content = markup.with_rows(page.content, found.page.object_list, today=request.today)
    return page


@require_POST
def tracker_tick(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_record(request.actor, session)
    child = get_visible_or_404(Child.objects, request.actor, pk=uuid_or_none(request.POST.get("child")))
    back = _back(request, child)
    try:
        is_new = services.tick(session_id=session.pk, child_id=child.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    was = f"in the session of {medium_date(session.on)} with {session.supervisee.name}"
    if is_new:
        messages.success(
            request,
            f"{child.reference} was discussed briefly {was}. Its mark leads to the session, where you can change it.",
        )
    else:
        messages.info(request, f"{child.reference} is marked already {was}, and stays so.")
    return redirect(back)


@require_safe
def tracker_said(request: Request, discussion_id: UUID) -> HttpResponse:
    discussion = get_visible_or_404(said.SaidOnTracker(), request.actor, pk=discussion_id)
    if where := said.read_at(discussion, actor=request.actor):
        return redirect(where)
    return child_detail(request, discussion.child_id)


@require_safe
def in_depth_report(request: Request) -> HttpResponseBase:
    found = in_depth.in_depth_report(
        actor=request.actor,
        whose=request.GET.get("whose", ""),
        order=request.GET.get("order", ""),
        number=request.GET.get("page", "1"),
    )
    if ending := _ending(request):
        people = {person for row in found.rows for person in row.holders}
        services.note_file(what="in_depth", people=people, number=len(found.rows), actor=request.actor, at=request.at)
        where = found.chosen.label if found.chosen else "all"
        table = exports.in_depth_table(found.rows, label=found.label)
        return sheets.as_response([table], ["in-depth", where, request.today.isoformat()], ending)
    context = {"found": found, "orders": in_depth.ORDERS.items()}
    return render(request, "supervision/tracker/in_depth.html", context)


def _ending(request: Request) -> str:
    asked = request.GET.get("as", "")
    return asked if asked in sheets.TYPES else ""


def _back(request: Request, child: Child) -> str:
    """The tracker as it was, at the child."""
    asked = {name: request.POST[name] for name in (*ASKED, "page") if request.POST.get(name)}
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{reverse('supervision:tracker')}{query}#child-{child.pk}"
