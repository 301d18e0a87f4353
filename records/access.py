"""Who may write, sign, send back and download a record. Sight itself is ``visible_to`` alone."""

from collections.abc import Sequence

from cases.access import check_can_change_child
from core.actor import Actor
from core.clock import date_of
from core.errors import NotAllowed
from core.shortcuts import may
from records import binding, rules
from records.holders import held_for_want_of_a_worker, holders_of_child
from records.models import Action, Record
from records.rules import Audience, Kind, PartHead, Relation, State, WrittenBy
from staff.models import SupervisionRelationship

OWN: dict[Relation, frozenset[WrittenBy]] = {
    Relation.SUPERVISOR: frozenset({WrittenBy.SUPERVISOR, WrittenBy.EITHER, WrittenBy.RECORDER}),
    Relation.SUPERVISEE: frozenset({WrittenBy.SUPERVISEE, WrittenBy.EITHER}),
    Relation.AUDITOR: frozenset({WrittenBy.SUPERVISOR, WrittenBy.EITHER, WrittenBy.RECORDER}),
    Relation.OBSERVER: frozenset({WrittenBy.SUPERVISOR, WrittenBy.EITHER, WrittenBy.RECORDER}),
    Relation.OBSERVED: frozenset({WrittenBy.SUPERVISEE}),
    Relation.SUCCESSOR: frozenset({WrittenBy.SUPERVISEE}),
}
# Of what looks at somebody's practice: as what its writer signs, and as what whoever is looked at answers
EXAMINED_AS = {
    Kind.AUDIT: (Relation.AUDITOR, Relation.SUPERVISOR),
    Kind.OBSERVATION: (Relation.OBSERVER, Relation.OBSERVED),
}


def relation_of(actor: Actor, record: Record) -> Relation | None:
    """What the actor signs as: the supervisee whom the record is about, its supervisor of today, or nobody.

    Of a child, nobody is the supervisee but the worker with whom it was discussed, of that entry: who decided or wrote
    it, and who answers for the child today, sign as its supervisor. Of a group, neither: who writes its record, and who
    led it, stand as its supervisor. Of an audit and an observation, its writer and whose practice it is, and nobody else.
    Of a hand-over brief, who wrote it as supervisor, and who supervises after that one as successor.
    """
    if record.kind in rules.EXAMINING:
        by, of = EXAMINED_AS[Kind(record.kind)]
        return by if record.author_id == actor.staff_id else of if record.subject_id == actor.staff_id else None
    if record.group:
        return Relation.SUPERVISOR if record.author_id == actor.staff_id or leads(actor, record) else None
    if record.child_id and record.discussed_with_id == actor.staff_id:
        return Relation.SUPERVISEE
    if record.child_id:
        return Relation.SUPERVISOR if _answers_for_child(actor, record) else None
    if record.subject_id == actor.staff_id:
        return Relation.SUPERVISEE
    if record.kind == Kind.HANDOVER and record.author_id != actor.staff_id:
        return Relation.SUCCESSOR if _succeeds(actor, record) else None
    return Relation.SUPERVISOR if supervises_in(actor, record) else None


def _succeeds(actor: Actor, record: Record) -> bool:
    """Whether the actor supervises by line management today whom somebody else handed over; nobody who covers does."""
    if record.worker_id not in actor.supervises:
        return False
    by_line = SupervisionRelationship.Kind.LINE_MANAGEMENT
    live = SupervisionRelationship.objects.live(actor.on).filter(kind=by_line, supervisee=record.worker_id)
    return live.filter(supervisor=actor.staff_id).exists()


def leads(actor: Actor, record: Record) -> bool:
    """Whether the actor led the group that a record is of; no query where the attendees were fetched."""
    return any(each.led and each.person_id == actor.staff_id for each in record.attendees.all())


def _answers_for_child(actor: Actor, record: Record) -> bool:
    if record.author_id == actor.staff_id:
        return True
    holdings = [each.holding for each in holders_of_child(record, on=actor.on)]
    if may(check_can_change_child, actor, holdings):
        return True
    return may(check_can_change_child, actor, holdings, held=held_for_want_of_a_worker(record, on=actor.on))


def _holds(actor: Actor, record: Record) -> bool:
    """Whether the actor holds the child of a record today."""
    return any(each.person_id == actor.staff_id for each in holders_of_child(record, on=actor.on))


def supervisee_of(record: Record) -> str:
    """Who countersigns a record, by name; of a group's its writer signs alone, and of a decision nobody countersigns."""
    if record.discussed_with:
        return record.discussed_with.name
    return record.author.name if record.group else record.about


