"""What every page shows around its content: the menu, the links of the account and of the footer."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from archive.models.needs import ANSWERING_ROLES
from archive.models.retention import sees_retention
from compliance.boards import access as boards
from core.actor import LEADING_ROLES, Actor, Role
from core.shortcuts import may
from staff.access import may_ask_for_sight


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu for whoever is signed in, without a query; the middleware may not have run for an error page."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "demo": settings.DEMO,
        "organisation_name": settings.ORGANISATION_NAME,
        "navigation": _marked(_menu(actor), request.path) if actor else [],
        "account_links": list(_account(actor, unread=getattr(request.user, "unread_notices", 0))) if actor else [],
        "footer_links": list(_footer(is_outside=bool(actor and actor.is_outside))),
    }


def _menu(actor: Actor) -> Iterator[tuple[str, str]]:
    if actor.is_outside:
        yield "What you may read", reverse("archive:needs")
        return
    yield "Home", reverse("compliance:home")
    if actor.hat is None:
        yield "My supervision", reverse("supervision:person-detail", args=[actor.staff_id])
        yield "My folder", reverse("staff:folder", args=[actor.staff_id])
        if actor.supervises:
            yield "My team", reverse("supervision:team")
        yield "Children", reverse("supervision:child-list")
        if actor.supervises or actor.manages:
            yield "Record a decision", reverse("supervision:decision-record")
        yield "Diary", reverse("supervision:diary")
        yield "Drafts", reverse("supervision:drafts")
        yield "Actions", reverse("records:actions")
    yield from _oversight(actor)
    yield from _archive(actor)
    if actor.hat is Role.SYSTEM_ADMINISTRATOR:
        yield "Imports", reverse("cases:import-list")
    if actor.watermarked or may_ask_for_sight(actor) and (actor.hat or actor.roles & ANSWERING_ROLES):
        yield "Need to know", reverse("archive:needs")
    yield "People", reverse("staff:directory")
    yield "Policy", reverse("policies:policy-detail")


def _archive(actor: Actor) -> Iterator[tuple[str, str]]:
    """What HR does, and where those above are the second person."""
    if actor.hat is Role.HR:
        yield "Archive", reverse("archive:file-list")
        yield "Retention", reverse("archive:retention-rules")
        yield "Registration desk", reverse("staff:registration-desk")
        yield "Groups for reports", reverse("compliance:report-groups")
        yield "Who leaves", reverse("archive:leaving-list")
    elif actor.hat is None and sees_retention(actor):
        yield "Retention", reverse("archive:retention-review")


def _oversight(actor: Actor) -> Iterator[tuple[str, str]]:
    below = actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    if (actor.hat is None and below) or actor.hat is Role.PRINCIPAL_SOCIAL_WORKER:
        yield "Overdue", reverse("compliance:overdue")
    if _examines(actor):
        yield "Audits", reverse("audits:plan")
    if may(boards.check_can_open, actor):
        yield "Boards", reverse("compliance:boards")
        yield "Reports", reverse("compliance:reports")


def _examines(actor: Actor) -> bool:
    """Whether audits are to be done by somebody or below them, were given to them, or all are in sight of the hat."""
    if actor.hat is not None:
        return actor.hat is Role.PRINCIPAL_SOCIAL_WORKER
    return bool(actor.roles & LEADING_ROLES or actor.granted_people)


def _marked(menu: Iterator[tuple[str, str]], path: str) -> list[dict[str, Any]]:
    """The menu with the present place in it: the item with the longest address with which the page's begins."""
    items = list(menu)
    home = reverse("compliance:home")
    places = [url for _, url in items if path == url or (url != home and path.startswith(url))]
    present = max(places, key=len, default="")
    return [{"label": label, "url": url, "current": url == present} for label, url in items]


def _account(actor: Actor, *, unread: int) -> Iterator[dict[str, Any]]:
    if actor.is_outside:
        yield {"label": "Password and security", "url": reverse("mfa_index")}
        return
    yield {"label": "Notices", "url": reverse("notifications:notices"), "count": unread}
    if any(actor.available_hats()):
        yield {"label": "Change hat" if actor.hat else "Put on a hat", "url": reverse("staff:hat")}
    yield {"label": "Notice settings", "url": reverse("notifications:settings")}
    yield {"label": "Password and security", "url": reverse("mfa_index")}


def _footer(*, is_outside: bool) -> Iterator[dict[str, str]]:
    yield {"label": "Help", "url": reverse("compliance:help-need-to-know" if is_outside else "compliance:help-index")}
    if not is_outside:
        yield {"label": "Speaking up", "url": reverse("compliance:help-speaking-up")}
    yield {"label": "Accessibility", "url": reverse("compliance:help-accessibility")}
    yield {"label": "Privacy", "url": reverse("compliance:help-privacy")}
    if settings.DEMO:
        yield {"label": "Sign in as somebody else", "url": reverse("demo-sign-in")}
        if not is_outside:
            yield {"label": "Mail catcher", "url": reverse("notifications:mail-catcher")}
