"""Forms of the survey: opening it, answering it, publishing it."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Layout, Size
from django import forms
from django.utils.html import format_html

from compliance.healthcheck.rules import ANSWERS, Standard
from core.form_fields import DayField
from records.forms.fields import Typed, textarea
from records.values import cleaned_text

MOST = 10_000
LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}


class OpenSurvey(forms.Form):
    """Until when everybody is asked."""

    last_day = DayField(
        label="Last day to answer", of="last day", help_text="Three or four weeks ahead. For example, 27 3 2027"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Field("last_day", context=LEGEND), Button.primary("save", "Ask everybody"))


class AnswerSurvey(forms.Form):
    """Every statement of every standard, answered by one of six words. No free text: words are recognised."""

    def __init__(self, *args: Any, standards: Sequence[Standard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: list[Any] = []
        for standard in standards:
            rows.append(HTML(format_html('<h2 class="govuk-heading-m">{}</h2>', standard.title)))
            for statement, key in zip(standard.statements, standard.keys, strict=True):
                self.fields[key] = forms.TypedChoiceField(
                    label=statement.words,
                    choices=ANSWERS.items(),
                    coerce=int,
                    widget=forms.RadioSelect,
                    error_messages={
                        "required": "Choose an answer, or say that you cannot say.",
                        "invalid_choice": "Choose one of these.",
                    },
                )
                rows.append(Field.radios(key, legend_size=Size.SMALL, small=True))
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(*rows, Button.primary("save", "Send my answers"))


class PublishSurvey(forms.Form):
    """What is going to be done, beside the results."""

    plan = Typed(
        lambda text: cleaned_text(text, most=MOST),
        label="What is going to be done about it?",
        help_text="Who does what by when. Everybody reads this together with the results.",
        widget=textarea(10),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Field("plan", context=LABEL), Button.primary("save", "Publish to everybody"))
