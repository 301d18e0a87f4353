"""Whether an act is whole: each change to an entry, or to what binds it, shows in the check and in the export."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from records import canonical, sealing, services
from records.models import Attestation, Part, PartContent, Record
from tests.entries_kit import EntriesKit
from tests.integration.records.test_export import Files, attested, attested_anew, check, files_in, write, zipped
from tests.org import make_org
from tests.records_kit import fresh
from tests.tampering import Tamper

pytestmark = pytest.mark.slow


@pytest.fixture
def kit(committed_db: str) -> EntriesKit:
    return EntriesKit(make_org())


def fault_of(record: Record) -> str:
    return services.verify(fresh(record)).fault


def drop_part(tamper: Tamper, part: Part) -> None:
    """Take a part away with everything that tells of it: its contents, attestation and count."""
    for table in ("records_attestation", "records_partcontent"):
        tamper(f"DELETE FROM {table} WHERE part_id = %s", str(part.pk))
    tamper("DELETE FROM records_part WHERE id = %s", str(part.pk))
    tamper("UPDATE records_record SET lock = lock - 1 WHERE id = %s", str(part.record_id))


def rewrite(tamper: Tamper, part: Part, **changes: Any) -> str:
    """Another body in a part's place, attested with the organisation's own key: all of its own record fits."""
    raw = canonical.canonical({**canonical.loads(bytes(part.body)), **changes})
    digest = canonical.digest(raw)
    facts = json.dumps(changes.get("facts", part.facts))
    tamper("UPDATE records_part SET body = %s, digest = %s, facts = %s WHERE id = %s", raw, digest, facts, str(part.pk))
    signed = sealing.organisation_key().sign(digest)
    tamper("UPDATE records_attestation SET signature = %s WHERE part_id = %s", signed, str(part.pk))
    return digest


def test_an_untouched_act_is_intact_and_the_command_says_so(kit: EntriesKit) -> None:
    record, entries = kit.sealed_with("P1", "P2")

    assert [fault_of(each) for each in (record, *entries)] == ["", "", ""]
    call_command("verify_records")


def test_an_entrys_text_exchanged_for_another_that_is_attested_shows_in_what_binds_it(
    kit: EntriesKit, tamper: Tamper
) -> None:
    record, (entry, other) = kit.awaiting_with("P1", "P2")

    rewrite(tamper, Part.objects.get(record=entry), facts={"held_on": "2026-11-02"})

    assert fault_of(entry) == "", "the control: by itself the entry is as its key attested it"
    assert fault_of(other) == ""
    assert fault_of(record) == f"What it binds: part 1 of record {entry.pk} is not as it was bound."
    with pytest.raises(CommandError, match="1 of 3 records are not as they were signed"):
        call_command("verify_records")


def test_an_entry_that_was_dropped_shows_in_what_binds_it(kit: EntriesKit, tamper: Tamper) -> None:
    record, (entry, _) = kit.awaiting_with("P1", "P2")

    drop_part(tamper, Part.objects.get(record=entry))

    assert fault_of(entry) == "", "the control: what is left of the entry is a draft that nobody signed"
    assert fault_of(record) == f"What it binds: part 1 of record {entry.pk} is not as it was bound."


def test_an_entrys_answer_that_is_missing_from_the_act_shows(kit: EntriesKit, tamper: Tamper) -> None:
    record, (entry, _) = kit.sealed_with("P1", "P2")

    drop_part(tamper, Part.objects.get(record=entry, seq=2))

    assert fault_of(entry) == "", "the control: by itself the entry waits for its answer"
    assert fault_of(record) == f"What it binds: record {entry.pk} has no part in the act of part 2."


def test_the_records_answer_that_is_missing_from_the_act_shows_in_its_entries(kit: EntriesKit, tamper: Tamper) -> None:
    record, (entry, _) = kit.sealed_with("P1", "P2")

    drop_part(tamper, Part.objects.get(record=record, seq=2))

    assert fault_of(record) == "", "the control: by itself the record waits for its answer"
    assert fault_of(entry) == "Part 2: the record that binds it has no part in the same act."


def test_an_answer_that_says_something_else_than_the_records_shows(kit: EntriesKit, tamper: Tamper) -> None:
    record, (entry, _) = kit.sealed_with("P1", "P2")
    part = Part.objects.get(record=entry, seq=2)
    signature = canonical.loads(bytes(part.body))["signature"]

    rewrite(tamper, part, signature={**signature, "meaning": "seen_not_agreed"})
    tamper("UPDATE records_part SET meaning = 'seen_not_agreed' WHERE id = %s", str(part.pk))

    assert fault_of(entry) == ""
    assert fault_of(record) == f"What it binds: part 2 of record {entry.pk} does not say what part 2 says."


def test_an_entry_whose_record_is_gone_says_so(kit: EntriesKit, tamper: Tamper) -> None:
    record, (entry,) = kit.awaiting_with("P1")

    drop_part(tamper, Part.objects.get(record=record))

    assert fault_of(entry) == "Part 1: the record that binds it is missing."


def test_what_was_signed_later_than_what_binds_it_shows(kit: EntriesKit, tamper: Tamper) -> None:
    record, (entry,) = kit.awaiting_with("P1")
    part = Part.objects.get(record=entry)
    body = canonical.loads(bytes(part.body))
    later = {**body["signature"], "signed_at": "2026-11-09T13:00:00.000000Z"}
    act = "01940000-0000-7000-8000-00000000aaaa"

    digest = rewrite(tamper, part, signature=later, act=act)
    tamper("UPDATE records_part SET signed_at = '2026-11-09T13:00Z', act = %s WHERE id = %s", act, str(part.pk))
    bound = [{"record": str(entry.pk), "kind": "case_entry", "seq": 1, "digest": digest}]
    rewrite(tamper, Part.objects.get(record=record), bound=bound)

    assert fault_of(record) == f"What it binds: part 1 of record {entry.pk} was signed after it was bound."


class TestExport:
    """The same in an export, checked by the program that needs nothing of ours."""

    @pytest.fixture
    def signed(self, kit: EntriesKit) -> tuple[Record, list[Record]]:
        return kit.sealed_with("P1", "P2")

    @pytest.fixture
    def exported(self, kit: EntriesKit, signed: tuple[Record, list[Record]], tmp_path: Path) -> Files:
        record, entries = signed
        return files_in(write(tmp_path / "act.zip", [record, *entries], kit.worker))

    @staticmethod
    def without(files: Files, record: UUID, *, keep: int = 0) -> Files:
        """The export without a record, or without its last parts; its index attested anew, by who has the key."""
        index = json.loads(files["index.json"])
        rows = []
        for row in index["records"]:
            if row["record"] != str(record):
                rows.append(row)
            elif keep:
                head = canonical.digest(files[f"records/{record}/{keep}.json"])
                rows.append({**row, "seq": keep, "head": head})
        gone = {name for name in files if name.startswith(f"records/{record}/")}
        kept = {name for name in gone if int(name.split("/")[2].split(".")[0]) <= keep}
        return attested(
            {name: data for name, data in files.items() if name not in gone - kept}, {**index, "records": rows}
        )

    def test_a_whole_act_is_intact(self, exported: Files, tmp_path: Path) -> None:
        status, said = check(zipped(tmp_path / "whole.zip", exported))

        assert (status, said.splitlines()[:2]) == (0, ["Intact.", "Records: 3; signed parts: 6."])

    @pytest.mark.scenario(16, "a")
    def test_the_export_for_a_child_holds_its_entry_alone_under_its_four_headings(
        self, kit: EntriesKit, tmp_path: Path
    ) -> None:
        _, entries = kit.sealed_with("P1", "P2", "P3", "P4")
        path = write(tmp_path / "second.zip", [entries[1]], kit.worker)
        everything = b"".join(data for name, data in files_in(path).items() if name.endswith(".json"))

        status, said = check(path)

        assert status == 0, said
        assert {name.split("/")[1] for name in files_in(path) if name.startswith("records/")} == {str(entries[1].pk)}
        for heading in (b"Current issues / situation", b"Reflection", b"Analysis", b"Actions"):
            assert heading in everything
        assert b"What happens for P2 now." in everything
        for other in (b"P1", b"P3", b"P4", b"Amara is tired", b"occupational health"):
            assert other not in everything

    def test_an_entry_that_is_not_in_the_export_is_withheld_and_not_wrong(
        self, signed: tuple[Record, list[Record]], exported: Files, tmp_path: Path
    ) -> None:
        _, (entry, _) = signed

        status, said = check(zipped(tmp_path / "less.zip", self.without(exported, entry.pk)))

        assert status == 0, said
        assert f"Withheld, since it is not in this export: record {entry.pk}, bound here." in said

    def test_an_entrys_part_exchanged_shows(
        self, signed: tuple[Record, list[Record]], exported: Files, tmp_path: Path
    ) -> None:
        record, (entry, _) = signed
        name = f"records/{entry.pk}/1.json"
        body = canonical.loads(exported[name])
        files = attested_anew({**exported, name: canonical.canonical({**body, "facts": {"held_on": "2026-11-02"}})})

        status, said = check(zipped(tmp_path / "exchanged.zip", files))

        assert status == 1
        assert f"record {record.pk}, part 1: part 1 of record {entry.pk} is not as it was bound" in said

    def test_a_part_of_the_act_that_is_missing_shows(
        self, signed: tuple[Record, list[Record]], exported: Files, tmp_path: Path
    ) -> None:
        record, (entry, _) = signed

        status, said = check(zipped(tmp_path / "cut.zip", self.without(exported, entry.pk, keep=1)))

        assert status == 1
        assert f"record {record.pk}, part 2: record {entry.pk} has no part in the same act" in said

    def test_the_control_a_text_alone_is_intact_while_it_waits(self, kit: EntriesKit, tmp_path: Path) -> None:
        record, entries = kit.awaiting_with("P7")
        path = write(tmp_path / "waiting.zip", [record, *entries], kit.worker)

        status, said = check(path)

        assert status == 0, said


def test_what_is_checked_is_there_for_every_part(kit: EntriesKit) -> None:
    kit.sealed_with("P1", "P2")

    assert Attestation.objects.count() == Part.objects.count() == 6
    assert set(PartContent.objects.values_list("part", flat=True)) == set(Part.objects.values_list("pk", flat=True))
