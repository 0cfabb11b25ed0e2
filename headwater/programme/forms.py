import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.programme.models import LOCKED, Activity, Budget, Campaign, Cost, Market, Metric
from headwater.programme.period_words import read_period
from headwater.ui.field_messages import ask_for_something_to_read
from headwater.ui.list_files import ListFileField


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ActivityForm(forms.ModelForm):
    """An activity in the plan. Costs may be added now, and changed one by one later."""

    money = forms.DecimalField(label=_("Money"), min_value=0, required=False, max_digits=14)
    hours = forms.DecimalField(label=_("Hours of ours"), min_value=0, required=False, max_digits=14)

    class Meta:
        model = Activity
        fields = [
            "title", "kind", "need", "why_not_asked", "gauge", "outcome", "segment", "event",
            "prepare_from", "starts_on", "ends_on", "places",
        ]  # fmt: skip
        widgets = {"prepare_from": day_input(), "starts_on": day_input(), "ends_on": day_input()}
        help_texts = {
            "why_not_asked": _(
                "Only where nobody was asked or no wish fits. It stays on the plan."
            ),
            "outcome": _("Need, activity, gauge, and then: what should be different?"),
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last, made = (data.get(k) for k in ("starts_on", "ends_on", "prepare_from"))
        if first and last and last < first:
            self.add_error("ends_on", _("It ends before it starts. Choose a later day."))
        if first and made and made > first:
            self.add_error("prepare_from", _("It has to be made before it starts."))
        if not data.get("need") and not data.get("why_not_asked"):
            self.add_error(
                "need", _("Choose the wish it answers, or say below why it answers none.")
            )
        return data


class CostForm(forms.ModelForm):
    class Meta:
        model = Cost
        fields = ["what", "money", "hours", "on"]
        widgets = {"on": day_input()}


class BudgetForm(forms.ModelForm):
    class Meta:
        model = Budget
        fields = ["title", "starts_on", "ends_on", "money", "hours"]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("It ends before it starts. Choose a later day."))
        return data


