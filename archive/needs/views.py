"""Pages of need to know: what may be read and what was asked, asking, one request, and accounts for people from outside."""

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.models import NeedToKnow
from archive.needs import access, forms, selectors, services
from cases.models import Child
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404, saved
from staff.models import StaffMember


@require_safe
def needs(request: Request) -> HttpResponse:
    """For everybody, people from outside too: each reads what concerns them."""
    page = selectors.needs_page(actor=request.actor)
    return render(request, "archive/needs.html", {"page": page, "today": request.today})


@require_http_methods(["GET", "POST"])
def need_new(request: Request) -> HttpResponse:
    access.check_can_ask(request.actor)
    person_id, child_id = (forms.key_in(request.GET.get(name)) for name in ("person", "child"))
    if person_id is None and child_id is None:
        form = forms.FindWhose(request.POST or None, actor=request.actor)
        if form.is_valid():
            chosen = {"person": form.cleaned_data["person_id"], "child": form.cleaned_data.get("child_id")}
            of = {name: str(key) for name, key in chosen.items() if key}
            return redirect(f"{reverse('archive:need-new')}?{urlencode(of)}")
        return render(request, "archive/need_new.html", {"form": form})
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id) if person_id else None
    child = get_visible_or_404(Child.objects, request.actor, pk=child_id) if child_id and not person else None
    return _ask(request, person, child)


def _ask(request: Request, person: StaffMember | None, child: Child | None) -> HttpResponse:
    if child is not None:
        access.check_can_ask_about_child(request.actor, child)
    form = forms.AskForSight(
        request.POST or None,
        actor=request.actor,
        person=person,
        child=child,
        records=selectors.signed_records_of(person, actor=request.actor) if person else [],
        most=settings.NEED_TO_KNOW_MOST_DAYS,
    )
    if form.is_valid():
        try:
            need = services.ask(**form.asked(), actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The request is made. Somebody else is asked to approve it.")
            return redirect("archive:need-detail", need_id=need.pk)
    return render(request, "archive/need_new.html", {"form": form, "person": person, "child": child})


@require_http_methods(["GET", "POST"])
def need_detail(request: Request, need_id: UUID) -> HttpResponse:
    need = get_visible_or_404(NeedToKnow.objects.with_people(), request.actor, pk=need_id)
    form = forms.Answer(request.POST or None)
    if request.method == "POST":
        access.check_can_answer(request.actor, need)
    if answered := saved(form, services.answer, need_id=need.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is approved." if answered.is_approved else "It is refused.")
        return redirect("archive:need-detail", need_id=need.pk)
    return _detail(request, need, form=form, ending=forms.End())


@require_POST
def need_end(request: Request, need_id: UUID) -> HttpResponse:
    need = get_visible_or_404(NeedToKnow.objects.with_people(), request.actor, pk=need_id)
    form = forms.End(request.POST)
    if saved(form, services.end, need_id=need.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is ended. Nothing can be read by it any more.")
        return redirect("archive:need-detail", need_id=need.pk)
    return _detail(request, need, form=forms.Answer(), ending=form)


def _detail(request: Request, need: NeedToKnow, *, form: forms.Answer, ending: forms.End) -> HttpResponse:
    page = services.read_need(need=need, actor=request.actor, at=request.at)
    context = {
        "page": page,
        "need": need,
        "form": form if page.can_answer and not ending.is_bound else None,
        "ending": ending if page.can_end else None,
        "error_list": [{"id": "id_end_words", "text": words} for words in ending.errors.get("words", [])],
    }
    return render(request, "archive/need_detail.html", context)


@require_POST
def need_tell(request: Request, need_id: UUID) -> HttpResponse:
    need = get_visible_or_404(NeedToKnow.objects, request.actor, pk=need_id)
    try:
        services.tell_now(need_id=need.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The worker is told now, and sees what was read.")
    return redirect("archive:need-detail", need_id=need.pk)


@require_safe
def need_accounts(request: Request) -> HttpResponse:
    access.check_can_let_in(request.actor)
    return render(request, "archive/need_accounts.html", {"asked": selectors.accounts_asked(actor=request.actor)})


@require_http_methods(["GET", "POST"])
def need_account(request: Request, need_id: UUID) -> HttpResponse:
    access.check_can_let_in(request.actor)
    need = get_visible_or_404(selectors.AccountsAsked(), request.actor, pk=need_id)
    if request.method == "POST":
        try:
            services.open_account(need_id=need.pk, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect("archive:need-account", need_id=need.pk)
        messages.success(request, f"{need.guest_name} is let in until {need.last_day:%-d %B %Y}.")
        return redirect("archive:need-accounts")
    return render(request, "archive/need_account.html", {"need": need})
