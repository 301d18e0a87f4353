"""Forms about people; the field by which one person is chosen, for every room above."""

from typing import Any, ClassVar
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Fluid, Layout, Size
from django import forms

from core.actor import Actor, Role
from core.form_fields import DayField, RowField
from core.shortcuts import uuid_or_none
from staff import selectors
from staff.models import ManagementLine, Post, Service, StaffMember, Team

FIND = "find_person"
MOST_FOUND = 8


class PersonSearch(forms.Widget):
    """A box to type a name in, and the people found as radios: as one types, or after a press of "Search"."""

    template_name = "staff/person_search.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.actor: Actor | None = None
        self.words = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        found = search_people(actor=self.actor, words=self.words, chosen=value) if self.actor else {}
        return {**context, "field": name, "words": self.words, "find": FIND, **found}


def search_people(*, actor: Actor, words: str, chosen: Any) -> dict[str, Any]:
    """What the list under the box shows: the one chosen first, then those whose names fit, and whether there are more."""
    chosen_id = uuid_or_none(chosen)
    chosen_person = selectors.person_named(actor=actor, person_id=chosen_id) if chosen_id else None
    found = list(selectors.directory(actor=actor, search=words, limit=MOST_FOUND + 1)) if words.strip() else []
    people = [chosen_person] if chosen_person else []
    people += [person for person in found[:MOST_FOUND] if person.pk != chosen_id]
    return {
        "people": people,
        "chosen_id": chosen_id,
        "searched": bool(words.strip()),
        "count": len(found[:MOST_FOUND]),
        "more": len(found) > MOST_FOUND,
    }


class PersonField(forms.Field):
    """One person of the directory, as the person's id. Use it in a ``PeopleForm``, which knows who searches."""

    widget: PersonSearch
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "Type a name, then choose one of the people found.",
        "unknown": "Choose one of the people found.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=PersonSearch(), **kwargs)

    def clean(self, value: Any) -> UUID | None:
        if not super().clean(value):
            return None
        actor = self.widget.actor
        person_id = uuid_or_none(value)
        if not actor or not person_id or not selectors.person_named(actor=actor, person_id=person_id):
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return person_id


