"""The PDF of an audit: what was found beside what the auditor says, and the response."""

import io
import subprocess

import pikepdf
import pytest

from records import pdf, selectors
from records.models import Record
from tests.examining_kit import FOUND_NO, OVERRULED, Examining
from tests.org import Org

pytestmark = pytest.mark.slow


@pytest.mark.scenario(20, "c")
def test_both_answers_and_the_response_stand_on_the_print_and_its_proof_is_inside(org: Org) -> None:
    examining = Examining(org)
    record = examining.signed()
    examining.respond(record, words="The gap had a cover.")

    file = pdf.render(selectors.verified_parts(Record.objects.get(pk=record.pk)), organisation="Demo authority")

    command = ["pdftotext", "-enc", "UTF-8", "-", "-"]
    text = " ".join(subprocess.run(command, input=file, capture_output=True, check=True).stdout.decode().split())
    for words in (FOUND_NO.summary, FOUND_NO.lines[0], OVERRULED["reason"], "(overruled)", "(confirmed)"):
        assert words in text
    assert "Response by Priya Nair" in text
    assert "The gap had a cover." in text
    assert text.index("The contract was never signed by both.") < text.index(OVERRULED["reason"])
    with pikepdf.open(io.BytesIO(file)) as opened:
        attached = list(opened.attachments)
    assert "part-2._response.json" in attached
    assert any(name.startswith("part-1.section_3.") for name in attached)