class CampaignForm(forms.ModelForm):
    class Meta:
        model = Campaign
        fields = [
            "title", "objective", "need", "metric", "aim", "starts_on", "ends_on", "counted_until",
            "comparison", "markets", "segment", "channel", "alternatives",
        ]  # fmt: skip
        widgets = {
            "objective": forms.Textarea(attrs={"rows": 2}),
            "starts_on": day_input(),
            "ends_on": day_input(),
            "counted_until": day_input(),
            "comparison": forms.RadioSelect,
            "markets": forms.CheckboxSelectMultiple,
            "alternatives": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "counted_until": _("Some weeks longer than it runs, for the tail."),
            "metric": _("One number decides. Others may be watched."),
            "comparison": _(
                "By lot, half of your places start later and show what would have been: it needs no"
                " trust, grade A. Places that had none give B at best, our own time before C or D."
            ),
            "alternatives": _("Chosen now, so that we can’t pick ones that flatter."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        markets = Market.objects.select_related("metric").filter(is_ours=True)
        if self.instance.pk:
            markets = markets.filter(metric=self.instance.metric_id)
        self.fields["markets"].queryset = markets  # type: ignore[attr-defined]
        alternatives = Activity.objects.standing()[:40]
        self.fields["alternatives"].queryset = Activity.objects.filter(  # type: ignore[attr-defined]
            pk__in=[activity.pk for activity in alternatives]
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last, counted = (data.get(k) for k in ("starts_on", "ends_on", "counted_until"))
        if first and last and last < first:
            self.add_error("ends_on", _("It ends before it starts. Choose a later day."))
        if last and counted and counted < last:
            self.add_error("counted_until", _("Count at least to its last day."))
        return data


class WatchingForm(forms.Form):
    """One more number to look at beside the one that decides."""

    metric = forms.ModelChoiceField(Metric.objects.none(), label=_("Look at this number too"))

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = Metric.objects.exclude(pk=campaign.metric_id).exclude(watched_by__campaign=campaign)
        self.fields["metric"].queryset = left  # type: ignore[attr-defined]


class AmendmentForm(forms.Form):
    """A correction to a registered campaign, with its reason."""

    field = forms.ChoiceField(
        label=_("What is corrected"),
        choices=[(name, Campaign._meta.get_field(name).verbose_name) for name in LOCKED],  # type: ignore[union-attr]
    )
    value = forms.CharField(label=_("What it should read"), max_length=600)
    reason = forms.CharField(label=_("Why"), max_length=500)


class MetricForm(forms.ModelForm):
    class Meta:
        model = Metric
        fields = [
            "name", "unit", "period", "measure", "more_is_better", "counted", "is_by_kind",
            "source", "worth_low", "worth_likely", "worth_high", "partner_worth_low",
            "partner_worth_likely", "partner_worth_high",
        ]  # fmt: skip
        help_texts = {
            "more_is_better": _("Take the tick away for what should fall, such as complaints."),
            "counted": _("What Headwater counts comes in by itself; machines are never counted."),
            "is_by_kind": _("Only for what Headwater counts: a line for each kind of partner."),
        }
        labels = {
            "worth_low": _("One more is worth to you, at least"),
            "worth_likely": _("most likely"),
            "worth_high": _("at most"),
            "partner_worth_low": _("One more is worth to partners, at least"),
            "partner_worth_likely": _("most likely"),
            "partner_worth_high": _("at most"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.instance.settled() if self.instance.pk else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = _("It stays as it is: counts or a campaign rest on it.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("counted") and data.get("measure") == Metric.Measure.LEVEL:
            self.add_error("measure", _("What Headwater counts is a count."))
        if data.get("counted") and data.get("source") == Metric.Source.REPORTED:
            self.add_error("source", _("What Headwater counts is measured."))
        for side in ("worth", "partner_worth"):
            values = [data.get(f"{side}_{part}") for part in ("low", "likely", "high")]
            said = [value for value in values if value is not None]
            if said and (len(said) < 3 or sorted(said) != said):
                problem = _("Say all three, from the least to the most, or none of them.")
                self.add_error(f"{side}_low", problem)
        return data


class OutcomeFileForm(forms.Form):
    file = ListFileField(
        label=_("The file"),
        help_text=_("CSV or TSV as it comes: a row a place and period, or a column a place."),
        most_megabytes=5,
        otherwise=_("Bring it in by the year, or by the place."),
    )


class ReadingForm(forms.Form):
    """Where we read a file otherwise than it is meant."""

    period = forms.CharField(
        label=_("The column that says when"), max_length=200, required=False,
    )  # fmt: skip
    place = forms.CharField(label=_("The column that says where"), max_length=200, required=False)
    value = forms.CharField(
        label=_("The column that is counted"), max_length=200, required=False,
        help_text=_("Its heading, as it stands in the file. Empty: we find it."),
    )  # fmt: skip
    order = forms.ChoiceField(
        label=_("In days such as 4/7/2026"), required=False, widget=forms.RadioSelect,
        choices=[
            ("", _("find out")), ("day", _("the day comes first")),
            ("month", _("the month comes first")),
        ],
    )  # fmt: skip
    decimal = forms.ChoiceField(
        label=_("Before decimals stands"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("find out")), (".", _("a point")), (",", _("a comma"))],
    )


TOO_LARGE = Decimal(10) ** 14  # what a count may have before its decimals


class WeeksForm(forms.Form):
    """Counts pasted in, a line a week: the place, the day, the number."""

    weeks = forms.CharField(
        label=_("What was counted"),
        help_text=_(
            "A line each: Saltmarsh Quay, 2026-05-04, 310. Without a place it counts for all. A"
            " period may also read 2026-W19, 2026-05, Q2 2026 or 2026."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=200_000,
    )

    def clean_weeks(self) -> list[tuple[str, date, Decimal | None]]:
        rows: list[tuple[str, date, Decimal | None]] = []
        text = self.cleaned_data["weeks"]
        delimiter = "\t" if "\t" in text else (";" if ";" in text else ",")
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            if not any(cell.strip() for cell in cells):
                continue
            try:
                if len(cells) == 2:  # a house that counts in one place need not name it
                    cells = [str(_("Everywhere")), *cells]
                place, day, value = (cell.strip() for cell in cells)
                counted = Decimal(value) if value else None
                if counted is not None and not abs(counted) < TOO_LARGE:  # nor what is no number
                    raise ValueError
                ask_for_something_to_read(place)
                period = read_period(day)
                if period is None:
                    raise ValueError
                rows.append((place[:120], period.day, counted))
            except (ValueError, InvalidOperation):
                raise forms.ValidationError(
                    _(
                        "Line %(number)d can’t be read. Write a place, a day such as 2026-05-04"
                        " and a number."
                    ),
                    params={"number": number},
                ) from None
        return rows
