"""Pages of notices, of what was mailed and how one wants to be told; the demo's mail catcher."""

from datetime import datetime
from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from notifications import forms, selectors, services
from notifications.models import Notice


@require_safe
def notices(request: Request) -> HttpResponse:
    page = selectors.notices_page(actor=request.actor, number=request.GET.get("page", "1"))
    return render(request, "notifications/notices.html", {"page": page, "shown_at": request.at.isoformat()})


@require_POST
def notice_open(request: Request, notice_id: UUID) -> HttpResponse:
    """The notice is read, and its page opens, or with ``stay`` the list again."""
    notice = get_visible_or_404(Notice.objects, request.actor, pk=notice_id)
    services.open_notice(notice_id=notice.pk, actor=request.actor, at=request.at)
    return redirect("notifications:notices") if "stay" in request.POST else redirect(notice.path)


@require_POST
def notices_read(request: Request) -> HttpResponse:
    until = _moment(request.POST.get("until", "")) or request.at
    number = services.mark_all_read(actor=request.actor, until=until, at=request.at)
    messages.success(request, "All notices are marked as read." if number else "There was no unread notice.")
    return redirect("notifications:notices")


@require_safe
def mails(request: Request) -> HttpResponse:
    page = selectors.mails_page(actor=request.actor, number=request.GET.get("page", "1"))
    return render(request, "notifications/mails.html", {"page": page})


@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    own = selectors.settings_of(request.actor.staff_id)
    form = forms.Settings(request.POST or None, initial=forms.Settings.initial_from(own))
    if saved(form, services.save_settings, actor=request.actor, at=request.at):
        messages.success(request, "Your choices are saved.")
        return redirect("notifications:settings")
    feed = selectors.live_feed(actor=request.actor)
    return render(request, "notifications/settings.html", {"form": form, "feed": feed})


def _moment(words: str) -> datetime | None:
    """A moment with its time zone, from what was sent; None for anything else."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@login_not_required
@require_safe
def mail_catcher(request: HttpRequest) -> HttpResponse:
    if not django_settings.DEMO:
        raise Http404
    return render(request, "notifications/mail_catcher.html", {"mails": selectors.caught_mails()})
