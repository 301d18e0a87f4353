"""Pages of people: the directory, a person, line and supervision, hats; and the demo's way in."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url, perform_login
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from core.templatetags.countersign import long_date
from staff import access, challenge, credentials, forms, selectors, services, typed
from staff.employment.selectors import Employment
from staff.folder import access as folder
from staff.middleware import HAT_SESSION_KEY
from staff.models import ManagementLine, StaffMember
from staff.relationships.selectors import left_out_of

PEOPLE_A_PAGE = 25


@require_safe
def directory(request: Request) -> HttpResponse:
    wanted = forms.DirectoryFilter(request.GET).wanted()
    people = Paginator(selectors.directory(actor=request.actor, **wanted), PEOPLE_A_PAGE)
    context = {
        "page": people.get_page(request.GET.get("page")),
        "teams": selectors.teams(),
        "wanted": wanted,
        "may_invite": may(access.check_can_invite, request.actor),
    }
    return render(request, "staff/directory.html", context)


@require_safe
def people_search(request: Request) -> HttpResponse:
    """The list under a box where a person is chosen, as one types."""
    field = request.GET.get("field", "")
    if not field.isidentifier():
        raise Http404
    found = forms.search_people(
        actor=request.actor, words=request.GET.get(f"{field}_search", "")[:100], chosen=request.GET.get(field)
    )
    return render(request, "staff/_people_found.html", {"field": field, "widget_id": f"id_{field}", **found})


@require_safe
def person_detail(request: Request, person_id: UUID) -> HttpResponse:
    actor = request.actor
    person = get_visible_or_404(
        StaffMember.objects.with_job_title(on=request.today)
        .with_working_days(on=request.today)
        .with_employment(on=request.today),
        actor,
        pk=person_id,
    )
    allowed = {
        "relations": may(access.check_can_read_relations, actor, person),
        "change_supervisor": may(access.check_can_change_supervisor, actor, person),
        "change_line": may(access.check_can_change_line, actor, person),
        "propose_line": may(access.check_can_propose_line, actor, person),
        "folder": may(folder.check_can_read_dates, actor, person),
        "reads": may(access.check_can_read_reads, actor, person.pk),
        "ask_for_sight": may(access.check_can_ask_for_sight, actor, person.pk),
        "absence_kinds": access.absence_kinds(actor, person),
        "working_days": may(access.check_can_set_working_days, actor, person),
        "employment": may(access.check_can_change_employment, actor, person),
        "standing": may(access.check_can_set_standing, actor, person),
        "reset_sign_in": may(access.check_can_reset_sign_in, actor, person),
        "cover": may(access.check_can_name_cover, actor, person) and person.gives_supervision,
    }
    relations = services.read_relations(person=person, actor=actor, at=request.at) if allowed["relations"] else None
    context = {
        "person": person,
        "may": allowed,
        "relations": relations,
        "employment": Employment.read(person),
        "today": request.today,
    }
    if relations and any(row.elements for row in relations.supervision):
        context["left_out"] = left_out_of(person_id=person.pk, on=request.today)
    if allowed["propose_line"]:
        context["line"] = selectors.line_as_administrators_see_it(person.pk, on=request.today)
    return render(request, "staff/person_detail.html", context)


@require_http_methods(["GET", "POST"])
def person_invite(request: Request) -> HttpResponse:
    access.check_can_invite(request.actor)

    form = forms.Invite(request.POST or None, actor=request.actor, categories=selectors.categories(on=request.today))
    person = saved(form, services.invite_person, actor=request.actor, at=request.at)
    if person:
        messages.success(request, f"{person.name} is invited. The link in the mail works for three days.")
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/person_invite.html", {"form": form})


@require_http_methods(["POST"])
def person_invite_again(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_invite(request.actor)

    try:
        services.invite_again(person_id=person.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Another invitation goes to {person.name}. The link in it works for three days.")
    return redirect("staff:person-detail", person_id=person.pk)


@require_http_methods(["GET", "POST"])
def password_reset(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_reset_sign_in(request.actor, person)

    form = forms.ResetSignIn(request.POST or None, submit="Send the link")
    if saved(form, credentials.reset_password, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, f"A link goes to {person.name}, who has been signed out and chooses a new password.")
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/password_reset.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def factors_reset(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_reset_sign_in(request.actor, person)

    form = forms.ResetSignIn(request.POST or None, submit="Take them away")
    if saved(form, credentials.reset_factors, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, f"{person.name} has been signed out and signs in with the password alone.")
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/factors_reset.html", {"person": person, "form": form})


@require_safe
def teams(request: Request) -> HttpResponse:
    access.check_can_administer_teams(request.actor)
    return render(request, "staff/teams.html", {"services": selectors.services_with_teams()})


@require_http_methods(["GET", "POST"])
def service_add(request: Request) -> HttpResponse:
    access.check_can_administer_teams(request.actor)

    form = forms.AddService(request.POST or None)
    service = saved(form, services.add_service, actor=request.actor, at=request.at)
    if service:
        messages.success(request, f"{service.name} is added.")
        return redirect("staff:teams")
    return render(request, "staff/service_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
def team_add(request: Request) -> HttpResponse:
    access.check_can_administer_teams(request.actor)

    form = forms.AddTeam(request.POST or None)
    team = saved(form, services.add_team, actor=request.actor, at=request.at)
    if team:
        messages.success(request, f"{team.name} is added.")
        return redirect("staff:teams")
    return render(request, "staff/team_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
def line_propose(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_propose_line(request.actor, person)

    form = forms.ChooseManager(
        request.POST or None, actor=request.actor, initial={"starts_on": request.today}, submit="Ask them to confirm"
    )
    if saved(form, services.propose_line, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "The proposal is made. It holds once somebody else has confirmed it.")
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/line_propose.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def line_confirm(request: Request, line_id: UUID) -> HttpResponse:
    line = get_visible_or_404(ManagementLine.objects.with_people(), request.actor, pk=line_id)
    access.check_can_confirm_line(request.actor, line)

    form = forms.AnswerLine(request.POST or None, line=line)
    answered = saved(form, services.answer_line, line_id=line.pk, actor=request.actor, at=request.at)
    if answered:
        manager, person = line.manager.name, line.person.name
        if answered.confirmed_at:
            done = f"{manager} is the line manager of {person} from {long_date(line.starts_on)}."
        else:
            done = f"{manager} does not become the line manager of {person}."
        messages.success(request, done)
        return redirect("staff:person-detail", person_id=line.person_id)
    return render(request, "staff/line_confirm.html", {"line": line, "form": form})


@require_http_methods(["GET", "POST"])
def line_change(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_change_line(request.actor, person)

    form = forms.ChooseManager(
        request.POST or None,
        actor=request.actor,
        initial={"starts_on": request.today},
        submit="Change the line manager",
    )
    line = saved(form, services.change_line, person_id=person.pk, actor=request.actor, at=request.at)
    if line:
        messages.success(request, f"{line.manager.name} manages {person.name} from {line.starts_on:%-d %B %Y}.")
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/line_change.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def supervisor_change(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_change_supervisor(request.actor, person)

    form = forms.ChangeSupervisor(request.POST or None, actor=request.actor, initial={"starts_on": request.today})
    present = selectors.supervisor_of(person.pk, on=request.today)
    new = saved(form, services.change_supervisor, supervisee_id=person.pk, actor=request.actor, at=request.at)
    if new:
        messages.success(request, f"{new.supervisor.name} supervises {person.name} from {new.starts_on:%-d %B %Y}.")
        # From the day of the change on, whoever set it may be next up no more
        goes_over = new.starts_on > request.today and person.pk in request.actor.next_up_for
        page = "supervision:handover-detail" if goes_over and present else "staff:person-detail"
        return redirect(page, person_id=person.pk)
    return render(request, "staff/supervisor_change.html", {"person": person, "form": form, "present": present})


@require_http_methods(["GET", "POST"])
def hat(request: Request) -> HttpResponse:
    """Hats are put on one at a time, and stay on until they are taken off or the person signs out."""
    form = forms.PutOnHat(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wearing = services.put_on_hat(hat=form.cleaned_data["hat"], actor=request.actor, at=request.at)
        request.session[HAT_SESSION_KEY] = wearing.hat.value if wearing.hat else ""
        messages.success(request, f"You act as {wearing.hat.label} now." if wearing.hat else "Your hat is off.")
        return redirect(get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL)
    return render(request, "staff/hat.html", {"hats": request.actor.available_hats()})


# Signing in, and staying so


class SecurityIndex(IndexView):
    """allauth's page of what one signs in with, and what an administrator took away of it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "resets": selectors.own_resets(self.request.actor)}


