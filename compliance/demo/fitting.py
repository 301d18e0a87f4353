"""How the demo's people and records fit each policy that ships: their kinds of worker, and the forms they write in.

The story is told in the words of one policy; another has kinds of worker and forms of its own. No database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.demo.people import Person

DEFAULT = "shropshire-2017"
# Kinds of worker of the story
CASE_HOLDERS = ("sw_case_management", "sw_other_case_holding")
OTHER_SOCIAL_WORKERS = ("sw_non_case_holding", "iro")
SUPPORT = ("support_case_holding", "targeted_youth_worker", "support_non_case_holding")
FOUR_TOPICS = {"workload": "workload", "development": "development", "wellbeing": "wellbeing", "other": "other"}


@dataclass(frozen=True, slots=True)
class Fit:
    """One policy. ``categories``: its kind of worker for each of the story's, none where it speaks of nobody such.

    ``by_name``: for people of whom it has more to say. ``form``: the one form that all sessions are written in; the
    policy's own for each kind of worker where it is empty. ``every``: what contracts agree on for most.
    """

    categories: Mapping[str, str]
    by_name: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    every: str = "P1M"

    def category_of(self, person: Person) -> str:
        """A person's kind of worker under the policy; empty for none."""
        return self.by_name.get(person.name) or self.categories.get(person.category, "")


def _each(kinds: tuple[str, ...], category: str) -> dict[str, str]:
    return dict.fromkeys(kinds, category)


_OWN = (
    *CASE_HOLDERS,
    *OTHER_SOCIAL_WORKERS,
    *SUPPORT,
    *("nqsw", "team_manager", "strategic_lead_or_service_manager", "business_support"),
)
FITS: Mapping[str, Fit] = {
    DEFAULT: Fit({kind: kind for kind in _OWN}, form="worker_record_app2"),
    "camden-short-guide": Fit(
        {**_each(CASE_HOLDERS + OTHER_SOCIAL_WORKERS, "sw_1_year_pq"), "nqsw": "nqsw", "team_manager": "team_manager"},
        by_name={"Niamh Corrigan": "sw_probation"},
    ),
    "st-helens": Fit(
        {
            **_each(CASE_HOLDERS + OTHER_SOCIAL_WORKERS, "social_worker"),
            "nqsw": "nqsw",
            "support_case_holding": "early_help_worker",
            "targeted_youth_worker": "family_intervention_worker",
        },
        by_name={"Theo Marchbanks": "family_intervention_coordinator", "Emeka Anozie": "asye_early_help_worker"},
        every="P4W",
    ),
    "family-safeguarding-003": Fit({**_each(CASE_HOLDERS + SUPPORT, "practitioner"), "nqsw": "nqsw"}),
    "recruitment-000": Fit(
        {**_each(CASE_HOLDERS + OTHER_SOCIAL_WORKERS, "social_worker"), "nqsw": "nqsw", "team_manager": "team_manager"}
    ),
    "baseline-lga-2020": Fit({**_each(CASE_HOLDERS + OTHER_SOCIAL_WORKERS, "social_worker"), "nqsw": "nqsw"}),
}

# Where the four topics of the story stand in each form, in the order of the form; what it asks besides
PLACES: Mapping[str, Mapping[str, str]] = {
    "worker_record_app2": FOUR_TOPICS,
    "st_helens_supervision_record": {"practice": "workload", **{name: name for name in list(FOUR_TOPICS)[1:]}},
    "monthly_supervision_record": {
        "work": "workload",
        "development": "development",
        "wellbeing": "wellbeing",
        "service": "other",
    },
    "outcomes_supervision_record": {"priorities": "workload", "impact": "wellbeing", "development": "development"},
    "personal_supervision_record": {
        "development": "development",
        "wellbeing": "wellbeing",
        "administrative": "other",
        "other": "workload",
    },
    "management_supervision_record": {"performance": "workload", "wellbeing": "wellbeing", "other": "development"},
    "plain_supervision_record": {"discussed": "workload", "development": "development", "wellbeing": "wellbeing"},
}
ASKED_BESIDES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "st_helens_supervision_record": {"decided": {"decided": "no"}}
}
