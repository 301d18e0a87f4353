"""What the tests of the archive share."""

from pathlib import Path

import pytest
from pytest_django import Settings

PDF = b"%PDF-1.7 printed "


@pytest.fixture
def own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> Path:
    """Printing and sealing take seconds and have tests of their own; and files of this test lie in its own folder."""
    settings.STATE_DIR = tmp_path / "state"
    monkeypatch.setattr("records.services.documents.pdf.render", lambda parts, **_: PDF + parts[-1].digest.encode())
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    return tmp_path
