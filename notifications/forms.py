"""The form in which a person says what is mailed, and when."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Layout, Size
from django import forms

from notifications.models import NoticeSettings

CLOCK_FORMATS = ["%H:%M", "%H.%M", "%H", "%I:%M%p", "%I:%M %p", "%I.%M%p", "%I%p", "%I %p"]


def switch(label: str) -> forms.BooleanField:
    """Something to tick. Its explanation is part of the label: a hint would stand above the box."""
    return forms.BooleanField(label=label, required=False)


def clock(label: str, hint: str = "") -> forms.TimeField:
    """A time of the day, typed in any of the usual ways."""
    return forms.TimeField(
        label=label,
        help_text=hint,
        input_formats=CLOCK_FORMATS,
        widget=forms.TimeInput(format="%H:%M"),
        error_messages={
            "required": "Enter a time, such as 8:00.",
            "invalid": "Enter a time of the day, such as 8:00 or 7:30pm.",
        },
    )


class Settings(forms.Form):
    """What is mailed, when not, and what calendars get."""

    daily = switch("A summary on working days, if there is anything new or overdue")
    monday = switch("The week ahead on its first working day, instead of that day\u2019s summary")
    at_once = switch("A message at once when something waits for my signature, instead of in the summary")
    digest_at = clock("When should the summary come?", "For example, 8:00")
    quiet_from = clock("No messages from", "For example, 19:00")
    quiet_until = clock("Until", "For example, 7:30. Enter the same time twice to have no quiet hours.")
    quiet_weekends = switch("No messages on Saturdays and Sundays")
    most_mails = forms.IntegerField(
        label="At most how many messages a day?",
        help_text="What does not fit waits for the next day.",
        min_value=1,
        max_value=20,
        error_messages={
            "required": "Enter a number from 1 to 20.",
            "invalid": "Enter a number in figures, such as 3.",
            "min_value": "Enter 1 or more. To get none, take away the ticks above.",
            "max_value": "Enter 20 or fewer.",
        },
    )
    calendar_mails = switch(
        "Calendar entries by e-mail when supervision is booked, moved or cancelled: they say \u201cSupervision\u201d and when"
    )
    calendar_place = switch(
        "The place in my calendar, as it was typed in the diary; others may be able to see my calendar"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            heading("Messages by e-mail"),
            *(Field.checkbox(name) for name in ("daily", "monday", "at_once")),
            Field.text("digest_at", label_size=Size.SMALL, field_width=5),
            heading("Quiet hours"),
            *(Field.text(name, label_size=Size.SMALL, field_width=5) for name in ("quiet_from", "quiet_until")),
            Field.checkbox("quiet_weekends"),
            Field.text("most_mails", label_size=Size.SMALL, field_width=3),
            heading("Your calendar"),
            *(Field.checkbox(name) for name in ("calendar_mails", "calendar_place")),
            Button.primary("submit", "Save my choices"),
        )

    @classmethod
    def initial_from(cls, own: NoticeSettings) -> dict[str, Any]:
        """What the form shows before anybody typed."""
        return {name: getattr(own, name) for name in cls.base_fields}


def heading(words: str) -> HTML:
    """A heading between the questions."""
    return HTML(f'<h2 class="govuk-heading-m">{words}</h2>')
