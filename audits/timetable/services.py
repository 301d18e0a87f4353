"""The day's chase of audits and observations."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from audits.following.selectors import late_for_managers
from audits.models import Audit
from audits.timetable import rules
from audits.timetable.rules import Chase
from audits.timetable.selectors import standing_of_duties
from core.clock import date_of
from notifications.models import Notice
from outbox.services import enqueue
from staff.models import ManagementLine

# A period that ended short is told about within so many days, for a machine that was off
LOOKS_BACK = timedelta(days=14)


@transaction.atomic
def chase_audits(*, at: datetime) -> int:
    """Tell auditors of a period with a month left and nothing booked, and of booked days that passed; and an auditor's
    manager of a period that ended short; and who manages the examined of an action of theirs that stays late. How many are
    told; each once, however often it is asked for. In nine queries, what it tells, and a few for each manager of late
    actions.
    """
    on = date_of(at)
    found = standing_of_duties(on=on)
    before = on - LOOKS_BACK
    # In the first days of a year, what the year before ended with
    if found and not any(each.period[0] <= before for each in found):
        found += standing_of_duties(on=on, year=before)
    managers = dict(ManagementLine.objects.live(on).values_list("person_id", "manager_id"))
    on_top = Audit.objects.standing().unsigned().filter(booked_on__lt=on, duty="")
    chases = [
        *rules.chases(found, managers, on=on),
        *(Chase(audit.auditor_id, "audit_due", f"{audit.pk}/{audit.booked_on}", audit.pk) for audit in on_top),
        *late_for_managers(on=on, managers=managers),
    ]
    told = Notice.objects.filter(kind__in={each.kind for each in chases}, key__in={each.key for each in chases})
    known = set(told.values_list("person_id", "kind", "key"))
    new = {each for each in chases if each[:3] not in known}
    for each in sorted(new, key=str):
        enqueue("notifications.tasks.notify", person_id=each.person_id, kind=each.kind, key=each.key, path=_path(each))
    return len(new)


def _path(chase: Chase) -> str:
    if chase.kind == "examined_action_late":
        return f"{reverse('audits:audit-actions')}?show=late"
    return reverse("audits:audit-detail", args=[chase.audit_id]) if chase.audit_id else reverse("audits:plan")
