"""What a policy says of audits and observations, in sentences."""

from collections.abc import Iterator

from policies.rules import audits, words
from policies.rules.audits import AuditDuty, AuditTerms, ObservationTerms
from policies.rules.durations import Duration
from policies.rules.plain import small
from policies.rules.policy import Policy

TIERS = {
    audits.DCS: "director",
    audits.ASSISTANT_DIRECTOR: "assistant director",
    audits.SERVICE_MANAGER: "service manager",
    audits.TEAM_MANAGER: "team manager",
    audits.SOCIAL_WORKER: "social worker",
    audits.PRINCIPAL_SOCIAL_WORKER: "principal social worker",
}
# Of whom there is one: "The director audits", and not "Each director audits"
ALONE = frozenset({audits.DCS, audits.PRINCIPAL_SOCIAL_WORKER})
NO_NUMBER = "no number set"


def duty_in_words(duty: AuditDuty) -> str:
    """ "Each assistant director audits one team manager’s supervision file every 3 months."."""
    who = f"The {TIERS[duty.by]}" if duty.by in ALONE else f"Each {TIERS[duty.by]}"
    none = f"; {NO_NUMBER}" if duty.count is None else ""
    return f"{who} {_examines(duty)} every {duty.every.in_words}{none}."


def audits_in_words(policy: Policy) -> Iterator[str]:
    """Who examines whose practice and how often, and what becomes of it. What is ours stands among the defaults."""
    terms = policy.audit
    yield from (duty_in_words(duty) for duty in terms.duties)
    if not terms.duties:
        yield "The policy sets no timetable. Audits can be planned all the same."
    if any(duty.every.months < audits.MONTHS_IN_A_YEAR for duty in terms.duties):
        month, day = policy.calendar.year_starts
        yield f"The periods are counted from {day} {words.MONTHS[month - 1]}, on which the supervision year begins."
    if terms.cases_per_worker:
        yield cases_in_words(terms)
    said = policy.blocks.get("audit") or {}
    yield from (sentence for key, sentence in _ends(terms) if key in said)
    yield observation_in_words(policy.observation)


def defaults_in_words(*, said: frozenset[str]) -> Iterator[str]:
    """What this product fills in where a policy's block ``audit`` does not say it. ``said``: the keys of the block."""
    yield from (sentence for key, sentence in _ends(AuditTerms()) if key not in said)


def cases_in_words(terms: AuditTerms) -> str:
    """How many children of a worker are read, and how far back."""
    if not terms.cases_per_worker:
        return ""
    children = "child is" if terms.cases_per_worker == 1 else "children are"
    back = f" for the {_length(terms.lookback)} before the audit" if terms.lookback else ""
    number = small(terms.cases_per_worker)
    return f"For a worker who holds cases, {number} {children} drawn by lot, whose supervision is looked at{back}."


def judgements_in_words(terms: AuditTerms) -> str:
    """The grades that an audit can end with."""
    return f"An audit ends with one of {small(len(terms.judgements))} judgements: {'; '.join(terms.judgements)}."


def sharing_in_words(terms: AuditTerms) -> str:
    """Whether the worker whose file it is reads the audit."""
    whom = "the worker whose file it is"
    return (
        f"An audit is shared with {whom} once it is signed."
        if terms.shares_with_supervisee
        else f"An audit is not shared with {whom}."
    )


def health_in_words(terms: AuditTerms) -> str:
    """Whether an auditor reads what was written of health."""
    return f"Auditors {'read' if terms.unmasks_health else 'do not read'} what was written about health and wellbeing."


def observation_in_words(terms: ObservationTerms) -> str:
    """What is asked for of direct observations of practice."""
    if not terms.is_required:
        return "The policy does not ask for direct observation of practice."
    often = f" every {terms.every.in_words}" if terms.every else ""
    feedback = ", with feedback to the worker" if terms.feedback_required else ""
    return f"Practice is observed directly{often}{feedback}{'' if terms.every else f'; {NO_NUMBER}'}."


def _ends(terms: AuditTerms) -> Iterator[tuple[str, str]]:
    """What has a default, under the key of the block that would say it."""
    yield "judgements", judgements_in_words(terms)
    yield "share_with_supervisee", sharing_in_words(terms)
    yield "health_content", health_in_words(terms)


def _examines(duty: AuditDuty) -> str:
    number, tier = duty.count, TIERS[duty.of]
    whom = f"one {tier}" if number == 1 else f"{small(number)} {tier}s" if number else f"{tier}s"
    whose = f"{whom}’s" if number == 1 else f"{whom}’"
    match duty.what:
        case audits.SUPERVISION_FILE:
            return f"audits {whose} supervision file{'' if number == 1 else 's'}"
        case audits.OBSERVATION_OF_SUPERVISION:
            return f"observes how {whom} supervise{'s' if number == 1 else ''}"
        case _:
            return f"observes {whom} at work"


def _length(duration: Duration | None) -> str:
    """ "month" as "1 month"; "6 months" stays."""
    text = duration.in_words if duration else ""
    return text if text[:1].isdigit() else f"1 {text}"
