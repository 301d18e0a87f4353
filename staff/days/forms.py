"""Forms of somebody's days."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from core.templatetags.countersign import DAYS
from staff.models import Absence

REMOVE = "remove"


class AbsenceForm(forms.Form):
    """From when until when, in a neutral word. ``kinds``: those that the reader may enter."""

    kind = forms.ChoiceField(
        label="What kind of absence?", widget=forms.RadioSelect, error_messages={"required": "Choose the kind."}
    )
    starts_on = DayField(label="First day away", help_text="For example, 27 3 2027", of="first day away")
    last_day = DayField(label="Last day away (if it is known)", required=False, of="last day away")
    expected_to = DayField(
        label="Expected first day back (if the last day away is not certain)",
        required=False,
        of="first day back",
        help_text="Leave both empty if nobody knows yet.",
    )

    def __init__(self, *args: Any, kinds: list[str], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Absence.Kind.choices)
        self.fields["kind"].choices = [(kind, labels[Absence.Kind(kind)]) for kind in kinds]  # type: ignore[attr-defined]
        buttons = [Button.primary("save", "Save")]
        if not is_new:
            buttons.append(Button.secondary(REMOVE, "It was entered by mistake: take it back"))
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("kind", legend_size=Size.SMALL),
            *(
                Field(name, context={"legend_size": Size.for_legend(Size.SMALL)})
                for name in ("starts_on", "last_day", "expected_to")
            ),
            *buttons,
        )


class WorkingDays(forms.Form):
    """The days of the week on which somebody works, from a day on."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Works on",
        coerce=int,
        choices=list(enumerate(DAYS[:7])),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day of the week."},
    )
    starts_on = DayField(label="From", help_text="For example, 27 3 2027")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.checkboxes("weekdays", legend_size=Size.SMALL, small=True),
            Field("starts_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Button.primary("save", "Save"),
        )
