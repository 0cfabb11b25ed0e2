"""Sign-in by e-mailed code, as allauth does it, with our words and without telling who is known."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context as current
from allauth.core import ratelimit
from django import forms
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from headwater.kit.names import email_key
from headwater.people.models import House, Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mailed code alone; nobody makes an account by themselves."""

    def is_open_for_signup(self, request: object) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only codes are sent, and only to people we know: an unknown address gets nothing."""
        if template_prefix != "account/email/login_code":
            return
        context = {**context, "house": House.current()}
        text = render_to_string("people/mail/sign_in_code.txt", context)
        subject, _blank, body = text.partition("\n")
        EmailMessage(subject.removeprefix("Subject: ").strip(), body.strip(), to=[email]).send()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages say it themselves."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        person = request.user
        is_staff = isinstance(person, Person) and person.is_staff and not person.is_partner
        return "/studio/" if is_staff else "/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/sign-in/"


class AddressForm(RequestLoginCodeForm):  # type: ignore[misc]
    """The same answer for every address, known or not."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        if not ratelimit.consume(
            current.request, action="request_login_code", key=email_key(address)
        ):
            raise forms.ValidationError(
                _("That is enough codes for now. Wait a few minutes, then ask again.")
            )
        known = Person.objects.with_email(address).filter(is_active=True, suspended_at=None)
        self._user = known.first()
        return address


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code as it came, in capitals or not, with the dash or without."""

    code = forms.CharField(
        label=_("The code from our e-mail"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )
