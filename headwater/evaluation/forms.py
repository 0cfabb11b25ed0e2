from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.evaluation.models import Arm, Debrief, Trial
from headwater.people.models import Person
from headwater.programme.models import Campaign
from headwater.ui.list_files import ListFileField


class DebriefForm(forms.ModelForm):
    partner_email = forms.EmailField(
        label=_("The partner whose words these are"),
        help_text=_("Leave empty for your own debrief."),
        required=False,
    )

    class Meta:
        model = Debrief
        fields = ["went_well", "differently"]
        widgets = {
            "went_well": forms.Textarea(attrs={"rows": 2}),
            "differently": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_partner_email(self) -> Person | None:
        address = self.cleaned_data["partner_email"]
        if not address:
            return None
        person = Person.objects.with_email(address).filter(is_partner=True).first()
        if person is None:
            raise forms.ValidationError(_("No partner here has this address."))
        return person


class TrialFileForm(forms.Form):
    file = ListFileField(
        label=_("The file"),
        help_text=_("CSV or TSV as it comes, up to 200 MB: a row for each way or each person."),
    )


class TrialsForm(forms.Form):
    """What holds for all trials of a file."""

    title = forms.CharField(
        label=_("Title"), max_length=200, required=False,
        help_text=_("For a file that holds one trial. Leave empty where it holds many."),
    )  # fmt: skip
    success = forms.CharField(
        label=_("What one success is"), max_length=120, required=False,
        help_text=_("“followed the link”, “took the insurance”, “visits”"),
    )  # fmt: skip
    varied = forms.ChoiceField(
        label=_("What was varied"), choices=Trial.Varied.choices, initial=Trial.Varied.MESSAGE
    )
    shares = forms.CharField(
        label=_("The split that was promised"), max_length=60, required=False,
        help_text=_("With a row for each person: 1:1, 2:1. Empty means equal."),
    )  # fmt: skip
    campaign = forms.ModelChoiceField(
        label=_("Campaign it belongs to"), queryset=Campaign.objects.none(), required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["campaign"].queryset = Campaign.objects.registered()  # type: ignore[attr-defined]

    @property
    def options(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("title", "success", "varied", "shares")}
        campaign = self.cleaned_data["campaign"]
        return {**said, "campaign_id": campaign.pk if campaign else None}


class TrialForm(forms.ModelForm):
    class Meta:
        model = Trial
        fields = ["title", "success", "varied", "campaign", "worth"]

    def __init__(self, *args: Any, arms: list[Arm], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["campaign"].queryset = Campaign.objects.registered()  # type: ignore[attr-defined]
        for arm in arms:
            self.fields[f"cost_{arm.position}"] = forms.DecimalField(
                label=_("Cost for one person: %(arm)s") % {"arm": arm.label[:80]},
                required=False, min_value=0, max_digits=12, decimal_places=4, initial=arm.cost,
            )  # fmt: skip

    @property
    def costs(self) -> dict[int, Any]:
        return {
            int(name.removeprefix("cost_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("cost_")
        }

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class DecisionForm(forms.Form):
    """What to do next time: some of what the verdict suggests, or in one's own words."""

    chosen = forms.MultipleChoiceField(
        label=_("What the verdict suggests"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label=_("In your own words"), max_length=300, required=False)

    def __init__(self, *args: Any, suggested: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(text, text) for text in suggested]
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["chosen"]

    def texts(self) -> list[str]:
        own = self.cleaned_data["text"].strip()
        return [*self.cleaned_data.get("chosen", []), *([own] if own else [])]


class BoardLinkForm(forms.Form):
    name = forms.CharField(
        label=_("Who it is for"), max_length=100,
        help_text=_("“The board, May”. Only staff see this."),
    )  # fmt: skip
    last_day = forms.DateField(
        label=_("Its last day"),
        help_text=_("After it the link opens nothing. A year at most."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
