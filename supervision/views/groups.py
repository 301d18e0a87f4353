"""Pages of groups: mine, one session; book, who is invited, who was there, call it off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from core.templatetags.countersign import counted, long_date
from supervision import access, forms, selectors, services
from supervision.models import GroupSession


@require_http_methods(["GET"])
def groups(request: Request) -> HttpResponse:
    page = selectors.groups_page(actor=request.actor, on=request.today, number=request.GET.get("page", "1"))
    return render(request, "supervision/groups.html", {"page": page, "today": request.today})


@require_http_methods(["GET"])
def group_detail(request: Request, group_id: UUID) -> HttpResponse:
    group = get_visible_or_404(
        GroupSession.objects.with_people().select_related("record__author"), request.actor, pk=group_id
    )
    page = services.read_group(group=group, actor=request.actor, at=request.at)
    return render(request, "supervision/group_detail.html", {"group": group, "page": page, "today": request.today})


@require_http_methods(["GET", "POST"])
def group_book(request: Request) -> HttpResponse:
    access.check_can_book_groups(request.actor)
    form = forms.BookGroup(
        request.POST or None,
        actor=request.actor,
        initial={"facilitator_id": request.actor.staff_id, "kind": selectors.group_terms(on=request.today).kinds[0]},
        terms=selectors.group_terms(on=request.today),
        team=selectors.own_team(request.actor),
    )
    if form.is_valid() and (group := _booked(request, form)):
        if group.on <= request.today:
            return redirect("supervision:group-attendance", group_id=group.pk)
        return redirect("supervision:group-detail", group_id=group.pk)
    return render(request, "supervision/group_book.html", {"form": form})


def _booked(request: Request, form: forms.BookGroup) -> GroupSession | None:
    """The first of the sessions that were booked; None where something is to be read or put right first."""
    dates = selectors.group_dates(form.cleaned_data["times"], count=form.cleaned_data["count"], on=request.today)
    if form.warned(selectors.group_warnings(dates, members=form.invited, actor=request.actor)):
        return None

    def book(**_: Any) -> list[GroupSession]:
        return services.book_groups(
            plan=form.plan, dates=dates, members=form.invited, actor=request.actor, at=request.at
        )

    found: list[GroupSession] | None = saved(form, book)
    if not found:
        return None
    number = counted(len(found), "session is", "sessions are")
    messages.success(request, f"{number} booked, the first on {long_date(found[0].on)}. Members are told.")
    return found[0]


@require_http_methods(["GET", "POST"])
def group_members(request: Request, group_id: UUID) -> HttpResponse:
    group = get_visible_or_404(GroupSession.objects.with_people(), request.actor, pk=group_id)
    access.check_can_change_group(request.actor, group, members=group.invited_people())
    page = services.read_group(group=group, actor=request.actor, at=request.at)
    form = forms.GroupMembers(request.POST or None, actor=request.actor, page=page)

    def change(**_: Any) -> GroupSession:
        return services.change_members(group_id=group.pk, **form.changes, actor=request.actor, at=request.at)

    if saved(form, change):
        messages.success(request, "The list of members is saved.")
        return redirect("supervision:group-detail", group_id=group.pk)
    return render(request, "supervision/group_members.html", {"group": group, "form": form})


@require_http_methods(["GET", "POST"])
def group_attendance(request: Request, group_id: UUID) -> HttpResponse:
    group = get_visible_or_404(GroupSession.objects.with_people(), request.actor, pk=group_id)
    access.check_can_change_group(request.actor, group, members=group.invited_people())
    page = services.read_group(group=group, actor=request.actor, at=request.at)
    initial = {"starts": group.starts, "ends": group.ends}
    form = forms.Attendance(request.POST or None, seats=page.seats, initial=initial)
    if saved(form, services.mark_attendance, group_id=group.pk, actor=request.actor, at=request.at):
        messages.success(request, "Saved. The dates of everybody who was there have moved as the policy says.")
        return redirect("supervision:group-detail", group_id=group.pk)
    return render(request, "supervision/group_attendance.html", {"group": group, "page": page, "form": form})


@require_http_methods(["GET", "POST"])
def group_cancel(request: Request, group_id: UUID) -> HttpResponse:
    group = get_visible_or_404(GroupSession.objects.with_people(), request.actor, pk=group_id)
    access.check_can_change_group(request.actor, group, members=group.invited_people())
    form = forms.CancelGroup(request.POST or None)
    if saved(form, services.cancel_group, group_id=group.pk, actor=request.actor, at=request.at):
        messages.success(request, "The session is called off. Members are told. Nobody’s due date moves.")
        return redirect("supervision:group-detail", group_id=group.pk)
    return render(request, "supervision/group_cancel.html", {"group": group, "form": form})
