"""The monthly report: what it counts, for whom, as was known when, and what leaves as a file."""

import csv
import io
import json
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from audits.models import Audit
from cases.models import Child
from compliance.models import EqualityGroup, MonthlyReport
from compliance.models.reports import figures_digest
from compliance.reports import building, printing, services
from compliance.reports.audited import answers
from compliance.services import do_night, start_night
from core.actor import Role
from notifications.models import Notice
from outbox.models import Job
from policies import services as policies
from staff.models import ManagementLine, Post, Service, Team
from tests.audits_kit import planned
from tests.boards_kit import night, stands
from tests.cases_kit import discuss
from tests.org import Org, SignIn, add_person, put_under
from tests.records_kit import Kit
from tests.reports_kit import DECEMBER, LAST, NOVEMBER, TODAY, built, judged, moment, november
from trail.models import Entry

PSW = Role.PRINCIPAL_SOCIAL_WORKER
PATH = "/reports/2026-11/"


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(DECEMBER, tick=False):
        yield


@pytest.fixture
def month(shropshire: Org) -> Org:
    november(shropshire)
    return shropshire


def psw_report(org: Org, **options: Any) -> MonthlyReport:
    return built(org.actor(org.psw, on=TODAY, hat=PSW), **options)


def page_of(client: Client, path: str = PATH, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def figures(client: Client, **query: str) -> dict[str, dict[str, list[int]]]:
    """The figures of each table, by line."""
    page = client.get(PATH, query).context["page"]
    return {
        table.id: {f"{line.label} {line.what}".strip(): [cell.number for cell in line.cells] for line in table.lines}
        for table in page.tables
    }


def sent(answer: Any) -> bytes:
    """A file as it arrives."""
    return b"".join(answer.streaming_content)


@pytest.mark.scenario(25, "a")
@pytest.mark.req("R264", "R273", "R282")
def test_the_month_by_team_says_how_often_how_well_recorded_and_what_audits_found(month: Org, sign_in: SignIn) -> None:
    psw_report(month)
    found = figures(sign_in(month.psw, hat=PSW))

    assert found["worker"] == {"Ash team": [1, 1, 1, 0], "Rowan team": [0, 0, 0, 1], "All": [1, 1, 1, 1]}
    assert found["child"]["Ash team"] == [1, 1, 0, 0]
    assert found["plan"]["Ash team Looked after"] == [0, 1, 0, 0]
    assert found["plan"]["All None entered"] == [1, 0, 0, 0]
    assert found["contract"]["Ash team"] == [0, 1, 0]
    assert found["signed"]["Ash team"] == [1, 0, 0, 0]
    assert found["action"]["Ash team"] == [1, 0, 0, 0]
    assert found["depth"]["Ash team"] == [1, 0, 0, 1]
    assert found["audit"]["Ash team"] == [1, 0, 0]
    assert found["judgement"]["All"] == [None], "one audit: what it judged is not said"


def more_audits(org: Org, number: int, *, supervisor: Any = None, team: Any = None) -> list[Audit]:
    """Audits of November of others in a team, each judged "Inadequate", with a "no" to reflection."""
    found = []
    for at in range(number):
        person = add_person(f"Audited {team or org.team} {at}", team=team or org.team, job_title="Social worker")
        put_under(person, supervisor or org.supervisor)
        audit = planned(auditor=org.team_manager, file_of=person, supervisor=supervisor or org.supervisor)
        found.append(judged(audit, "Inadequate", on=date(2026, 11, 17), reflection="no", contract_in_place="yes"))
    return found


@pytest.mark.scenario(25, "a")
@pytest.mark.scenario(25, "d")
@pytest.mark.req("R264", "R277")
def test_what_single_audits_judged_is_in_no_page_print_or_file(month: Org, sign_in: SignIn) -> None:
    """Five audits in Ash team's service; one more in Rowan team. With a service chosen nothing else is told."""
    other = Service.objects.create(name="Leaving care")
    elm = Team.objects.create(name="Elm team", service=other)
    more_audits(month, 5)
    more_audits(month, 1, team=elm)
    report = psw_report(month)
    client = sign_in(month.psw, hat=PSW)

    found = figures(client)
    assert found["judgement"] == {
        "Ash team": [None, None],
        "Elm team": [None, None],
        "Rowan team": [0, 0],
        "All": [1, 6],
    }
    assert found["theme"] == {
        "Children in need Reflection": [None, None],
        "Leaving care Reflection": [None, None],
        "All Reflection": [0, 6],
    }
    for service in (other, month.service):
        chosen = figures(client, service=str(service.pk))
        assert {tuple(each) for name, each in chosen["judgement"].items() if name != "Rowan team"} == {(None, None)}
        assert chosen["theme"] == {f"{service.name} Reflection": [None, None]}
        assert figures(client, service=str(service.pk), by="service")["judgement"][service.name] == [None, None]
    kept = json.dumps(report.figures["audits"]) if report.figures else ""
    assert kept.count('"Inadequate"') == 1, "not in what is kept, and so not in its digest"
    rows = list(csv.DictReader(io.StringIO(sent(client.get(PATH, {"as": "csv"})).decode("utf-8-sig"))))
    judgements = {(row["Team"], row["Figure"]): row["Number"] for row in rows if row["Table"] == "Judgements of audits"}
    assert judgements["Elm team", "Inadequate"] == "withheld"
    themes = {(row["Team"], row["Figure"]): row["Number"] for row in rows if row["Table"] == "Themes of audits"}
    assert themes == {
        ("Children in need", "Yes"): "withheld",
        ("Children in need", "No"): "withheld",
        ("Leaving care", "Yes"): "withheld",
        ("Leaving care", "No"): "withheld",
        ("All", "Yes"): "0",
        ("All", "No"): "6",
    }
    html = render_to_string("pdf/report.html", {"page": printing._page(report, organisation="X")})
    assert "Themes of audits" in html
    assert html.count("<td>withheld</td>") == 8


@pytest.mark.req("R264")
def test_questions_are_named_once_they_were_asked_five_times(month: Org, sign_in: SignIn) -> None:
    more_audits(month, 5)
    psw_report(month)
    built(month.actor(month.team_manager, on=TODAY))

    for who, hat in ((month.psw, PSW), (month.team_manager, None)):
        client = sign_in(who, hat=hat)
        questions = client.get(PATH).context["page"].no
        assert [(each.label, each.no, each.asked) for each in questions] == [
            ("reflection", 5, 5),
            ("contract in place", 1, 6),
        ], "not the one that one audit was asked"
        if hat is None:
            for each in questions:
                behind = client.get(each.url)
                assert behind.context["page"].paginator.count + behind.context["found"].hidden == each.no
                assert f"Audits that answered “no”: {each.label}" in behind.content.decode()
        else:
            assert not any(each.url for each in questions)


@pytest.mark.parametrize(
    ("what", "stands"), [("judgement", "Good"), ("question", "reflection is recorded"), ("question", "nonsense")]
)
def test_the_list_behind_a_figure_that_is_withheld_does_not_count(
    month: Org, sign_in: SignIn, what: str, stands: str
) -> None:
    psw_report(month)
    for query in ({}, {"team": str(month.team.pk)}, {"service": str(month.service.pk)}):
        behind = sign_in(month.psw, hat=PSW).get(f"{PATH}list/", {"what": what, "stands": stands, **query})
        assert (behind.context["page"].paginator.count, behind.context["found"].hidden) == (0, 0)


@pytest.mark.scenario(25, "b")
def test_each_figure_opens_the_list_behind_it(month: Org, sign_in: SignIn) -> None:
    """Also for whoever has a post in a service of which they lead nobody: its figures open no list for them."""
    top = Team.objects.create(name="Leadership", service=Service.objects.create(name="The top"))
    Post.objects.filter(person=month.head).update(team=top)
    stands(month.head, "not_due", due_on=date(2026, 12, 20))
    for who, hat in ((month.psw, PSW), (month.team_manager, None), (month.head, None)):
        built(month.actor(who, on=TODAY, hat=hat))
        client, opened = sign_in(who, hat=hat), 0
        for table in client.get(PATH).context["page"].tables:
            for line in table.lines:
                for cell in line.cells:
                    if cell.url:
                        behind = client.get(cell.url)
                        assert behind.status_code == 200, cell.url
                        number = behind.context["page"].paginator.count + behind.context["found"].hidden
                        assert number == cell.number, (table.id, line.label, cell.label)
                        opened += 1
        assert opened >= 8


@pytest.mark.scenario(25, "b")
def test_no_page_list_or_file_holds_what_anybody_wrote(month: Org, sign_in: SignIn) -> None:
    report = psw_report(month)
    services.print_report(report_id=report.pk, at=DECEMBER)
    client = sign_in(month.psw, hat=PSW)
    words = [page_of(client), json.dumps(report.figures), sent(client.get(PATH, {"as": "csv"})).decode()]
    words += [page_of(client, f"{PATH}list/", what=what, stands="") for what in ("signed", "action", "depth", "audit")]

    for text in words:
        for secret in ("SECRET WORDS", "chronology", "Ask occupational health", "P77", "Eleven children"):
            assert secret not in text
    assert "Amara Obi" not in words[0] + words[1] + words[2], "figures name teams; lists name people"
    assert "Amara Obi" in words[3]


def test_children_and_judgements_are_named_to_those_alone_who_see_them(month: Org, sign_in: SignIn) -> None:
    next_up = sign_in(month.team_manager)
    assert "P77" in page_of(next_up, f"{PATH}list/", what="depth", stands="month")
    own = next_up.get(f"{PATH}list/", {"what": "judgement", "stands": "Good"})
    assert own.context["page"].paginator.count == 1
    psw = sign_in(month.psw, hat=PSW).get(f"{PATH}list/", {"what": "judgement", "stands": "Good"})
    assert (psw.context["page"].paginator.count, psw.context["found"].hidden) == (0, 0), "one alone: not counted either"


@pytest.mark.scenario(25, "c")
def test_a_past_month_gives_its_own_answer_whatever_is_entered_later(month: Org, sign_in: SignIn) -> None:
    """The same figures, byte for byte, and the same digest; what was entered since is another question."""
    first = psw_report(month)
    kit = Kit(month)
    late = kit.draft()
    kit.sign(late, at=moment(12, 2), challenge=kit.challenge(moment(12, 2)))
    never = Child.objects.get(reference="P78")
    discuss(never, month.worker, on=date(2026, 11, 25), recorded_at=moment(12, 3))
    stands(month.hr, "overdue", starts_on=date(2026, 11, 10), recorded_on=date(2026, 12, 2))
    again = building.figures_of(building.Month(NOVEMBER, LAST, None), step=list)

    assert json.loads(json.dumps(again)) == first.figures
    assert figures_digest(again) == first.digest


@pytest.mark.scenario(25, "c")
def test_what_was_entered_since_is_shown_when_it_is_asked_for(month: Org, sign_in: SignIn) -> None:
    psw_report(month)
    never = Child.objects.get(reference="P78")
    discuss(never, month.worker, on=date(2026, 11, 25), recorded_at=moment(12, 3))
    psw_report(month, known_on=date(2026, 12, 2))
    psw_report(month, known_on=date(2026, 12, 3))
    client = sign_in(month.psw, hat=PSW)

    changed = {
        known: {
            (each.heading, each.column): each.difference
            for each in client.get(PATH, {"known": known}).context["page"].changed
        }
        for known in ("2026-12-02", "2026-12-03")
    }
    depth = "Children: discussed in depth"
    assert (depth, "In the month") not in changed["2026-12-02"], "not entered yet"
    assert changed["2026-12-03"][depth, "In the month"] == "+1"
    assert changed["2026-12-03"][depth, "Never"] == "−1"
    assert figures(client)["depth"]["All"] == [1, 0, 0, 1], "the month's own answer stays"


@pytest.mark.scenario(23)
def test_two_versions_in_one_month_are_both_named(month: Org, sign_in: SignIn) -> None:
    policies.adopt(slug="st-helens", starts_on=date(2026, 11, 15), at=moment(11, 10))
    psw_report(month)
    page = page_of(sign_in(month.psw, hat=PSW))

    assert "Shropshire" in page
    assert "St Helens" in page


def test_the_digest_stands_on_the_page_in_the_print_and_in_each_file(month: Org, sign_in: SignIn) -> None:
    report = psw_report(month)
    services.print_report(report_id=report.pk, at=DECEMBER)
    client = sign_in(month.psw, hat=PSW)

    assert report.digest in page_of(client)
    rows = list(csv.DictReader(io.StringIO(sent(client.get(PATH, {"as": "csv"})).decode("utf-8-sig"))))
    late = {
        (row["Team"], row["Plan, status or theme"]): row
        for row in rows
        if row["Figure"] == "Late" and "Workers" in row["Table"]
    }
    assert late["Ash team", ""]["Number"] == "1"
    assert {row["Digest of the figures"] for row in rows} == {report.digest}
    book = load_workbook(io.BytesIO(sent(client.get(PATH, {"as": "xlsx"}))))
    assert [
        cell.value
        for cell in next(row for row in book["Workers supervision"].iter_rows() if row[1].value == "Ash team")
        if cell.value not in ("Children in need", None, "")
    ][:5] == ["Ash team", 1, 1, 1, 0]
    pdf = sent(client.get(PATH, {"as": "pdf"}))
    assert pdf.startswith(b"%PDF")
    verbs = list(Entry.objects.filter(verb="report.exported").values_list("detail__form", flat=True))
    assert sorted(verbs) == ["csv", "pdf", "xlsx"]


def test_the_print_is_tagged_and_the_same_each_time(month: Org) -> None:
    report = psw_report(month)
    services.print_report(report_id=report.pk, at=DECEMBER)
    report.refresh_from_db()
    first = report.stored
    MonthlyReport.objects.filter(pk=report.pk).update(stored=None)
    services.print_report(report_id=report.pk, at=DECEMBER + timedelta(days=1))
    report.refresh_from_db()

    assert first is not None
    assert report.stored == first, "stored under its digest: the same bytes"
    data = first.path.read_bytes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.open_metadata()["pdfuaid:part"] == "1"


# How it is worked out


def test_two_that_print_at_once_keep_one_file(month: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one prints while this one does, and calls a team by its new name."""
    report = psw_report(month)
    as_pdf = services.printing.as_pdf
    kept: list[Any] = []

    def together(report: MonthlyReport, **options: Any) -> bytes:
        data = as_pdf(report, **options)
        if not kept:
            kept.append(report)
            Team.objects.filter(pk=month.team.pk).update(name="Ash and Oak team")
            services.print_report(report_id=report.pk, at=DECEMBER)
            kept.append(MonthlyReport.objects.get(pk=report.pk).stored)
        return data

    monkeypatch.setattr(services.printing, "as_pdf", together)
    services.print_report(report_id=report.pk, at=DECEMBER)

    report.refresh_from_db()
    assert report.stored is not None
    assert report.stored == kept[1], "what may be being read is not replaced"


def test_a_report_of_everybody_is_worked_out_although_who_asked_has_left_the_post(month: Org) -> None:
    report = services.ask_for_report(
        month=NOVEMBER, known_on=LAST, actor=month.actor(month.psw, on=TODAY, hat=PSW), at=DECEMBER
    )
    month.psw.roles.update(ends_on=TODAY)
    services.build_report(report_id=report.pk, at=DECEMBER)

    report.refresh_from_db()
    assert report.figures is not None
    assert report.figures["feedback"], "read by the principal social worker alone, whoever that is"


def test_whoever_asks_again_is_told(month: Org) -> None:
    actor = month.actor(month.psw, on=TODAY, hat=PSW)
    other = replace(actor, staff_id=month.head.pk)
    services.ask_for_report(month=NOVEMBER, known_on=LAST, actor=actor, at=DECEMBER)
    report = services.ask_for_report(month=NOVEMBER, known_on=LAST, actor=other, at=DECEMBER + timedelta(hours=2))
    services.build_report(report_id=report.pk, at=DECEMBER + timedelta(hours=2))

    told = Job.objects.get(task="notifications.tasks.notify", arguments__kind="report_ready")
    assert told.arguments["person_id"] == str(month.head.pk)


def test_a_report_from_before_audits_and_feedback_were_in_it_is_read_as_it_is(month: Org, sign_in: SignIn) -> None:
    report = psw_report(month)
    assert report.figures is not None
    for name in ("duties", "feedback"):
        del report.figures[name]
    report.figures["audits"] = {"number": 1, "judgements": {str(month.team.pk): {"Good": 1}}, "no": {"Reflection": 1}}
    report.save(update_fields=["figures"])

    assert figures(sign_in(month.psw, hat=PSW))["judgement"]["Ash team"] == [0]


def test_it_is_worked_out_once_in_the_background_and_ends_with_a_notice(month: Org, sign_in: SignIn) -> None:
    client = sign_in(month.psw, hat=PSW)
    asking = page_of(client)
    assert "Nobody has asked for it yet" in asking
    assert "csrfmiddlewaretoken" in asking.partition("Work it out")[0].rpartition("<form")[2]
    for _ in range(2):
        assert client.post(PATH).status_code == 302
    job = Job.objects.get(task="compliance.tasks.build_report")
    waiting = page_of(client)
    assert "It is being worked out" in waiting
    assert "data-poll" in waiting
    report = MonthlyReport.objects.get()
    for _ in range(2):
        services.build_report(report_id=report.pk, at=DECEMBER)

    report.refresh_from_db()
    assert job.arguments == {"report_id": str(report.pk)}
    assert report.done == report.total > 10
    told = Job.objects.get(task="notifications.tasks.notify", arguments__kind="report_ready")
    assert told.arguments["path"] == f"{PATH}?known=2026-11-30"
    assert told.arguments["kind"] in Notice.Kind.values
    assert Job.objects.filter(task="compliance.tasks.print_report").count() == 1
    assert "The PDF is being printed" in page_of(client)


def test_one_that_was_given_up_can_be_asked_for_again(month: Org, sign_in: SignIn) -> None:
    sign_in(month.psw, hat=PSW).post(PATH)
    with time_machine.travel(DECEMBER + timedelta(hours=2), tick=False):
        client = sign_in(month.psw, hat=PSW)
        assert "It could not be worked out" in page_of(client)
        client.post(PATH)
    assert Job.objects.filter(task="compliance.tasks.build_report").count() == 2
    assert MonthlyReport.objects.count() == 1


def test_progress_says_how_far_it_is(month: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    report = services.ask_for_report(
        month=NOVEMBER, known_on=LAST, actor=month.actor(month.psw, on=TODAY, hat=PSW), at=DECEMBER
    )
    seen: list[int] = []
    figures_of = services.building.figures_of

    def watched(month: Any, *, step: Any, **options: Any) -> Any:
        def count() -> None:
            step()
            seen.append(MonthlyReport.objects.get(pk=report.pk).done)

        return figures_of(month, step=count, **options)

    monkeypatch.setattr(services.building, "figures_of", watched)
    services.build_report(report_id=report.pk, at=DECEMBER)

    report.refresh_from_db()
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == report.total - 1 or len(seen) == report.total


# For whom


@pytest.mark.parametrize(
    ("who", "hat"),
    [
        ("worker", None),
        ("supervisor", None),
        ("outsider", None),
        ("psw", None),
        ("hr", Role.HR),
        ("sysadmin", Role.SYSTEM_ADMINISTRATOR),
    ],
)
def test_for_everybody_else_there_are_no_reports(month: Org, sign_in: SignIn, who: str, hat: Role | None) -> None:
    psw_report(month)
    client = sign_in(getattr(month, who), hat=hat)
    for path in ("/reports/", PATH, f"{PATH}list/?what=signed&stands=", f"{PATH}?as=csv"):
        assert client.get(path).status_code == 404
    assert client.post(PATH).status_code == 404
    assert "/reports/" not in client.get("/").content.decode().replace("/reports/groups/", "")


def test_a_manager_counts_the_people_of_the_own_line_alone(month: Org, sign_in: SignIn) -> None:
    psw_report(month)
    client = sign_in(month.head)
    assert "Nobody has asked for it yet" in page_of(client), "what was worked out for others is not there"
    built(month.actor(month.head, on=TODAY))

    assert figures(client)["worker"] == {"Ash team": [1, 1, 1, 0], "All": [1, 1, 1, 0]}
    assert "the people of your own line" in page_of(client)
    assert "Equality" not in page_of(client)
    assert client.get(PATH, {"as": "csv"}).status_code == 200


def test_when_the_line_changes_the_report_of_the_former_line_is_gone(month: Org, sign_in: SignIn) -> None:
    built(month.actor(month.head, on=TODAY))
    month.worker.supervision_received.update(ends_on=date(2026, 12, 6))
    ManagementLine.objects.filter(person=month.worker).update(ends_on=date(2026, 12, 6))

    assert "Nobody has asked for it yet" in page_of(sign_in(month.head))


@pytest.mark.parametrize(
    "path", ["/reports/9999-12/", "/reports/2026-12/", "/reports/2026-13/", "/reports/nonsense/", "/reports/2026-9/"]
)
def test_a_month_that_has_not_ended_has_no_report(month: Org, sign_in: SignIn, path: str) -> None:
    assert sign_in(month.psw, hat=PSW).get(path).status_code == 404


@pytest.mark.parametrize("known", ["2026-11-29", "2026-12-07", "nonsense"])
def test_a_day_that_cannot_be_asked_for_is_said_beside_its_boxes(month: Org, sign_in: SignIn, known: str) -> None:
    page = page_of(sign_in(month.psw, hat=PSW), known=known)
    assert "Choose a day from the end of the month up to yesterday" in page


def test_pages_take_few_queries(
    month: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    psw_report(month)
    psw_report(month, known_on=date(2026, 12, 3))
    client = sign_in(month.psw, hat=PSW)
    for path in ("/reports/", PATH, f"{PATH}?known=2026-12-03", f"{PATH}list/?what=depth&stands="):
        client.get(path)
        with django_assert_max_num_queries(12):
            client.get(path)


# Later knowledge, by the engine


@pytest.mark.req("R273")
def test_the_engine_asked_anew_counts_as_the_night_did(shropshire: Org) -> None:
    """Real nights, and the same month asked anew the day after: both ways give the same."""
    with time_machine.travel(datetime(2026, 11, 30, 2, 5, tzinfo=UTC), tick=False):
        at = datetime(2026, 11, 30, 2, 5, tzinfo=UTC)
        start_night(on=LAST, at=at)
        do_night(on=LAST, at=at)
    Job.objects.filter(task="compliance.tasks.assess_chunk").update(done_at=DECEMBER)
    own, later = psw_report(shropshire), psw_report(shropshire, known_on=date(2026, 12, 1))

    assert own.figures is not None
    assert later.figures is not None
    for section in ("worker", "contract", "child", "record"):
        assert own.figures["sections"][section] == later.figures["sections"][section], section
    assert any(own.figures["sections"]["worker"].values())


@pytest.mark.req("R264")
def test_an_audit_signed_again_counts_as_it_last_stood(month: Org) -> None:
    audit = Audit.objects.get()
    judged(audit, "Requires improvement", on=date(2026, 11, 27), seq=2, reflection_is_recorded="yes")
    judged(audit, "Outstanding", on=date(2026, 12, 3), seq=3)

    found = answers(building.Month(NOVEMBER, LAST, None).scope)
    assert [each[1:] for each in found.judged] == [
        (str(month.service.pk), str(month.team.pk), "Requires improvement")
    ], "not what came in December"
    assert found.said_no == []


def test_what_stands_under_health_or_conduct_in_an_audit_is_not_counted(shropshire: Org) -> None:
    audit = planned(auditor=shropshire.team_manager, file_of=shropshire.worker, supervisor=shropshire.supervisor)
    judged(audit, "Good", on=date(2026, 11, 16), sensitivity="health", reflection="no")

    found = answers(building.Month(NOVEMBER, LAST, None).scope)
    assert (found.audits, found.judged, found.said_no) == (1, [], [])


# Against the plan; groups


@pytest.mark.scenario(25, "a")
def test_audits_stand_beside_what_the_policy_wants(month: Org, sign_in: SignIn) -> None:
    psw_report(month)
    page = sign_in(month.psw, hat=PSW).get(PATH).context["page"]

    assert page.duties, "this policy has a timetable"
    assert None in {row.wanted for row in page.duties}, "of some the policy sets no number"
    assert all(row.starts_on <= LAST <= row.last_day for row in page.duties)
    assert {row.by for row in page.duties} >= {"Service manager"}
    assert "Audits and observations against the plan" in page_of(sign_in(month.psw, hat=PSW))


def bring(client: Client, text: str) -> Any:
    return client.post("/reports/groups/", {"file": SimpleUploadedFile("groups.csv", text.encode())})


@pytest.mark.scenario(25, "d")
@pytest.mark.req("R277")
def test_groups_of_fewer_than_five_are_withheld_and_nobody_reads_who_is_in_them(
    shropshire: Org, sign_in: SignIn
) -> None:
    night(LAST)
    people = [add_person(f"Worker {at}", team=shropshire.team, job_title="Social worker") for at in range(16)]
    for at, person in enumerate(people):
        stands(person, "overdue" if at % 2 else "not_due")
    hr = sign_in(shropshire.hr, hat=Role.HR)
    lines = [f"worker.{at}@example.org,Disability,{'Yes' if at < 2 else 'No'}" for at in range(14)]
    with time_machine.travel(moment(11, 20), tick=False):
        hr = sign_in(shropshire.hr, hat=Role.HR)
        assert bring(hr, "\n".join(["Email,Measure,Group", *lines])).status_code == 302
    report = psw_report(shropshire)
    [table] = sign_in(shropshire.psw, hat=PSW).get(PATH).context["page"].equality
    rows = dict(table.rows)

    assert table.measure == "Disability"
    assert list(rows) == ["No", "Yes", "Not stated"]
    assert rows["Yes"] == (None, None, None, None)
    assert rows["Not stated"] == (None, None, None, None), "two of them: the sums of all would tell"
    assert rows["No"][3] in (None, 12)
    assert "withheld" in page_of(sign_in(shropshire.psw, hat=PSW))
    assert "Worker 1" not in json.dumps(report.figures)
    assert not EqualityGroup.objects.visible_to(shropshire.actor(shropshire.hr, on=TODAY, hat=Role.HR))
    assert psw_report(shropshire, month=date(2026, 10, 1), known_on=date(2026, 10, 31)).figures["equality"] == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("email,measure\na@b.org,Sex", "no column “group”"),
        ("email,measure,group\nnobody@example.org,Sex,Female", "Row 2: the address is nobody’s here"),
        ("email,measure,group\namara.obi@example.org,Sex,", "the measure or group is empty"),
        (
            "email,measure,group\namara.obi@example.org,Sex,F\namara.obi@example.org,Sex,M",
            "twice for one measure",
        ),
        (
            f"email,measure,group\namara.obi@example.org,Sex,{'a@b' * 30}",
            "is too long. Shorten it to 60 characters",
        ),
    ],
)
def test_a_file_of_groups_with_a_fault_changes_nothing(shropshire: Org, sign_in: SignIn, text: str, words: str) -> None:
    hr = sign_in(shropshire.hr, hat=Role.HR)
    bring(hr, "email,measure,group\namara.obi@example.org,Sex,Female")
    answer = bring(hr, text)

    assert words in answer.content.decode()
    assert EqualityGroup.objects.filter(replaced_at=None).count() == 1


def test_another_file_takes_the_place_of_the_one_before(shropshire: Org, sign_in: SignIn) -> None:
    hr = sign_in(shropshire.hr, hat=Role.HR)
    bring(hr, "email,measure,group\namara.obi@example.org,Sex,Female")
    bring(hr, "email,measure,group\namara.obi@example.org,Sex,Not stated by her")

    assert list(EqualityGroup.objects.filter(replaced_at=None).values_list("group", flat=True)) == ["Not stated by her"]
    assert EqualityGroup.objects.count() == 2, "what was known before stays, for reports of then"
