"""Loading policies and record templates: once, never over what is there, faults apart."""

import shutil
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from policies import selectors
from policies.files import PACKS
from policies.models import PolicyVersion, RecordTemplate
from policies.services import Loaded, load_packs
from tests.policies_kit import pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what ships, under other names, to be changed."""
    copied = tmp_path / "packs"
    shutil.copytree(PACKS, copied)
    for path in (copied / "st-helens.yaml", copied / "templates" / "contract_1a.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("id: st-helens", "id: elsewhere").replace("id: contract_1a", "id: agreement"))
    for path in [*copied.glob("*.yaml"), *copied.glob("templates/*.yaml")]:
        if path.stem not in ("st-helens", "contract_1a", "baseline-lga-2020"):
            path.unlink()
    return copied


def change(path: Path, **values: object) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(data | values, sort_keys=False), encoding="utf-8")


def test_all_that_ships_is_loaded_and_reads_the_same(noon: datetime) -> None:
    load_packs(at=noon)

    assert set(PolicyVersion.objects.values_list("slug", flat=True)) == {path.stem for path in PACKS.glob("*.yaml")}
    for version in PolicyVersion.objects.all():
        assert selectors.policy_version(version.pk) == pack(version.slug)
    assert selectors.record_template("worker_record_app2").version == 1
    assert selectors.record_template("contract_1a", 2).title == "Supervision contract"


def test_loading_again_adds_nothing(noon: datetime) -> None:
    load_packs(at=noon)

    assert load_packs(at=noon) == Loaded((), ())


def test_a_parent_is_kept_with_the_version_that_it_filled(folder: Path, noon: datetime) -> None:
    loaded = load_packs(at=noon, folder=folder)

    child = PolicyVersion.objects.get(slug="elsewhere")
    assert child.parent is not None
    assert child.parent.slug == "baseline-lga-2020"
    assert child.digest != child.parent.digest
    assert "elsewhere, version undated web page; reading 4" in loaded.added
    assert "agreement, version 2" in loaded.added


def test_a_faulty_file_adds_nothing_and_keeps_nothing_else_out(folder: Path, noon: datetime) -> None:
    load_packs(at=noon, folder=folder)
    change(folder / "st-helens.yaml", version="2", supervision_rules=[])
    change(folder / "templates" / "contract_1a.yaml", version="two")
    shutil.copy(PACKS / "shropshire-2017.yaml", folder / "z.yaml")
    change(folder / "z.yaml", id="later")

    loaded = load_packs(at=noon, folder=folder)

    assert [str(fault) for fault in loaded.faults] == [
        'st-helens.yaml: supervision_rules: "supervision_rules" is empty',
        'contract_1a.yaml: version: "two" is not a whole number',
    ]
    assert loaded.added == ("later, version 3, June 2017; audit tool v2, December 2015; reading 4",)
    assert PolicyVersion.objects.get(slug="elsewhere").version == "undated web page; reading 4"


def test_a_changed_file_needs_a_version_of_its_own(folder: Path, noon: datetime) -> None:
    load_packs(at=noon, folder=folder)
    change(folder / "st-helens.yaml", authority="Another council")
    change(folder / "templates" / "contract_1a.yaml", title="Another form")

    refused = load_packs(at=noon, folder=folder)
    change(folder / "st-helens.yaml", version="2")
    change(folder / "templates" / "contract_1a.yaml", version=3)
    loaded = load_packs(at=noon, folder=folder)

    assert [str(fault) for fault in refused.faults] == [
        'st-helens.yaml: version: "undated web page; reading 4" was loaded before with other content; '
        "a changed file needs a version of its own",
        'contract_1a.yaml: version: "2" was loaded before with other content; a changed file needs a version of its own',
    ]
    assert loaded == Loaded(("elsewhere, version 2", "agreement, version 3"), ())
    assert selectors.record_template("agreement").title == "Another form"
    assert selectors.record_template("agreement", 2).title == "Supervision contract"
    assert RecordTemplate.objects.filter(slug="agreement").count() == 2


def test_the_command_says_what_it_did(monkeypatch: pytest.MonkeyPatch, folder: Path, noon: datetime) -> None:
    load_packs(at=noon)
    said = StringIO()
    call_command("load_policies", stdout=said)
    monkeypatch.setattr(
        "policies.management.commands.load_policies.load_packs", lambda at: load_packs(at=at, folder=folder)
    )
    call_command("load_policies", stdout=said)
    change(folder / "st-helens.yaml", version="2", case_rules=None)

    with pytest.raises(CommandError) as refused:
        call_command("load_policies", stdout=said)

    assert said.getvalue().startswith("Nothing new to load.\n")
    assert "Loaded elsewhere, version undated web page; reading 4." in said.getvalue()
    assert str(refused.value) == 'st-helens.yaml: case_rules: "null" is not a list'
    assert refused.value.returncode == 2


def test_a_template_that_is_not_loaded_does_not_exist() -> None:
    with pytest.raises(RecordTemplate.DoesNotExist):
        selectors.record_template("nowhere")
    with pytest.raises(RecordTemplate.DoesNotExist):
        selectors.record_template("contract_1a", 99)
