from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.evaluation.models import Debrief
from headwater.people.models import Person


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
