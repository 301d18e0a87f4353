"""Forms of preparation: an item for the agenda, and one's own notes."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, ConditionalQuestion, ConditionalRadios, Field, Fluid, Layout, Size
from django import forms

from core.form_fields import DayField
from supervision.models import AgendaItem


class AddItem(forms.Form):
    """Something for the agenda of the next session."""

    text = forms.CharField(
        label="What do you want to talk about?",
        help_text="Name a case by its reference, not by a child's name.",
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={
            "required": "Say what you want to talk about.",
            "max_length": "Shorten it to 2,000 characters; it has %(show_value)d.",
        },
    )
    kind = forms.ChoiceField(
        label="What is it?",
        choices=AgendaItem.Kind.choices,
        widget=forms.RadioSelect,
        initial=AgendaItem.Kind.TOPIC,
        error_messages={"required": "Choose what it is.", "invalid_choice": "Choose what it is."},
    )
    explained_on = DayField(label="When was the policy explained?", help_text="For example, 27 3 2027", required=False)
    link = forms.URLField(
        label="Link (optional)",
        help_text="To performance data, a policy or a procedure, for example https://data.example.org/team",
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a whole address, such as https://data.example.org/team."},
    )
    share = forms.TypedChoiceField(
        label="Who may read it now?",
        choices=[("yes", "Both of us"), ("no", "Only me, until I share it")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
        error_messages={"required": "Choose who may read it now."},
    )

    submit = "Put it on the agenda"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        explained = Field("explained_on", context={"legend_size": Size.for_legend(Size.SMALL)})
        kinds = [
            ConditionalQuestion(label, explained) if value == AgendaItem.Kind.POLICY else label
            for value, label in AgendaItem.Kind.choices
        ]
        self.helper.layout = Layout(
            Field.textarea("text", label_size=Size.SMALL, rows=4),
            ConditionalRadios("kind", *kinds),
            Field.text("link", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            *([Field.radios("share", legend_size=Size.SMALL)] if "share" in self.fields else []),
            Button.primary("submit", self.submit),
        )


class ChangeItem(AddItem):
    """Other words for an item of one's own; who may read it stays."""

    # Who may read it is not asked again
    share = None  # type: ignore[assignment]
    submit = "Save the change"


class Notes(forms.Form):
    """One's own notes for a session, under the version that was read."""

    notes = forms.CharField(
        label="Your notes",
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "govuk-textarea", "dir": "auto"}),
        error_messages={"max_length": "Shorten your notes to 50,000 characters; they have %(show_value)d."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
