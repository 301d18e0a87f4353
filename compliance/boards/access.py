"""Who may open boards, and what of them each reads."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet

from compliance.boards.counting import Scope
from compliance.boards.nights import BoardNight
from core.actor import Actor, Role
from core.errors import NotAllowed
from core.shortcuts import may
from staff.models import Post, Service, Team


def sees_everybody(actor: Actor) -> bool:
    """The principal social worker, with that hat on."""
    return actor.hat is Role.PRINCIPAL_SOCIAL_WORKER


def check_can_open(actor: Actor) -> None:
    """The principal social worker, and whoever is next up for or above somebody; under no other hat. Raises NotAllowed."""
    led = actor.next_up_for | actor.above_for
    if not sees_everybody(actor) and (actor.hat or not led):
        raise NotAllowed("Boards are for managers above supervisors, and for the principal social worker.")


def scope_for(actor: Actor, night: BoardNight, *, at: datetime) -> Scope:
    """Of whom the actor's figures are (sight: due dates, status, why), and whose children may be named to the actor.

    Whoever covers for somebody sees nothing of nights before the cover began.
    """
    scope = night.scope(at=at)
    if sees_everybody(actor):
        return scope
    people = {actor.staff_id} | actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    people -= {person for person, first in actor.sees_from.items() if first > night.on}
    near = {actor.staff_id} | actor.supervises | actor.next_up_for
    return replace(scope, people=people, near=near & people)


class BoardServices:
    """The door to a board: services in which somebody works whom the actor leads; all, for whoever sees everybody."""

    model: ClassVar[type[Service]] = Service

    @staticmethod
    def visible_to(actor: Actor) -> "QuerySet[Service]":
        """Those that have a board for the actor."""
        if sees_everybody(actor):
            return Service.objects.all()
        if not may(check_can_open, actor):
            return Service.objects.none()
        led: frozenset[UUID] = actor.next_up_for | actor.above_for
        posts = Post.objects.live(actor.on).filter(person__in=led)
        return Service.objects.filter(pk__in=posts.values("team__service"))


class BoardTeams:
    """The door to a team on a list: of the services that have a board for the actor."""

    model: ClassVar[type[Team]] = Team

    @staticmethod
    def visible_to(actor: Actor) -> "QuerySet[Team]":
        """Those of which the actor may ask who is behind a figure."""
        return Team.objects.filter(service__in=BoardServices.visible_to(actor))
