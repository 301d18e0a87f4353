"""Pages of retention: the table, holds, what has reached its date, one leaver's file, certificates."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from archive.models import Certificate, Disposal, Hold, RetentionRule
from archive.retention import access, destroying, forms, registry, selectors, services
from archive.retention.rules import OF_A_FILE, DataClass
from core.actor import Role
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from staff.models import Custody

A_PAGE = 50


def _class(name: str) -> DataClass:
    try:
        return DataClass(name)
    except ValueError as error:
        raise Http404 from error


@require_safe
def retention_rules(request: Request) -> HttpResponse:
    access.check_can_see(request.actor)
    context = {
        "table": selectors.table(request.actor),
        "kept": sorted(set(registry.KEPT.values())),
        "is_hr": request.actor.hat is Role.HR,
        "me": request.actor.staff_id,
    }
    return render(request, "archive/retention/retention_rules.html", context)


@require_http_methods(["GET", "POST"])
def retention_rule(request: Request, data_class: str) -> HttpResponse:
    """What was and is the rule of one class; HR proposes another."""
    access.check_can_see(request.actor)
    one = _class(data_class)
    form = forms.SetRule(request.POST or None, data_class=one)
    if request.method == "POST":
        access.check_can_decide(request.actor)
        if saved(form, services.set_rule, data_class=one, actor=request.actor, at=request.at):
            messages.success(request, "The rule is proposed. It holds once a second person has confirmed it.")
            return redirect("archive:retention-rules")
    (row,) = [each for each in selectors.table(request.actor) if each.data_class is one]
    context = {"row": row, "form": form if may(access.check_can_decide, request.actor) else None}
    return render(request, "archive/retention/retention_rule.html", context)


@require_http_methods(["GET", "POST"])
def retention_rule_answer(request: Request, rule_id: UUID) -> HttpResponse:
    rule = get_visible_or_404(RetentionRule.objects.select_related("set_by"), request.actor, pk=rule_id)
    access.check_is_second(request.actor, first=rule.set_by_id)

    form = forms.Answer(request.POST or None)
    if saved(form, _answer_rule, rule_id=rule.pk, actor=request.actor, at=request.at):
        messages.success(request, "Your answer is saved.")
        return redirect("archive:retention-rules")
    context = {"rule": rule, "label": rule.label, "words": selectors.words_of(rule), "form": form}
    return render(request, "archive/retention/retention_rule_answer.html", context)


def _answer_rule(*, yes: bool, **said: object) -> object:
    return services.answer_rule(confirmed=yes, **said)  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
def retention_holds(request: Request) -> HttpResponse:
    access.check_can_see(request.actor)

    form = forms.PlaceHold(request.POST or None, actor=request.actor, teams=selectors.team_choices(request.actor))
    if saved(form, services.place_hold, actor=request.actor, at=request.at):
        messages.success(request, "The hold stands. Nothing that it covers is destroyed or purged until it is lifted.")
        return redirect("archive:retention-holds")
    holds = selectors.holds_with_lifts(request.actor)
    page = Paginator(holds, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "me": request.actor.staff_id}
    return render(request, "archive/retention/retention_holds.html", context)


@require_http_methods(["GET", "POST"])
def retention_hold_lift(request: Request, hold_id: UUID) -> HttpResponse:
    hold = get_visible_or_404(Hold.objects.select_related("person", "team", "placed_by"), request.actor, pk=hold_id)
    access.check_is_second(request.actor, first=hold.placed_by_id, about=hold.person_id)

    form = forms.LiftHold(request.POST or None)
    if saved(form, services.lift_hold, hold_id=hold.pk, actor=request.actor, at=request.at):
        messages.success(request, "The hold is lifted.")
        return redirect("archive:retention-holds")
    return render(request, "archive/retention/retention_hold_lift.html", {"hold": hold, "form": form})


@require_safe
def retention_review(request: Request) -> HttpResponse:
    """What has reached its date, what waits for a second person, and what is purged next."""
    access.check_can_see(request.actor)
    context = {
        "rows": selectors.review_list(actor=request.actor, on=request.today),
        "waiting": selectors.waiting_for_second(request.actor),
        "purge": selectors.purge_soon(on=request.today),
        "is_hr": request.actor.hat is Role.HR,
        "most": selectors.MOST,
    }
    return render(request, "archive/retention/retention_review.html", context)


@require_safe
def retention_file(request: Request, person_id: UUID) -> HttpResponse:
    """How each class of one leaver's file stands."""
    access.check_can_see(request.actor)
    custody = _custody(request, person_id)
    context = {
        "custody": custody,
        "rows": services.read_standings(custody=custody, actor=request.actor, at=request.at),
        "is_hr": request.actor.hat is Role.HR,
        "today": request.today,
    }
    return render(request, "archive/retention/retention_file.html", context)


