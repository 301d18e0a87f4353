"""Pages on which two people prepare a session: the agenda, and each one's own notes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.models import Child
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404, saved, uuid_or_none
from core.templatetags.countersign import time_of
from staff.models import StaffMember
from supervision import access, forms, selectors, services
from supervision.models import AgendaItem, SupervisionSession
from supervision.services import NotesChanged, WorryChanged


@require_http_methods(["GET", "POST"])
def session_prepare(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(
        SupervisionSession.objects.with_people().with_record_state(), request.actor, pk=session_id
    )
    access.check_can_prepare(request.actor, session)

    children = selectors.children_on_agenda(session, actor=request.actor)
    own = session.supervisee_id == request.actor.staff_id
    ranked = children if own and selectors.takes_more(session, session.record_state) else []
    form = forms.Prepare(request.POST or None, children=ranked)
    present = None
    if form.is_valid():
        share = "share" in request.POST
        try:
            services.save_all_preparation(
                session_id=session.pk, **form.to_save(), share=share, actor=request.actor, at=request.at
            )
        except RuleBroken as refusal:
            present = refusal.present if isinstance(refusal, NotesChanged) else None
            form = form.after(refusal)
        else:
            saved_words = "What you prepared is saved." if ranked else "Your notes are saved."
            messages.success(request, "Your notes are shared." if share else saved_words)
            return redirect("supervision:session-prepare", session_id=session.pk)
    page = services.read_preparation(session=session, actor=request.actor, at=request.at)
    form.begin_with(page.mine)
    context = {"session": session, "page": page, "form": form, "present": present, "today": request.today}
    return render(request, "supervision/session_prepare.html", {**context, "children": children, "own": own})


@require_http_methods(["POST"])
def session_prepare_save(request: Request, session_id: UUID) -> JsonResponse:
    session = get_visible_or_404(SupervisionSession.objects, request.actor, pk=session_id)
    access.check_can_prepare(request.actor, session)
    form = forms.Notes(request.POST)
    if not form.is_valid():
        return JsonResponse(
            {"message": " ".join(str(text) for texts in form.errors.values() for text in texts)}, status=422
        )
    try:
        row = services.save_preparation(
            session_id=session.pk, **form.cleaned_data, share=False, actor=request.actor, at=request.at
        )
    except NotesChanged as refusal:
        present = refusal.present
        answer = {"version": present.version, "saved_by": "", "saved_at": time_of(present.updated_at)}
        return JsonResponse(answer, status=409)
    return JsonResponse({"version": row.version, "saved_at": time_of(row.updated_at), "unclear": ""})


@require_http_methods(["POST"])
def session_worry_save(request: Request, session_id: UUID, child_id: UUID) -> JsonResponse:
    session = get_visible_or_404(SupervisionSession.objects, request.actor, pk=session_id)
    access.check_can_say_worry(request.actor, session)
    child = get_visible_or_404(Child.objects, request.actor, pk=child_id)
    form = forms.WorryAbout(request.POST, child=child)
    try:
        if form.is_valid():
            row = services.save_worry(
                session_id=session.pk, child_id=child.pk, typed=form.typed(), actor=request.actor, at=request.at
            )
            return JsonResponse({"version": max(row.version, 1), "saved_at": time_of(request.at), "unclear": ""})
        message = " ".join(str(text) for texts in form.errors.values() for text in texts)
    except WorryChanged as refusal:
        at = time_of(refusal.present.updated_at)
        return JsonResponse({"version": refusal.present.version, "saved_by": "", "saved_at": at}, status=409)
    except RuleBroken as refusal:
        message = str(refusal)
    return JsonResponse({"message": message}, status=422)


@require_http_methods(["GET", "POST"])
def session_agenda(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(
        SupervisionSession.objects.with_people().with_record_state(), request.actor, pk=session_id
    )
    access.check_can_prepare(request.actor, session)
    if request.method == "GET" and not selectors.takes_more(session, session.record_state):
        messages.info(request, "This session takes nothing more for its agenda.")
        return redirect("supervision:session-detail", session_id=session.pk)

    children = services.read_agenda_of_children(session=session, actor=request.actor, at=request.at)
    purposes, wants_each = selectors.agenda_terms(session)
    form = forms.SetAgenda(request.POST or None, children=children, purposes=purposes, chosen=session.purposes)
    if form.is_valid():
        try:
            services.set_agenda(session_id=session.pk, **form.cleaned_data, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The agenda is saved. Both of you see it.")
            return redirect("supervision:session-detail", session_id=session.pk)
    context = {"session": session, "form": form, "children": children, "purposes": purposes, "wants_each": wants_each}
    return render(request, "supervision/session_agenda.html", context)


@require_http_methods(["GET", "POST"])
def agenda_add(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_is_party(request.actor, person.pk)

    form = forms.AddItem(request.POST or None)
    if saved(form, services.add_item, supervisee_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is on the agenda of the next session.")
        return _back(request, person.pk)
    own = person.pk == request.actor.staff_id
    context = {"person": person, "form": form, "own": own, "session": _session_asked(request)}
    return render(request, "supervision/agenda_add.html", context)


@require_http_methods(["GET", "POST"])
def agenda_change(request: Request, item_id: UUID) -> HttpResponse:
    item = get_visible_or_404(AgendaItem.objects.select_related("supervisee"), request.actor, pk=item_id)
    access.check_raised(request.actor, item)

    initial = {name: getattr(item, name) for name in ("text", "kind", "explained_on", "link")}
    form = forms.ChangeItem(request.POST or None, initial=initial)
    if saved(form, services.change_item, item_id=item.pk, actor=request.actor, at=request.at):
        messages.success(request, "Your item is changed.")
        return _back(request, item.supervisee_id)
    own = item.supervisee_id == request.actor.staff_id
    context = {"person": item.supervisee, "form": form, "own": own, "session": _session_asked(request), "item": item}
    return render(request, "supervision/agenda_change.html", context)


@require_http_methods(["POST"])
def agenda_share(request: Request, item_id: UUID) -> HttpResponse:
    item = get_visible_or_404(AgendaItem.objects, request.actor, pk=item_id)
    try:
        services.share_item(item_id=item.pk, actor=request.actor, at=request.at)
        messages.success(request, "Both of you can read it now.")
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return _back(request, item.supervisee_id)


@require_http_methods(["POST"])
def agenda_remove(request: Request, item_id: UUID) -> HttpResponse:
    item = get_visible_or_404(AgendaItem.objects, request.actor, pk=item_id)
    try:
        removed = services.remove_item(item_id=item.pk, actor=request.actor, at=request.at)
        unread = "" if removed.is_shared else " Nobody else had read it."
        messages.success(request, f"It is taken off the agenda.{unread}")
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return _back(request, item.supervisee_id)


@require_http_methods(["POST"])
def agenda_move(request: Request, item_id: UUID) -> HttpResponse:
    item = get_visible_or_404(AgendaItem.objects, request.actor, pk=item_id)
    try:
        up = request.POST.get("direction") != "down"
        services.move_item(item_id=item.pk, up=up, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return _back(request, item.supervisee_id)


def _session_asked(request: Request) -> str:
    """The session whose preparation the reader came from, as it stands in the address or the form; a UUID or nothing."""
    return str(uuid_or_none(request.POST.get("session") or request.GET.get("session") or "") or "")


def _back(request: Request, person_id: UUID) -> HttpResponse:
    """To the preparation that the reader came from, or to the person's page."""
    if session_id := _session_asked(request):
        return redirect("supervision:session-prepare", session_id=session_id)
    return redirect("supervision:person-detail", person_id=person_id)
