"""Reading what the authority requires: the policy in force on a day, and record templates."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from uuid import UUID

from policies.files import read_document
from policies.models import Adoption, PolicyVersion, RecordTemplate
from policies.rules.forms import DEFAULT_FORMS, FormInUse, NamedForm, form_named, forms_named
from policies.rules.policy import Policy
from policies.template_files import read_template_document
from policies.templates import Template

# For queries that read more at once: the key and the digest of what ``policy_of`` gives, on the day ``on``
POLICY_IN_FORCE = """
SELECT policy_id, digest FROM policies_adoption JOIN policies_policyversion AS version ON version.id = policy_id
WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
"""


def policy_in_force(on: date) -> Policy | None:
    """The policy that the authority goes by on a day; None before the first was adopted. One query."""
    found = Adoption.objects.live(on).values_list("policy_id", "policy__digest").first()
    return _policy(*found) if found else None


def policy_of(version_id: UUID, digest: str) -> Policy:
    """A version by its key and digest; no query but the first time."""
    return _policy(version_id, digest)


def adoption_in_force(on: date) -> Adoption | None:
    """Which version is in force on a day, and since when."""
    return Adoption.objects.live(on).select_related("policy").first()


def policy_version(version_id: UUID) -> Policy:
    """A version of a policy, whenever it was or will be in force."""
    return _policy(version_id, PolicyVersion.objects.values_list("digest", flat=True).get(pk=version_id))


def record_template(slug: str, version: int | None = None) -> Template:
    """A version of a record template, or its newest. Raises DoesNotExist."""
    if version is None:
        version = RecordTemplate.objects.filter(slug=slug).values_list("version", flat=True).latest("version")
    return _template(slug, version)


def form_for(policy: Policy, purpose: str, *, categories: Collection[str]) -> Template:
    """The newest version of the form that a policy names for a "contract" or a "record" with a worker of these
    categories; the product's own where it names none, or one that is not here.
    """
    named = form_named(policy, purpose, categories)
    slugs = [named.slug] if named else []
    slugs.append(DEFAULT_FORMS[purpose])
    newest = dict(RecordTemplate.objects.filter(slug__in=slugs).order_by("version").values_list("slug", "version"))
    slug = next(slug for slug in slugs if slug in newest)
    return _template(slug, newest[slug])


def forms_in_use(policy: Policy) -> list[FormInUse]:
    """Every form that the policy names, and the product's own where it names none for everybody; in one query."""
    rows = RecordTemplate.objects.order_by("version").values_list("slug", "document__title")
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


@lru_cache(maxsize=256)
def _template(slug: str, version: int) -> Template:
    row = RecordTemplate.objects.get(slug=slug, version=version)
    return read_template_document(row.document, file=str(row))
