"""Pages of the bundle, and the list of what was withheld."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from archive.models import DataRequest, RequestBundle
from archive.requests import access, forms, selectors, services
from archive.requests.services import running
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404


@require_POST
def bundle_ask(request: Request, request_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects, request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)

    form = forms.Bundle(request.POST)
    if form.is_valid():
        try:
            services.ask_for_bundle(request_id=asked.pk, **form.cleaned_data, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(request, "The bundle is being made. A notice tells you when it is ready.")
    return redirect("archive:data-request", request_id=asked.pk)


@require_safe
def bundle_file(request: Request, request_id: UUID, bundle_id: UUID) -> HttpResponseBase:
    asked = get_visible_or_404(DataRequest.objects, request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)
    bundle = get_visible_or_404(RequestBundle.objects, request.actor, pk=bundle_id, request=asked)
    try:
        file = services.read_bundle(bundle_id=bundle.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("archive:data-request", request_id=asked.pk)
    name = f"data-{bundle.asked_at:%Y-%m-%d}-{str(asked.pk)[-6:]}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Security-Policy"] = "sandbox"
    return response


@require_safe
def withheld(request: Request, request_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects.with_people(), request.actor, pk=request_id)
    running.note_log_read(asked, actor=request.actor, at=request.at)
    is_handler = access.is_handler(request.actor, asked)
    context = {
        "asked": asked,
        "rows": selectors.withheld_rows(asked),
        "standing": selectors.still_standing(asked) if is_handler else [],
        "is_handler": is_handler,
    }
    return render(request, "archive/requests/withheld.html", context)
