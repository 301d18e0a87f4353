"""Reading what is due and overdue across people: the night's work, the home page, the lists."""

from compliance.selectors.digest import overdue_things, week_lines
from compliance.selectors.gaps import GapsPage, gaps_page
from compliance.selectors.home import HomePage, OwnStanding, home_page
from compliance.selectors.lists import FlagRow, Invited, OverduePage, invited_page, last_night, overdue_page
from compliance.selectors.night import night_is_over, people_to_assess, supervisors_of
from compliance.selectors.reads import read_rows

__all__ = [
    "FlagRow",
    "GapsPage",
    "HomePage",
    "Invited",
    "OverduePage",
    "OwnStanding",
    "gaps_page",
    "home_page",
    "invited_page",
    "last_night",
    "night_is_over",
    "overdue_page",
    "overdue_things",
    "people_to_assess",
    "read_rows",
    "supervisors_of",
    "week_lines",
]
