"""Somebody will not sign: with comments, as seen and not agreed, or declined; the record is complete and says so."""

from datetime import UTC, date, datetime

import pytest

from records import rules
from records import services as records
from records.models import PartContent
from records.rules import Meaning, State
from supervision.selectors import session_page
from tests.integration.scenarios.kit import countersign, hold, sign, write
from tests.org import Org
from tests.records_kit import fresh

ON = date(2026, 11, 9)
AT = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.mark.scenario(22, "a")
@pytest.mark.parametrize(
    ("meaning", "comments", "reason", "standing", "says"),
    [
        (
            Meaning.SEEN_NOT_AGREED,
            "I asked for help twice.",
            "It says I did not.",
            "not_agreed",
            "has seen it and does not agree",
        ),
        (Meaning.DECLINE, "", "It leaves out that I asked for help.", "declined", "declined to sign"),
    ],
)
def test_the_record_is_complete_without_agreement_and_says_so(
    shropshire: Org, meaning: Meaning, comments: str, reason: str, standing: str, says: str
) -> None:
    record = hold(shropshire, on=ON, at=AT)
    write(shropshire, record, "workload", by=shropshire.supervisor, at=AT, discussed="No help was asked for.")
    sign(shropshire, record, at=AT)

    part = countersign(shropshire, record, at=AT, meaning=meaning, comments=comments, reason=reason)

    heads = fresh(record).get_heads()
    assert rules.state_of(heads) is State.SEALED
    assert rules.standing_of(heads) == standing
    assert not rules.is_signed_by_both(heads)
    written = " ".join(PartContent.objects.filter(part=part).values_list("content", flat=True))
    assert comments in written
    assert reason in written
    assert records.verify(fresh(record)).intact
    session = fresh(record).session
    page = session_page(session=session, actor=shropshire.actor(shropshire.supervisor, on=ON))
    assert [(row.name, row.says) for row in page.signatures][-1] == ("Amara Obi", says)
