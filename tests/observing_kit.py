"""Observations for tests: planned, agreed to, held, signed, through the services."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from audits.models import Observation
from audits.observing import services
from audits.observing.feedback import services as feedback
from audits.observing.feedback.selectors import feedback_context, feedback_to_sign
from audits.observing.selectors import observations_in_full
from records import services as records_services
from records.models import Part, Record
from records.rules import COMMENTS, Meaning
from staff.challenge import Challenge
from staff.models import StaffMember
from supervision.models import SupervisionSession
from tests.org import Org
from tests.records_kit import EVIDENCE, NOON, load_templates, type_answer

SEEN = "She asked first, and listened."
PRACTICE = {
    "activity": {"activity": "A home visit", "seen": SEEN},
    "findings": {"strengths": "Knows the family."},
    "feedback": {"feedback_given": "You gave the child time."},
}
SUPERVISION = {
    "session": {"what": SEEN},
    "findings": {"strengths": "Asks open questions."},
    "feedback": {"feedback_given": "Leave more silence."},
}


@dataclass
class ObservingKit:
    """The services with what a test does not care about filled in. ``on``: the actors' day."""

    org: Org
    at: datetime = NOON

    @property
    def on(self) -> date:
        return self.at.date()

    def actor(self, person: StaffMember) -> Any:
        return self.org.actor(person, on=self.on)

    def session(
        self, supervisor: StaffMember, supervisee: StaffMember, *, on: date | None = None
    ) -> SupervisionSession:
        """A booked session of two people."""
        made: SupervisionSession = SupervisionSession.objects.create(
            supervisor=supervisor,
            supervisee=supervisee,
            on=on or self.on,
            starts=time(14),
            ends=time(15),
            booked_at=self.at - timedelta(days=7),
        )
        return made

    def practice(self, *, on: date | None = None, **options: Any) -> Observation:
        """The supervisor plans to observe the worker."""
        load_templates()
        options = {"activity": "A home visit", "child_id": None, **options}
        return services.plan_practice(
            observed_id=self.org.worker.pk,
            on=on or self.on,
            actor=self.actor(self.org.supervisor),
            at=self.at,
            **options,
        )

    def supervision(self, *, on: date | None = None) -> Observation:
        """The team manager plans to observe how the supervisor supervises the worker."""
        load_templates()
        session = self.session(self.org.supervisor, self.org.worker, on=on)
        return services.plan_supervision(
            observed_id=self.org.supervisor.pk,
            session_id=session.pk,
            actor=self.actor(self.org.team_manager),
            at=self.at,
        )

    def answer(self, observation: Observation, person: StaffMember, *, agreed: bool = True, words: str = "") -> None:
        services.answer(observation_id=observation.pk, agreed=agreed, words=words, actor=self.actor(person), at=self.at)

    def agree(self, observation: Observation) -> Observation:
        """Everybody who is asked agrees."""
        for person in filter(None, (observation.observed, observation.practitioner)):
            self.answer(observation, person)
        if observation.child_id:
            actor = self.actor(observation.observed)
            services.note_family(observation_id=observation.pk, agreed=True, words="", actor=actor, at=self.at)
        return observation

    def hold(self, observation: Observation, *, on: date | None = None) -> Observation:
        actor = self.actor(observation.observer)
        return feedback.hold(observation_id=observation.pk, on=on or self.on, actor=actor, at=self.at)

    def written(self, observation: Observation, *, actions: Any = ()) -> Record:
        """The feedback is typed."""
        record = observation.record
        assert record
        typed: dict[str, dict[str, Any]] = PRACTICE if observation.kind == "practice" else SUPERVISION
        if actions:
            typed = {**typed, "actions": {"actions": list(actions)}}
        for section, fields in typed.items():
            version = record.draft_sections.filter(section=section).values_list("version", flat=True).first() or 0
            records_services.save_section(
                record_id=record.pk,
                section=section,
                key=None,
                fields=fields,
                version=version,
                actor=self.actor(observation.observer),
                at=self.at,
            )
        return record

    def shown(self, observation: Observation) -> str:
        """The digest that the signing page would carry now."""
        full = observations_in_full().get(pk=observation.pk)
        record = Record.objects.with_parts().get(pk=full.record_id)
        return feedback_to_sign(record, feedback_context(observation=full, record=record, on=self.on)).shown

    def sign(self, observation: Observation, *, shown: str | None = None, person: StaffMember | None = None) -> Part:
        return feedback.sign_feedback(
            observation_id=observation.pk,
            shown=self.shown(observation) if shown is None else shown,
            challenge=Challenge(method="password", auth_time=self.at - timedelta(minutes=1)),
            evidence=EVIDENCE,
            actor=self.actor(person or observation.observer),
            at=self.at,
        )

    def countersign(self, observation: Observation, *, words: str = "I tried to listen.") -> Part:
        """The observed adds words of their own and signs."""
        record, actor = Record.objects.with_parts().get(pk=observation.record_id), self.actor(observation.observed)
        return records_services.countersign(
            record_id=record.pk,
            shown=type_answer(record, {COMMENTS: {"text": words}}, actor=actor, at=self.at),
            meaning=Meaning.AGREE,
            challenge=Challenge(method="password", auth_time=self.at - timedelta(minutes=1)),
            evidence=EVIDENCE,
            actor=actor,
            at=self.at,
        )

    def done(self, observation: Observation, *, actions: Any = ()) -> Observation:
        """Agreed to, held today, written and signed by both."""
        held = self.hold(self.agree(observation))
        self.written(held, actions=actions)
        self.sign(held)
        self.countersign(held)
        return held
