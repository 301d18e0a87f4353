"""Reading forms as the authority changes them: which there are, in which versions, as text; and open drafts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import yaml

from core.actor import Actor
from policies.models import PolicyVersion, RecordTemplate, TemplateDraft
from policies.rules.forms import FormInUse
from policies.rules.policy import Policy
from policies.selectors.reading import forms_in_use
from policies.template_edits import Document


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form in its newest version. ``uses``: what the policy names it for; ``draft``: the one that is open, if any."""

    slug: str
    title: str
    version: int
    is_own: bool
    source: str
    uses: Sequence[FormInUse] = field(default=())
    draft: TemplateDraft | None = None


def form_rows(*, policy: Policy | None, actor: Actor) -> list[FormRow]:
    """Every form, those that are in use first; three queries."""
    uses: dict[str, list[FormInUse]] = defaultdict(list)
    for use in forms_in_use(policy) if policy else ():
        uses[use.named.slug].append(use)
    drafts = {draft.slug: draft for draft in TemplateDraft.objects.visible_to(actor).open()}
    columns = ("slug", "version", "is_own", "document__title", "document__source")
    newest = {row[0]: row for row in RecordTemplate.objects.oldest_first().values_list(*columns)}
    found = [
        FormRow(slug, title, version, is_own, source or "", tuple(uses.get(slug, ())), drafts.get(slug))
        for slug, version, is_own, title, source in newest.values()
    ]
    found += [
        FormRow(slug, draft.document.get("title") or slug, 0, is_own=True, source="", draft=draft)
        for slug, draft in drafts.items()
        if slug not in newest
    ]
    return sorted(found, key=lambda row: (not row.uses, row.title.casefold(), row.slug))


def form_versions(*, slug: str) -> list[RecordTemplate]:
    """Every version of a form, that in use first, with the draft that it was."""
    rows = RecordTemplate.objects.filter(slug=slug).select_related("draft").order_by("-is_own", "-version")
    return list(rows)


def form_version(*, slug: str, version: int) -> RecordTemplate | None:
    """One version of a form."""
    return RecordTemplate.objects.filter(slug=slug, version=version).first()


def open_draft_of(*, actor: Actor, slug: str) -> TemplateDraft | None:
    """The open draft of a form that the actor may read."""
    return TemplateDraft.objects.visible_to(actor).open().filter(slug=slug).first()


def policy_called(*, slug: str, version: str) -> str:
    """A policy as its authority calls it: who gave it, and its title; nothing where it is not loaded here."""
    columns = ("document__authority", "document__title")
    found = PolicyVersion.objects.filter(slug=slug, version=version).values_list(*columns).first()
    return ": ".join(filter(None, found)) if found else ""


def as_yaml(document: Document) -> str:
    """A form as the file that it could be loaded from."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
