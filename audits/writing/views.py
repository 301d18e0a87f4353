"""Pages of an audit: open it, write it with the evidence beside, look at the evidence alone, check and sign."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Audit
from audits.writing import access, services
from audits.writing.selectors import AuditContext, audit_context, audit_to_sign, record_of, typed_fields
from core.errors import NotAllowed, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404
from records.evidence import evidence_of, say_not_signed_yet
from records.forms import DraftForm
from records.models import Record
from records.rules import ChallengeStale, State
from records.selectors import as_typed_too_late, template_of
from records.services import note_draft_read
from records.views import draft_form, place_of_files, read_draft, save_draft, too_late
from staff.challenge import challenge_of, confirm_to_sign_url


@require_POST
def audit_open(request: Request, audit_id: UUID) -> HttpResponse:
    audit = audit_of(request, audit_id)
    try:
        services.open_audit(audit_id=audit.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("audits:audit-detail", audit_id=audit.pk)
    return redirect("audits:audit-write", audit_id=audit.pk)


@require_http_methods(["GET", "POST"])
def audit_write(request: Request, audit_id: UUID) -> HttpResponse:
    audit = audit_of(request, audit_id)
    try:
        return _write(request, audit)
    except NotAllowed as refusal:
        is_theirs = audit.auditor_id == request.actor.staff_id and audit.record_id is not None
        if request.method != "POST" or not is_theirs:
            raise
        return _keep(request, audit, because=str(refusal))


def _write(request: Request, audit: Audit) -> HttpResponse:
    access.check_can_write(request.actor, audit)
    if audit.record_id is None:
        return redirect("audits:audit-detail", audit_id=audit.pk)
    record = record_of(audit)
    if record.get_state() is not State.DRAFT:
        if request.method == "GET":
            return redirect("records:record-detail", record_id=record.pk)
        return too_late(request, record, sections=template_of(record).sections, given=typed_fields(audit, record))
    context = _context(request, audit, record)
    given = context.given
    form = draft_form(request, read_draft(request, record, repeated=given.repeated), given=given)
    try:
        answer = _answer(request, audit, form, context) if request.method == "POST" else None
    except NotAllowed:
        return too_late(request, record, sections=template_of(record).sections, given=given)
    return answer or _writing_page(request, audit, form, context)


def _keep(request: Request, audit: Audit, *, because: str) -> HttpResponse:
    """What was typed before the file, or the audit, was closed to its auditor: saved while the draft is theirs, and given
    back where it is not any more.
    """
    record = record_of(audit)
    given = typed_fields(audit, record)
    form = draft_form(request, read_draft(request, record, repeated=given.repeated), given=given)
    try:
        is_saved = save_draft(request, form)
    except (NotAllowed, RuleBroken, Record.DoesNotExist):
        is_saved = False
    if is_saved:
        messages.info(request, f"What you typed is saved. {because}")
        return redirect("audits:audit-detail", audit_id=audit.pk)
    typed = as_typed_too_late(record, template_of(record).sections, repeated=given.repeated)
    shown = {
        "record": record,
        "draft": draft_form(request, typed, given=given),
        "because": because,
        "back": reverse("audits:audit-detail", args=[audit.pk]),
    }
    return render(request, "records/record_too_late.html", shown, status=409)


def _context(request: Request, audit: Audit, record: Record) -> AuditContext:
    """What the file holds now, for the form; that it was looked into is noted."""
    examined = services.look_into_file(audit=audit, actor=request.actor, at=request.at)
    return audit_context(audit=audit, record=record, examined=examined)


def _answer(request: Request, audit: Audit, form: DraftForm, context: AuditContext) -> HttpResponse | None:
    """Save what was posted, and go where its button leads; None where something has to be put right first."""
    if not save_draft(request, form) or form.asked_row:
        return None
    write = redirect("audits:audit-write", audit_id=audit.pk)
    if place := place_of_files(request, form):
        return redirect(f"{write.url}{place}")
    if "sign" not in request.POST:
        messages.success(request, "Your draft is saved.")
        return write
    problems = audit_to_sign(form.draft.record, context).problems
    if problems and not form.show_problems(problems):
        return None
    return redirect("audits:audit-sign", audit_id=audit.pk)


def _writing_page(request: Request, audit: Audit, form: DraftForm, context: AuditContext) -> HttpResponse:
    shown = {
        "audit": audit,
        "record": form.draft.record,
        "draft": form,
        "examined": context.examined,
        "error_list": form.error_list,
    }
    return render(request, "audits/audit_write.html", shown)


@require_safe
def audit_evidence(request: Request, audit_id: UUID) -> HttpResponse:
    audit = audit_of(request, audit_id)
    access.check_can_look(request.actor, audit)
    record = record_of(audit)
    if record.get_state() is not State.DRAFT:
        return redirect("records:record-detail", record_id=record.pk)
    examined = services.look_into_file(audit=audit, actor=request.actor, at=request.at)
    return render(request, "audits/audit_evidence.html", {"audit": audit, "examined": examined})


@require_http_methods(["GET", "POST"])
def audit_sign(request: Request, audit_id: UUID) -> HttpResponse:
    audit = audit_of(request, audit_id)
    access.check_can_write(request.actor, audit)
    if audit.record_id is None:
        return redirect("audits:audit-detail", audit_id=audit.pk)
    record = record_of(audit)
    if record.get_state() is not State.DRAFT:
        messages.info(request, "You have signed this already. Nothing was added.")
        return redirect("records:record-detail", record_id=record.pk)
    refusal = ""
    say_not_signed_yet(request)
    if request.method == "POST":
        try:
            _sign(request, audit)
        except ChallengeStale:
            return redirect(confirm_to_sign_url(request.path))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, f"Signed. {audit.supervisor.name} can now read it and respond.")
            return redirect("records:record-detail", record_id=record.pk)
    return _signing_page(request, audit, record, refusal=refusal)


def _sign(request: Request, audit: Audit) -> None:
    services.sign_audit(
        audit_id=audit.pk,
        shown=request.POST.get("shown", ""),
        found=request.POST.get("found", ""),
        challenge=challenge_of(request),
        evidence=evidence_of(request),
        actor=request.actor,
        at=request.at,
    )


def _signing_page(request: Request, audit: Audit, record: Record, *, refusal: str) -> HttpResponse:
    note_draft_read(record=record, actor=request.actor, at=request.at)
    context = _context(request, audit, record)
    shown = {
        "audit": audit,
        "record": record,
        "examined": context.examined,
        "text": audit_to_sign(record, context),
        "found": context.found,
        "error_list": [{"id": "", "text": refusal}] if refusal else [],
    }
    return render(request, "audits/audit_sign.html", shown)


def audit_of(request: Request, audit_id: UUID) -> Audit:
    """The audit that an address names, with its people and what is asked of its file."""
    found: Audit = get_visible_or_404(Audit.objects.to_examine().with_record(), request.actor, pk=audit_id)
    return found
