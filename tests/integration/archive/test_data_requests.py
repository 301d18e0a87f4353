"""A worker's request for data: noted, approved, looked through, decided about, answered."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from archive.models import DataRequest, Passage, RequestBundle, RequestEvent, RequestItem
from archive.requests import bundle as bundles
from archive.requests import selectors, services
from archive.requests.rules.clock import Stop
from core.actor import Role
from core.errors import NotAllowed, RuleBroken, Stale
from records.export import Archive
from records.models import Record
from staff.models import Absence, FolderItem, SightGrant
from supervision.models import Concern, Preparation, SupervisionSession
from tests.org import RECORDED, Org, add_person
from tests.records_kit import NOON, WELLBEING, WORKLOAD, Kit
from tests.requests_kit import Asking, passage_with
from trail import services as trail
from trail.models import Entry

Outcome = DataRequest.Outcome
CANARY = "Aunt Quillibrand"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path / "state"


@pytest.fixture
def asking(shropshire: Org) -> Asking:
    return Asking(shropshire)


def held_session(org: Org) -> SupervisionSession:
    """A session that was held, in the diary."""
    return SupervisionSession.objects.create(
        supervisee=org.worker,
        supervisor=org.supervisor,
        on=date(2026, 10, 5),
        starts="10:00",
        ends="11:30",
        booked_at=RECORDED,
    )


# -- What is found


@pytest.mark.scenario(19, "a")
def test_one_bundle_holds_file_contracts_audits_and_the_log_with_what_names_others_marked(asking: Asking) -> None:
    """A record, a contract, an audit's row, a draft, a folder's paper, an absence and who read: all of it, with marks."""
    org, kit = asking.org, Kit(asking.org)
    kit.sealed()
    kit.draft(values={"supervisor_comments": {"comments": "Ask Oscar Reed about the caseload."}})
    FolderItem.objects.create(
        person=org.worker,
        kind=FolderItem.Kind.DBS,
        reference="0012345",
        dated_on=date(2025, 4, 1),
        recorded_by=org.worker,
        recorded_at=RECORDED,
    )
    Absence.objects.create(
        person=org.worker,
        kind=Absence.Kind.SICKNESS,
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 8),
        recorded_at=RECORDED,
    )
    trail.record(actor=kit.supervisor, verb="record.read", about=org.worker.pk, at=NOON)

    asked = asking.gathered()

    groups = set(RequestItem.objects.filter(request=asked).values_list("group", flat=True))
    assert {"Records of supervision", "Employment and line", "Supervision folder", "Who has read it"} <= groups
    assert passage_with(asked, WORKLOAD).marks == []
    assert passage_with(asked, WELLBEING).item.title == "Supervision record, part 1"
    draft = passage_with(asked, "Oscar Reed")
    assert draft.item.is_draft
    assert [draft.text[start:end] for start, end, _ in draft.marks] == ["Oscar Reed"]
    assert passage_with(asked, "0012345").item.group == "Supervision folder"
    assert passage_with(asked, "8 June 2026").item.title == "Absence"
    asking.give_rest(asked)
    files = asking.read(asking.bundle(asked))
    rows = list(csv.reader(StringIO(files["who-read-it.csv"].decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]][-1] == "Priya Nair"
    assert WELLBEING.encode() in b"".join(data for name, data in files.items() if name.startswith("read/"))


@pytest.mark.scenario(19, "a")
def test_nothing_that_is_withheld_is_in_any_file_of_the_bundle(asking: Asking) -> None:
    """A paragraph, words of one, a label that says them: in no page, PDF, metadata, table or name of a file."""
    kit = Kit(asking.org)
    written = {
        "workload": {"discussed": f"{CANARY} rang twice.\nThe Zanzibarine report is late.", "actions": []},
        "supervisor_comments": {"comments": "A good month."},
    }
    record = kit.draft(values=written)
    kit.sign(record)
    asked = asking.gathered()
    asking.decide(passage_with(asked, CANARY), "redact", typed=CANARY)
    asking.decide(passage_with(asked, "Zanzibarine"), "withhold", reason="other", words="Because of Mr Whittlesea.")
    asking.give_rest(asked)

    files = asking.read(asking.bundle(asked, with_log=True))

    everything = b"\n".join([*map(str.encode, files), *files.values(), *pdf_streams(files["everything.pdf"])])
    for word in (b"Quillibrand", b"Zanzibarine", b"Whittlesea"):
        assert word not in everything
    page = next(data.decode() for name, data in files.items() if "rang twice" in data.decode("utf-8", "replace"))
    assert '<p dir="auto">[withheld: third party] rang twice.</p>' in page
    assert "[withheld: other reason]" in page
    log = files["what-was-withheld.csv"].decode("utf-8-sig")
    assert log.count("\r\n") == 3
    assert "About somebody else, who has not agreed" in log
    assert "A good month." in page


def pdf_streams(data: bytes) -> list[bytes]:
    """What a PDF says anywhere: its letters as they are drawn, put back into words, its metadata and its names."""
    with pikepdf.open(BytesIO(data)) as pdf:
        found = [str(pdf.docinfo).encode(), pdf.Root.Metadata.read_bytes()]
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                found.append(thing.read_bytes())
            else:
                found.append(repr(thing).encode())
    return found


def test_the_pdf_has_the_words_that_are_given_and_not_those_that_are_not(asking: Asking, tmp_path: Path) -> None:
    """Read as a reader reads it, by its fonts' own tables: the control that the words would be found."""
    import subprocess  # noqa: PLC0415

    kit = Kit(asking.org)
    kit.sign(kit.draft(values={"workload": {"discussed": f"{CANARY} rang on Tuesday.", "actions": []}}))
    asked = asking.gathered()
    asking.give_rest(asked)
    shown = []
    for _ in range(2):
        path = tmp_path / "out.pdf"
        path.write_bytes(asking.read(asking.bundle(asked))["everything.pdf"])
        shown.append(subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode())
        asking.decide(passage_with(asked, CANARY), "redact", typed="Quillibrand")

    assert "Quillibrand" in shown[0]
    assert "Quillibrand" not in shown[1]
    assert "rang on Tuesday" in " ".join(shown[1].split())


