from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.partners.models import Kind, Purpose
from headwater.people.models import Person
from headwater.safeguards.models import Guideline, Incident
from headwater.safeguards.models.guideline import EVERYWHERE, Level
from headwater.safeguards.relationships import CHOICES as RELATIONSHIPS

LOCAL = "%Y-%m-%dT%H:%M"
NETWORKS = [
    (EVERYWHERE, _("Everywhere")),
    ("facebook", "Facebook"),
    ("instagram", "Instagram"),
    ("linkedin", "LinkedIn"),
    ("x", "X"),
    ("bluesky", "Bluesky"),
    ("mastodon", "Mastodon"),
    ("threads", "Threads"),
    ("whatsapp", "WhatsApp"),
    ("email", _("E-mail")),
]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class GuidelineForm(forms.Form):
    """A guideline as staff write it: phrases one a line, with "=>" before what may replace them."""

    title = forms.CharField(label=_("In a few words"), max_length=120)
    level = forms.ChoiceField(label=_("When a draft breaks it"), choices=Level.choices)
    applies_to = forms.MultipleChoiceField(
        label=_("Where it holds"), choices=NETWORKS, widget=forms.CheckboxSelectMultiple
    )
    do = forms.CharField(label=_("Do"), max_length=400)
    dont = forms.CharField(label=_("Don’t"), max_length=400)
    why = forms.CharField(label=_("Why"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    mend = forms.CharField(
        label=_("The mend we offer"),
        max_length=300,
        required=False,
        help_text=_("A sentence that can stand in place of theirs."),
    )
    words = forms.CharField(
        label=_("Words to look for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One phrase a line; “phrase => other words” offers others in its place."),
    )
    expressions = forms.CharField(
        label=_("Expressions to look for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("For whoever knows regular expressions. Each is tried out before it is kept."),
    )

    def patterns(self) -> list[dict[str, str]]:
        return [
            *_read(self.cleaned_data["words"], "words"),
            *_read(self.cleaned_data["expressions"], "regex"),
        ]

    def fields_of_guideline(self) -> dict[str, Any]:
        names = ("title", "level", "applies_to", "do", "dont", "why", "mend")
        return {**{name: self.cleaned_data[name] for name in names}, "patterns": self.patterns()}

    @classmethod
    def shown(cls, guideline: Guideline) -> dict[str, Any]:
        names = ("title", "level", "applies_to", "do", "dont", "why", "mend")
        return {
            **{name: getattr(guideline, name) for name in names},
            "words": _written(guideline, "words"),
            "expressions": _written(guideline, "regex"),
        }


def _read(lines: str, kind: str) -> list[dict[str, str]]:
    rows = []
    for line in lines.splitlines():
        value, _arrow, replacement = line.partition(" => ")
        if value.strip():
            rows.append({"kind": kind, "value": value.strip(), "replacement": replacement.strip()})
    return rows


def _written(guideline: Guideline, kind: str) -> str:
    return "\n".join(
        f"{one.value} => {one.replacement}" if one.replacement else one.value
        for one in guideline.readable_patterns
        if one.kind == kind
    )


class TryForm(forms.Form):
    text = forms.CharField(
        label=_("Try a text on it"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    relationship = forms.ChoiceField(
        label=_("What stands between the writer and us"), choices=RELATIONSHIPS, required=False
    )


class HoldForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)


class DecisionForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)
    text = forms.CharField(
        label=_("Other words"), max_length=5000, required=False, widget=forms.Textarea
    )
    verdict = forms.ChoiceField(choices=[(one, one) for one in ("approve", "mend", "return")])


class LimitForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("For"),
        required=False,
        choices=[
            ("", _("All letters together")),
            *[choice for choice in Purpose.choices if choice[0] != Purpose.SERVICE],
        ],
    )
    letters = forms.IntegerField(label=_("At most so many letters"), min_value=1, max_value=100)
    days = forms.IntegerField(label=_("In so many days"), min_value=1, max_value=366)


class DomainForm(forms.Form):
    domain = forms.CharField(label=_("Domain"), max_length=253)
    note = forms.CharField(label=_("Whose it is"), max_length=200, required=False)


class SeasonForm(forms.Form):
    title = forms.CharField(label=_("What it is"), max_length=120)
    kind = forms.ModelChoiceField(
        label=_("For"), queryset=Kind.objects.all(), required=False, empty_label=_("Everybody")
    )
    starts_on = _day(_("From"))
    ends_on = _day(_("To"))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if (
            found.get("starts_on")
            and found.get("ends_on")
            and found["ends_on"] < found["starts_on"]
        ):
            raise forms.ValidationError(_("It has to end after it begins."))
        return found


class BusyForm(forms.Form):
    until_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class IncidentForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Which was it"), choices=Incident.Kind.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label=_("In a few words"), max_length=200)
    happened = forms.CharField(
        label=_("What happened, and who was told"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    happened_at = forms.DateTimeField(
        label=_("When"),
        input_formats=[LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
    )
    guideline = forms.ModelChoiceField(
        label=_("The guideline it belongs to"),
        queryset=Guideline.objects.standing(),
        required=False,
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*args, **more)
        self.zone = zone

    def clean_happened_at(self) -> Any:
        return self.cleaned_data["happened_at"].replace(tzinfo=self.zone)


class StepForm(forms.Form):
    text = forms.CharField(label=_("What was done"), max_length=1000)


class FollowUpForm(forms.Form):
    what = forms.CharField(label=_("What is to be done"), max_length=300)
    owner = forms.ModelChoiceField(label=_("Who"), queryset=Person.objects.none())
    due_on = forms.DateField(
        label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = Person.objects.staff()  # type: ignore[attr-defined]


class PolicyForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    version = forms.CharField(label=_("Version"), max_length=20)
    body = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14})
    )
