"""Loading policies and record templates from files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from policies.digests import digest_of
from policies.faults import Fault, Faulty, quoted
from policies.files import PACKS, PolicyFile, read_policy
from policies.models import PolicyVersion, RecordTemplate
from policies.template_files import TemplateFile, read_template


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did: what is new, in words, and every fault of the files that were left out.

    ``passed_over``: forms in whose place stand versions that the authority published under the same number.
    """

    added: tuple[str, ...]
    faults: tuple[Fault, ...]
    passed_over: tuple[str, ...] = ()


def load_packs(*, at: datetime, folder: Path = PACKS) -> Loaded:
    """Load every policy and record template of a folder that is not there yet; run again, nothing is added.

    A faulty file adds nothing and changes nothing: what was loaded before stays in force. Nor does a file that was
    changed without a version of its own: what refers to the version must go on meaning the same.
    """
    added: list[str] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            added += _load_policy(read_policy(path), file=path.name, at=at)
        except Faulty as error:
            faults += error.faults
    passed_over: list[str] = []
    for path in sorted((folder / "templates").glob("*.yaml")):
        try:
            read = read_template(path)
            if own := _own_of_the_number(read):
                passed_over.append(str(own))
            else:
                added += _load_template(read, file=path.name, at=at)
        except Faulty as error:
            faults += error.faults
    return Loaded(tuple(added), tuple(dict.fromkeys(faults)), tuple(passed_over))


@transaction.atomic
def _load_policy(read: PolicyFile, *, file: str, at: datetime) -> Iterable[str]:
    added = _load_policy(read.parent, file=file, at=at) if read.parent else []
    parent = _policy_row(read.parent) if read.parent else None
    if present := _policy_row(read):
        _check_same(present.document, read.document, file=file, version=present.version)
        return added
    row = PolicyVersion.objects.create(
        slug=read.policy.id,
        version=read.policy.version,
        document=read.document,
        digest=digest_of(read.document, parent=parent.digest if parent else None),
        parent=parent,
        loaded_at=at,
    )
    return [*added, str(row)]


@transaction.atomic
def _load_template(read: TemplateFile, *, file: str, at: datetime) -> Iterable[str]:
    template = read.template
    if present := RecordTemplate.objects.filter(slug=template.id, version=template.version).first():
        _check_same(present.document, read.document, file=file, version=str(present.version))
        return []
    row = RecordTemplate.objects.create(
        slug=template.id,
        version=template.version,
        document=read.document,
        digest=digest_of(read.document),
        loaded_at=at,
    )
    return [str(row)]


def _own_of_the_number(read: TemplateFile) -> RecordTemplate | None:
    """The authority's own version that has the number of one that ships, where it says something else."""
    own = RecordTemplate.objects.filter(slug=read.template.id, version=read.template.version, is_own=True).first()
    return own if own and own.document != read.document else None


def _policy_row(read: PolicyFile) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(slug=read.policy.id, version=read.policy.version).first()


def _check_same(loaded: object, document: object, *, file: str, version: str) -> None:
    if loaded != document:
        sentence = f"{quoted(version)} was loaded before with other content; a changed file needs a version of its own"
        raise Faulty([Fault(file, "version", sentence)])
