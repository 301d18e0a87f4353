"""Files of records: attached and taken away with the form, and opened by those who may read their section."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404
from documents.downloads import download
from documents.models import StoredFile
from records import forms, selectors, services
from records.models import Record


@require_safe
def record_file(request: Request, record_id: UUID, sha256: str) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    try:
        file = services.read_file(record=record, sha256=f"sha256:{sha256}", actor=request.actor, at=request.at)
    except StoredFile.DoesNotExist as error:
        raise Http404 from error
    except RuleBroken as kept_apart:
        return render(request, "documents/kept_apart.html", {"sentence": str(kept_apart)}, status=409)
    return download(file.name, file.media_type, file.data)


def change_files(request: Request, form: forms.DraftForm) -> None:
    """Attach what was chosen with the form, and take out what its button names; a refusal stands beside the field."""
    record = form.draft.record
    for section_id, field_id, files in form.chosen():
        try:
            services.attach_files(
                record_id=record.pk,
                section=section_id,
                field=field_id,
                files=files,
                actor=request.actor,
                at=request.at,
            )
        except RuleBroken as refusal:
            form.add_refusal_of_files(section_id, field_id, str(refusal))
        else:
            form.show_files(selectors.draft_part(record=record, section_id=section_id, actor=request.actor))
    if asked := request.POST.get("remove_file"):
        section_id, field_id, sha256 = (asked.split("/") + ["", ""])[:3]
        services.detach_file(
            record_id=record.pk, section=section_id, field=field_id, sha256=sha256, actor=request.actor, at=request.at
        )
