"""Forms of policy drafts, of readings, and of days off."""

from datetime import date
from typing import Any, cast

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from policies.fault_words import sentences_of
from policies.faults import Faulty
from policies.models import DayOff, PolicyVersion
from policies.proposals import MOST_CHARACTERS, read_proposal
from policies.rules import words
from policies.rules.policy import Ambiguity, Policy
from policies.rules.terms import LONGEST, TERMS
from policies.selectors import adoption_in_force, written_out

LABEL, LEGEND = {"label_size": Size.for_label(Size.SMALL)}, {"legend_size": Size.for_legend(Size.SMALL)}
DAY_HINT = "For example, 27 3 2027"
OTHER = "other"


class DraftPolicy(forms.Form):
    """A version of a policy as a file, or as text; every fault of it stands beside the text, which stays."""

    file = forms.FileField(
        label="Upload a file (optional)",
        help_text="A policy as YAML or JSON. What is in it takes the place of the text below.",
        required=False,
        error_messages={"empty": "This file is empty. Choose another, or write the policy below."},
    )
    text = forms.CharField(
        label="The policy as text",
        help_text="Give it a version of its own: what refers to the present version goes on meaning that one.",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "app-policy-text", "spellcheck": "false"}),
        error_messages={"required": "Write the policy, or upload a file."},
    )
    starts_on = DayField(label="From which day is it to hold?", help_text=f"Today or later. {DAY_HINT}")

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        self.file_fault = ""
        if data is not None and files and files.get("file"):
            data = data.copy()
            data["text"] = self._read(files["file"]) or data.get("text", "")
        super().__init__(data, files, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True, "enctype": "multipart/form-data"}
        self.helper.layout = Layout(
            Field("file", context=LABEL),
            Field("text", context=LABEL),
            Field("starts_on", context=LEGEND),
            Button.primary("save", "Check and keep as a draft"),
        )

    def _read(self, file: Any) -> str:
        if file.size > MOST_CHARACTERS * 4:
            self.file_fault = "This file is too large to be a policy."
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.file_fault = "This file is not text. Save the policy as YAML or JSON in UTF-8."
            return ""

    def clean_file(self) -> None:
        if self.file_fault:
            raise forms.ValidationError(self.file_fault)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        try:
            read_proposal(text)
        except Faulty as error:
            raise forms.ValidationError(sentences_of(error, text)) from error
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.pop("file", None)
        return data


class EditTerms(forms.Form):
    """What the authority calls things, as a text of the policy's next version.

    Only the words that are typed otherwise are changed, in the version that is in force on the day from which they hold.
    """

    version = forms.CharField(
        label="Version",
        max_length=200,
        help_text="Of its own: what refers to the present version goes on meaning that one.",
        error_messages={"required": "Give the new version a name of its own."},
    )
    starts_on = DayField(label="From which day is it to hold?", help_text=f"Today or later. {DAY_HINT}")

    def __init__(self, data: Any = None, *, policy: Policy, version: PolicyVersion, today: date, **kwargs: Any) -> None:
        self.policy, self.document = policy, version.document
        initial = {"version": f"{version.version}; words of {words.day(today)}"[:200], **policy.labels}
        super().__init__(data, initial=initial, **kwargs)
        for term in TERMS:
            hint = f"{term.hint}. Otherwise “{term.usual}”." if term.usual else f"{term.hint}."
            self.fields[term.name] = forms.CharField(
                label=term.label, help_text=hint, max_length=LONGEST, required=False
            )
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            *(Field(term.name, context=LABEL) for term in TERMS),
            Field("version", context=LABEL),
            Field("starts_on", context=LEGEND),
            Button.primary("save", "Keep as a draft"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        typed = {term.name: data.get(term.name, "") for term in TERMS}
        changed = {name: text for name, text in typed.items() if text != self.policy.labels.get(name, "")}
        if not changed:
            raise forms.ValidationError("Nothing is called otherwise than now.")
        follows = adoption_in_force(data["starts_on"])
        document = follows.policy.document if follows else self.document
        labels = {name: text for name, text in {**document.get("labels", {}), **changed}.items() if text}
        text = written_out({**document, "labels": labels, "version": data["version"]})
        try:
            read_proposal(text)
        except Faulty as error:
            about = [fault for fault in error.faults if fault.path == "version"]
            self.add_error("version" if about else None, sentences_of(error, text))
        return {"text": text, "starts_on": data["starts_on"]}


class PublishDraft(forms.Form):
    """From which day a draft is to hold."""

    starts_on = DayField(label="From which day is it to hold?", help_text=f"Today or later. {DAY_HINT}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("starts_on", context=LEGEND), Button.primary("publish", "Publish this version")
        )


class DecideReading(forms.Form):
    """How the council reads a passage: as the rules do, in another way that the file names, or in one of its own."""

    reading = forms.ChoiceField(
        label="How does the council read it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reading.", "invalid_choice": "Choose one of the readings."},
    )
    other = forms.CharField(
        label="Another reading (optional)",
        help_text="Only where none of the above is right: in a sentence.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, passage: Ambiguity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = {"as_it_is": passage.chosen, **{str(n): text for n, text in enumerate(passage.alternatives)}}
        labels = [(key, f"{text[:1].upper()}{text[1:]}") for key, text in self.texts.items()]
        labels[0] = (labels[0][0], f"{labels[0][1]} (as the rules are now)")
        cast(forms.ChoiceField, self.fields["reading"]).choices = [*labels, (OTHER, "In another way, written below")]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("reading", context=LEGEND),
            Field("other", context=LABEL),
            Button.primary("decide", "Record this decision"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        reading, other = data.pop("reading", None), data.pop("other", "").strip()
        if reading == OTHER and not other:
            self.add_error("other", "Write how the council reads it.")
        if reading and reading != OTHER and other:
            self.add_error("other", "You chose a reading above. Empty this box, or choose “In another way”.")
        return {"chosen": other if reading == OTHER else self.texts.get(reading or "", "")}


class AddDayOff(forms.Form):
    """A day on which the whole authority does not work."""

    on = DayField(label="Which day?", help_text=f"Today or later. {DAY_HINT}")
    kind = forms.ChoiceField(
        label="What is it?",
        choices=DayOff.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is.", "invalid_choice": "Choose what it is."},
    )
    reason = forms.CharField(
        label="Why?",
        help_text="A few words, which everybody sees in the diary. For example, “Coronation”.",
        max_length=200,
        error_messages={"required": "Write why, in a few words."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("on", context=LEGEND),
            Field("kind", context=LEGEND),
            Field("reason", context=LABEL),
            Button.primary("add", "Add this day"),
        )
