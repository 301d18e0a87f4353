"""Reading what is due and overdue across people: the night's work, the home page, the lists."""

from compliance.selectors.home import HomePage, OwnStanding, home_page
from compliance.selectors.lists import FlagRow, Invited, OverduePage, invited_page, last_night, overdue_page
from compliance.selectors.night import people_to_assess, supervisors_of

__all__ = [
    "FlagRow",
    "HomePage",
    "Invited",
    "OverduePage",
    "OwnStanding",
    "home_page",
    "invited_page",
    "last_night",
    "overdue_page",
    "people_to_assess",
    "supervisors_of",
]
