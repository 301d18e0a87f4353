"""Home, the lists of who is overdue, whether the service is well, and help."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from archive.requests.selectors import rows_at_home
from audits.following.selectors import waiting_of
from compliance import access, forms, selectors, services
from compliance.guidance import PARTNERSHIP, STYLES
from compliance.healthcheck.selectors import asked_by, survey_to_open
from compliance.models import Kind, Shortfall
from compliance.needs import Need, data_request_need, survey_needs
from compliance.needs.examined import examined_needs
from compliance.rules.effects import paces
from compliance.selectors.coming import may_come
from compliance.selectors.effects import effect_page
from compliance.selectors.know import know_needs
from compliance.selectors.reads import MOST_IN_A_FILE
from compliance.services import effects
from core import sheets
from core.actor import Role
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from documents.selectors import files_apart
from outbox.services import count_given_up
from policies.models import PolicyDraft
from policies.selectors import drafts_to_publish, policy_of, policy_of_draft
from staff import access as staff_access
from staff import services as staff
from staff.models import StaffMember
from supervision.selectors import late_to_rebook

READS_A_PAGE = 50


@require_safe
def home(request: Request) -> HttpResponse:
    number = request.GET.get("page", "1")
    match request.actor.hat:
        case Role.SYSTEM_ADMINISTRATOR:
            invited = selectors.invited_page(actor=request.actor, on=request.today, number=number)
            shown = {"page": invited, "files_apart": files_apart()}
            return render(request, "compliance/home_administrator.html", shown)
        case Role.PRINCIPAL_SOCIAL_WORKER:
            kind = _kind_asked_for(request)
            found = selectors.overdue_page(actor=request.actor, on=request.today, past=False, number=number, kind=kind)
            drafts = drafts_to_publish(actor=request.actor)
            survey = survey_to_open(on=request.today)
            context = {"found": found, "drafts": drafts, "survey_to_open": survey}
            return render(request, "compliance/home_principal.html", context)
        case Role.HR:
            whole = request.GET.get("all") == "1"
            groups = selectors.hr_page(actor=request.actor, on=request.today, whole=whole)
            return render(request, "compliance/home_hr.html", {"groups": groups})
    whole = request.GET.get("all") == "1"
    asked = asked_by(getattr(request.user, "waiting_survey", None), on=request.today)
    waiting = waiting_of(getattr(request.user, "waiting_in_audits", None), actor=request.actor)
    page = selectors.home_page(
        actor=request.actor,
        on=request.today,
        at=request.at,
        whole=whole,
        coming=may_come(getattr(request.user, "what_comes", None), on=request.today),
        besides=[
            *survey_needs(asked),
            *examined_needs(waiting),
            *know_needs(request.actor, on=request.today),
            *_requests(request),
        ],
    )
    asks = getattr(request.user, "is_asked_for_feedback", True)
    return render(request, "compliance/home.html", {"page": page, "today": request.today, "asks_feedback": asks})


def _requests(request: Request) -> list[Need]:
    if not getattr(request.user, "may_have_requests", True):
        return []
    return [data_request_need(row) for row in rows_at_home(actor=request.actor)]


@require_safe
def person_reads(request: Request, person_id: UUID) -> HttpResponseBase:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    staff_access.check_can_read_reads(request.actor, person.pk)

    reads = staff.read_reads(person=person, actor=request.actor, at=request.at)
    wanted = selectors.reads_wanted(by=request.GET.get("by", ""), month=request.GET.get("month", ""))
    found = selectors.narrowed(reads, wanted)
    is_own = person.pk == request.actor.staff_id
    if is_own and request.GET.get("as") == sheets.CSV:
        table = selectors.reads_table(found[:MOST_IN_A_FILE], person=person, actor=request.actor)
        return sheets.as_response([table], ["who has read my file", request.today.isoformat()], sheets.CSV)
    page = Paginator(found, READS_A_PAGE).get_page(request.GET.get("page"))
    rows = selectors.read_rows(page.object_list, person=person, actor=request.actor)
    offered = selectors.reads_offered(reads, wanted)
    context = {"person": person, "page": page, "rows": rows, "offered": offered, "is_own": is_own}
    return render(request, "compliance/person_reads.html", context)


@require_safe
def overdue(request: Request) -> HttpResponse:
    past = request.GET.get("show") == "past"
    number, kind = request.GET.get("page", "1"), _kind_asked_for(request)
    found = selectors.overdue_page(actor=request.actor, on=request.today, past=past, number=number, kind=kind)
    late = [] if past or kind is not Kind.WORKER else late_to_rebook(actor=request.actor, on=request.today)
    return render(request, "compliance/overdue.html", {"found": found, "late_to_rebook": late})


def _kind_asked_for(request: Request) -> Kind:
    what = request.GET.get("what", "")
    return Kind(what) if what in Kind.values else Kind.WORKER


@require_safe
def gaps(request: Request) -> HttpResponse:
    supervisors = request.GET.get("show") == "supervisors"
    number = request.GET.get("page", "1")
    found = selectors.gaps_page(actor=request.actor, on=request.today, supervisors=supervisors, number=number)
    return render(request, "compliance/gaps.html", {"found": found})


@require_safe
def cover_gaps(request: Request) -> HttpResponse:
    found = selectors.cover_gaps(actor=request.actor, on=request.today, number=request.GET.get("page", "1"))
    own = request.actor.manages | request.actor.above_for
    return render(request, "compliance/cover_gaps.html", {"found": found, "names_cover_for": own})


@require_http_methods(["GET", "POST"])
def policy_effect(request: Request, draft_id: UUID) -> HttpResponse:
    draft = get_visible_or_404(PolicyDraft.objects.select_related("parent", "built_on"), request.actor, pk=draft_id)
    today = request.GET.get("when") == "today" and draft.starts_on > request.today
    if request.method == "POST":
        effects.ask_for_effect(draft_id=draft.pk, today=today, actor=request.actor, at=request.at)
        return redirect(request.get_full_path())
    group, number = request.GET.get("group", ""), request.GET.get("page", "1")
    page = effect_page(draft=draft, actor=request.actor, today=today, group=group, number=number)
    context = {
        "draft": draft,
        "page": page,
        "lies_ahead": draft.starts_on > request.today,
        "paces": paces(policy_of(draft.built_on), policy_of_draft(draft)) if draft.built_on else [],
    }
    return render(request, "compliance/policy_effect.html", context)


@require_http_methods(["GET", "POST"])
def forecast(request: Request) -> HttpResponse:
    page = selectors.forecast_page(actor=request.actor, on=request.today)
    form = forms.TellLeads(request.POST or None, coming=page.coming) if page.can_tell else None
    if form and (told := saved(form, services.tell_of_shortfall, actor=request.actor, at=request.at)):
        messages.success(request, "Senior leads are told. What they answer will be here.")
        return redirect("compliance:shortfall-detail", shortfall_id=told.pk)
    if request.method == "POST" and form is None:
        messages.error(request, "There is nobody to tell, or nothing to tell them of.")
        return redirect("compliance:forecast")
    return render(request, "compliance/forecast.html", {"page": page, "form": form})


@require_http_methods(["GET", "POST"])
def shortfall_detail(request: Request, shortfall_id: UUID) -> HttpResponse:
    shortfall = get_visible_or_404(Shortfall.objects.with_people(request.actor), request.actor, pk=shortfall_id)
    form, told = None, [row.lead_id for row in shortfall.leads.all()]
    if may(access.check_can_answer, request.actor, told=told):
        form = forms.AnswerShortfall(request.POST or None)
    elif request.method == "POST":
        access.check_can_answer(request.actor, told=told)
    if form and saved(form, services.answer_shortfall, shortfall_id=shortfall.pk, actor=request.actor, at=request.at):
        messages.success(request, "Your answer is kept, and whoever asked is told of it.")
        return redirect("compliance:shortfall-detail", shortfall_id=shortfall.pk)
    services.read_shortfall(shortfall=shortfall, actor=request.actor, at=request.at)
    return render(request, "compliance/shortfall_detail.html", {"shortfall": shortfall, "form": form})


@never_cache
@login_not_required
@require_safe
def healthy(request: HttpRequest) -> HttpResponse:
    """For load balancers: whether this process answers and reaches the database, and how many jobs were given up."""
    try:
        given_up = count_given_up()
    except Error:
        return HttpResponse("database out of reach\n", content_type="text/plain", status=503)
    return HttpResponse(f"ok\njobs given up: {given_up}\n", content_type="text/plain")


@login_not_required
@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/help_index.html")


@login_not_required
@require_safe
def help_accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/help_accessibility.html")


@login_not_required
@require_safe
def help_need_to_know(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/help_need_to_know.html")


@login_not_required
@require_safe
def help_privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/help_privacy.html")


@login_not_required
@require_safe
def help_speaking_up(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/help_speaking_up.html")


@login_not_required
@require_safe
def help_styles(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/help_styles.html", {"rows": STYLES})


@login_not_required
@require_safe
def help_partnership(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/help_partnership.html", {"rows": PARTNERSHIP})
