"""The demo's mail catcher."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import selectors


@login_not_required
@require_safe
def mail_catcher(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    return render(request, "notifications/mail_catcher.html", {"mails": selectors.caught_mails()})
