"""How one child was discussed, at the top of its entry."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout
from django import forms

from supervision.rules.discussions import BRIEF, IN_DEPTH


class EntryDepth(forms.Form):
    """Briefly or in depth; that a child was not discussed is said on the list of children, with the reason."""

    depth = forms.ChoiceField(
        label="How did you discuss this child?",
        choices=[(BRIEF, "Briefly"), (IN_DEPTH, "In depth")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how you discussed this child: briefly or in depth."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Field.radios("depth", inline=True))
