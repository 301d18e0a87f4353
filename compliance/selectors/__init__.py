"""Reading what is due and overdue across people: the night's work, the home page, the lists."""

from compliance.selectors.digest import overdue_things, week_lines
from compliance.selectors.flags import KnownFlag, Line, flags_of, held_by, line_of, told_of
from compliance.selectors.gaps import GapsPage, cover_gaps, gaps_page
from compliance.selectors.home import HomePage, OwnStanding, home_page, hr_page
from compliance.selectors.leads import Coming, ForecastPage, coming_up, forecast_page, leads_to_tell
from compliance.selectors.lists import FlagRow, Invited, OverduePage, invited_page, last_night, overdue_page
from compliance.selectors.night import (
    children_to_assess,
    chunk_bounds,
    employed_among,
    holders_of,
    keys_within,
    last_night_begun,
    next_night_done,
    night_is_over,
    people_to_assess,
    present_spans,
    supervisors_of,
)
from compliance.selectors.reads import narrowed, read_rows, reads_offered, reads_table, reads_wanted
from compliance.selectors.standing import Looked, facts_of, look_at, look_at_children, look_at_people

__all__ = [
    "Coming",
    "FlagRow",
    "ForecastPage",
    "GapsPage",
    "HomePage",
    "Invited",
    "KnownFlag",
    "Line",
    "Looked",
    "OverduePage",
    "OwnStanding",
    "children_to_assess",
    "chunk_bounds",
    "coming_up",
    "employed_among",
    "facts_of",
    "flags_of",
    "forecast_page",
    "cover_gaps",
    "gaps_page",
    "held_by",
    "holders_of",
    "home_page",
    "hr_page",
    "invited_page",
    "keys_within",
    "last_night",
    "last_night_begun",
    "leads_to_tell",
    "line_of",
    "look_at",
    "look_at_children",
    "look_at_people",
    "next_night_done",
    "night_is_over",
    "overdue_page",
    "overdue_things",
    "people_to_assess",
    "present_spans",
    "narrowed",
    "read_rows",
    "reads_offered",
    "reads_table",
    "reads_wanted",
    "supervisors_of",
    "told_of",
    "week_lines",
]
