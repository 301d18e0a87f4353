"""Pages of the folder: all of it, its forms, the home contact, the learning log."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import Request
from core.sheets import CSV, as_response
from core.shortcuts import get_visible_or_404, may, saved
from staff.folder import access, forms, learning, sections, selectors, services
from staff.models import FolderItem, LearningEntry, StaffMember

ENTRIES_A_PAGE = 20


@require_safe
def folder(request: Request, person_id: UUID) -> HttpResponse:
    actor = request.actor
    person = get_visible_or_404(StaffMember.objects, actor, pk=person_id)
    page = services.read_folder(person=person, actor=actor, at=request.at)
    allowed = {
        "add": may(access.check_can_add, actor, person),
        "see": person.pk in actor.supervises,
        "links": person.pk in {actor.staff_id} | actor.supervises | actor.next_up_for,
        "contact": may(access.check_can_open_contact, actor, person),
    }
    context = {"person": person, "page": page, "may": allowed, "is_self": person.pk == actor.staff_id}
    return render(request, "staff/folder.html", context)


@require_http_methods(["GET", "POST"])
def folder_add(request: Request, person_id: UUID, kind: str) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_add(request.actor, person)
    if kind not in forms.FORMS:
        raise Http404

    initial = {"dated_on": None, "issuer": selectors.regulator(on=request.today) if kind == "registration" else ""}
    form = forms.FORMS[kind](request.POST or None, initial=initial)
    if saved(form, services.add_item, person_id=person.pk, kind=kind, actor=request.actor, at=request.at):
        messages.success(request, "It is in the folder. What stood there before is kept as history.")
        return redirect("staff:folder", person_id=person.pk)
    label = FolderItem.Kind(kind).label
    return render(request, "staff/folder_add.html", {"person": person, "form": form, "label": label, "kind": kind})


@require_POST
def folder_item_seen(request: Request, item_id: UUID) -> HttpResponse:
    item = get_visible_or_404(FolderItem.objects.all(), request.actor, pk=item_id)
    services.mark_seen(item_id=item.pk, actor=request.actor, at=request.at)
    messages.success(request, "It is marked as seen.")
    return redirect("staff:folder", person_id=item.person_id)


@require_http_methods(["GET", "POST"])
def folder_item_withdraw(request: Request, item_id: UUID) -> HttpResponse:
    item = get_visible_or_404(FolderItem.objects.select_related("person"), request.actor, pk=item_id)
    access.check_can_withdraw(request.actor, item)

    form = forms.Withdraw(request.POST or None)
    if saved(form, services.withdraw_item, item_id=item.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is withdrawn. It can still be read in the history, with your reason.")
        return redirect("staff:folder", person_id=item.person_id)
    context = {"person": item.person, "form": form, "what": item.get_kind_display(), "on": item.dated_on}
    return render(request, "staff/folder_withdraw.html", context)


@require_http_methods(["GET", "POST"])
def folder_sheet(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_change_sheet(request.actor, person)

    form = forms.Sheet(request.POST or None, initial=services.own_sheet(person=person, actor=request.actor))
    if saved(form, services.save_sheet, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "Your personal sheet is saved.")
        return redirect("staff:folder", person_id=person.pk)
    return render(request, "staff/folder_sheet.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def folder_contact(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_open_contact(request.actor, person)

    context = {"person": person, "is_open": True}
    if services.reads_without_reason(request.actor):
        contact = services.read_contact(person=person, actor=request.actor, at=request.at)
        return render(request, "staff/folder_contact.html", {**context, "contact": contact})
    form = forms.OpenContact(request.POST or None)
    if form.is_valid():
        contact = services.open_contact(person_id=person.pk, **form.cleaned_data, actor=request.actor, at=request.at)
        return render(request, "staff/folder_contact.html", {**context, "contact": contact, "is_told": True})
    return render(request, "staff/folder_contact.html", {"person": person, "form": form})


# The learning log


@require_safe
def learning_log(request: Request, person_id: UUID) -> HttpResponse:
    actor = request.actor
    person = get_visible_or_404(StaffMember.objects, actor, pk=person_id)
    entries = Paginator(learning.read_learning(person=person, actor=actor, at=request.at), ENTRIES_A_PAGE)
    framework = selectors.framework(on=request.today)
    context = {
        "person": person,
        "page": entries.get_page(request.GET.get("page")),
        "framework": framework,
        "coverage": sections.coverage(person, framework=framework, actor=actor, on=request.today),
        "years": selectors.learning_years(person, actor=actor),
        "withdrawn": selectors.withdrawn_learning(person, actor=actor),
        "is_self": person.pk == actor.staff_id,
        "may_add": may(access.check_can_add, actor, person),
        "may_see": person.pk in actor.supervises,
    }
    return render(request, "staff/learning_log.html", context)


@require_safe
def learning_file(request: Request, person_id: UUID) -> HttpResponseBase:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    rows = learning.take_learning(person=person, actor=request.actor, at=request.at)
    return as_response([("Learning log", learning.QUESTIONS, rows)], ("learning log", person.name), CSV)


@require_http_methods(["GET", "POST"])
def learning_add(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_add(request.actor, person)

    form = forms.Learning(request.POST or None, framework=selectors.framework(on=request.today))
    if saved(form, learning.add_learning, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is in the learning log.")
        return redirect("staff:learning-log", person_id=person.pk)
    return render(request, "staff/learning_form.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def learning_change(request: Request, entry_id: UUID) -> HttpResponse:
    entry = get_visible_or_404(LearningEntry.objects.select_related("person"), request.actor, pk=entry_id)
    access.check_can_change_learning(request.actor, entry.person)
    access.check_can_withdraw(request.actor, entry)

    initial = {name: getattr(entry, name) for name in (*forms.Learning.base_fields, "domains")}
    framework = selectors.framework(on=request.today)
    form = forms.Learning(request.POST or None, framework=framework, initial=initial)
    if saved(form, learning.change_learning, entry_id=entry.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is changed. The version before is kept.")
        return redirect("staff:learning-log", person_id=entry.person_id)
    return render(request, "staff/learning_form.html", {"person": entry.person, "form": form, "is_change": True})


@require_http_methods(["GET", "POST"])
def learning_withdraw(request: Request, entry_id: UUID) -> HttpResponse:
    entry = get_visible_or_404(LearningEntry.objects.select_related("person"), request.actor, pk=entry_id)
    access.check_can_withdraw(request.actor, entry)

    form = forms.Withdraw(request.POST or None)
    if saved(form, learning.withdraw_learning, entry_id=entry.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is withdrawn. It can still be read below the log, with your reason.")
        return redirect("staff:learning-log", person_id=entry.person_id)
    context = {"person": entry.person, "form": form, "what": "Learning", "on": entry.done_on, "is_learning": True}
    return render(request, "staff/folder_withdraw.html", context)


@require_POST
def learning_seen(request: Request, entry_id: UUID) -> HttpResponse:
    entry = get_visible_or_404(LearningEntry.objects.all(), request.actor, pk=entry_id)
    learning.mark_learning_seen(entry_id=entry.pk, actor=request.actor, at=request.at)
    messages.success(request, "It is marked as seen.")
    return redirect("staff:learning-log", person_id=entry.person_id)
