"""Reading what the authority requires: the policy in force on a day, and record templates."""

import json
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from operator import itemgetter
from uuid import UUID

from django.db import connection

from core.errors import RuleBroken
from policies.files import read_document
from policies.models import Adoption, PolicyVersion, RecordTemplate
from policies.rules.forms import DEFAULT_FORMS, FormInUse, NamedForm, form_named, forms_named
from policies.rules.policy import DayAdded, Policy
from policies.rules.timeline import PolicyTimeline
from policies.template_files import read_template_document
from policies.templates import Template

# For queries that read more at once: what ``timeline_of`` makes policies of. Every adoption up to the day ``on``, and the
# days off that were added, as one text, so that no page asks for them in a query of its own
ADOPTIONS = """
SELECT policy_id, digest, starts_on FROM policies_adoption JOIN policies_policyversion AS version ON version.id = policy_id
WHERE starts_on <= %(on)s
"""
DAYS_ADDED = """
SELECT COALESCE(json_agg(json_build_array("on", kind, reason) ORDER BY "on")::text, '') FROM policies_dayoff
WHERE added_at <= %(known_at)s AND (removed_at IS NULL OR removed_at > %(known_at)s)
"""
IN_FORCE = f"SELECT *, ({DAYS_ADDED}) FROM ({ADOPTIONS}) AS adoption ORDER BY starts_on DESC LIMIT 1"  # noqa: S608  constants

KIND_WORDS = {"bank_holiday": "bank holiday", "closure": "closure day"}

Adopted = tuple[UUID, str, date]  # a version's key and digest, and from when it holds


def policy_in_force(on: date) -> Policy | None:
    """The policy that the authority goes by on a day; None before the first was adopted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, {"on": on, "known_at": "infinity"})
        found = cursor.fetchone()
    return _with_days(found[0], found[1], found[3]) if found else None


def policy_to_write_by(on: date) -> Policy:
    """The same for what is written on a day, which cannot be without one. Raises RuleBroken."""
    policy = policy_in_force(on)
    if policy is None:
        raise RuleBroken("No supervision policy is in force today. The principal social worker can put one in force.")
    return policy


def timeline_on(on: date) -> PolicyTimeline | None:
    """The policies that were in force by a day, over time; None before the first was adopted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT *, ({DAYS_ADDED}) FROM ({ADOPTIONS}) AS adoption", {"on": on, "known_at": "infinity"})  # noqa: S608  constants
        rows = cursor.fetchall()
    return timeline_of((row[:3] for row in rows), rows[0][3]) if rows else None


def timeline_of(adopted: Iterable[Adopted], days_added: str) -> PolicyTimeline | None:
    """Policies over time, from rows of ``ADOPTIONS`` and the text of ``DAYS_ADDED``; None where there is none.

    No query but the first time. The same rows give the same value, so that answers can be kept beside it.
    """
    rows = tuple(sorted(adopted, key=itemgetter(2)))
    return _timeline(rows, days_added) if rows else None


def policy_of(version: PolicyVersion) -> Policy:
    """The policy of a version at hand, as it stands in the version itself; no query but the first time."""
    return _policy(version.pk, version.digest)


def adoption_in_force(on: date) -> Adoption | None:
    """Which version is in force on a day, and since when."""
    return Adoption.objects.live(on).select_related("policy").first()


def policy_version(version_id: UUID) -> Policy:
    """A version of a policy, whenever it was or will be in force."""
    return _policy(version_id, PolicyVersion.objects.values_list("digest", flat=True).get(pk=version_id))


def record_template(slug: str, version: int | None = None) -> Template:
    """A version of a record template, or its newest. Raises DoesNotExist."""
    if version is None:
        version = RecordTemplate.objects.filter(slug=slug).latest("is_own", "version").version
    return _template(slug, version)


def form_for(policy: Policy, purpose: str, *, categories: Collection[str] = (), kind: str = "") -> Template:
    """The newest version of the form that a policy names for one of the purposes of ``DEFAULT_FORMS``, with a worker of
    these categories; the product's own where it names none, or one that is not here.
    """
    named = form_named(policy, purpose, categories, kind)
    slugs = [named.slug] if named else []
    slugs.append(DEFAULT_FORMS[purpose])
    newest = dict(RecordTemplate.objects.filter(slug__in=slugs).oldest_first().values_list("slug", "version"))
    slug = next(slug for slug in slugs if slug in newest)
    return _template(slug, newest[slug])


def forms_in_use(policy: Policy) -> list[FormInUse]:
    """Every form that the policy names, and the product's own where it names none for everybody; in one query."""
    rows = RecordTemplate.objects.oldest_first().values_list("slug", "document__title")
    titles = dict(rows)
    found = []
    for purpose, default in DEFAULT_FORMS.items():
        named = forms_named(policy, purpose)
        found += [FormInUse(purpose, form, titles.get(form.slug, "")) for form in named]
        if not any(form.categories is None and form.slug in titles for form in named):
            found.append(FormInUse(purpose, NamedForm(default), titles.get(default, ""), is_default=True))
    return found


# Kept in the process, so that reading is not repeated for each request: versions never change, and a digest stands
# for a document with everything that it inherits


@lru_cache(maxsize=64)
def _policy(version_id: UUID, digest: str) -> Policy:
    row = PolicyVersion.objects.select_related("parent").get(pk=version_id, digest=digest)
    parent = _policy(row.parent.pk, row.parent.digest) if row.parent else None
    parent_data = row.parent.document if row.parent else None
    return read_document(row.document, file=str(row), parent=parent, parent_data=parent_data)


@lru_cache(maxsize=64)
def _with_days(version_id: UUID, digest: str, days_added: str) -> Policy:
    return _policy(version_id, digest).with_days(days_of(days_added))


@lru_cache(maxsize=64)
def _timeline(rows: tuple[Adopted, ...], days_added: str) -> PolicyTimeline:
    return PolicyTimeline(tuple((_with_days(key, digest, days_added), starts_on) for key, digest, starts_on in rows))


def days_of(days_added: str) -> tuple[DayAdded, ...]:
    """The days off in the text of ``DAYS_ADDED``."""
    rows = json.loads(days_added) if days_added else []
    return tuple(DayAdded(date.fromisoformat(on), KIND_WORDS[kind], reason) for on, kind, reason in rows)


@lru_cache(maxsize=256)
def _template(slug: str, version: int) -> Template:
    row = RecordTemplate.objects.get(slug=slug, version=version)
    return read_template_document(row.document, file=str(row))
