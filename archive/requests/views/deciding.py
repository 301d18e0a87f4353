"""Pages of what was found: decide about paragraphs, open a file, put a redacted copy in its place."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.models import DataRequest, Passage
from archive.requests import access, forms, selectors, services
from archive.requests.presenters import passage_rows
from core.errors import RuleBroken, Stale
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404, saved, uuid_or_none
from documents.downloads import download


@require_safe
def passages(request: Request, request_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects.with_people(), request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)
    return _page(request, asked, {}, where=request.GET)


def _page(
    request: Request, asked: DataRequest, refused: Mapping[UUID, forms.Decide], *, where: Mapping[str, Any]
) -> HttpResponse:
    undecided = where.get("show") == "undecided"
    found = selectors.passages_of(asked, actor=request.actor, undecided=undecided)
    page = Paginator(found, selectors.ON_A_PAGE).get_page(where.get("page"))
    # One that was decided meanwhile stands above the rest, with what was typed, though it is undecided no more
    there = {passage.pk for passage in page.object_list}
    missing = selectors.passages_of(asked, actor=request.actor).filter(pk__in=refused.keys() - there) if refused else []
    shown = [*missing, *page.object_list]
    services.read_passages(asked, shown, actor=request.actor, at=request.at)
    context = {
        "asked": asked,
        "page": page,
        "rows": list(passage_rows(shown, refused=refused)),
        "reasons": Passage.Reason.choices,
        "undecided": undecided,
        "progress": selectors.progress_of(asked),
    }
    return render(request, "archive/requests/passages.html", context)


@require_POST
def passage_decide(request: Request, request_id: UUID, passage_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects.with_people(), request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)
    passage = get_visible_or_404(Passage.objects, request.actor, pk=passage_id, item__request=asked)

    form = forms.Decide(request.POST)
    call = {"passage_id": passage.pk, "ticked": form.ticked(), "actor": request.actor, "at": request.at}
    if saved(form, services.decide, **call):
        return redirect(_back(asked, request.POST, shown=request.POST.getlist("after")))
    return _page(request, asked, {passage.pk: form}, where=request.POST)


@require_POST
def passages_give(request: Request, request_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects, request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)

    shown = [value.rpartition(":") for value in request.POST.getlist("shown")]
    versions = {
        key: int(version) for typed, _, version in shown if (key := uuid_or_none(typed)) and version.isdecimal()
    }
    with_staff = request.POST.get("with_staff") == "1"
    given = services.disclose_page(
        request_id=asked.pk, shown=versions, with_staff=with_staff, actor=request.actor, at=request.at
    )
    messages.success(request, f"Given: {given} of this page. What is left has to be decided one by one.")
    return redirect(_back(asked, request.POST, shown=[]))


def _back(asked: DataRequest, sent: Any, *, shown: list[str]) -> str:
    """The same page, at the paragraph after the one that was decided about."""
    where = {name: sent[name] for name in ("show", "page") if sent.get(name)}
    address = reverse("archive:data-request-passages", args=[asked.pk])
    following = uuid_or_none(shown[0]) if shown else None
    return f"{address}{'?' if where else ''}{urlencode(where)}{f'#p-{following}' if following else ''}"


@require_safe
def passage_file(request: Request, request_id: UUID, passage_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects, request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)
    passage = get_visible_or_404(
        Passage.objects.select_related("stored"), request.actor, pk=passage_id, item__request=asked
    )
    try:
        data = services.read_file(passage_id=passage.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("archive:data-request-passages", request_id=asked.pk)
    return download(passage.text, passage.stored.media_type, data)


@require_http_methods(["GET", "POST"])
def passage_copy(request: Request, request_id: UUID, passage_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects.with_people(), request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)
    passage = get_visible_or_404(Passage.objects, request.actor, pk=passage_id, item__request=asked)

    form = forms.PutCopy(request.POST or None, request.FILES or None, initial={"version": passage.version})
    try:
        if saved(form, services.put_copy_in_place, passage_id=passage.pk, actor=request.actor, at=request.at):
            messages.success(request, "The redacted copy goes out in the place of the file.")
            return redirect("archive:data-request-passages", request_id=asked.pk)
    except Stale as refusal:
        add_refusal(form, refusal)
    return render(request, "archive/requests/copy.html", {"asked": asked, "passage": passage, "form": form})
