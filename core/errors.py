"""Refusals that a person reads. Only these are caught; anything else is a fault and reaches the log."""


class DomainError(Exception):
    """A refusal with a sentence for the person who asked."""


class NotAllowed(DomainError):
    """This person may not do this."""


class RuleBroken(DomainError):
    """The thing is not in a state, or the input not of a kind, that allows it.

    ``field``: the form field beside which the sentence belongs, where there is one.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Stale(RuleBroken):
    """It changed after it was read."""


class NotNow(Exception):
    """Something outside is out of reach. Background work tries again for as long as it takes."""
