"""Pages about children: those within sight, one child, and what was said of each in a session."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.models import Child
from cases.selectors import child_by_reference
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404
from supervision import access, forms, selectors, services
from supervision.models import SupervisionSession
from supervision.rules.discussions import discussions_settled


@require_http_methods(["GET"])
def child_list(request: Request) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("status", "holder")}
    page = selectors.children_page(actor=request.actor, on=request.today, number=request.GET.get("page", "1"), **asked)
    return render(request, "supervision/child_list.html", {"page": page, "today": request.today})


@require_http_methods(["POST"])
def child_find(request: Request) -> HttpResponse:
    child = child_by_reference(actor=request.actor, reference=request.POST.get("reference", ""))
    if child:
        return redirect("supervision:child-detail", child_id=child.pk)
    messages.error(request, "None of the children whom you can see has this reference. Check how it is written.")
    return redirect("supervision:child-list")


@require_http_methods(["GET"])
def child_detail(request: Request, child_id: UUID) -> HttpResponse:
    child = get_visible_or_404(Child.objects, request.actor, pk=child_id)
    page = services.read_child(child=child, actor=request.actor, at=request.at, number=request.GET.get("page", "1"))
    return render(request, "supervision/child_detail.html", {"page": page, "today": request.today})


@require_http_methods(["GET", "POST"])
def session_children(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(
        SupervisionSession.objects.with_people().with_record_state(), request.actor, pk=session_id
    )
    access.check_can_record(request.actor, session)
    if request.method == "GET" and (signed := discussions_settled(session.record_state)):
        messages.info(request, signed)
        return redirect("supervision:session-detail", session_id=session.pk)

    children = services.read_children_to_discuss(session=session, actor=request.actor, at=request.at)
    capabilities = selectors.capabilities_for(session)
    form = forms.MarkDiscussions(request.POST or None, children=children, capabilities=capabilities)
    if form.is_valid() and _marked(request, session, form):
        return redirect("supervision:session-detail", session_id=session.pk)
    context = {"session": session, "form": form, "children": children}
    return render(request, "supervision/session_children.html", context)


def _marked(request: Request, session: SupervisionSession, form: forms.MarkDiscussions) -> bool:
    """Save what a valid form says of the children; a refusal goes beside its field."""
    try:
        unmarked = services.mark_discussions(
            session_id=session.pk, marks=form.marks(), actor=request.actor, at=request.at
        )
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    briefly = f" Marked as discussed briefly: {', '.join(form.briefly)}." if form.briefly else ""
    still = f" Still to be marked: {', '.join(unmarked)}." if unmarked else ""
    messages.success(request, f"What was discussed is saved.{briefly}{still}")
    return True