def _custody(request: Request, person_id: UUID) -> Custody:
    if person_id == request.actor.staff_id:
        raise Http404
    custody = selectors.custody_of(person_id)
    if custody is None:
        raise Http404
    return custody


@require_http_methods(["GET", "POST"])
def retention_file_hold(request: Request, person_id: UUID) -> HttpResponse:
    access.check_can_hold(request.actor)
    custody = _custody(request, person_id)

    form = forms.HoldFile(request.POST or None)
    if saved(form, services.place_hold, scope="person", person_id=person_id, actor=request.actor, at=request.at):
        messages.success(request, "The hold stands. Nothing of this file is destroyed until it is lifted.")
        return redirect("archive:retention-file", person_id=person_id)
    return render(request, "archive/retention/retention_file_hold.html", {"custody": custody, "form": form})


@require_http_methods(["GET", "POST"])
def retention_decide(request: Request, person_id: UUID, data_class: str) -> HttpResponse:
    access.check_can_decide(request.actor, about=person_id)
    custody, one = _custody(request, person_id), _class(data_class)
    if one not in OF_A_FILE:
        raise Http404
    form = forms.Decide(request.POST or None)
    call = {"person_id": person_id, "data_class": one.value, "actor": request.actor, "at": request.at}
    if decided := saved(form, services.decide, **call):
        is_kept = decided.kind == Disposal.Kind.KEEP
        messages.success(request, "It is kept longer." if is_kept else "It waits for a second person to approve it.")
        return redirect("archive:retention-review")
    rows = services.read_standings(custody=custody, actor=request.actor, at=request.at)
    (row,) = [each for each in rows if each.data_class is one]
    context = {"custody": custody, "row": row, "form": form}
    return render(request, "archive/retention/retention_decide.html", context)


@require_http_methods(["GET", "POST"])
def retention_disposal(request: Request, disposal_id: UUID) -> HttpResponse:
    """The second person approves a destruction, upon which it is done; or says no."""
    disposal = get_visible_or_404(
        Disposal.objects.select_related("person", "decided_by", "rule"), request.actor, pk=disposal_id
    )
    access.check_is_second(request.actor, first=disposal.decided_by_id, about=disposal.person_id)

    form = forms.Answer(request.POST or None)
    answer = saved(form, _answer_disposal, disposal_id=disposal.pk, actor=request.actor, at=request.at)
    if isinstance(answer, Certificate):
        messages.success(request, f"Destroyed, under certificate {answer.number}.")
        return redirect("archive:retention-certificate", certificate_id=answer.pk)
    if answer:
        messages.success(request, "Nothing is destroyed. It is on the review list again.")
        return redirect("archive:retention-review")
    context = {"disposal": disposal, "words": selectors.words_of(disposal.rule), "form": form}
    return render(request, "archive/retention/retention_disposal.html", context)


def _answer_disposal(*, yes: bool, **said: object) -> object:
    return services.answer_disposal(approved=yes, **said) or "refused"  # type: ignore[arg-type]


@require_safe
def retention_certificates(request: Request) -> HttpResponse:
    access.check_can_see(request.actor)
    page = Paginator(selectors.certificates(request.actor), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "archive/retention/retention_certificates.html", {"page": page})


@require_safe
def retention_certificate(request: Request, certificate_id: UUID) -> HttpResponse:
    certificate = get_visible_or_404(Certificate.objects, request.actor, pk=certificate_id)
    shown = selectors.certificate_shown(certificate)
    return render(request, "archive/retention/retention_certificate.html", {"certificate": certificate, "shown": shown})


@require_safe
def retention_certificate_file(request: Request, certificate_id: UUID) -> HttpResponse:
    certificate = get_visible_or_404(Certificate.objects, request.actor, pk=certificate_id)
    name = f"certificate-{certificate.number:06d}.json"
    return HttpResponse(
        destroying.as_file(certificate),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"},
    )
