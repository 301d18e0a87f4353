"""A policy that names what demands a decision, for tests."""

import json
from datetime import date
from pathlib import Path
from shutil import copytree

from policies import services as policies
from policies.files import PACKS
from tests.org import RECORDED, Org

TRIGGERS = [
    {"id": "transfer", "label": "A transfer to another worker", "event": "transfer"},
    {"id": "section_47", "label": "A section 47 enquiry begins", "within": {"working_days": 1}},
    {"id": "placement_move", "label": "A move to another placement"},
]


def adopt_with_triggers(org: Org, slug: str, folder: Path) -> Org:
    """Put a pack in force in which what demands a decision is named besides."""
    file = copytree(PACKS, folder) / f"{slug}.yaml"
    written = file.read_text().replace(f"id: {slug}", "id: wanting", 1)
    file.write_text(f"{written}oversight_triggers: {json.dumps(TRIGGERS)}\n")
    assert not policies.load_packs(at=RECORDED, folder=folder).faults
    policies.adopt(slug="wanting", starts_on=date(2017, 6, 1), at=RECORDED)
    return org
