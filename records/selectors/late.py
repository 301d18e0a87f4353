"""How long after their sessions records were entered, as it was signed."""

from collections.abc import Collection
from uuid import UUID

from records import canonical
from records.models import Part
from records.pdf_wording import late_in_words
from records.rules import PartKind


def late_entries(*, record_ids: Collection[UUID]) -> dict[UUID, str]:
    """For each record whose last text was signed on a later day than its session: "22 days (16 working days) after"."""
    texts = Part.objects.filter(record_id__in=record_ids, kind=PartKind.TEXT).order_by("seq")
    found = {}
    for record_id, body in texts.values_list("record_id", "body"):
        late = late_in_words(canonical.loads(bytes(body))["late"])
        found[record_id] = late[0][1] if late else ""
    return {record_id: words for record_id, words in found.items() if words}
