"""Forms of the folder: one for each kind of paper, the personal sheet, learning, and reasons."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from policies.rules.tags import Capabilities
from staff.models import FolderItem

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
EXAMPLE = "For example, 27 3 2027"
Kind, Outcome = FolderItem.Kind, FolderItem.Outcome
SHORT, LONG = 200, 5_000


def text(label: str, *, required: str = "", rows: int = 0, hint: str = "", longest: int = SHORT) -> forms.CharField:
    """Words to type: in one line, or in several where ``rows`` says so. ``required``: what to say where it is empty."""
    return forms.CharField(
        label=label if required else f"{label} (optional)",
        required=bool(required),
        help_text=hint,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": required},
    )


def choice(label: str, *outcomes: FolderItem.Outcome, required: str) -> forms.ChoiceField:
    """One of some outcomes."""
    return forms.ChoiceField(
        label=label,
        choices=[(each.value, each.label) for each in outcomes],
        widget=forms.RadioSelect,
        error_messages={"required": required, "invalid_choice": required},
    )


class FolderForm(forms.Form):
    """A form whose layout is its fields in order: days and choices with small legends."""

    submit = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = self.make_layout()

    def make_layout(self) -> Layout:
        """The fields as they stand, and the button."""
        return Layout(*self.rows(), Button.primary("save", self.submit))

    def rows(self) -> list[Any]:
        """What the page shows, in order."""
        return [self.row(name) for name in self.fields]

    def row(self, name: str) -> Any:
        """One field as the page shows it."""
        shown = self.fields[name]
        if isinstance(shown.widget, forms.RadioSelect):
            return Field.radios(name, legend_size=Size.SMALL)
        if isinstance(shown.widget, forms.CheckboxSelectMultiple):
            return Field.checkboxes(name, legend_size=Size.SMALL)
        return Field(name, context=LEGEND) if isinstance(shown, DayField) else Field(name)


class Registration(FolderForm):
    """A check of the register."""

    issuer = text("Regulator", required="Enter the regulator.", longest=100)
    reference = text(
        "Registration number",
        required="Enter the registration number.",
        hint="As the register has it, with its letters and zeros. For example, SW012345",
    )
    outcome = choice(
        "What does the register say?",
        Outcome.REGISTERED,
        Outcome.CONDITIONS,
        Outcome.SUSPENDED,
        Outcome.NOT_REGISTERED,
        required="Choose what the register says.",
    )
    dated_on = DayField(label="Checked on", help_text=EXAMPLE, of="day of the check")
    valid_to = DayField(
        label="Valid until (optional)",
        help_text="The last day. Social Work England renews from 1 September to 30 November.",
        required=False,
        of="last day",
    )


class Insurance(FolderForm):
    """Car insurance that covers driving for work, or that there is no need of it."""

    outcome = choice(
        "What is known?",
        Outcome.CERTIFICATE,
        Outcome.VERIFIED,
        Outcome.NO_DRIVING,
        required="Choose what is known of the insurance.",
    )
    dated_on = DayField(label="Seen on, or said on", help_text=EXAMPLE, of="day on which it was seen")
    valid_to = DayField(
        label="Valid until (optional)", help_text="The last day that it covers.", required=False, of="last day"
    )


class Dbs(FolderForm):
    """That there was a check: its day and reference, and nothing of what it said."""

    dated_on = DayField(label="Date of the check", help_text=EXAMPLE, of="date of the check")
    reference = text("Reference", hint="Nothing of what the certificate says belongs here.")


class Qualification(FolderForm):
    """A qualification and who awarded it."""

    reference = text("Qualification", required="Enter what the qualification is called.")
    issuer = text("Awarded by", longest=100)
    dated_on = DayField(label="Awarded on", help_text=EXAMPLE, of="day of the award")


class Appraisal(FolderForm):
    """When an appraisal was held, and when the next is due; what was said stays where it was written."""

    dated_on = DayField(label="Held on", help_text=EXAMPLE, of="day of the appraisal")
    valid_to = DayField(
        label="The next is due on (optional)", help_text=EXAMPLE, required=False, of="day of the next appraisal"
    )


FORMS: Mapping[str, type[FolderForm]] = {
    Kind.REGISTRATION: Registration,
    Kind.INSURANCE: Insurance,
    Kind.DBS: Dbs,
    Kind.QUALIFICATION: Qualification,
    Kind.APPRAISAL: Appraisal,
}


class Withdraw(FolderForm):
    """Why something was wrong."""

    reason = text("Why is it withdrawn?", required="Say why it is withdrawn.", rows=3, longest=1_000)
    submit = "Withdraw it"


class OpenContact(FolderForm):
    """Why somebody's next of kin and address are opened."""

    reason = text("Why do you need it now?", required="Say why you need it.", rows=3, longest=1_000)
    submit = "Open it and tell this person"


