"""Pages on which an authority reads and changes its forms."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may
from policies import access, presenters, selectors, services, template_edits
from policies.faults import Fault, Faulty
from policies.models import TemplateDraft
from policies.template_edits import Document
from policies.template_files import read_template_document
from records import forms
from records.forms.section import posted_version


@require_safe
def template_list(request: Request) -> HttpResponse:
    access.check_can_read_templates(request.actor)
    policy = selectors.policy_in_force(request.today)
    rows = selectors.form_rows(policy=policy, actor=request.actor)
    shown = [(row, presenters.read_forms(policy, row.uses) if policy else []) for row in rows]
    context = {
        "in_use": [one for one in shown if one[0].uses],
        "others": [one for one in shown if not one[0].uses],
        "may_change": may(access.check_can_change_templates, request.actor),
    }
    return render(request, "records/template_list.html", context)


@require_http_methods(["GET", "POST"])
def template_detail(request: Request, slug: str) -> HttpResponse:
    access.check_can_read_templates(request.actor)
    versions = selectors.form_versions(slug=slug)
    if not versions:
        raise Http404
    if request.method == "POST":
        draft = services.begin_template_draft(slug=slug, actor=request.actor, at=request.at)
        return redirect("records:template-draft", draft_id=draft.pk)
    template = selectors.record_template(slug, versions[0].version)
    context = {
        "template": template,
        "version": versions[0],
        "versions": versions,
        "sections": forms.preview(template),
        "draft": selectors.open_draft_of(actor=request.actor, slug=slug),
        "may_change": may(access.check_can_change_templates, request.actor),
    }
    return render(request, "records/template_detail.html", context)


@require_safe
def template_file(request: Request, slug: str, version: int) -> HttpResponse:
    access.check_can_read_templates(request.actor)
    row = selectors.form_version(slug=slug, version=version)
    if row is None:
        raise Http404
    return _file(row.document, name=f"{slug}-{version}")


@require_http_methods(["GET", "POST"])
def template_import(request: Request) -> HttpResponse:
    access.check_can_change_templates(request.actor)
    form = forms.ImportTemplate(request.POST or None, request.FILES or None)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.import_template(text=form.cleaned_data["file"], actor=request.actor, at=request.at)
        except Faulty as error:
            faults = error.faults
            form.add_error("file", "This form cannot be used as it is. What is wrong with it stands below.")
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "The form is kept as a draft.")
            return redirect("records:template-draft", draft_id=draft.pk)
    return render(request, "records/template_import.html", {"form": form, "faults": faults})


@require_http_methods(["GET", "POST"])
def template_draft(request: Request, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    title, new = _draft_forms(request, draft)
    refusal = ""
    if request.method == "POST":
        access.check_can_change_templates(request.actor)
        if "discard" in request.POST:
            return _discard(request, draft)
        if title.is_valid() and new.is_valid():
            try:
                return _changed(request, draft, title.cleaned_data["title"], new.cleaned_data["heading"])
            except RuleBroken as error:
                refusal = str(error)
    if not draft.is_open:
        return redirect("records:template-look", draft_id=draft.pk)
    context = {
        "draft": draft,
        "title": title,
        "new": new,
        "sections": [(one, template_edits.is_section_removable(one)) for one in draft.document["sections"]],
        "faults": _faults(draft),
        "may_change": may(access.check_can_change_templates, request.actor),
        "error_list": _errors(title, new, refusal=refusal),
    }
    return render(request, "records/template_draft.html", context)


def _draft_forms(request: Request, draft: TemplateDraft) -> tuple[forms.EditTitle, forms.AddSection]:
    if request.method == "POST" and "title" in request.POST:
        return forms.EditTitle(request.POST), forms.AddSection(request.POST)
    return forms.EditTitle({"title": draft.document.get("title", "")}), forms.AddSection({})


def _changed(request: Request, draft: TemplateDraft, title: str, heading: str) -> HttpResponse:
    """Keep what the page asked for: the title, and a section that is new, moved or taken away."""
    posted, document = request.POST, template_edits.retitled(draft.document, title=title)
    for name, by in (("up", -1), ("down", 1)):
        if name in posted:
            document = template_edits.moved(document, posted[name], by=by)
    if "remove" in posted:
        document = template_edits.without_section(document, posted["remove"])
    if heading:
        document = template_edits.with_section(document, heading=heading)
    _save(request, draft, document)
    messages.success(request, "The draft is saved.")
    return redirect("records:template-draft", draft_id=draft.pk)


def _discard(request: Request, draft: TemplateDraft) -> HttpResponse:
    try:
        services.discard_template_draft(draft_id=draft.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The draft is discarded. The form stays as it is.")
    return redirect("records:template-list")


@require_http_methods(["GET", "POST"])
def template_section(request: Request, draft_id: UUID, section_id: str) -> HttpResponse:
    draft = _draft(request, draft_id)
    access.check_can_change_templates(request.actor)
    section = template_edits.find_section(draft.document, section_id)
    if section is None:
        raise Http404
    if not draft.is_open:
        return redirect("records:template-look", draft_id=draft.pk)
    is_typed = request.method == "POST"
    form = forms.EditSection(
        section, data=request.POST if is_typed else None, is_examining=template_edits.is_examining(draft.document)
    )
    refusal = ""
    if is_typed and form.is_valid():
        try:
            _save(request, draft, template_edits.replaced(draft.document, section_id, _section(request, form)))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, "The draft is saved.")
            return redirect(request.path)
    if not is_typed:
        ids = [one.get("id") for one in draft.document["sections"]]
        form.show_faults(_faults(draft), place=ids.index(section_id))
    context = {"draft": draft, "section": section, "form": form, "error_list": _errors(form, refusal=refusal)}
    return render(request, "records/template_section.html", context)


def _section(request: Request, form: forms.EditSection) -> Document:
    """The section as it was typed, with the field that is new, moved or taken away."""
    posted, section = request.POST, form.edited()
    for name, by in (("up", -1), ("down", 1)):
        if name in posted:
            section = template_edits.field_moved(section, posted[name], by=by)
    if "remove" in posted:
        section = template_edits.without_field(section, posted["remove"])
    if form.new.is_bound and form.new.cleaned_data["label"]:
        new = form.new.cleaned_data
        section = template_edits.with_field(section, label=new["label"], kind=new["kind"])
    return section


@require_safe
def template_look(request: Request, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    faults = _faults(draft) if draft.is_open else []
    template = None if faults else read_template_document(draft.document, file="")
    sections = forms.preview(template) if template else []
    context = {"draft": draft, "template": template, "sections": sections, "faults": faults}
    return render(request, "records/template_look.html", context)


@require_safe
def template_draft_file(request: Request, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    return _file(draft.document, name=f"{draft.slug}-draft")


@require_http_methods(["GET", "POST"])
def template_publish(request: Request, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    refusal = ""
    if request.method == "POST":
        access.check_can_publish_template(request.actor, draft)
        try:
            published = services.publish_template(
                draft_id=draft.pk,
                revision=posted_version(request.POST.get("revision")),
                confirmed=request.POST.getlist("unmask"),
                actor=request.actor,
                at=request.at,
            )
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, "The form is published. What is opened from now on is written in it.")
            return redirect("records:template-detail", slug=published.slug)
    before = draft.before.document if draft.before else None
    context = {
        "draft": draft,
        "before": before,
        "changes": template_edits.changes(before, draft.document) if before else [],
        "unmasked": template_edits.unmasked(before or {}, draft.document),
        "said": request.POST.getlist("unmask"),
        "faults": _faults(draft) if draft.is_open else [],
        "may_publish": draft.is_open and may(access.check_can_publish_template, request.actor, draft),
        "error_list": _errors(refusal=refusal),
    }
    return render(request, "records/template_publish.html", context)


def _draft(request: Request, draft_id: UUID) -> TemplateDraft:
    draft: TemplateDraft = get_visible_or_404(
        TemplateDraft.objects.select_related("before", "published_as"), request.actor, pk=draft_id
    )
    return draft


def _save(request: Request, draft: TemplateDraft, document: Document) -> None:
    services.change_template_draft(
        draft_id=draft.pk,
        revision=posted_version(request.POST.get("revision")),
        document=document,
        actor=request.actor,
        at=request.at,
    )


def _faults(draft: TemplateDraft) -> list[Fault]:
    return services.find_faults(draft.document, draft.before.document if draft.before else None)


def _errors(*each: Any, refusal: str = "") -> list[dict[str, str]]:
    """What the page's summary says: a refusal, and every error of its forms."""
    found = [{"id": "", "text": refusal}] if refusal else []
    for form in each:
        if isinstance(form, forms.EditSection):
            found += form.error_list
        else:
            found += [
                {"id": form[name].auto_id, "text": str(text)} for name, texts in form.errors.items() for text in texts
            ]
    return found


def _file(document: Document, *, name: str) -> HttpResponse:
    response = HttpResponse(selectors.as_yaml(document), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response
