from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from headwater.kit.zones import zones_of_today
from headwater.partners.describing import GAUGES
from headwater.partners.models import MODULES, Basis, Goal, Kind, Purpose, Segment, Tag
from headwater.people.models import House, Organisation, Person, Role
from headwater.ui.list_files import ListFileField
from headwater.ui.long_select import LongSelect


class ZoneField(forms.ChoiceField):
    """Offers the zones of today; an older name that somebody has is understood, and kept."""

    widget = LongSelect

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or value in available_timezones()

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        known = str(bound.value() or "")
        none = [] if self.required else [("", _("As the house"))]
        is_older = known in available_timezones() and known not in zones_of_today()
        named = [
            (zone, zone.replace("_", " "))
            for zone in [*zones_of_today(), *([known] if is_older else [])]
        ]
        self.choices = [*none, *named]
        return bound


def words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := " ".join(part.split()))]


class UploadForm(forms.Form):
    file = ListFileField(
        label=_("The list"),
        help_text=_("CSV or TSV as it comes, up to 200 MB. Headings and letters are found by us."),
    )


class ImportForm(forms.Form):
    """What each column becomes, and what holds for the whole list."""

    are_organisations = forms.ChoiceField(
        label=_("Each row is"),
        choices=[("", _("a person")), ("1", _("an organisation"))],
        required=False,
    )
    kinds = forms.ModelMultipleChoiceField(
        label=_("They are all"), queryset=Kind.objects.all(), required=False,
        to_field_name="slug", widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    purposes = forms.MultipleChoiceField(
        label=_("What may we write to them for?"),
        help_text=_("Nothing, unless you have a reason. Those who were stopped stay stopped."),
        choices=[c for c in Purpose.choices if c[0] != Purpose.SERVICE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ground = forms.ChoiceField(
        label=_("Because of"), choices=[("", "—"), *Basis.Ground.choices], required=False
    )
    wording = forms.CharField(
        label=_("What they agreed to, or what the reason is"), max_length=500, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("purposes") and not cleaned.get("ground"):
            self.add_error("ground", _("Say what allows it."))
        if cleaned.get("ground") and not cleaned.get("wording"):
            self.add_error("wording", _("Write the words they agreed to, or the reason."))
        return cleaned

    @property
    def options(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "are_organisations": bool(said["are_organisations"]),
            "kinds": [kind.slug for kind in said["kinds"]],
            "bases": [
                {"purpose": purpose, "ground": said["ground"], "wording": said["wording"]}
                for purpose in said["purposes"]
            ],
        }


class PartnerForm(forms.ModelForm):
    kinds = forms.ModelMultipleChoiceField(
        label=_("Kinds"), queryset=Kind.objects.all(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    time_zone = ZoneField(label=_("Time zone"), required=False)

    class Meta:
        model = Person
        fields = [
            "name",
            "first_name",
            "last_name",
            "email",
            "phone",
            "country",
            "place",
            "language",
        ]


class NewPartnerForm(PartnerForm):
    is_organisation = forms.BooleanField(label=_("This is an organisation"), required=False)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Partners can read what is written about them."),
    )  # fmt: skip
    is_contact = forms.BooleanField(label=_("We were in touch"), required=False)


class StewardForm(forms.Form):
    steward = forms.ModelChoiceField(
        label=_("Looked after by"), queryset=Person.objects.none(), required=False,
        empty_label=_("nobody in particular"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["steward"].queryset = Person.objects.staff().order_by("name")  # type: ignore[attr-defined]


class PositionForm(forms.Form):
    organisation = forms.CharField(label=_("Organisation"), max_length=300)
    title = forms.CharField(label=_("What they do there"), max_length=200, required=False)


class SegmentForm(forms.Form):
    """A filter that stays live. Every part that is filled in must fit."""

    name = forms.CharField(label=_("What you call it"), max_length=120)
    kinds = forms.ModelMultipleChoiceField(
        label=_("Kinds"), queryset=Kind.objects.all(), required=False, to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    tags = forms.ModelMultipleChoiceField(
        label=_("Tags"), queryset=Tag.objects.all(), required=False, to_field_name="name"
    )
    organisation = forms.CharField(
        label=_("At the organisation"), required=False, help_text=_("Its name, as it stands here.")
    )
    countries = forms.CharField(label=_("Countries"), required=False, help_text=_("With commas."))
    languages = forms.CharField(label=_("Languages"), required=False, help_text=_("With commas."))
    gauge = forms.ChoiceField(
        label=_("A gauge they shared"), required=False, choices=[("", "—"), *GAUGES.items()]
    )
    low = forms.IntegerField(label=_("From"), min_value=0, max_value=100, required=False)
    high = forms.IntegerField(label=_("To under"), min_value=1, max_value=101, required=False)
    active_since_days = forms.IntegerField(
        label=_("Did something in the last days"), min_value=1, max_value=3650, required=False
    )
    quiet_since_days = forms.IntegerField(
        label=_("Did nothing in the last days"), min_value=1, max_value=3650, required=False
    )

    def __init__(self, *args: Any, segment: Segment | None = None, **kwargs: Any) -> None:
        self.segment = segment
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Segment.objects.all()
        if self.segment:
            others = others.exclude(pk=self.segment.pk)
        if others.filter(name=name).exists():
            raise forms.ValidationError(_("There is a segment of this name."))
        return name

    def clean_organisation(self) -> list[int]:
        name = self.cleaned_data["organisation"].strip()
        if not name:
            return []
        found = list(Organisation.objects.filter(name__iexact=name).values_list("pk", flat=True))
        if not found:
            raise forms.ValidationError(_("No organisation of this name is here."))
        return found

    @property
    def rule(self) -> dict[str, Any]:
        said = self.cleaned_data
        trait = {"name": said["gauge"]}
        if said["low"] is not None:
            trait["from"] = said["low"]
        if said["high"] is not None:
            trait["to"] = said["high"]
        rule = {
            "kinds": [kind.slug for kind in said["kinds"]],
            "tags": [tag.name for tag in said["tags"]],
            "organisations": said["organisation"],
            "countries": words(said["countries"]),
            "languages": words(said["languages"]),
            "traits": [trait] if said["gauge"] else [],
            "active_since_days": said["active_since_days"],
            "quiet_since_days": said["quiet_since_days"],
        }
        return {part: value for part, value in rule.items() if value}


def of_rule(segment: Segment) -> dict[str, Any]:
    """A segment as the form shows it."""
    rule = segment.rule
    trait = (rule.get("traits") or [{}])[0]
    named = Organisation.objects.filter(pk__in=rule.get("organisations", [])).first()
    return {
        "name": segment.name,
        "kinds": rule.get("kinds", []),
        "tags": rule.get("tags", []),
        "organisation": named.name if named else "",
        "countries": ", ".join(rule.get("countries", [])),
        "languages": ", ".join(rule.get("languages", [])),
        "gauge": trait.get("name", ""),
        "low": trait.get("from"),
        "high": trait.get("to"),
        "active_since_days": rule.get("active_since_days"),
        "quiet_since_days": rule.get("quiet_since_days"),
    }


class KindForm(forms.ModelForm):
    modules = forms.MultipleChoiceField(
        label=_("What they meet"), choices=list(MODULES.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Kind
        fields = ["name", "plural", "modules"]


class ColleagueForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=300)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("They are"), choices=Role.choices, initial=Role.EDITOR)


class HouseForm(forms.ModelForm):
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP, up to 2 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )  # fmt: skip
    time_zone = ZoneField(label=_("Time zone"))

    class Meta:
        model = House
        fields = [
            "name", "colour", "time_zone", "currency", "country", "hourly_rate",
            "lotteries_allowed",
        ]  # fmt: skip
        labels = {"lotteries_allowed": _("Places may be drawn by lot")}
        help_texts = {
            "lotteries_allowed": _(
                "Where places are short, a draw is fair to everyone, and the only way to know for "
                "certain what something does. Never for what keeps people safe."
            )
        }

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if len(currency) != 3 or not currency.isalpha() or not currency.isascii():
            raise forms.ValidationError(_("Write its three letters, such as GBP."))
        return currency


class GoalForm(forms.ModelForm):
    class Meta:
        model = Goal
        fields = ["what", "unit", "target", "by", "is_shared"]
        widgets = {"by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean_target(self) -> Decimal:
        target = Decimal(self.cleaned_data["target"])
        if target <= 0:
            raise forms.ValidationError(_("Write more than nothing, such as 40."))
        return target


class WeekForm(forms.Form):
    value = forms.DecimalField(
        label=_("How many this week?"), min_value=0, max_digits=14, decimal_places=3
    )
    day = forms.DateField(
        label=_("In the week of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class WhoIAmForm(forms.ModelForm):
    """What a partner may change about themselves."""

    language = forms.ChoiceField(
        label=_("Language"), required=False,
        choices=lambda: [("", _("As the house")), *settings.LANGUAGES],
    )  # fmt: skip
    time_zone = ZoneField(label=_("Time zone"), required=False)

    class Meta:
        model = Person
        fields = ["name", "phone", "place", "country", "language", "time_zone"]
