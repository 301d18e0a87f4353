"""Pages of the ten sections: one of them, its documents and notes, in what form a file is kept."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from documents.downloads import download
from staff.folder import access, keeping, kept_forms, rules, selectors
from staff.folder.forms import Withdraw
from staff.models import FolderDocument, FolderNote, Section, StaffMember

ROWS_A_PAGE = 20


@require_safe
def folder_section(request: Request, person_id: UUID, section: int) -> HttpResponse:
    actor = request.actor
    person = get_visible_or_404(StaffMember.objects, actor, pk=person_id)
    page = keeping.read_section(person=person, section=_section(section), actor=actor, at=request.at)
    may_add = may(access.check_can_add, actor, person)
    is_off = section == Section.ATTENDANCE and not page.keeps_attendance
    context = {
        "person": person,
        "page": page,
        "rows": Paginator(page.standing, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "is_self": person.pk == actor.staff_id,
        "is_off": is_off,
        "with_notes": list(rules.NOTES),
        "may_add_document": may_add and not is_off,
        "may_add_note": may_add and section in rules.NOTES,
        "may_take_away": not actor.is_outside and person.pk not in actor.watermarked,
        "links": person.pk in {actor.staff_id} | actor.supervises | actor.next_up_for,
    }
    return render(request, "staff/folder_section.html", context)


@require_http_methods(["GET", "POST"])
def folder_document_add(request: Request, person_id: UUID, section: int) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_add(request.actor, person)
    into = _section(section)
    access.check_takes_documents(into, selectors.folder_terms(on=request.today))

    framework = selectors.framework(on=request.today)
    form = kept_forms.Document(request.POST or None, request.FILES or None, section=into, framework=framework)
    if saved(form, keeping.add_document, person_id=person.pk, section=into, actor=request.actor, at=request.at):
        messages.success(request, "It is in the folder.")
        return redirect("staff:folder-section", person_id=person.pk, section=into)
    context = {"person": person, "form": form, "section": into, "title": "Add a document"}
    return render(request, "staff/folder_keep.html", context)


@require_http_methods(["GET", "POST"])
def folder_document_renew(request: Request, document_id: UUID) -> HttpResponse:
    old = get_visible_or_404(FolderDocument.objects.select_related("person"), request.actor, pk=document_id)
    access.check_can_take_back(request.actor, old)

    form = kept_forms.Document(
        request.POST or None,
        request.FILES or None,
        section=old.section,
        framework=selectors.framework(on=request.today),
        is_renewal=True,
        initial={"title": old.title, "domains": old.domains},
    )
    if saved(form, keeping.renew_document, document_id=old.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is in the folder. The one before is kept as history.")
        return redirect("staff:folder-section", person_id=old.person_id, section=old.section)
    context = {
        "person": old.person,
        "form": form,
        "section": Section(old.section),
        "title": "Add a newer one",
        "old": old,
    }
    return render(request, "staff/folder_keep.html", context)


@require_safe
def folder_document(request: Request, document_id: UUID) -> HttpResponse:
    document = get_visible_or_404(FolderDocument.objects.all(), request.actor, pk=document_id)
    try:
        file = keeping.take_document(document_id=document.pk, actor=request.actor, at=request.at)
    except RuleBroken as kept_apart:
        return render(request, "documents/kept_apart.html", {"sentence": str(kept_apart)}, status=409)
    if file is None:
        raise Http404
    return download(file.name, file.media_type, file.data)


@require_http_methods(["GET", "POST"])
def folder_document_withdraw(request: Request, document_id: UUID) -> HttpResponse:
    document = get_visible_or_404(FolderDocument.objects.select_related("person"), request.actor, pk=document_id)
    access.check_can_take_back(request.actor, document)

    form = Withdraw(request.POST or None)
    if saved(form, keeping.withdraw_document, document_id=document.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is withdrawn. It can still be read in the history, with your reason.")
        return redirect("staff:folder-section", person_id=document.person_id, section=document.section)
    context = {"person": document.person, "form": form, "what": document.title, "on": document.dated_on}
    return render(request, "staff/folder_withdraw.html", {**context, "section": Section(document.section)})


@require_http_methods(["GET", "POST"])
def folder_note_add(request: Request, person_id: UUID, section: int) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_add(request.actor, person)
    into = _section(section)
    access.check_takes_notes(into)

    keeps = selectors.folder_terms(on=request.today).keeps_attendance
    form = kept_forms.Note(request.POST or None, section=into, with_words=keeps or into != Section.ATTENDANCE)
    if saved(form, keeping.add_note, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is in the folder.")
        return redirect("staff:folder-section", person_id=person.pk, section=into)
    context = {"person": person, "form": form, "section": into, "title": "Add a note", "is_note": True}
    return render(request, "staff/folder_keep.html", context)


@require_http_methods(["GET", "POST"])
def folder_note_withdraw(request: Request, note_id: UUID) -> HttpResponse:
    note = get_visible_or_404(FolderNote.objects.select_related("person"), request.actor, pk=note_id)
    access.check_can_take_back(request.actor, note)

    form = Withdraw(request.POST or None)
    if saved(form, keeping.withdraw_note, note_id=note.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is withdrawn. It can still be read in the history, with your reason.")
        return redirect("staff:folder-section", person_id=note.person_id, section=note.section)
    context = {"person": note.person, "form": form, "what": note.get_kind_display(), "on": note.dated_on}
    return render(request, "staff/folder_withdraw.html", {**context, "section": Section(note.section)})


@require_http_methods(["GET", "POST"])
def folder_medium(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_add(request.actor, person)

    form = kept_forms.Medium(request.POST or None)
    if saved(form, keeping.say_medium, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "How this file is kept is saved.")
        return redirect("staff:folder", person_id=person.pk)
    return render(request, "staff/folder_medium.html", {"person": person, "form": form})


def _section(number: int) -> Section:
    if number not in Section.values:
        raise Http404
    return Section(number)
