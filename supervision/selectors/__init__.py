"""Reading supervision: contracts, the engine's facts and answers, and the pages."""

from supervision.selectors.agenda import Agenda, PreparationPage, agenda_of, comes_before, preparation_page
from supervision.selectors.beginnings import Values, contract_beginnings, renewed, template_for
from supervision.selectors.calendar import entries_of, own_entries, people_to_tell
from supervision.selectors.computed import shareable
from supervision.selectors.contracts import ContractView, ExceptionView, contracts_of, exceptions_of
from supervision.selectors.diary import DiaryPage, Wanted, diary_page, rebook_words, waiting_for_a_date
from supervision.selectors.overview import Overview, overviews
from supervision.selectors.people import (
    PersonPage,
    SessionPage,
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
    in_the_way,
    next_session_named,
    signing_context,
    unfinished_contract,
    writing_page,
)
from supervision.selectors.year import (
    Outlook,
    days_for,
    move_proposal,
    notes_on,
    outlook,
    rest_of_series,
    suggested_year,
    taken_between,
    taken_on,
    warnings_about,
    year_proposal,
)

__all__ = [
    "Agenda",
    "ContractView",
    "DiaryPage",
    "ExceptionView",
    "Outlook",
    "Overview",
    "PersonPage",
    "PreparationPage",
    "SessionPage",
    "SessionRow",
    "SigningContext",
    "Values",
    "Wanted",
    "agenda_of",
    "check_contract",
    "comes_before",
    "contract_beginnings",
    "contract_bounds",
    "contracts_of",
    "days_for",
    "diary_page",
    "entries_of",
    "exceptions_of",
    "facts_of_session",
    "gather_facts",
    "in_the_way",
    "move_proposal",
    "next_session_named",
    "notes_on",
    "outlook",
    "overviews",
    "own_entries",
    "people_to_tell",
    "person_page",
    "preparation_page",
    "rebook_words",
    "renewed",
    "rest_of_series",
    "session_page",
    "shareable",
    "signing_context",
    "statuses",
    "suggested_times",
    "suggested_year",
    "taken_between",
    "taken_on",
    "team_page",
    "team_rows",
    "template_for",
    "unfinished_contract",
    "waiting_for_a_date",
    "warnings_about",
    "writing_page",
    "year_proposal",
]
