"""Help on observations and second judgements."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.http import Request


@require_safe
def audits_help(request: Request) -> HttpResponse:
    return render(request, "audits/help.html")
