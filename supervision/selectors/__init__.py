"""Reading supervision: contracts, the engine's facts and answers, and the pages."""

from supervision.selectors.contracts import ContractView, contracts_of
from supervision.selectors.overview import Overview, overviews
from supervision.selectors.people import (
    PersonPage,
    SessionPage,
    diary_page,
    is_working_day,
    person_page,
    session_page,
    suggested_times,
    team_page,
    team_rows,
)
from supervision.selectors.status import SessionRow, contract_bounds, gather_facts, statuses
from supervision.selectors.writing import (
    SigningContext,
    check_contract,
    contract_beginnings,
    in_the_way,
    next_session_named,
    signing_context,
    unfinished_contract,
    writing_page,
)

__all__ = [
    "ContractView",
    "Overview",
    "PersonPage",
    "SessionPage",
    "SessionRow",
    "SigningContext",
    "check_contract",
    "contract_beginnings",
    "contracts_of",
    "diary_page",
    "gather_facts",
    "contract_bounds",
    "in_the_way",
    "is_working_day",
    "next_session_named",
    "overviews",
    "person_page",
    "session_page",
    "signing_context",
    "statuses",
    "suggested_times",
    "team_page",
    "team_rows",
    "unfinished_contract",
    "writing_page",
]
