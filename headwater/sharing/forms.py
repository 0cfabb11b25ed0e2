from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.partners.models import Kind, Segment
from headwater.programme.models import Campaign
from headwater.safeguards.relationships import CHOICES as RELATIONSHIPS
from headwater.sharing.models import Message
from headwater.sharing.networks import BY_HAND
from headwater.ui.list_files import ListFileField

LOCAL = "%Y-%m-%dT%H:%M"


class LocalMomentField(forms.DateTimeField):
    """A day and an hour on somebody's own clock; the form says whose."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
        super().__init__(widget=widget, input_formats=[LOCAL], **more)
        self.zone: ZoneInfo | None = None

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment is None or self.zone is None:
            return moment
        return moment.replace(tzinfo=self.zone)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo and self.zone:
            return value.astimezone(self.zone).strftime(LOCAL)
        return value


class DraftForm(forms.Form):
    text = forms.CharField(label=_("Your message"), max_length=5000, strip=False)
    relationship = forms.ChoiceField(
        label=_("What is between you and us?"), choices=RELATIONSHIPS, required=False
    )

    def clean_text(self) -> str:
        """Line ends as one character each, as checks and networks count them."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()


class ReminderForm(forms.Form):
    due_at = LocalMomentField(label=_("When"))
    keeps_text = forms.BooleanField(
        label=_("Keep my words with the reminder"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["due_at"].zone = zone  # type: ignore[attr-defined]


class OwnPageForm(forms.Form):
    target = forms.URLField(
        label=_("Your own page"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text=_("Leave it empty to lead to ours."),
    )


class SaidForm(forms.Form):
    network = forms.ChoiceField(label=_("Where"), choices=list(BY_HAND.items()))


class MessageForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=Message.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=160)
    occasion = forms.CharField(label=_("Occasion"), max_length=160, required=False)
    body = forms.CharField(label=_("The message"), max_length=5000, widget=forms.Textarea)
    benefit = forms.CharField(
        label=_("What partners get from it"),
        max_length=300,
        required=False,
        help_text=_("One sentence. It stands above the message."),
    )
    target = forms.URLField(
        label=_("Where the link leads"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        help_text=_("An https page on a domain that was approved in Protect."),
    )
    post_url = forms.URLField(
        label=_("Our post, to repost"), max_length=1000, required=False, assume_scheme="https"
    )
    upload = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    picture_description = forms.CharField(
        label=_("The picture in words"),
        max_length=500,
        required=False,
        help_text=_("For those who can’t see it. Partners copy it along."),
    )
    must_stay = forms.CharField(
        label=_("Words that have to stay"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line: facts and what the law asks for. The rest is theirs."),
    )
    relationship = forms.ChoiceField(
        label=_("What stands between whoever shares it and us"),
        choices=RELATIONSHIPS,
        required=False,
    )
    starts_at = LocalMomentField(label=_("From"), required=False)
    expires_at = LocalMomentField(label=_("Until"), required=False)
    embargo_until = LocalMomentField(label=_("Not to be shared before"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of partner"), required=False, widget=forms.CheckboxSelectMultiple
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.none(), required=False, empty_label=_("All")
    )
    short = forms.CharField(
        label=_("A shorter way to say it"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Offered where room is short, such as on X and Bluesky."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = [(kind.slug, kind.plural) for kind in Kind.objects.all()]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
        self.fields["segment"].queryset = Segment.objects.named()  # type: ignore[attr-defined]
        for name in ("starts_at", "expires_at", "embargo_until"):
            self.fields[name].zone = zone  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()

    def clean_must_stay(self) -> list[str]:
        lines = str(self.cleaned_data["must_stay"]).splitlines()
        return [line.strip() for line in lines if line.strip()]

    def clean_picture_description(self) -> str:
        words = str(self.cleaned_data["picture_description"]).strip()
        if self.cleaned_data.get("upload") and not words:
            raise forms.ValidationError(_("Describe the picture in a sentence."))
        return words

    @classmethod
    def shown(cls, message: Message) -> dict[str, Any]:
        """A message as the form shows it; its shorter words come with it as `shorter`."""
        names = [name for name in cls.base_fields if name not in {"upload", "must_stay", "short"}]
        values = {name: getattr(message, name) for name in names}
        return {
            **values,
            "must_stay": "\n".join(message.must_stay),
            "short": getattr(message, "shorter", None) or "",
        }


class ConversionsForm(forms.Form):
    file = ListFileField(
        label=_("The list"),
        help_text=_("CSV with the columns code, at, id, and value where there is one."),
        most_megabytes=5,
        otherwise=_("Bring it in month by month."),
    )
    only_try = forms.BooleanField(label=_("Only try it: keep nothing"), required=False)


class RecallForm(forms.Form):
    reason = forms.CharField(label=_("What is wrong with it"), max_length=500)
    correction = forms.CharField(label=_("What is right"), max_length=500, required=False)
    target = forms.URLField(
        label=_("Where its links lead from now on"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        help_text=_("Empty: whoever follows one reads that it was called back, and what is right."),
    )


class WaysForm(forms.Form):
    """Other ways to say a message; the first is the message itself."""

    second = forms.CharField(
        label=_("Another way to say it"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Change one thing: how it begins, what is asked, how long it is."),
    )  # fmt: skip
    third = forms.CharField(
        label=_("A third"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Each further way needs as many partners again."),
    )  # fmt: skip
    fourth = forms.CharField(
        label=_("A fourth"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    number = forms.CharField(
        label=_("The number for the draw"), max_length=100,
        help_text=_("One that nobody knew before, such as last Saturday’s lottery numbers."),
    )  # fmt: skip
    campaign = forms.ModelChoiceField(
        label=_("Campaign it belongs to"), queryset=Campaign.objects.none(), required=False
    )
    is_harmless = forms.BooleanField(
        label=_("Nobody’s safety or health hangs on these words"), required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["campaign"].queryset = Campaign.objects.registered()  # type: ignore[attr-defined]

    @property
    def draw(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "words": [said[name].replace("\r\n", "\n") for name in ("second", "third", "fourth")],
            "number": said["number"],
            "campaign": said["campaign"],
            "is_about_safety": not said["is_harmless"],
        }