@given(
    words=st.lists(st.sampled_from(["Quill", "zeb", "rang", "çä", "<b>", "ﬁ", "Ω", "&amp;"]), min_size=1, max_size=8),
    data=st.data(),
)
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_taken_out_is_in_no_page(
    asking: Asking, tmp_path: Path, words: list[str], data: st.DataObject
) -> None:
    """Any words of any paragraph, at any place, beside any letters."""
    asked = DataRequest.objects.filter(person=asking.org.worker).first() or asking.approve(asking.own())
    place = RequestItem.objects.filter(request=asked).count() + 1
    item = RequestItem.objects.create(
        request=asked, place=place, group="A", title="B", source="t", source_key=str(place), gathered_at=NOON
    )
    secret = "Xyzzyq"
    at = data.draw(st.integers(0, len(words)))
    text = " ".join([*words[:at], secret, *words[at:]])
    whole = data.draw(st.booleans())
    start = text.index(secret)
    Passage.objects.create(
        item=item,
        place=1,
        label=secret,
        text=text,
        decision="withhold" if whole else "redact",
        spans=[] if whole else [[start, start + len(secret)]],
        reason="third_party",
    )
    path = tmp_path / f"{place}.zip"
    with Archive(path) as archive:
        bundles.write_bundle(archive, asked, with_log=True, at=NOON, step=bundles.Step())

    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(path) as found:
        for name in found.namelist():
            assert secret.encode() not in found.read(name)


def test_a_confidential_concern_and_what_others_keep_for_themselves_are_not_found(asking: Asking) -> None:
    """The sentence about concerns is the same for everybody; the handler is told whom to ask for notes of their own."""
    org = asking.org
    Concern.objects.create(
        raised_by=org.worker,
        about=org.supervisor,
        recipient=org.team_manager,
        route=Concern.Route.LINE_MANAGER,
        text="The Vexillary matter.",
        raised_at=RECORDED,
    )
    session = held_session(org)
    Preparation.objects.create(
        session=session, person=org.supervisor, notes="Private Grimblewick.", updated_at=RECORDED
    )
    Preparation.objects.create(session=session, person=org.worker, notes="My own Tumbledown.", updated_at=RECORDED)

    asked = asking.gathered(asking.own(org.worker))

    texts = " ".join(Passage.objects.filter(item__request=asked).values_list("text", flat=True))
    assert "Tumbledown" in texts
    assert "Grimblewick" not in texts
    assert "Vexillary" not in texts
    checks = [each.words for each in selectors.checklist(asked, progress=selectors.progress_of(asked), bundle=None)]
    assert any(words.startswith("Priya Nair keeps 1 note of their own") for words in checks)
    assert sum("Confidential concerns" in words for words in checks) == 1


