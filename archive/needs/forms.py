"""Forms of requests for sight."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, ConditionalQuestion, ConditionalRadios, Field, Fluid, Layout, Size
from django import forms

from archive.models.needs import BASES
from archive.needs.rules import Guest, Why
from archive.needs.selectors import RecordNamed, child_called
from archive.needs.services import Of
from cases.models import Child
from core.form_fields import DayField
from core.shortcuts import uuid_or_none
from staff.forms import PeopleForm, PersonField
from staff.models import StaffMember

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
LABEL = {"label_size": Size.for_label(Size.SMALL)}
COLLEAGUE, OUTSIDE = "A colleague", "Somebody from outside"
EXACT, WHOLE = "Exact records", "The whole file"
MASKED, UNMASKED = "No: they stay masked", "Yes"
TOLD, UNTOLD = "Yes, as soon as it is approved", "No, not yet"


def question(
    label: str, *choices: str, hint: str = "", initial: str = "", required: str = "Choose one."
) -> forms.ChoiceField:
    """A question with radios, whose answers are their own words."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=[(words, words) for words in choices],
        widget=forms.RadioSelect,
        initial=initial or None,
        error_messages={"required": required},
    )


def reason(label: str, *, hint: str = "", required: bool = False, missing: str = "") -> forms.CharField:
    """A few lines of reason."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": missing, "max_length": "Make this shorter: 500 characters at most."},
    )


def line(label: str, *, hint: str = "") -> forms.CharField:
    """One line about somebody from outside."""
    return forms.CharField(label=label, help_text=hint, required=False, max_length=200)


class FindWhose(PeopleForm):
    """Whose file it is, or which child it is about."""

    person_id = PersonField(
        label="Whose supervision records are to be read?", help_text="Type a name, or a part of one.", required=False
    )
    reference = forms.CharField(
        label="Or: which child’s entries and decisions?",
        help_text="The reference from the case system, of a child whom you see.",
        required=False,
        max_length=40,
    )

    submit = "Continue"

    def rows(self) -> list[Any]:
        return [
            Field("person_id", context=LABEL),
            Field.text("reference", label_size=Size.SMALL, field_width=Fluid.ONE_THIRD, autocomplete="off"),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        person_id, reference = data.get("person_id"), data.get("reference", "").strip()
        if bool(person_id) == bool(reference) and "person_id" in data:
            self.add_error("person_id", "Choose one person, or enter the reference of one child.")
        elif reference:
            actor = self.fields["person_id"].widget.actor
            data["child_id"] = child_called(reference, actor=actor)
            if data["child_id"] is None:
                self.add_error("reference", "You see no child with this reference.")
        return data


class AskForSight(PeopleForm):
    """Who is to read what, why, and for how long."""

    who = question("Who is to read?", COLLEAGUE, OUTSIDE, required="Choose who is to read.")
    grantee_id = PersonField(label="Which colleague?", help_text="Type a name, or a part of one.", required=False)
    guest_name = line("Full name")
    guest_organisation = line("Organisation", hint="For example, Ofsted or Social Work England")
    guest_email = forms.EmailField(
        label="Work e-mail address",
        help_text="A system administrator is asked to let this person in; the invitation goes there.",
        required=False,
        max_length=254,
        error_messages={"invalid": "Enter an e-mail address in the usual form, such as name@example.gov.uk."},
    )
    basis = forms.ChoiceField(
        label="What is it for?",
        choices=BASES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is for."},
    )
    purpose = reason(
        "What exactly is the purpose?",
        hint="Whoever reads, and the worker, see this. Nothing about anybody’s health or conduct.",
        required=True,
        missing="Enter the purpose.",
    )
    what = question("What is to be read?", EXACT, WHOLE, required="Choose what is to be read.")
    record_ids = forms.TypedMultipleChoiceField(
        label="Which records?",
        required=False,
        coerce=uuid_or_none,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose records of this page."},
    )
    why_whole = reason("Why are single records not enough?")
    starts_on = DayField(label="First day", of="first day", help_text="For example, 27 3 2027")
    last_day = DayField(label="Last day", of="last day")
    unmasked = question(
        "Must sections about health and conduct be read, too?",
        MASKED,
        UNMASKED,
        initial=MASKED,
        required="Choose yes or no.",
    )
    why_unmasked = reason("Why must they be read?")
    told = question(
        "Is the worker told?",
        TOLD,
        UNTOLD,
        hint="Usually yes: who reads, for what, and until when. Each reading shows in the list of who has read the file.",
        initial=TOLD,
        required="Choose whether the worker is told.",
    )
    why_not_told = reason("Why not now?", hint="Kept with the request, and read by whoever approves it.")
    told_from = DayField(
        label="From which day is the worker told? (if it is known)",
        of="day to tell",
        required=False,
        help_text="Leave it empty if nobody knows yet: you say so on the page of the request when the time has come.",
    )

    submit = "Send the request"

    def __init__(
        self,
        *args: Any,
        person: StaffMember | None,
        child: Child | None,
        records: Sequence[RecordNamed],
        most: int,
        **kwargs: Any,
    ) -> None:
        self.person, self.child = person, child
        super().__init__(*args, **kwargs)
        self.fields["last_day"].help_text = f"{most} days at most. Sight ends with this day."
        if child is not None:
            del self.fields["what"], self.fields["record_ids"], self.fields["why_whole"]
            del self.fields["unmasked"], self.fields["why_unmasked"]
            self.helper.layout = Layout(*self.rows(), Button.primary("save", self.submit))
        else:
            choices = [(str(one.record_id), one.words) for one in records]
            self.fields["record_ids"].choices = choices  # type: ignore[attr-defined]

    def rows(self) -> list[Any]:
        return [
            ConditionalRadios(
                "who",
                ConditionalQuestion(COLLEAGUE, Field("grantee_id", context=LABEL)),
                ConditionalQuestion(
                    OUTSIDE,
                    *(
                        Field.text(name, label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS, autocomplete="off")
                        for name in ("guest_name", "guest_organisation", "guest_email")
                    ),
                ),
            ),
            Field.radios("basis", legend_size=Size.SMALL),
            Field.textarea("purpose", label_size=Size.SMALL, rows=3),
            *self._about_a_file(),
            Field("starts_on", context=LEGEND),
            Field("last_day", context=LEGEND),
            *self._about_masking(),
            ConditionalRadios(
                "told",
                TOLD,
                ConditionalQuestion(
                    UNTOLD,
                    Field.textarea("why_not_told", label_size=Size.SMALL, rows=3),
                    Field("told_from", context=LEGEND),
                ),
            ),
        ]

    def _about_a_file(self) -> list[Any]:
        if self.child is not None:
            return []
        exact = ConditionalQuestion(EXACT, Field.checkboxes("record_ids", legend_size=Size.SMALL, small=True))
        whole = ConditionalQuestion(WHOLE, Field.textarea("why_whole", label_size=Size.SMALL, rows=3))
        return [ConditionalRadios("what", exact, whole)]

    def _about_masking(self) -> list[Any]:
        if self.child is not None:
            return []
        unmasked = ConditionalQuestion(UNMASKED, Field.textarea("why_unmasked", label_size=Size.SMALL, rows=3))
        return [ConditionalRadios("unmasked", MASKED, unmasked)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("who") == COLLEAGUE and "grantee_id" in data and not data["grantee_id"]:
            self.add_error("grantee_id", "Type a name, then choose one of the people found.")
        return data

    def asked(self) -> dict[str, Any]:
        """The arguments of ``services.ask``."""
        data = self.cleaned_data
        is_outside = data["who"] == OUTSIDE
        guest = Guest(*(data[name].strip() for name in ("guest_name", "guest_organisation", "guest_email")))
        return {
            "of": Of(self.person, self.child, data.get("record_ids") or ()),
            "grantee_id": None if is_outside else data["grantee_id"],
            "guest": guest if is_outside else Guest(),
            "basis": data["basis"],
            "purpose": data["purpose"],
            "why": Why(
                whole=data.get("what") == WHOLE,
                why_whole=data.get("why_whole", ""),
                unmasked=data.get("unmasked") == UNMASKED,
                why_unmasked=data.get("why_unmasked", ""),
                untold=data["told"] == UNTOLD,
                why_not_told=data["why_not_told"],
                told_from=data["told_from"],
            ),
            "starts_on": data["starts_on"],
            "last_day": data["last_day"],
        }


class Answer(forms.Form):
    """Approve, or refuse with a reason."""

    YES, NO = "Yes, approve it", "No, refuse it"

    answer = question("Is this to be read?", YES, NO, required="Choose yes or no.")
    words = reason("Why (needed for a no)")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("answer", legend_size=Size.SMALL),
            Field.textarea("words", label_size=Size.SMALL, rows=3),
            Button.primary("save", "Send this answer"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "answer" in data:
            data["approve"] = data.pop("answer") == self.YES
        return data


class End(forms.Form):
    """Why it ends before its day, or is taken back."""

    words = reason("Why does it end now?", required=True, missing="Say why it ends now.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_end_%s"
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(
            Field.textarea("words", label_size=Size.SMALL, rows=3), Button.warning("end", "End it now")
        )


def key_in(value: str | None) -> UUID | None:
    """A key that stands in an address; None for anything else."""
    return uuid_or_none(value or "")