def supervises_in(actor: Actor, record: Record) -> bool:
    """Whether the actor supervises whom the record is about; of what was before a cover's first day, only the author.

    Of an entry about a child, the worker with whom it was discussed; of a decision, of a group, and of what looks at
    somebody's practice, its author does.
    """
    person = record.supervisee_id
    if person is None or record.kind in rules.EXAMINING:
        return record.author_id == actor.staff_id
    if record.author_id == actor.staff_id:
        return person in actor.supervises
    return actor.supervises_on(person, date_of(record.created_at))


def is_near(actor: Actor, record: Record) -> bool:
    """Whether the record is about the actor, or about somebody whose supervision they read; of a child, who decided."""
    if record.kind in rules.EXAMINING and actor.supervises_on(record.worker_id, date_of(record.created_at)):
        return True
    return record.supervisee_id in {actor.staff_id} | actor.next_up_for or supervises_in(actor, record)


def reads_in_full(actor: Actor, record: Record) -> bool:
    """Whether health and conduct are shown: to the two people of the record; to anyone else they are masked.

    Where sight is given by a grant, as far as that says so. A record about a child has no such sections: who may read it
    reads all of it.
    """
    if record.child_id is not None or relation_of(actor, record) is not None:
        return True
    if record.kind == Kind.HANDOVER and supervises_in(actor, record):
        return True
    of_a_file = record.subject_id in actor.granted_people and record.kind not in rules.EXAMINING
    return record.pk in actor.granted_records & actor.unmasked or of_a_file and record.subject_id in actor.unmasked


def is_on_page_alone(actor: Actor, record: Record) -> bool:
    """Whether nothing but a need to know opens a record to the actor: it is read on its page alone, under their name."""
    opened = {record.pk, record.subject_id, record.child_id} & actor.watermarked
    return bool(opened) and relation_of(actor, record) is None and not is_near(actor, record)


def writable(actor: Actor, record: Record, heads: Sequence[PartHead]) -> frozenset[WrittenBy]:
    """Whose sections of the draft the actor may write now (sight: draft record).

    Before the first signature and after a return: one's own. While it waits for the supervisee: the supervisee's own.
    """
    relation = relation_of(actor, record)
    state = rules.state_of(heads)
    if relation is Relation.SUPERVISOR and record.author_id != actor.staff_id:
        return frozenset()
    if relation is None or state is State.SEALED:
        return frozenset()
    if state is State.AWAITING:
        return frozenset({WrittenBy.SUPERVISEE}) if relation in rules.awaits(heads) else frozenset()
    return OWN[relation]


def readable(actor: Actor, record: Record, heads: Sequence[PartHead], *, shared: bool) -> frozenset[WrittenBy]:
    """Whose sections of the draft the actor may read (sight: draft record): what one writes; the author, the text.

    The supervisee reads the text of the supervisor while the draft is ``shared``, and otherwise once it is signed; who
    led a group, the text of whoever records it.
    Nobody reads the supervisee's own sections before their signature.
    """
    own = writable(actor, record, heads)
    is_open = rules.state_of(heads) in (State.DRAFT, State.RETURNED)
    is_reader = relation_of(actor, record) is Relation.SUPERVISEE and shared and is_open
    writes = record.author_id == actor.staff_id or bool(record.group) and leads(actor, record)
    return own | OWN[Relation.SUPERVISOR] if is_reader or writes else own


def check_can_write_section(actor: Actor, record: Record, *, written_by: WrittenBy, heads: Sequence[PartHead]) -> None:
    """Write one section of a draft. Raises NotAllowed."""
    if written_by in writable(actor, record, heads):
        return
    match rules.state_of(heads):
        case State.SEALED:
            raise NotAllowed("This record is signed and sealed. Nothing in it can be changed.")
        case State.AWAITING:
            raise NotAllowed("This record is signed. To change it, it must first be sent back for correction.")
        case _:
            raise NotAllowed("This part of the record is written by the other person.")


def check_can_write_own_part(actor: Actor, record: Record) -> None:
    """Prepare what goes in beside the text: the supervisee whom it is about, in person. Raises NotAllowed."""
    if record.group:
        raise NotAllowed(f"Only {record.author.name} writes the record of this group.")
    if relation_of(actor, record) not in rules.ANSWERING:
        raise NotAllowed(f"Only {record.about} and {record.author.name} write in this record.")


def check_can_sign_text(actor: Actor, record: Record) -> None:
    """Sign the text first: its author, while still the supervisor; of an audit or observation, its author. Raises NotAllowed.

    An entry about a child is signed with the record of its session, and never by itself.
    """
    if record.author_id != actor.staff_id and record.kind in rules.EXAMINING:
        raise NotAllowed(f"Only {record.author.name} can sign this. Nobody signs for somebody else.")
    if record.author_id != actor.staff_id or relation_of(actor, record) not in rules.WRITING:
        raise NotAllowed("Only the supervisor who wrote this record can sign it. Nobody signs for somebody else.")
    if rules.state_of(record.get_heads()) is not State.SEALED and binding.goes_with_another(record):
        raise NotAllowed("This entry is signed with the record of its session, and not by itself.")


