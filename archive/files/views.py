"""Pages of HR's archive: the search, a file that is opened for a purpose, its bags."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive import access
from archive.bags import services as bags
from archive.files import forms, selectors, services
from archive.models import ArchivedFile, Bag
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from documents.rules import FileDamaged

DAMAGED = "This bag is damaged on the disk. Make another; if that does not help, ask your administrator for a backup."


@require_safe
def file_list(request: Request) -> HttpResponse:
    access.check_is_archivist(request.actor)
    form = forms.FileFilter(request.GET or None)
    found = selectors.files_found(actor=request.actor, **form.wanted())
    page = Paginator(found, selectors.FILES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "archive/file_list.html", {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
def file_detail(request: Request, person_id: UUID) -> HttpResponse:
    """A file: what it is opened for, until it is; then what it holds."""
    file = get_visible_or_404(ArchivedFile.objects, request.actor, person_id=person_id)
    if request.method == "GET" and person_id in request.actor.archived_people:
        return _opened(request, file, forms.AskForBag(initial={"press": uuid4()}))
    form = forms.OpenFile(request.POST or None)
    if saved(form, services.open_file, person_id=person_id, actor=request.actor, at=request.at):
        messages.success(request, f"The file of {file.name} is open to you for today.")
        return redirect("archive:file", person_id=person_id)
    return render(request, "archive/file_open.html", {"form": form, "file": file})


@require_POST
def bag_ask(request: Request, person_id: UUID) -> HttpResponse:
    file = get_visible_or_404(ArchivedFile.objects, request.actor, person_id=person_id)
    access.check_has_opened(request.actor, person_id)
    form = forms.AskForBag(request.POST)
    if saved(form, bags.ask_for_bag, person_id=person_id, actor=request.actor, at=request.at):
        messages.success(request, "The bag is being made. A notice tells you when it is ready.")
        return redirect("archive:file", person_id=person_id)
    return _opened(request, file, form)


@require_safe
def bag_file(request: Request, bag_id: UUID) -> HttpResponseBase:
    bag = get_visible_or_404(Bag.objects.select_related("person__archived_file"), request.actor, pk=bag_id)
    try:
        file = bags.read_bag(bag=bag, actor=request.actor, at=request.at)
    except (RuleBroken, FileDamaged) as refusal:
        messages.info(request, str(refusal) if isinstance(refusal, RuleBroken) else DAMAGED)
        return redirect("archive:file", person_id=bag.person_id)
    name = f"{bag.person.archived_file.reference.lower()}-{bag.asked_at:%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Security-Policy"] = "sandbox"
    return response


def _opened(request: Request, file: ArchivedFile, form: forms.AskForBag) -> HttpResponse:
    page = selectors.opened_file(
        file,
        kind=request.GET.get("kind", ""),
        year=request.GET.get("year", ""),
        number=request.GET.get("page", "1"),
        actor=request.actor,
        at=request.at,
    )
    context = {"page": page, "form": form, "file": file}
    return render(request, "archive/file_detail.html", context)
