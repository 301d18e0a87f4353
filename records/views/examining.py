"""Pages of records: respond to an audit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404
from records import access, forms, rules, selectors, services
from records.models import Record
from records.views.adding import add_to_record
from records.views.drafting import draft_form, too_late


@require_http_methods(["GET", "POST"])
def record_respond(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    access.check_can_respond(request.actor, record)
    if rules.response_of(record.get_heads()):
        return _responded(request, record)
    form = forms.Respond(
        request.POST or None,
        initial={"shown": selectors.shown_for_responding(record), "meaning": request.GET.get("meaning")},
    )
    return add_to_record(request, record, form=form, section=selectors.RESPONSE_SECTION, service=services.respond)


def _responded(request: Request, record: Record) -> HttpResponse:
    """For whoever has responded already: what was typed anew is given back, and the same twice is said to be there."""
    section = selectors.RESPONSE_SECTION
    if request.method == "POST":
        typed = draft_form(request, selectors.as_typed_too_late(record, [section])).typed()
        if typed and not selectors.signed_already(record, typed=typed[0].values, actor=request.actor):
            because = (
                "You have responded to this audit already, and it is responded to once. You can write an addendum."
            )
            return too_late(request, record, sections=[section], because=because)
    messages.info(request, "You have responded to this audit already. Nothing was added.")
    return redirect("records:record-detail", record_id=record.pk)
