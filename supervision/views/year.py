"""Pages of a series of sessions: book a year, move the rest of it. Each proposes, lets one check, and then does it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404
from core.templatetags.countersign import counted, long_date
from staff.models import StaffMember
from supervision import access, forms, selectors, services
from supervision.models import SupervisionSession
from supervision.rules import RowsRefused
from supervision.selectors import Outlook


@require_http_methods(["GET", "POST"])
def year_book(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_supervise(request.actor, person)

    seen = selectors.outlook(person_id=person.pk, on=request.today)
    if "dates-TOTAL_FORMS" in request.POST:
        return _check_year(request, person, seen)
    form = forms.ProposeYear(
        request.POST or None,
        initial=selectors.suggested_year(person=person, seen=seen, on=request.today),
        kinds=selectors.kinds_of(person_id=person.pk, on=request.today),
    )
    if form.is_valid():
        first, count = form.cleaned_data["times"], form.cleaned_data["count"]
        proposal = selectors.year_proposal(first, count=count, person=person, actor=request.actor, pace=seen.pace)
        terms = {name: form.cleaned_data[name] for name in ("mode", "place")}
        table = forms.DatesTable.of(proposal, first, kind=form.kind_meant, **terms)
        dates = {place: each.times for place, each in enumerate(proposal) if each.times}
        table.begin_with(selectors.notes_on(dates, person=person, actor=request.actor, seen=seen), dates)
        table.say_why(proposal)
        return _year_check_page(request, person, seen, table)
    context = {"person": person, "seen": seen, "form": form, "today": request.today}
    return render(request, "supervision/year_book.html", context)


def _check_year(request: Request, person: StaffMember, seen: Outlook) -> HttpResponse:
    table = forms.DatesTable(request.POST)
    may_book = table.is_valid
    # What can be read is checked, even where another date cannot
    table.notes = selectors.notes_on(table.kept, person=person, actor=request.actor, seen=seen)
    if may_book and not table.must_be_seen() and "check" not in request.POST:
        terms = {name: table.terms.cleaned_data[name] for name in ("mode", "place", "kind")}
        dates = list(table.kept.values())
        try:
            booked = services.book_year(
                supervisee_id=person.pk, dates=dates, **terms, actor=request.actor, at=request.at
            )
        except RowsRefused as refusal:
            table.refuse(refusal)
        except RuleBroken as refusal:
            table.refusal = str(refusal)
        else:
            days = sorted(session.on for session in booked)
            number = counted(len(days), "session with {} is", "sessions with {} are").format(person.name)
            messages.success(request, f"{number} booked, from {long_date(days[0])} to {long_date(days[-1])}.")
            return redirect("supervision:person-detail", person_id=person.pk)
    return _year_check_page(request, person, seen, table)


def _year_check_page(request: Request, person: StaffMember, seen: Outlook, table: forms.DatesTable) -> HttpResponse:
    context = {"person": person, "seen": seen, "table": table, "error_list": table.error_list}
    return render(request, "supervision/year_check.html", context)


@require_http_methods(["GET", "POST"])
def series_move(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)

    rest = list(selectors.rest_of_series(session=session))
    seen = selectors.outlook(person_id=session.supervisee_id, on=request.today)
    if "dates-TOTAL_FORMS" in request.POST:
        return _check_moves(request, session, rest, seen)
    form = forms.MoveRest(request.POST or None, initial={"starts": session.starts, "ends": session.ends})
    if form.is_valid() and rest:
        wished = [form.wished(each.on) for each in rest]
        person = session.supervisee
        proposal = selectors.move_proposal(rest, wished, person=person, actor=request.actor)
        table = forms.DatesTable.of(proposal, wished[0], keys=[each.pk for each in rest])
        table.say_why(proposal)
        dates = {place: each.times for place, each in enumerate(proposal) if each.times}
        moving = [each.pk for each in rest]
        notes = selectors.notes_on(dates, person=person, actor=request.actor, seen=seen, besides=moving)
        table.begin_with(notes, dates)
        return _moves_page(request, session, rest, table)
    return render(request, "supervision/series_move.html", {"session": session, "rest": rest, "form": form})


def _check_moves(
    request: Request, session: SupervisionSession, rest: list[SupervisionSession], seen: Outlook
) -> HttpResponse:
    table = forms.DatesTable(request.POST)
    may_move = table.is_valid
    keys = table.keys
    moving = [keys[place] for place in table.kept if place in keys]
    # What can be read is checked, even where another date cannot
    table.notes = selectors.notes_on(
        table.kept, person=session.supervisee, actor=request.actor, seen=seen, besides=moving
    )
    if may_move and not table.must_be_seen() and "check" not in request.POST:
        moves = {keys[place]: times for place, times in table.kept.items() if place in keys}
        try:
            moved = services.move_series(session_id=session.pk, moves=moves, actor=request.actor, at=request.at)
        except RowsRefused as refusal:
            table.refuse(refusal)
        except RuleBroken as refusal:
            table.refusal = str(refusal)
        else:
            number = counted(len(moved), "session is", "sessions are")
            messages.success(request, f"{number} moved. The date by which supervision is due stays the same.")
            return redirect("supervision:session-detail", session_id=session.pk)
    return _moves_page(request, session, rest, table)


def _moves_page(
    request: Request, session: SupervisionSession, rest: list[SupervisionSession], table: forms.DatesTable
) -> HttpResponse:
    table.name_present({each.pk: each for each in rest})
    context = {"session": session, "table": table, "error_list": table.error_list}
    return render(request, "supervision/series_check.html", context)
