"""Forms as they are drawn: nothing typed has power, every link of the error summary lands, every hint is tied."""

import re
from html.parser import HTMLParser
from typing import Any, ClassVar

import pytest
from crispy_forms_gds.choices import Choice
from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, ConditionalQuestion, ConditionalRadios, Field, Fieldset, Layout, Submit
from django import forms
from django.template import Context, Template

NASTY = "<script>alert(1)</script>"
FOCUSABLE = {"input", "textarea", "select", "button", "a"}


class Page(HTMLParser):
    """The elements of a page: each tag with its attributes."""

    VOID: ClassVar[set[str]] = {"input", "br", "hr", "img", "meta", "link", "path"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def by_id(self, wanted: str) -> tuple[str, dict[str, str | None]]:
        found = [element for element in self.elements if element[1].get("id") == wanted]
        assert len(found) == 1, f"{len(found)} elements have the id {wanted}"
        return found[0]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


class Everything(forms.Form):
    """A field of each kind, all typed by somebody who means ill."""

    text = forms.CharField(label=f"Text {NASTY}", help_text=f"Hint {NASTY}")
    mail = forms.EmailField(label="Mail")
    amount = forms.IntegerField(label="Amount")
    day = DateInputField(label=f"Day {NASTY}", help_text=f"Hint {NASTY}", require_all_fields=False)
    one = forms.ChoiceField(
        label=f"One {NASTY}",
        help_text=f"Hint {NASTY}",
        choices=[Choice("a", f"A {NASTY}", hint=f"Hint {NASTY}"), Choice("b", "B", divider=f"or {NASTY}")],
        widget=forms.RadioSelect,
    )
    many = forms.MultipleChoiceField(
        label=f"Many {NASTY}",
        choices=[Choice("a", f"A {NASTY}", hint=f"Hint {NASTY}"), Choice("b", "B")],
        widget=forms.CheckboxSelectMultiple,
    )
    pick = forms.ChoiceField(label=f"Pick {NASTY}", choices=[("", "None"), ("a", f"A {NASTY}")])
    notes = forms.CharField(label=f"Notes {NASTY}", widget=forms.Textarea)
    agreed = forms.BooleanField(label=f"Agreed {NASTY}", help_text=f"Hint {NASTY}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("text", "mail", "amount", legend=f"Legend {NASTY}"),
            "day",
            "one",
            "many",
            "pick",
            Field.textarea("notes", max_words=50),
            "agreed",
            Button("send", f"Send {NASTY}"),
        )

    def clean(self) -> dict[str, Any]:
        if "nonsense" in self.data:
            self.add_error(None, f"The whole {NASTY}")
        return self.cleaned_data


class Conditional(forms.Form):
    """A radio that opens a further question."""

    how = forms.ChoiceField(
        label="How?", choices=[("mail", "By mail"), ("phone", "By phone")], widget=forms.RadioSelect
    )
    number = forms.CharField(label=f"Number {NASTY}", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(ConditionalRadios("how", "By mail", ConditionalQuestion("By phone", "number")))


def drawn(form: forms.Form) -> str:
    template = Template(
        "{% load crispy_forms_tags %}{% include 'components/error_summary.html' %}{% crispy form %}",
    )
    return template.render(Context({"form": form}))


def test_labels_hints_options_legends_and_buttons_are_escaped() -> None:
    html = drawn(Everything({"nonsense": "1"}))

    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 18
    assert "Send &lt;script&gt;" in html


def test_a_label_inside_a_conditional_question_is_escaped() -> None:
    assert "<script" not in drawn(Conditional())


def test_each_link_of_the_error_summary_lands_on_something_that_takes_the_focus() -> None:
    form = Everything({"nonsense": "1"})

    html = drawn(form)

    page = Page(html)
    targets = re.findall(r'<li><a href="#([^"]+)"', html)
    assert len(targets) == len(form.fields) + 1
    for target in targets:
        tag, attributes = page.by_id(target)
        assert tag in FOCUSABLE, target
        assert attributes.get("type") != "hidden"


def test_errors_of_the_parts_of_a_date_land_on_the_part() -> None:
    form = Everything({"day_0": "31", "day_1": "", "day_2": "2027"})

    html = drawn(form)

    assert '<a href="#id_day_1">Enter the month</a>' in html
    page = Page(html)
    assert page.by_id("id_day_1")[1].get("aria-invalid") == "true"
    assert "aria-invalid" not in page.by_id("id_day_0")[1]
    assert "govuk-input--error" in str(page.by_id("id_day_1")[1]["class"])
    assert "govuk-input--error" not in str(page.by_id("id_day_2")[1]["class"])


def test_an_empty_field_is_named_in_its_error() -> None:
    html = drawn(Everything({"day_0": "1"}))

    assert "This field is required." not in html
    assert "Fill in “Mail”." in html
    assert "Choose an answer to “One" in html


def test_ids_are_unique_and_every_description_and_label_points_at_one() -> None:
    page = Page(drawn(Everything({"nonsense": "1"})))

    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            for target in (attributes.get(name) or "").split():
                assert target in ids, f"{name}={target}"


def test_a_field_with_hint_and_error_is_described_by_both_in_this_order() -> None:
    page = Page(drawn(Everything({"nonsense": "1"})))

    assert page.by_id("id_text")[1]["aria-describedby"] == "id_text_hint id_text_1_error"


def test_a_word_limit_without_a_hint_is_drawn() -> None:
    html = drawn(Everything())

    assert 'data-maxlength="50" data-count-type="words"' in html
    assert Page(html).by_id("id_notes")[1]["aria-describedby"] == "id_notes-info"


def test_radios_control_only_questions_that_are_there() -> None:
    page = Page(drawn(Conditional()))

    assert not [attributes for attributes in page.all("input") if "aria-controls" in attributes]
    tied = [attributes["data-aria-controls"] for attributes in page.all("input") if "data-aria-controls" in attributes]
    assert tied == ["conditional_id_how_1"]
    assert page.by_id("conditional_id_how_1")[0] == "div"


def test_the_question_of_a_chosen_radio_is_open() -> None:
    closed, opened = (Page(drawn(Conditional(data))) for data in ({"how": "mail"}, {"how": "phone"}))

    assert "hidden" in str(closed.by_id("conditional_id_how_1")[1]["class"])
    assert "hidden" not in str(opened.by_id("conditional_id_how_1")[1]["class"])


def test_what_was_chosen_stays_chosen_and_nothing_else() -> None:
    class Picky(forms.Form):
        many = forms.MultipleChoiceField(
            label="Many", choices=[("a", "A"), ("ab", "AB"), (1, "One")], widget=forms.CheckboxSelectMultiple
        )
        one = forms.ChoiceField(
            label="One", choices=[("x", "X"), ("", "None")], widget=forms.RadioSelect, required=False
        )

        helper = FormHelper()

    form = Picky({"many": ["ab", "1"], "one": "x"})

    page = Page(drawn(form))

    chosen = [attributes["id"] for attributes in page.all("input") if "checked" in attributes]
    assert chosen == ["id_many_1", "id_many_2", "id_one"]


def test_drawing_a_form_twice_gives_the_same() -> None:
    form = Everything({"nonsense": "1"})

    assert drawn(form) == drawn(form)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("text", "govuk-input"),
        ("mail", "govuk-input"),
        ("amount", "govuk-input"),
        ("pick", "govuk-select"),
        ("notes", "govuk-textarea"),
        ("agreed", "govuk-checkboxes__input"),
    ],
)
def test_each_kind_of_input_has_its_class_and_shows_its_error(field: str, kind: str) -> None:
    right, wrong = Page(drawn(Everything())), Page(drawn(Everything({"nonsense": "1"})))

    classes = str(right.by_id(f"id_{field}")[1]["class"]).split()
    assert kind in classes
    assert not [name for name in classes if name.endswith("--error")]
    if field != "agreed":
        assert f"{kind}--error" in str(wrong.by_id(f"id_{field}")[1]["class"]).split()
    assert wrong.by_id(f"id_{field}")[1]["aria-invalid"] == "true"


def test_no_placeholders() -> None:
    class Pale(forms.Form):
        text = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Pale"}))
        helper = FormHelper()

    assert "placeholder" not in drawn(Pale())


def test_errors_of_a_hidden_field_and_of_a_form_without_fields_are_told() -> None:
    class Hidden(forms.Form):
        seen = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Read it again, then sign."})
        helper = FormHelper()

    assert "<li>Read it again, then sign.</li>" in drawn(Hidden({"a": "1"}))


def test_words_of_a_submit_input_are_escaped() -> None:
    class Sent(forms.Form):
        text = forms.CharField()

        def __init__(self) -> None:
            super().__init__()
            self.helper = FormHelper()
            self.helper.add_input(Submit("send", f'Send "> {NASTY}'))

    assert "<script" not in drawn(Sent())
