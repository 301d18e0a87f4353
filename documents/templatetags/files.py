"""How files stand that people brought, beside their names."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from documents.selectors import standings_by_digest

register = template.Library()


@register.simple_tag
def with_standings(files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The files of a field, each with its ``standing``; one query for all of them."""
    found = standings_by_digest([file["sha256"] for file in files])
    return [{**file, "standing": found[file["sha256"]]} for file in files]


@register.filter
def in_list(file: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """One file, for where several are shown."""
    return [file]
