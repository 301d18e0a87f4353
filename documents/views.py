"""How files that people bring are scanned: a page of figures, and the choice to keep them without."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import saved
from documents import access, forms, selectors, services


@require_http_methods(["GET", "POST"])
def scanning(request: Request) -> HttpResponse:
    access.check_can_choose_about_scans(request.actor)
    choices = selectors.unscanned_choices()
    holds, after = (choices[0].accepts, choices[0].number) if choices else (False, 0)
    form = forms.ScanChoice(request.POST or None, holds=holds, after=after)
    service = services.take_back_choice if holds else services.accept_unscanned
    if choice := saved(form, service, actor=request.actor, at=request.at):
        done = "New files are kept without a scan." if choice.accepts else "New files wait until they are scanned."
        messages.success(request, done)
        return redirect("documents:scanning")
    context = {"form": form, "choices": choices, "holds": holds, "counts": selectors.counts()}
    return render(request, "documents/scanning.html", {**context, "has_scanner": bool(settings.CLAMD_URL)})
