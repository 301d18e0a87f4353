"""What the help pages say of styles of supervision and of supervision as a partnership: words alone, kept nowhere."""

from typing import NamedTuple


class Style(NamedTuple):
    """One thing to look at, in each of the three styles. Never a score (R262)."""

    look_at: str
    intrusive: str
    reflective: str
    passive: str


class Together(NamedTuple):
    """One mark of supervision as a partnership, and what it turns into when it fails (R263)."""

    well: str
    wrong: str


STYLES = (
    Style("Who leads", "The supervisor says what is to be done", "The two think it through", "Nobody in particular"),
    Style(
        "The families",
        "Known, from reading and asking",
        "Known, from reading, asking and listening to how the worker speaks of them",
        "Not known beyond what the worker brings",
    ),
    Style(
        "What it is about",
        "Tasks, dates and procedure",
        "Tasks, and how the work is done and what it does to the worker",
        "Whatever the worker happens to bring",
    ),
    Style(
        "The worker’s practice",
        "Measured by tasks done and papers written",
        "Known as a whole, from talking, reading and seeing it",
        "Not looked at",
    ),
    Style(
        "When something is not right",
        "It is checked, and corrected for the worker",
        "It is asked about until both understand it; the challenge is clear and kind",
        "It is let pass",
    ),
    Style("Feelings", "Left outside", "Noticed, as something that tells about the work", "Heard, and left at that"),
)
PARTNERSHIP = (
    Together("goes on from one session to the next", "is one meeting and nothing after it"),
    Together("brings you in and encourages you", "makes you smaller"),
    Together("sees what you did well and says so", "spares you the challenge that you need"),
    Together("makes clear who does and answers for what", "leaves you less sure than before"),
    Together("has a shape and keeps to what matters", "is a chat"),
    Together("finds out what you need for the job", "asks for more than there is time for"),
    Together("is booked, in a room where nobody listens", "is hurried or broken off"),
    Together("goes both ways", "is done to one by the other"),
    Together("starts from what you need", "serves the supervisor first"),
    Together("gives you a reason to go on", "leaves you flat"),
    Together("plans how you learn and grow", "takes no interest in it"),
    Together(
        "takes you as you are, with who you are and where you come from", "treats everybody as if they were alike"
    ),
    Together(
        "keeps your own matters between the two, unless somebody would be unsafe", "carries them elsewhere without need"
    ),
    Together("speaks of hard things early, plainly and with care", "looks away, or leaves you alone with them"),
    Together(
        "is honest about feelings, the supervisor’s as well",
        "asks of you an openness that the supervisor does not show",
    ),
)
