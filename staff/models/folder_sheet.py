"""The personal information and buddy sheet: what a supervisor needs at hand, and what opens in an emergency alone."""

from typing import Self

from django.db import models

from core.actor import Actor, Role
from core.fields import ContentField
from core.models import AppendOnly, Identified
from staff.models.people import StaffMember


class PersonalSheetQuerySet(models.QuerySet["PersonalSheet"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the rest of the folder: oneself, supervisor, next up, under a grant; HR."""
        if actor.hat is Role.HR:
            return self
        near = {actor.staff_id} | actor.supervises | actor.next_up_for | actor.granted_people
        return self.filter(person_id__in=near)


class PersonalSheet(Identified):
    """How to reach somebody at work, what they drive, who looks out for them, and what HR calls the post (R226-R232).

    One for each person, kept up by that person: where somebody lived once is nobody's business. ``completed_on``: when it
    was first filled in; ``checked_on``: when the person last said that it is right.
    """

    person = models.OneToOneField(StaffMember, models.PROTECT, related_name="personal_sheet")
    work_mobile = ContentField(blank=True)
    car_registration = ContentField(blank=True)
    car_make = ContentField(blank=True)
    buddy_name = ContentField(blank=True)
    buddy_phone = ContentField(blank=True)
    post_number = ContentField(blank=True)
    employee_number = ContentField(blank=True)
    hours_worked = ContentField(blank=True)
    contract_type = ContentField(blank=True)
    completed_on = models.DateField()
    checked_on = models.DateField()

    objects = PersonalSheetQuerySet.as_manager()

    def __str__(self) -> str:
        return f"sheet of {self.person_id}"


class HomeContactQuerySet(models.QuerySet["HomeContact"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and HR (sight: next of kin, address). A grant never opens it."""
        return self if actor.hat is Role.HR else self.filter(person_id=actor.staff_id)

    def opened_by(self, actor: Actor) -> Self:
        """Those that a supervisor, the next up or somebody above may open with a reason, of which the worker is told."""
        return self.filter(person_id__in=actor.supervises | actor.next_up_for | actor.above_for)


class HomeContact(Identified):
    """Where somebody lives and who is to be told in an emergency (R225, R226, R228); apart from the rest of the sheet."""

    person = models.OneToOneField(StaffMember, models.PROTECT, related_name="home_contact")
    address = ContentField(blank=True)
    home_phone = ContentField(blank=True)
    kin_name = ContentField(blank=True)
    kin_relationship = ContentField(blank=True)
    kin_address = ContentField(blank=True)
    kin_phone = ContentField(blank=True)

    objects = HomeContactQuerySet.as_manager()

    def __str__(self) -> str:
        return f"home contact of {self.person_id}"


class ContactOpeningQuerySet(models.QuerySet["ContactOpening"]):
    def visible_to(self, actor: Actor) -> Self:
        """Of one's own contact; one's own openings; HR."""
        if actor.hat is Role.HR:
            return self
        return self.filter(models.Q(person_id=actor.staff_id) | models.Q(opened_by_id=actor.staff_id))


class ContactOpening(AppendOnly):
    """That somebody opened a person's next of kin and address, when, and for which reason."""

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    reason = ContentField()

    objects = ContactOpeningQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(name="contact_opening_has_a_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="contact_opening_by_somebody_else", condition=~models.Q(opened_by=models.F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"opened {self.opened_at:%Y-%m-%d %H:%M}"
