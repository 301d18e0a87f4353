"""Pages of imports: all of them, one file's columns, one import with what it changes, and its faulty rows as a file."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import rules as children_rules
from cases.importing import access, forms, selectors, services
from cases.importing.models import ImportRun
from cases.importing.rules import changes, columns
from cases.importing.rules.changes import Outcome
from cases.selectors import plan_types_in_use
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from core.spreadsheets import csv_line
from policies.selectors import policy_in_force
from trail import services as trail

ON_A_PAGE = 50
State = ImportRun.State


@require_http_methods(["GET", "POST"])
def import_list(request: Request) -> HttpResponse:
    access.check_can_import(request.actor)

    form = forms.BringFile(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.bring(file=file.file, file_name=file.name, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("cases:import-columns", run_id=run.pk)
    page = Paginator(selectors.runs(actor=request.actor), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "cases/importing/import_list.html", {"form": form, "page": page, "waiting": selectors.open_run()}
    )


@require_http_methods(["GET", "POST"])
def import_columns(request: Request, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    if run.state != State.BROUGHT:
        return redirect("cases:import-detail", run_id=run.pk)

    policy = policy_in_force(request.today)
    plan_types = plan_types_in_use(policy=policy, on=request.today)
    label = children_rules.reference_label(policy)
    form = forms.MapColumns(
        request.POST or None,
        headers=run.headers,
        plan_types=plan_types,
        reference_label=label,
        may_be_complete=not columns.is_a_part(run.headers),
        initial=_offered(run, plan_types, label),
    )
    if saved(form, services.map_columns, run_id=run.pk, actor=request.actor, at=request.at):
        return redirect("cases:import-detail", run_id=run.pk)
    return render(request, "cases/importing/import_columns.html", {"form": form, "run": run})


@require_GET
def import_detail(request: Request, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    if run.state == State.BROUGHT:
        return redirect("cases:import-columns", run_id=run.pk)
    response = render(request, "cases/importing/import_detail.html", _page(request, run, _decision(run)))
    if request.headers.get("HX-Request") and not run.is_busy:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def import_apply(request: Request, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    form = _decision(run, request.POST)
    if saved(form, services.ask_to_apply, run_id=run.pk, actor=request.actor, at=request.at):
        messages.success(
            request, "The file is being applied. You may leave this page: a notice tells you when it is done."
        )
        return redirect("cases:import-detail", run_id=run.pk)
    return render(request, "cases/importing/import_detail.html", _page(request, run, form))


@require_POST
def import_put_aside(request: Request, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    try:
        services.put_aside(run_id=run.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("cases:import-detail", run_id=run.pk)
    messages.success(request, "The file is put aside. Nothing is changed by it.")
    return redirect("cases:import-list")


@require_GET
def import_faulty(request: Request, run_id: UUID) -> StreamingHttpResponse:
    run = _run(request, run_id)

    trail.record(actor=request.actor, verb="import.downloaded", target=run, at=request.at)
    response = StreamingHttpResponse(_faulty_lines(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="to-mend-{run.on.isoformat()}.csv"'
    return response


def _run(request: Request, run_id: UUID) -> ImportRun:
    run: ImportRun = get_visible_or_404(ImportRun.objects.select_related("by", "mapping"), request.actor, pk=run_id)
    return run


def _offered(run: ImportRun, plan_types: list[tuple[str, str]], label: str) -> dict[str, Any]:
    """What is chosen already: as for the last file like it, or by what headers are usually called."""
    mapping = selectors.mapping_for(run.headers)
    if mapping is None:
        return {"day_order": "dmy", **forms.offered(columns.recognised(run.headers, reference_label=label))}
    return {
        "day_order": mapping.day_order,
        "is_complete": mapping.is_complete,
        "plan_words": forms.plan_words_typed(mapping.plan_words, plan_types),
        **forms.offered(mapping.columns),
    }


def _decision(run: ImportRun, data: Any = None) -> forms.Decide:
    many = changes.closes_too_many(run.closing, of=run.open_before)
    closing = f"Yes, close {run.closing} of {run.open_before} open cases" if many else ""
    form = forms.Decide(data, faulty=run.counts.get(Outcome.FAULTY, 0), closing=closing)
    form.helper.form_action = reverse("cases:import-apply", args=[run.pk])
    return form


def _page(request: Request, run: ImportRun, form: forms.Decide) -> dict[str, Any]:
    asked = request.GET.get("show", "")
    shown = Outcome(asked) if asked in set(Outcome) - {Outcome.UNCHANGED} else Outcome.FAULTY
    rows = selectors.rows_of(run, shown)
    return {
        "run": run,
        "form": form,
        "counts": selectors.counts_of(run),
        "shown": shown,
        "labels": {**columns.LABELS, "row": "Row"},
        "page": Paginator(rows.none() if run.is_busy else rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "waits": run.state == State.READY,
    }


def _faulty_lines(run: ImportRun) -> Iterator[str]:
    """The faulty rows with the headers that they came with, the line, and what is wrong."""
    mapped = selectors.mapped(run)
    yield "\ufeff" + csv_line([header for _, _, header in mapped] + [columns.LINE, columns.WRONG])
    for row in selectors.rows_of(run, Outcome.FAULTY).iterator(chunk_size=2_000):
        wrong = " ".join(f"{columns.LABELS.get(field, 'Row')}: {sentence}" for field, sentence in row.faults)
        yield csv_line([*(row.cells.get(field, "") for field, _, _ in mapped), str(row.line), wrong])
