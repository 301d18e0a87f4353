"""Pages about supervisees: my team, one person."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404
from supervision import selectors, services


@require_http_methods(["GET"])
def team(request: Request) -> HttpResponse:
    rows = selectors.team_page(actor=request.actor, on=request.today)
    return render(request, "supervision/team.html", {"rows": rows, "today": request.today})


@require_http_methods(["GET"])
def person_detail(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(selectors.OpenFiles(), request.actor, pk=person_id)
    number = request.GET.get("page", "1")
    page = services.read_person(person=person, actor=request.actor, number=number, at=request.at)
    matters = selectors.matters_of(actor=request.actor, person_id=person.pk)
    return render(request, "supervision/person_detail.html", {"matters": matters, "page": page, "today": request.today})
