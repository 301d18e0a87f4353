"""Entries of the security log."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from core.models import AppendOnly
from trail import rules


class EntryQuerySet(models.QuerySet["Entry"]):
    def reads(self) -> "EntryQuerySet":
        """Entries of content that was read or taken away."""
        wanted = Q()
        for ending in rules.READ_ENDINGS:
            wanted |= Q(verb__endswith=ending)
        return self.filter(wanted)

    def but_by_grants(self, keys: models.QuerySet[Any, Any]) -> "EntryQuerySet":
        """All but what was read by some grants of sight; their keys, as text, are asked for in the same query."""
        named = self.order_by().annotate(by_grant=KeyTextTransform("grant", "detail")).filter(by_grant__in=keys)
        return self.exclude(pk__in=named.values("pk"))

    def about(self, person_id: Any) -> "EntryQuerySet":
        """Entries about one person's data, newest first, by others than that person."""
        return self.filter(about_id=person_id).exclude(actor_id=person_id).order_by("-at", "-pk")


class Entry(AppendOnly):
    """Who did what, or read what, when and by which relation.

    People by id, name and role as they were, without foreign keys: the log never stands in the way of live data,
    and live data never change the log. ``detail`` holds ids and figures, never content.
    """

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    actor_role = models.CharField(max_length=100, blank=True)
    via = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    about_id = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["about_id", "-at"], name="trail_about"),
            models.Index(fields=["target_id", "-at"], name="trail_target"),
            models.Index(fields=["actor_id", "-at"], name="trail_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"

    @property
    def words(self) -> str:
        """What was done, for the person whose data it is."""
        return rules.words_of(self.verb)

    @property
    def via_words(self) -> str:
        """The relation by which it was allowed, in words."""
        return rules.why_of(self.via)