class Sheet(FolderForm):
    """The personal information and buddy sheet."""

    work_mobile = text("Work mobile number")
    car_registration = text("Car registration")
    car_make = text("Car make and colour")
    buddy_name = text("Buddy: who checks that you are back safely")
    buddy_phone = text("Buddy’s telephone number")
    post_number = text("Post number")
    employee_number = text("Employee number")
    hours_worked = text("Hours worked in a week")
    contract_type = text("Type of contract")
    address = text("Your address", rows=3, longest=500)
    home_phone = text("Home telephone number")
    kin_name = text("Next of kin: name")
    kin_relationship = text("Relationship to you")
    kin_address = text("Next of kin: address", rows=3, longest=500)
    kin_phone = text("Next of kin: telephone number")
    submit = "Save: this is right"

    def rows(self) -> list[Any]:
        """Under three headings, the last of them with who may open it."""
        names = list(self.fields)
        at_work, post, home = names[:5], names[5:9], names[9:]
        return [
            HTML('<h2 class="govuk-heading-m">Out at work</h2>'),
            *map(self.row, at_work),
            HTML('<h2 class="govuk-heading-m">Your post</h2>'),
            *map(self.row, post),
            HTML(
                '<h2 class="govuk-heading-m">At home</h2><p class="govuk-body">Closed to everybody but you and HR. Your '
                "supervisor and the managers above can open it in an emergency: they have to say why, and you are told.</p>"
            ),
            *map(self.row, home),
        ]


def domains_field(framework: Capabilities, *, kept: Iterable[str] = ()) -> forms.MultipleChoiceField:
    """The domains of the framework; ``kept``: what was chosen before, even where the framework has it no more."""
    known = {tag.id: tag.label for tag in framework.tags}
    gone = [(each, each.replace("_", " ").capitalize()) for each in kept if each not in known]
    return forms.MultipleChoiceField(
        label="Domains (optional)",
        help_text=f"Which domains it bears on: {framework.name}.",
        choices=[*known.items(), *gone],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class Learning(FolderForm):
    """Something learnt, in the order in which a regulator asks."""

    done_on = DayField(label="Date", help_text=EXAMPLE, of="date")
    hours = forms.DecimalField(
        label="How many hours?",
        help_text="For example, 1.5",
        min_value=0.25,
        max_value=500,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "Enter how many hours it took.",
            "invalid": "Enter the hours in figures, such as 1.5.",
            "min_value": "Enter at least a quarter of an hour: 0.25.",
            "max_value": "Enter at most 500 hours. Enter something longer in parts.",
            "max_decimal_places": "Enter the hours in quarters, such as 1.25.",
        },
    )
    activity = text("What did you do?", required="Enter what you did.", rows=3, longest=LONG)
    provider = text("Who provided it?")
    reflection = text(
        "What did you learn, and what does it change in your practice?",
        rows=5,
        hint="Write nothing by which a child or family can be known.",
        longest=LONG,
    )
    impact = text(
        "What came of it in practice?", rows=4, hint="You can come back and fill this in later.", longest=LONG
    )
    looked_back_on = DayField(
        label="Looked back on (optional)", help_text=EXAMPLE, required=False, of="day of looking back"
    )
    peer_reflection = text(
        "What did a peer add?",
        rows=4,
        hint="If you reflected on it with a peer, a manager or a group in supervision.",
        longest=LONG,
    )

    def __init__(self, *args: Any, framework: Capabilities, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domains"] = domains_field(framework, kept=self.initial.get("domains", ()))
        self.helper.layout = self.make_layout()

    def rows(self) -> list[Any]:
        """The hours in a short box."""
        found = super().rows()
        found[1] = Field.text("hours", field_width=5)
        return found