class PeopleForm(forms.Form):
    """A form with people to choose. A press of "Search" keeps everything typed and is no attempt to send the form."""

    submit = "Save"

    def __init__(self, data: Any = None, *, actor: Actor, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        is_search = data is not None and (FIND in data or self._enter_in_search(data, kwargs.get("prefix")))
        super().__init__(None if is_search else data, initial=initial, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, PersonField):
                field.widget.actor = actor
                field.widget.words = (data or {}).get(f"{self.add_prefix(name)}_search", "")[:100]
            if is_search:
                self.initial[name] = field.widget.value_from_datadict(data, {}, self.add_prefix(name))
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(DEFAULT_BUTTON, *self.rows(), Button.primary("save", self.submit))

    def _enter_in_search(self, data: Any, prefix: str | None) -> bool:
        """Whether Enter was pressed, and not the button, while a name is typed of whom nobody is chosen yet."""
        names = [name for name, field in self.base_fields.items() if isinstance(field, PersonField)]
        full = [f"{prefix}-{name}" if prefix else name for name in names]
        typed = any(data.get(f"{name}_search", "").strip() and not data.get(name) for name in full)
        return "save" not in data and typed

    def rows(self) -> list[Any]:
        """What stands in the form, from top to bottom."""
        return list(self.fields)


# Enter in any box presses the first button of a form: without this one that would be "Search"
DEFAULT_BUTTON = HTML(
    '<button type="submit" class="govuk-visually-hidden" tabindex="-1" aria-hidden="true">Save</button>'
)


class Invite(PeopleForm):
    """Somebody new, with an account."""

    name = forms.CharField(
        label="Full name", max_length=200, error_messages={"required": "Enter the person's name."}, strip=True
    )
    email = forms.EmailField(
        label="Work e-mail address",
        help_text="The invitation goes there, and this person signs in with it.",
        max_length=254,
        error_messages={
            "required": "Enter the person's e-mail address.",
            "invalid": "Enter an e-mail address in the usual form, such as name@example.gov.uk.",
        },
    )
    job_title = forms.CharField(
        label="Job title", max_length=100, error_messages={"required": "Enter what the job is called."}
    )
    team = RowField(
        label="Team",
        queryset=Team.objects.none(),
        empty_label="Choose a team",
        error_messages={"required": "Choose a team.", "invalid_choice": "Choose a team from the list."},
    )
    category = forms.ChoiceField(
        label="Worker category",
        help_text="Decides how often this person is to be supervised.",
        required=False,
        error_messages={"invalid_choice": "Choose a category from the list."},
    )
    engagement = forms.ChoiceField(
        label="Engaged as",
        help_text="What the policy asks of supervision is the same for all.",
        choices=Post.Engagement.choices,
        required=False,
    )
    starts_on = DayField(label="First day", help_text="For example, 27 3 2027")
    manager_id = PersonField(
        label="Line manager (optional)",
        help_text="Type a name. Somebody else who leads in the service is asked to confirm it before it holds.",
        required=False,
    )

    submit = "Send the invitation"

    def __init__(self, *args: Any, categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "None of these"), *categories]  # type: ignore[attr-defined]

    def clean_engagement(self) -> str:
        """Permanent where nothing else is said."""
        return str(self.cleaned_data["engagement"] or Post.Engagement.PERMANENT)

    def rows(self) -> list[Any]:
        return [
            Field.text("name", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS, autocomplete="off"),
            Field.text("email", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS, autocomplete="off"),
            Field.text("job_title", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field("team", context={"label_size": Size.for_label(Size.SMALL)}),
            Field("category", context={"label_size": Size.for_label(Size.SMALL)}),
            Field("engagement", context={"label_size": Size.for_label(Size.SMALL)}),
            Field("starts_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field("manager_id", context={"label_size": Size.for_label(Size.SMALL)}),
        ]


class ChooseManager(PeopleForm):
    """Another line manager, from a day."""

    manager_id = PersonField(label="New line manager", help_text="Type a name, or a part of one.")
    starts_on = DayField(label="From", help_text="The first day with the new line manager, such as 27 3 2027")

    def __init__(self, *args: Any, submit: str, **kwargs: Any) -> None:
        self.submit = submit
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Any]:
        return [
            Field("manager_id", context={"label_size": Size.for_label(Size.SMALL)}),
            Field("starts_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
        ]


class ChangeSupervisor(PeopleForm):
    """Another supervisor, from a day."""

    to_id = PersonField(label="New supervisor", help_text="Type a name, or a part of one.")
    starts_on = DayField(
        label="From",
        help_text="The first day with the new supervisor, such as 27 3 2027. The day before is the old one's last.",
    )

    submit = "Change the supervisor"

    def rows(self) -> list[Any]:
        return [
            Field("to_id", context={"label_size": Size.for_label(Size.SMALL)}),
            Field("starts_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
        ]


class AnswerLine(forms.Form):
    """Whether somebody is to be a person's line manager."""

    YES, NO = "yes", "no"

    answer = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "Choose yes or no."})

    def __init__(self, *args: Any, line: ManagementLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = f"Does {line.manager.name} manage {line.person.name}?"
        self.fields["answer"].choices = [(self.YES, "Yes"), (self.NO, "No")]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("answer", context={"legend_size": "govuk-visually-hidden"}),
            Button.primary("save", "Send this answer"),
        )


class AddService(forms.Form):
    """A service of the authority."""

    name = forms.CharField(
        label="Name of the service", max_length=100, error_messages={"required": "Enter the service's name."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(self, submit="Add this service")


class AddTeam(forms.Form):
    """A team of a service."""

    name = forms.CharField(
        label="Name of the team", max_length=100, error_messages={"required": "Enter the team's name."}
    )
    service = RowField(
        label="Service",
        queryset=Service.objects.none(),
        empty_label="Choose a service",
        error_messages={"required": "Choose a service.", "invalid_choice": "Choose a service from the list."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = Service.objects.order_by("name")  # type: ignore[attr-defined]
        self.helper = plain_helper(self, submit="Add this team")


class ResetSignIn(forms.Form):
    """Why somebody is to choose a password or a second factor anew."""

    reason = forms.CharField(
        label="Reason",
        help_text="This person reads it. For example: telephone lost on Monday, asked in person at the desk.",
        max_length=500,
        strip=True,
        widget=forms.Textarea,
        error_messages={
            "required": "Enter the reason.",
            "max_length": "Make the reason shorter: 500 characters at most.",
        },
    )

    def __init__(self, *args: Any, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(self, submit=submit)
        self.helper.layout = Layout(
            Field.textarea("reason", rows=3, label_size=Size.SMALL), Button.warning("save", submit)
        )


def plain_helper(form: forms.Form, *, submit: str) -> FormHelper:
    """A layout of all fields under small labels, and one button."""
    helper = FormHelper()
    helper.attrs = {"novalidate": True}
    rows = [Field(name, context={"label_size": Size.for_label(Size.SMALL)}) for name in form.fields]
    helper.layout = Layout(*rows, Button.primary("save", submit))
    return helper


class PutOnHat(forms.Form):
    """One hat, or none."""

    hat = forms.TypedChoiceField(
        coerce=Role, choices=[("", ""), *((role.value, role.label) for role in Role)], required=False, empty_value=None
    )


class DirectoryFilter(forms.Form):
    """What the directory is searched for; anything odd is left out, never an error."""

    q = forms.CharField(required=False, max_length=100)
    team = forms.UUIDField(required=False)

    def wanted(self) -> dict[str, Any]:
        """The arguments of ``selectors.directory``."""
        self.is_valid()
        return {"search": self.cleaned_data.get("q", ""), "team_id": self.cleaned_data.get("team")}


class DemoSignIn(forms.Form):
    """One of the people of the demo."""

    person = RowField(queryset=StaffMember.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = StaffMember.objects.filter(account__is_active=True).select_related("account")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
