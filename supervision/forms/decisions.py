"""The form of a decision about a child."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import ConditionalQuestion, ConditionalRadios, Field, Fluid, Layout, Size
from django import forms

from core.actor import Actor
from core.form_fields import DayField
from records.forms import SectionForm
from records.forms.rows import FindPeople
from records.selectors import DraftPart
from records.values import Given
from staff.forms import DEFAULT_BUTTON, FIND, PeopleForm, PersonField
from supervision.rules.decisions import AGREEMENT_WORDS, Agreement
from supervision.selectors import DecisionForms

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
LABEL = {"label_size": Size.for_label(Size.SMALL)}
AGREEMENT = ConditionalRadios(
    "agreement",
    ConditionalQuestion(
        AGREEMENT_WORDS[Agreement.AGREED],
        Field("agreed_by_id", context=LABEL),
        Field("agreed_on", context=LEGEND),
    ),
    ConditionalQuestion(
        AGREEMENT_WORDS[Agreement.EMERGENCY], Field.textarea("emergency_because", label_size=Size.SMALL, rows=3)
    ),
)
# What is typed of it beside the sections of the form
NAMES = (
    *("reference", "note_type", "agreement", "agreed_by_id", "agreed_on", "emergency_because"),
    *("asked_by_id", "decided_on", "significant"),
)
DAYS = ("decided_on", "agreed_on")


class AboutDecision(PeopleForm):
    """Which child, who asked, what kind of note, and when. Nothing is required until it is signed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    reference = forms.CharField(max_length=40, required=False)
    note_type = forms.ChoiceField(label="What kind of note is this?", required=False, widget=forms.RadioSelect)
    agreement = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    agreed_by_id = PersonField(label="Which manager agreed?", help_text="Type a name.", required=False)
    agreed_on = DayField(label="When did the manager agree?", help_text="For example, 27 3 2027", required=False)
    emergency_because = forms.CharField(
        label="Why was it an emergency?",
        max_length=2_000,
        required=False,
        widget=forms.Textarea,
        error_messages={"max_length": "Shorten this to 2,000 characters; it has %(show_value)d."},
    )
    significant = forms.ChoiceField(
        label="Was it significant enough for the child’s record?",
        help_text="If it was, it waits to be entered there. If not, it is kept here all the same.",
        choices=[("yes", "Yes"), ("no", "No")],
        required=False,
        widget=forms.RadioSelect,
    )
    asked_by_id = PersonField(
        label="Who asked? (optional)", help_text="Type a name. That person can read the decision.", required=False
    )
    decided_on = DayField(label="When was it decided?", help_text="For example, 27 3 2027", required=False)

    def __init__(self, *args: Any, asked: DecisionForms, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].label = label
        self.fields["reference"].help_text = "Exactly as in the case system, whoever works with the child."
        kinds = cast(forms.ChoiceField, self.fields["note_type"])
        kinds.choices = [Choice(note.id, note.label, hint=note.when) for note in asked.notes]
        if len(asked.notes) == 1:
            kinds.widget = forms.HiddenInput()
            self.initial.setdefault("note_type", asked.notes[0].id)
        wanting = [note.label for note in asked.notes if note.needs_agreement]
        self._ask_agreement(wanting)
        if not asked.asks_significance:
            del self.fields["significant"]
        self.helper.form_tag = False
        self.helper.layout = Layout(
            DEFAULT_BUTTON,
            "version",
            Field.text("reference", field_width=Fluid.ONE_HALF, label_size=Size.SMALL),
            Field("note_type", context=LEGEND),
            *([AGREEMENT] if wanting else []),
            Field("asked_by_id", context=LABEL),
            Field("decided_on", context=LEGEND),
            *([Field.radios("significant", inline=True, legend_size=Size.SMALL)] if asked.asks_significance else []),
        )

    def _ask_agreement(self, wanting: Sequence[str]) -> None:
        """Who agreed and when, or why it was an emergency, where some kind of note wants it."""
        if not wanting:
            for name in ("agreement", "agreed_by_id", "agreed_on", "emergency_because"):
                del self.fields[name]
            return
        agreement = cast(forms.ChoiceField, self.fields["agreement"])
        agreement.label = "Did the line manager agree first?"
        agreement.help_text = f"Asked for “{'”, “'.join(wanting)}” alone."
        agreement.choices = [Choice(each.value, AGREEMENT_WORDS[each]) for each in Agreement]


class WriteDecision:
    """A decision as a form: which child and who asked, then the sections of the policy's form.

    ``error_list`` is what the page's error summary wants; ``typed()`` what ``services.save_decision`` takes.
    """

    def __init__(
        self,
        typed: Mapping[str, Any],
        *,
        asked: DecisionForms,
        version: int,
        label: str,
        actor: Actor,
        find_people: FindPeople,
        data: Any = None,
    ) -> None:
        self.saved, self.data = typed, data
        days = {name: date.fromisoformat(typed[name]) for name in DAYS if typed.get(name)}
        initial = {**typed, "version": version, **days}
        self.about = AboutDecision(data, actor=actor, asked=asked, label=label, initial=initial)
        self.people = [(str(actor.staff_id), actor.name)]
        self.is_search = data is not None and FIND in data
        self.asked_row = data.get("add_row", "") if data is not None else ""
        self.sections = [
            SectionForm(
                DraftPart(section, None, version, typed.get("sections", {}).get(section.id, {}), editable=True),
                given=Given(),
                people=self.people,
                find_people=find_people,
                data=data,
            )
            for section in asked.sections
        ]
        for section in self.sections:
            section.add_row(self.asked_row)

    def keep_version(self, version: int) -> None:
        """Let the page that comes back go on from what was just saved."""
        self.about.data = {**self.data.dict(), "version": str(version)}

    @property
    def version(self) -> int:
        """The version that was read."""
        return self.about.cleaned_data.get("version") or 0

    def is_valid(self) -> bool:
        """Whether everything that was typed can be kept; much may still be missing."""
        each = [self.about.is_valid(), *(section.is_valid() for section in self.sections)]
        return all(each)

    def typed(self) -> dict[str, Any]:
        """What was typed, by name; what is wrong is left as it was saved."""
        self.is_valid()
        cleaned = self.about.cleaned_data
        wrong = set(self.about.errors)
        top = {name: self.saved.get(name) if name in wrong else _as_text(cleaned.get(name)) for name in NAMES}
        sections = {section.section.id: dict(section.typed().values) for section in self.sections}
        return {**{name: value for name, value in top.items() if value}, "sections": sections}

    def show_problems(self, problems: Sequence[tuple[str, str]]) -> None:
        """Show beside its field what has to be put right before it can be signed."""
        for name, sentence in problems:
            section_id, _, field_id = name.partition("-")
            section = next((each for each in self.sections if each.section.id == section_id), None)
            if section and section.holds(field_id):
                section.add_problem(field_id, sentence)
            else:
                self.about.add_error(name if name in self.about.fields else None, sentence)

    @property
    def error_list(self) -> list[dict[str, str]]:
        """Every error, with the id of the input to land on."""
        return [*self._about_errors(), *(error for section in self.sections for error in section.error_list())]

    def _about_errors(self) -> Iterator[dict[str, str]]:
        for name, sentences in self.about.errors.items():
            target = ""
            if name in self.about.fields:
                target = self.about[name].id_for_label or self.about[name].auto_id
            yield from ({"id": target, "text": str(sentence)} for sentence in sentences)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()
