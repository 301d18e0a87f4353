"""Pages: how one knows that a record is genuine, and all of one's own records as one file."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404
from records import certificates, forms, selectors, services
from records.export import VERIFIER
from records.models import OwnExport


@require_http_methods(["GET", "POST"])
def genuine(request: Request) -> HttpResponse:
    form, result = forms.CheckFile(request.POST, request.FILES), None
    if request.method == "POST" and form.is_valid():
        chunks = form.cleaned_data["file"].chunks()
        try:
            result = services.check_upload(chunks=chunks, kind=form.kind, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    context = {
        "form": form if request.method == "POST" and form.errors else forms.CheckFile(),
        "kind": form.kind,
        "result": result,
        "certificates": certificates.known_certificates(),
    }
    return render(request, "records/genuine.html", context)


@require_safe
def verifier(request: Request) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{VERIFIER.name}"'}
    return HttpResponse(VERIFIER.read_bytes(), content_type="text/plain; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def own_export(request: Request) -> HttpResponse:
    if request.method == "POST":
        form = forms.AskForOwnRecords(request.POST)
        press = form.cleaned_data["press"] if form.is_valid() else uuid4()
        try:
            services.ask_for_own_records(press=press, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            messages.info(request, str(refusal))
        return redirect("records:own-export")
    asked = selectors.own_exports(request.actor, at=request.at)
    context = {
        "form": forms.AskForOwnRecords(initial={"press": uuid4()}),
        "asked": asked,
        "in_the_making": any(row.is_in_the_making for row in asked),
        "count": selectors.own_signed_records(request.actor).count(),
    }
    return render(request, "records/own_export.html", context)


@require_safe
def own_export_file(request: Request, export_id: UUID) -> HttpResponseBase:
    asked = get_visible_or_404(OwnExport.objects, request.actor, pk=export_id)
    try:
        file = services.read_own_export(asked=asked, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("records:own-export")
    name = f"my-supervision-records-{request.today:%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Security-Policy"] = "sandbox"
    return response
