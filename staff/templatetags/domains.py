"""The domains of the capabilities framework in words."""

from collections.abc import Collection

from django import template

from policies.rules.tags import Capabilities, labels_of

register = template.Library()


@register.filter
def domains_of(chosen: Collection[str], framework: Capabilities) -> str:
    """``{{ entry.domains|domains_of:framework }}``: "Knowledge; Skills and interventions"."""
    return "; ".join(labels_of(chosen, framework.tags))
