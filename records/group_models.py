"""Who was at the group session that a record is of, and who sees such a record. Part of ``records.models``: a module of
its own for its length.
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.actor import Actor
from core.models import Identified
from staff.models import StaffMember


class Attendee(Identified):
    """Somebody who was at the group session that a record is of, and so one of those whom it is about.

    ``led``: the facilitator, whom it is not about.
    """

    record = models.ForeignKey("records.Record", models.PROTECT, related_name="attendees")
    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    led = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="attendee_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.record_id}"


def of_own_groups(actor: Actor) -> Q:
    """Records of groups that the actor writes or led: drafts, and all of what is signed."""
    led = Attendee.objects.filter(record=OuterRef("pk"), led=True, person=actor.staff_id)
    return ~Q(group="") & (Q(author=actor.staff_id) | Q(Exists(led)))


def of_groups_in_sight(actor: Actor) -> Q:
    """Records of groups for those who were there, and for whoever supervises the facilitator; once they are signed.

    Not for the supervisors of those who were there, nor for whoever was invited and did not come. Cover for the
    facilitator's supervisor reads none: they are nobody's own file.
    """
    there = Attendee.objects.filter(record=OuterRef("pk"))
    wholly = Q(person_id__in=actor.supervises)
    if actor.limited:
        wholly &= ~Q(person_id__in=actor.limited)
    readers = Q(person=actor.staff_id) | Q(led=True) & wholly
    return ~Q(group="") & Q(Exists(there.filter(readers)))
