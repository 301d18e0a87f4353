"""Pages of entering: what waits to be entered on the child's record, saying that it is, and the file for the case system."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404, may
from core.templatetags.countersign import counted
from records.models import Record
from supervision import access
from supervision.entering import forms, selectors, services
from supervision.entering.rules import FOR_CHILD_RECORD


@require_http_methods(["GET"])
def entered_list(request: Request) -> HttpResponse:
    page = selectors.entering_page(
        actor=request.actor,
        on=request.today,
        shows_done=request.GET.get("show") == "entered",
        number=request.GET.get("page", "1"),
    )
    return render(request, "supervision/entering/list.html", {"found": page, "page": page.rows})


@require_http_methods(["POST"])
def entered_mark(request: Request) -> HttpResponse:
    record_ids = forms.chosen_in(request.POST)
    rows = selectors.chosen(record_ids=record_ids, actor=request.actor)
    if not rows:
        messages.error(request, services.NOTHING)
        return redirect("supervision:entered-list")

    data = request.POST if "save" in request.POST else None
    form = forms.Entered(data, record_ids=[row.pk for row in rows], initial={"entered_on": request.today})
    if form.is_valid() and (made := _marked(request, form, [row.pk for row in rows])):
        messages.success(request, f"{counted(len(made), 'is', 'are')} noted as entered.")
        return redirect("supervision:entered-list")
    return render(request, "supervision/entering/mark.html", {"form": form, "rows": rows})


def _marked(request: Request, form: forms.Entered, record_ids: list[UUID]) -> list[Any]:
    """What was noted; nothing where something has to be put right first."""
    try:
        return services.mark_entered(record_ids=record_ids, **form.cleaned_data, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return []


@require_http_methods(["POST"])
def entered_export(request: Request) -> HttpResponse:
    try:
        data = services.export_chosen(record_ids=forms.chosen_in(request.POST), actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("supervision:entered-list")
    name = f"for-the-childs-record-{request.today.isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type="application/zip", headers=headers)


@require_http_methods(["GET", "POST"])
def record_entered(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id, kind__in=FOR_CHILD_RECORD)
    times = selectors.times_of(record=record, actor=request.actor, on=request.today)
    if times is None:
        return redirect("records:record-detail", record_id=record_id)
    may_mark = may(access.check_can_mark_entered, request.actor, record)
    if request.method == "POST":
        access.check_can_mark_entered(request.actor, record)

    form = forms.Entered(request.POST or None, form=record.title, initial={"entered_on": request.today})
    if form.is_valid() and _marked(request, form, [record.pk]):
        messages.success(request, "It is noted as entered.")
        return redirect("supervision:record-entered", record_id=record_id)
    context = {"record": record, "form": form, "times": times, "entered": times.entered, "may_mark": may_mark}
    return render(request, "supervision/record_entered.html", context)
