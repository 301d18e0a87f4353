"""Requests for data in tests: noted, approved, gathered, decided about, through the services."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

from archive.models import DataRequest, Passage, RequestBundle
from archive.requests import services
from cases.models import Child
from core.actor import Actor, Role
from staff.models import StaffMember
from tests.org import Org
from tests.records_kit import NOON


@dataclass
class Asking:
    """The services with what a test does not care about filled in. HR approves, the outsider handles."""

    org: Org
    at: datetime = NOON
    handled_by: StaffMember | None = None

    @property
    def hr(self) -> Actor:
        return self.org.actor(self.org.hr, hat=Role.HR)

    @property
    def handler(self) -> Actor:
        return self.org.actor(self.handled_by or self.org.outsider)

    def own(self, person: StaffMember | None = None) -> DataRequest:
        """The worker asks for their own data."""
        return services.ask_for_own_data(actor=self.org.actor(person or self.org.worker), at=self.at)

    def register(
        self, by: Actor, *, child: Child | None = None, person: StaffMember | None = None, **said: Any
    ) -> DataRequest:
        given: dict[str, Any] = {
            "person_id": person.pk if person else None,
            "former_name": "",
            "reference": child.reference if child else "",
            "received_on": date(2026, 11, 2),
            "how": DataRequest.How.LETTER,
            "asked_by": "The person in question, by letter.",
            "scope": "Everything.",
            "identity": "Passport seen.",
        }
        return services.register(**{**given, **said}, actor=by, at=self.at)

    def approve(self, asked: DataRequest, by: Actor | None = None, **said: Any) -> DataRequest:
        given = {"handler_id": self.handler.staff_id, "scope": "Everything."}
        return services.approve(request_id=asked.pk, **{**given, **said}, actor=by or self.hr, at=self.at)

    def gathered(self, asked: DataRequest | None = None) -> DataRequest:
        """Of the worker unless told otherwise, with everything looked through."""
        return self.gathered_of(self.approve(asked or self.own()))

    def gathered_of(self, asked: DataRequest) -> DataRequest:
        """The same of one that is approved."""
        services.ask_to_gather(request_id=asked.pk, actor=self.handler, at=self.at)
        services.gather(request_id=asked.pk, at=self.at)
        asked.refresh_from_db()
        return asked

    def decide(self, passage: Passage, decision: str, **said: Any) -> Passage:
        passage.refresh_from_db(fields=["version"])
        given: dict[str, Any] = {"ticked": [], "typed": "", "reason": "", "words": ""}
        if decision != Passage.Decision.DISCLOSE:
            given["reason"] = Passage.Reason.THIRD_PARTY
        return services.decide(
            passage_id=passage.pk,
            version=passage.version,
            decision=decision,
            **{**given, **said},
            actor=self.handler,
            at=self.at,
        )

    def give_rest(self, asked: DataRequest) -> None:
        """Give everything that nobody decided about."""
        for passage in Passage.objects.filter(item__request=asked, decision=""):
            self.decide(passage, Passage.Decision.DISCLOSE)

    def bundle(self, asked: DataRequest, *, with_log: bool = False) -> RequestBundle:
        bundle = services.ask_for_bundle(
            request_id=asked.pk, press=uuid4(), with_log=with_log, actor=self.handler, at=self.at
        )
        services.make_bundle(bundle_id=bundle.pk, at=self.at)
        bundle.refresh_from_db()
        return bundle

    def read(self, bundle: RequestBundle) -> dict[str, bytes]:
        """What is in a bundle, by name, downloaded as the handler does it."""
        with services.read_bundle(bundle_id=bundle.pk, actor=self.handler, at=self.at) as file, ZipFile(file) as found:
            return {name: found.read(name) for name in found.namelist()}


def passage_with(asked: DataRequest, words: str) -> Passage:
    """The one paragraph in which these words stand."""
    return Passage.objects.select_related("item").get(item__request=asked, text__contains=words)