def test_looking_again_finds_what_is_new_and_nothing_twice(asking: Asking) -> None:
    asked = asking.gathered()
    before = RequestItem.objects.filter(request=asked).count()
    passage = passage_with(asked, "Employed from")
    asking.decide(passage, "disclose")
    Kit(asking.org).sealed()

    services.gather(request_id=asked.pk, at=NOON + timedelta(hours=1))

    found = RequestItem.objects.filter(request=asked)
    assert found.count() > before
    assert len(set(found.values_list("source", "source_key"))) == found.count()
    passage.refresh_from_db()
    assert passage.decision == "disclose"


# -- Who may


def test_a_press_asks_once_and_who_is_signed_in_is_known(asking: Asking) -> None:
    first, again = asking.own(), asking.own()

    assert first == again
    assert list(first.events.values_list("kind", flat=True)) == ["registered", "identity"]
    assert first.received_on == date(2026, 11, 9)


def test_anybody_may_note_a_request_and_learns_nothing_by_it(asking: Asking) -> None:
    org = asking.org
    left = add_person("Lena Gone", team=org.team, job_title="Social worker")
    left.left_on = date(2026, 6, 1)
    left.save()

    asked = asking.register(org.actor(org.psw), former_name=" lena gone ")

    assert asked.person == left
    assert DataRequest.objects.visible_to(org.actor(org.psw)).get() == asked
    assert not DataRequest.objects.run_by(org.actor(org.psw)).exists()
    with pytest.raises(RuleBroken, match="is open already"):
        asking.register(org.actor(org.supervisor), former_name="Lena Gone")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "about whom"),
        ({"former_name": "Nobody Known"}, "Nobody of this name"),
        ({"former_name": "Amara Obi"}, "Nobody of this name"),  # has not left: chosen from the directory
        ({"reference": "NONE-1"}, "no child with this reference"),
        ({"former_name": "A", "reference": "B"}, "about whom"),
    ],
)
def test_a_request_is_about_one_who_is_known(asking: Asking, said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        asking.register(asking.hr, **said)
    with pytest.raises(RuleBroken, match="still to come"):
        asking.register(asking.hr, person=asking.org.worker, received_on=date(2026, 11, 10))


def test_a_second_person_approves_and_nobody_handles_their_own(asking: Asking) -> None:
    org = asking.org
    own, noted = asking.own(), asking.register(asking.hr, person=org.supervisor)

    with pytest.raises(RuleBroken, match="own data"):
        asking.approve(own, handler_id=org.worker.pk)
    with pytest.raises(RuleBroken, match="nobody lets themselves"):
        asking.approve(own, handler_id=org.hr.pk)
    with pytest.raises(NotAllowed, match="You noted this request"):
        asking.approve(noted)
    with pytest.raises(ObjectDoesNotExist):
        asking.approve(own, by=org.actor(org.hr))  # without the hat on
    with pytest.raises(NotAllowed, match="your own data"):
        asking.approve(own, by=org.actor(org.worker))
    of_hr = asking.own(org.hr)
    with pytest.raises(NotAllowed, match="your own data"):
        asking.approve(of_hr)
    assert not SightGrant.objects.exists()


def test_the_handler_reads_unmasked_until_it_is_closed(asking: Asking) -> None:
    org = asking.org
    record = Kit(org).sealed()
    asked = asking.approve(asking.own())

    grant = SightGrant.objects.get()
    assert (grant.basis, grant.masked, grant.given_for) == (SightGrant.Basis.SUBJECT_ACCESS, False, asked.pk)
    assert Record.objects.readable_in_full_by(asking.handler).get() == record

    services.close(
        request_id=asked.pk,
        outcome=Outcome.TAKEN_BACK,
        on=NOON.date(),
        words="By telephone.",
        actor=asking.handler,
        at=NOON,
    )

    assert not Record.objects.visible_to(asking.handler).exists()
    assert not DataRequest.objects.handled_by(asking.handler).exists()
    assert DataRequest.objects.visible_to(org.actor(org.worker)).get().closed_as == Outcome.TAKEN_BACK


def test_another_handler_takes_the_place_of_the_first(asking: Asking) -> None:
    org = asking.org
    asked = asking.gathered()
    asking.approve(asked, handler_id=org.psw.pk)

    assert not Passage.objects.visible_to(asking.handler).exists()
    assert Passage.objects.visible_to(org.actor(org.psw)).exists()
    assert SightGrant.objects.in_force().count() == 1
    assert asked.events.filter(kind=RequestEvent.Kind.HANDLER_CHANGED).count() == 1


def test_hats_of_other_tasks_read_nothing(asking: Asking) -> None:
    org = asking.org
    asked = asking.gathered(asking.own())
    asking.approve(asked, handler_id=org.sysadmin.pk)

    with_hat = org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    assert not Passage.objects.visible_to(with_hat).exists()
    assert Passage.objects.visible_to(org.actor(org.sysadmin)).exists()
    for actor in (org.actor(org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER), org.actor(org.team_manager)):
        assert not DataRequest.objects.visible_to(actor).exists()


def test_whose_data_it_is_sees_where_it_stands_and_none_of_the_workings(asking: Asking) -> None:
    asked = asking.gathered()
    worker = asking.org.actor(asking.org.worker)

    assert DataRequest.objects.visible_to(worker).get() == asked
    assert not DataRequest.objects.run_by(worker).exists()
    assert not Passage.objects.visible_to(worker).exists()
    assert not RequestItem.objects.visible_to(worker).exists()
    assert not RequestBundle.objects.visible_to(worker).exists()


# -- The clock


def test_the_clock_stops_and_goes_on_and_can_be_given_more_time(asking: Asking) -> None:
    asked = asking.register(asking.org.actor(asking.org.psw), person=asking.org.worker, identity="")
    call: dict[str, Any] = {"request_id": asked.pk, "words": "Which years?", "actor": asking.hr, "at": NOON}

    services.stop_clock(on=date(2026, 11, 4), **call)
    with pytest.raises(RuleBroken, match="stopped already"):
        services.stop_clock(on=date(2026, 11, 5), **call)
    assert selectors.clock_of(asked, on=date(2026, 11, 9)).stopped_since == date(2026, 11, 4)
    with pytest.raises(RuleBroken, match="stopped after this day"):
        services.start_clock(on=date(2026, 11, 3), **call)
    services.start_clock(on=date(2026, 11, 9), **call)
    with pytest.raises(RuleBroken, match="runs already"):
        services.start_clock(on=date(2026, 11, 9), **call)
    with pytest.raises(RuleBroken, match="until after this day"):
        services.stop_clock(on=date(2026, 11, 8), **call)
    services.extend(months=1, on=date(2026, 11, 9), **call)
    with pytest.raises(RuleBroken, match="At most two months"):
        services.extend(months=2, on=date(2026, 11, 9), **call)

    assert selectors.stops_of(asked.events.all()) == [Stop(date(2026, 11, 4), date(2026, 11, 9))]
    assert selectors.clock_of(asked, on=date(2026, 11, 9)).due_on == date(2027, 1, 7)


def test_no_more_time_once_it_is_over(asking: Asking) -> None:
    asked = asking.register(asking.org.actor(asking.org.psw), person=asking.org.worker, received_on=date(2026, 10, 1))
    call: dict[str, Any] = {
        "request_id": asked.pk,
        "words": "Complex.",
        "actor": asking.hr,
        "at": NOON,
        "on": date(2026, 11, 9),
    }

    with pytest.raises(RuleBroken, match="before the time is over"):
        services.extend(months=1, **call)
    with pytest.raises(RuleBroken, match="over on this day already"):
        services.stop_clock(**call)
    services.extend(months=1, **{**call, "on": date(2026, 11, 2)})  # they were told on the last day
    assert selectors.clock_of(asked, on=date(2026, 11, 9)).due_on == date(2026, 12, 1)


# -- Decisions


def test_a_decision_of_another_window_is_not_written_over(asking: Asking) -> None:
    asked = asking.gathered()
    passage = passage_with(asked, "Employed from")
    asking.decide(passage, "disclose")

    with pytest.raises(Stale):
        services.decide(
            passage_id=passage.pk,
            version=0,
            decision="withhold",
            ticked=[],
            typed="",
            reason="court",
            words="",
            actor=asking.handler,
            at=NOON,
        )
    passage.refresh_from_db()
    assert (passage.decision, passage.version) == ("disclose", 1)


def test_what_is_withheld_has_a_reason_and_words_that_stand_there(asking: Asking) -> None:
    asked = asking.gathered()
    passage = passage_with(asked, "Manager: Priya Nair")

    with pytest.raises(RuleBroken, match="Say why"):
        asking.decide(passage, "withhold", reason="")
    with pytest.raises(RuleBroken, match="which other reason"):
        asking.decide(passage, "withhold", reason="other")
    with pytest.raises(RuleBroken, match="do not stand in the paragraph"):
        asking.decide(passage, "redact", typed="Nobody Here")
    with pytest.raises(RuleBroken, match="Tick the words"):
        asking.decide(passage, "redact")
    start, end, _ = passage.marks[0]
    decided = asking.decide(passage, "redact", ticked=[(start, end)], typed="Amara Obi\n")
    assert [decided.text[start:end] for start, end in decided.spans] == ["Amara Obi", "Priya Nair"]


def test_a_press_gives_what_is_not_marked_and_another_what_names_staff_alone(asking: Asking) -> None:
    asked = asking.gathered()
    rows = Passage.objects.filter(item__request=asked)
    shown = dict(rows.values_list("pk", "version"))
    call: dict[str, Any] = {"request_id": asked.pk, "shown": shown, "actor": asking.handler, "at": NOON}

    given = services.disclose_page(with_staff=False, **call)
    assert given == rows.filter(marks=[]).count()
    assert set(rows.filter(decision="").values_list("marks__0__2", flat=True)) == {"staff", "email"}
    services.disclose_page(with_staff=True, **call)
    assert set(rows.filter(decision="").values_list("marks__0__2", flat=True)) == {"email"}


# -- The bundle and the end


def test_nothing_is_made_or_closed_while_something_is_undecided(asking: Asking) -> None:
    asked = asking.gathered(asking.register(asking.org.actor(asking.org.psw), person=asking.org.worker, identity=""))
    end: dict[str, Any] = {"request_id": asked.pk, "outcome": Outcome.DISCLOSED, "on": NOON.date(), "words": "By post."}
    call: dict[str, Any] = {"actor": asking.handler, "at": NOON}

    with pytest.raises(RuleBroken, match="not decided about yet"):
        services.ask_for_bundle(request_id=asked.pk, press=uuid4(), with_log=False, **call)
    asking.give_rest(asked)
    bundle = asking.bundle(asked)
    with pytest.raises(RuleBroken, match="how it was checked who asked"):
        asking.read(bundle)
    with pytest.raises(RuleBroken, match="it was checked who asked"):
        services.close(**end, **call)
    services.check_identity(request_id=asked.pk, on=NOON.date(), words="Known at the desk.", **call)
    with pytest.raises(RuleBroken, match="and downloaded"):
        services.close(**end, **call)
    asking.read(bundle)
    asking.decide(passage_with(asked, "Employed from"), "withhold")
    later = Asking(asking.org, at=NOON + timedelta(minutes=5))
    later.decide(passage_with(asked, "Employed from"), "disclose")
    with pytest.raises(RuleBroken, match="made from these decisions"):
        services.close(**end, **call)
    later = Asking(asking.org, at=NOON + timedelta(minutes=9))
    later.read(later.bundle(asked))
    assert services.close(**end, **call).closed_as == Outcome.DISCLOSED
    verbs = list(Entry.objects.filter(target_id=str(asked.pk)).values_list("verb", flat=True))
    assert {"data_request.downloaded", "data_request.bundle_made", "data_request.closed"} <= set(verbs)


def test_one_press_makes_one_bundle_and_it_goes_after_a_week(asking: Asking) -> None:
    asked = asking.gathered()
    asking.give_rest(asked)
    press = uuid4()
    call: dict[str, Any] = {
        "request_id": asked.pk,
        "press": press,
        "with_log": False,
        "actor": asking.handler,
        "at": NOON,
    }
    first = services.ask_for_bundle(**call)
    assert services.ask_for_bundle(**call) == first
    assert services.ask_for_bundle(**{**call, "press": uuid4()}) == first
    services.make_bundle(bundle_id=first.pk, at=NOON)
    services.make_bundle(bundle_id=first.pk, at=NOON)
    first.refresh_from_db()
    stored = first.stored
    assert stored
    assert stored.path.exists()

    assert services.remove_old_bundles(at=NOON + timedelta(days=6)) == 0
    assert services.remove_old_bundles(at=NOON + timedelta(days=7)) == 1
    assert services.remove_old_bundles(at=NOON + timedelta(days=8)) == 0

    assert not stored.path.exists()
    with pytest.raises(RuleBroken, match="removed"):
        asking.read(first)
    assert Asking(asking.org, at=NOON + timedelta(days=8)).bundle(asked).digest
