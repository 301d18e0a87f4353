"""Who may note a request for data, approve who handles it, keep its clock, decide what goes out, and close it."""

from archive.models import DataRequest
from archive.models.requests import may_be_decided_by
from core.actor import Actor
from core.errors import NotAllowed

OWN = "This is about your own data. Somebody else decides about it, and you are told when it is answered."


def check_can_register(actor: Actor) -> None:
    """Any member of staff may note that a request came in: it may reach anybody. Raises NotAllowed."""
    if actor.is_outside:
        raise NotAllowed("Requests for data are noted by members of staff. Pass it on to whoever invited you.")


def check_can_approve(actor: Actor, request: DataRequest) -> None:
    """HR for a worker’s data, a leader in the line for a child’s; never who noted it, nor about oneself. Raises NotAllowed."""
    _check_not_own(actor, request)
    if not decides(actor, request):
        raise NotAllowed(
            "Who handles a request about a worker is approved by HR, with its hat on; about a child by a manager in the "
            "line of the child’s worker, the assistant director or the director."
        )
    if request.registered_by_id == actor.staff_id:
        raise NotAllowed("You noted this request, so somebody else approves its scope and who handles it.")


def check_can_keep_clock(actor: Actor, request: DataRequest) -> None:
    """The handler, whoever may approve, and before that whoever noted it. Raises NotAllowed."""
    _check_not_own(actor, request)
    is_early = request.approved_at is None and request.registered_by_id == actor.staff_id
    if not (request.handler_id == actor.staff_id or is_early or decides(actor, request)):
        raise NotAllowed("Only who handles this request, or approves it, can enter this.")


def check_can_handle(actor: Actor, request: DataRequest) -> None:
    """The handler alone, once approved. Raises NotAllowed."""
    _check_not_own(actor, request)
    if not is_handler(actor, request):
        raise NotAllowed(
            "Only who handles this request can do this, while it is open and without the hat of another task."
        )


def is_handler(actor: Actor, request: DataRequest) -> bool:
    """Whether the actor handles an open request, and so reads what was found for it."""
    return DataRequest.objects.handled_by(actor).filter(pk=request.pk).exists()


def check_can_close(actor: Actor, request: DataRequest) -> None:
    """The handler, or whoever may approve. Raises NotAllowed."""
    _check_not_own(actor, request)
    if request.handler_id != actor.staff_id and not decides(actor, request):
        raise NotAllowed("Only who handles this request, or approves it, can close it.")


def decides(actor: Actor, request: DataRequest) -> bool:
    """Whether the actor is among those who may approve requests like this one."""
    return DataRequest.objects.filter(may_be_decided_by(actor), pk=request.pk).exists()


def _check_not_own(actor: Actor, request: DataRequest) -> None:
    if request.person_id == actor.staff_id:
        raise NotAllowed(OWN)
