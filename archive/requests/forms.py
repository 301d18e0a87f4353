"""Forms of requests for data: noting one, its clock, who handles it, what a person decides, the bundle and the end."""

from typing import Any, cast

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from archive.models import DataRequest, Passage
from core.form_fields import DayField
from documents.forms import UploadField
from documents.receiving import TakenIn
from records.forms.fields import Typed, textarea
from records.values import cleaned_text
from staff.forms import PeopleForm, PersonField

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
MOST = 2_000


class Words(Typed):
    """Some words of a person, which have to be there unless they need not."""

    def __init__(self, *, empty: str = "", rows: int = 3, **options: Any) -> None:
        super().__init__(lambda text: cleaned_text(text, most=MOST), widget=textarea(rows), **options)
        self.empty = empty

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.empty and not cleaned:
            raise forms.ValidationError(self.empty, code="required")
        return cleaned


class Register(PeopleForm):
    """That somebody asked for what is kept about them, or about a child whom they may speak for."""

    person_id = PersonField(label="A member of staff", help_text="Type a name, or a part of one.", required=False)
    former_name = forms.CharField(
        label="Or somebody who has left", help_text="The whole name.", max_length=200, required=False
    )
    reference = forms.CharField(
        label="Or a child or young person",
        help_text="The reference, exactly as in the case system. Also of somebody who is grown up now.",
        max_length=40,
        required=False,
    )
    received_on = DayField(
        label="When did it come in?",
        help_text="The day on which it reached anybody here, in any way. The clock runs from it. For example, 27 3 2027",
        of="day on which it came in",
    )
    how = forms.ChoiceField(
        label="How did it come in?",
        choices=[choice for choice in DataRequest.How.choices if choice[0] != DataRequest.How.HERE],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it came in."},
    )
    asked_by = Words(
        label="Who asked?",
        help_text="The person in question, a parent, a solicitor: who, and how to reach them.",
        empty="Say who asked.",
        rows=2,
    )
    scope = Words(
        label="What do they ask for?",
        help_text="In their words. Anybody may ask for everything, and need not say why.",
        empty="Say what they ask for.",
    )
    identity = Words(
        label="How was it checked who they are? (optional)",
        help_text="Leave it empty if that is still to be done. Write down what was seen, never the number of a document.",
        rows=2,
    )

    submit = "Note this request"

    def rows(self) -> list[Any]:
        whose = '<h2 class="govuk-heading-m">Whose data are asked for?</h2>'
        return [
            HTML(whose),
            Field("person_id", context=LABEL),
            Field.text("former_name", field_width=Fluid.TWO_THIRDS, label_size=Size.SMALL),
            Field.text("reference", field_width=Fluid.ONE_HALF, label_size=Size.SMALL),
            HTML('<h2 class="govuk-heading-m">The request</h2>'),
            *(Field(name, context=LEGEND) for name in ("received_on", "how")),
            *(Field(name, context=LABEL) for name in ("asked_by", "scope", "identity")),
        ]


class Approve(PeopleForm):
    """What is asked for, and who handles it."""

    scope = Words(label="What is to be looked through and given", empty="Say what is asked for.")
    handler_id = PersonField(
        label="Who handles it?",
        help_text="This person reads the whole file until the request is closed. Never you, and never whose data it is.",
    )

    submit = "Approve"

    def rows(self) -> list[Any]:
        return [Field(name, context=LABEL) for name in ("scope", "handler_id")]


class OnADay(forms.Form):
    """Something that happened on a day, in words."""

    on = DayField(label="On which day?", help_text="For example, 27 3 2027", of="day")
    words = Words(label="In words", empty="Say it in words.")

    submit = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        rows = [Field(name, context=self.context_of(name)) for name in self.fields]
        self.helper.layout = Layout(*rows, Button.primary("save", self.submit))

    def context_of(self, name: str) -> dict[str, Any]:
        """Names of groups of inputs as legends, of one as labels."""
        return LABEL if isinstance(self.fields[name], Words) else LEGEND


class CheckIdentity(OnADay):
    """How it was checked who asked."""

    words = Words(
        label="How was it checked?",
        help_text="What was seen or asked, never the number of a document.",
        empty="Say how it was checked.",
    )


class StopClock(OnADay):
    """Whoever asked is asked back."""

    on = DayField(label="On which day were they asked?", help_text="The clock waits from this day on.", of="day")
    words = Words(
        label="What were they asked?",
        help_text="To be sure who they are, or what they want, where a great deal is kept about them.",
        empty="Say what they were asked.",
    )

    submit = "Stop the clock"


class StartClock(OnADay):
    """They answered."""

    on = DayField(label="On which day did they answer?", help_text="The clock runs from this day on.", of="day")
    words = Words(label="What did they answer?", empty="Say what they answered.")

    submit = "Let the clock run"


class Extend(OnADay):
    """More time, of which whoever asked was told."""

    months = forms.TypedChoiceField(
        label="How much more time?",
        choices=[(1, "One month"), (2, "Two months")],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how much more time."},
    )
    on = DayField(label="On which day were they told?", help_text="It has to be before the time is over.", of="day")
    words = Words(
        label="Why does it take longer?",
        help_text="The request is complex, or one of several. As whoever asked was told.",
        empty="Say why it takes longer.",
    )
    field_order = ("months", "on", "words")

    submit = "Add the time"


class Close(OnADay):
    """How a request ended."""

    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=DataRequest.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ended."},
    )
    on = DayField(label="On which day?", help_text="For example, 27 3 2027", of="day")
    words = Words(
        label="How were they answered?",
        help_text="How the data or the answer reached them. Of a refusal also why.",
        empty="Say how they were answered.",
    )
    field_order = ("outcome", "on", "words")

    submit = "Close the request"


class Decide(forms.Form):
    """What becomes of one paragraph. Each has a form of its own on the page, which sends it and nothing else."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=Passage.Decision.choices, required=True)
    typed = Words(
        label="Other words to take out", help_text="As they stand there; one after another on lines of their own."
    )
    reason = forms.ChoiceField(
        label="Why it is withheld", choices=[("", "Choose why"), *Passage.Reason.choices], required=False
    )
    words = Words(label="More about why (not given to whoever asked)", rows=1)

    def ticked(self) -> list[tuple[int, int]]:
        """The marks that were ticked, as places in the text; what is none is left out."""
        found = [value.partition("-") for value in cast(QueryDict, self.data).getlist("ticked")]
        return [(int(start), int(end)) for start, _, end in found if start.isdecimal() and end.isdecimal()]


class PutCopy(forms.Form):
    """A copy of a file from which things were taken out."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    copy = UploadField(most=1, label="The redacted copy")
    reason = forms.ChoiceField(
        label="Why parts of it are withheld",
        choices=[("", "Choose why"), *Passage.Reason.choices],
        error_messages={"required": "Choose why parts of it are withheld."},
    )
    words = Words(label="More about why (not given to whoever asked)", rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True, "enctype": "multipart/form-data"}
        rows = [Field(name, context=LABEL) for name in ("copy", "reason", "words")]
        self.helper.layout = Layout(Field("version"), *rows, Button.primary("save", "Give this copy in its place"))

    def clean_copy(self) -> TakenIn:
        taken: TakenIn = self.cleaned_data["copy"][0]
        return taken


class Bundle(forms.Form):
    """One press asks for one bundle."""

    press = forms.UUIDField(widget=forms.HiddenInput)
    with_log = forms.BooleanField(required=False)
