"""Takes the place of Django's ``csrf_token``: beside the token stands who the form was shown to."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from staff.typed import TYPED_BY, sign_in_url

register = template.Library()


class FormOfNode(CsrfTokenNode):
    """The token, and the person's key, where somebody is signed in."""

    def render(self, context: Context) -> SafeString:
        request: Any = context.get("request")
        actor = getattr(request, "actor", None)
        by = format_html('<input type="hidden" name="{}" value="{}">', TYPED_BY, actor.staff_id) if actor else ""
        return SafeString(f"{super().render(context)}{by}")


@register.tag
def csrf_token(parser: Parser, token: Token) -> FormOfNode:
    """``{% csrf_token %}``, in each form that is posted."""
    return FormOfNode()


@register.simple_tag
def sign_in_page() -> str:
    """Where one signs in beside a page that is left open."""
    return sign_in_url()