class PasskeyConfirm(ReauthenticateWebAuthnView):
    """allauth's page to confirm by a passkey who one is; a passkey that does not fit is told on the page itself."""

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def stay(request: Request) -> JsonResponse:
    """For the script of each page: who is signed in here, and for how long. A POST is a person's doing, and lengthens it."""
    signed_in = request.sign_in
    return JsonResponse(
        {
            "person": str(request.actor.staff_id) if signed_in else "",
            "name": request.actor.name if signed_in else "",
            "ends_in": signed_in.ends_in if signed_in else 0,
            "is_last": signed_in.is_last if signed_in else False,
            "token": get_token(request),
        }
    )


@require_safe
def signed_in(request: Request) -> HttpResponse:
    """Where one lands who signed in beside a page that was left open."""
    return render(request, "staff/signed_in.html")


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    """A form without this session's mark: where a page of ours sent it, what was typed is kept and can be sent again."""
    sent = typed.typed_in(request)
    if sent and typed.is_from_our_own_page(request):
        return typed.give_back(request, sent)
    return render(request, "403_csrf.html", status=403)


# The demo


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def demo_sign_in(request: Request) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    form = forms.DemoSignIn(request.POST or None)
    if form.is_valid():
        next_url = get_next_redirect_url(request)
        account = form.cleaned_data["person"].account
        if request.user.is_authenticated:
            get_adapter(request).logout(request)
        challenge.note_demo_challenge(request, account)
        return perform_login(request, account, redirect_url=next_url)
    people = selectors.demo_people(on=request.today)
    context = {"start": selectors.demo_start(people), "people": people, "next": get_next_redirect_url(request)}
    return render(request, "staff/demo_sign_in.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def demo_confirm(request: Request) -> HttpResponse:
    """The demo's "confirm that it is you": a button in place of a password."""
    if not settings.DEMO:
        raise Http404
    next_url = get_next_redirect_url(request)
    if challenge.has_factor(request.user):
        ways = get_adapter().get_reauthentication_methods(request.user)
        return redirect(passthrough_next_redirect_url(request, ways[0]["url"], "next"))
    if request.method == "POST":
        challenge.note_demo_challenge(request, request.user)
        return redirect(next_url or settings.LOGIN_REDIRECT_URL)
    return render(request, "staff/demo_confirm.html", {"next": next_url})