def check_can_countersign(actor: Actor, record: Record) -> None:
    """Countersign or send back: the supervisee whom it is about, in person. Raises NotAllowed.

    An entry about a child is answered with the record of its session.
    """
    if record.kind == Kind.AUDIT:
        raise NotAllowed("An audit is not countersigned. Its supervisor responds to it.")
    if record.kind == Kind.HANDOVER and relation_of(actor, record) is not Relation.SUCCESSOR:
        raise NotAllowed("Only the new supervisor countersigns a hand-over brief. Nobody signs for somebody else.")
    if relation_of(actor, record) not in rules.ANSWERING:
        raise NotAllowed(f"Only {supervisee_of(record)} can sign this. Nobody signs for somebody else.")
    if rules.state_of(record.get_heads()) is not State.SEALED and binding.goes_with_another(record):
        raise NotAllowed("This entry is answered with the record of its session, and not by itself.")


def check_can_send_back(actor: Actor, record: Record) -> None:
    """Send back for correction: who countersigns; a hand-over brief nobody, for its writer sees it no more. Raises NotAllowed."""
    check_can_countersign(actor, record)
    if record.kind == Kind.HANDOVER:
        raise NotAllowed(
            "A hand-over brief is not sent back: who wrote it does not see it any more. Say what you do not agree with, and sign."
        )


def check_can_respond(actor: Actor, record: Record) -> None:
    """Respond to an audit: the supervisor whose supervision it looked at, in person. Raises NotAllowed."""
    if record.kind != Kind.AUDIT or record.subject_id != actor.staff_id:
        raise NotAllowed("Only the supervisor whose supervision was audited can respond to an audit.")


def check_can_add(actor: Actor, record: Record) -> None:
    """Add to a sealed record: whom it is about, and who supervises them today, a successor included. Raises NotAllowed.

    To one about a child: who signed it, and who answers for the child today (sight: read, write, sign); to an entry,
    also who holds the child today. To one of a group: who wrote it, and who led it.
    """
    if record.kind == Kind.CASE_ENTRY:
        if relation_of(actor, record) is not Relation.SUPERVISOR and not _holds(actor, record):
            raise NotAllowed("Only the child’s worker, and who supervises that worker, can add to this.")
        return
    if relation_of(actor, record) is not None:
        return
    if record.child_id:
        raise NotAllowed("Only who signed this, and the supervisor of the child’s worker, can add to it.")
    if record.group:
        raise NotAllowed("Only the facilitator of this group, and who wrote its record, can add to it.")
    if record.kind in rules.EXAMINING:
        raise NotAllowed(f"Only {record.about} and {record.author.name} can add to this.")
    raise NotAllowed(f"Only {record.about} and their supervisor can add to this.")


def check_can_correct(actor: Actor, record: Record) -> None:
    """Correct a wrong fact of a sealed record: the supervisor of today. Raises NotAllowed.

    What is wrong in a record about a child, of a group or in an audit is put right by an addendum in words.
    """
    if record.kind in rules.EXAMINING:
        raise NotAllowed("What is wrong in this is put right by an addendum.")
    if record.subject_id is None or relation_of(actor, record) is not Relation.SUPERVISOR:
        raise NotAllowed(f"Only the supervisor of {record.about} can correct this. You can write an addendum.")


def audience_of(actor: Actor, record: Record) -> Audience:
    """Which PDF of a record that the actor sees is theirs."""
    return Audience.FULL if reads_in_full(actor, record) else Audience.MASKED


def sees_action_alone(actor: Actor, action: Action) -> bool:
    """Whether somebody owns an action and is neither of its two people, nor next up: no more than its words are theirs."""
    return not is_near(actor, action.record)


def check_can_close_action(actor: Actor, action: Action) -> None:
    """Mark as done or drop: its owner, the person it was agreed with, and that person's supervisor, or whoever examined
    that person's practice. Raises NotAllowed.
    """
    people = {action.owner_id, action.record.supervisee_id}
    if actor.staff_id not in people and not supervises_in(actor, action.record):
        raise NotAllowed("Only the people who agreed this action can close it.")


def check_can_give_on(actor: Actor, action: Action, *, left_behind: bool) -> None:
    """Give it to somebody else: the two people of its record, and the manager above, or who finishes, where its owner is gone.

    Raises NotAllowed.
    """
    if not (left_behind and action.record.supervisee_id in actor.next_up_for | actor.finishes):
        check_can_change_action(actor, action)


def check_can_change_action(actor: Actor, action: Action) -> None:
    """Move its date or give it to somebody else: the two people of its record, and nobody else. Raises NotAllowed."""
    if action.record.supervisee_id != actor.staff_id and not supervises_in(actor, action.record):
        raise NotAllowed("Only the two people who agreed this action can change it. Ask them.")
