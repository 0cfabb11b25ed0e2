from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.mail.models import OutgoingServer
from headwater.people.models import House


class AddressForm(forms.Form):
    """What stands on every letter."""

    public_url = forms.URLField(
        label=_("Public address"), max_length=200, assume_scheme="https",
        help_text=_("Where partners find this site. Links in letters begin with it."),
    )  # fmt: skip
    from_email = forms.EmailField(label=_("Letters come from"))
    reply_to = forms.EmailField(
        label=_("Answers go to"), required=False, help_text=_("An address that a person reads.")
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        max_length=300,
        help_text=_("Stands at the foot of every letter."),
    )

    @classmethod
    def of(cls, house: House) -> dict[str, str]:
        return {name: getattr(house, name) for name in cls.base_fields}


class ServerForm(forms.Form):
    host = forms.CharField(label=_("Mail server"), max_length=255)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=_("Encryption"), choices=OutgoingServer.Security.choices)
    user = forms.CharField(label=_("User name"), max_length=254, required=False)
    password = forms.CharField(
        label=_("Password"), max_length=500, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Left empty, the one we have stays. It is kept sealed, and never shown."),
    )  # fmt: skip
    per_minute = forms.IntegerField(
        label=_("Most letters a minute"), required=False, min_value=1, max_value=1_000_000,
        help_text=_("Where your mail service sets a pace. We stay under it."),
    )  # fmt: skip

    @staticmethod
    def of(row: OutgoingServer | None) -> dict[str, Any]:
        if row is None:
            return {}
        names = ("host", "port", "security", "user", "per_minute")
        return {name: getattr(row, name) for name in names}
