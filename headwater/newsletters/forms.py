from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.events.models import Event
from headwater.library.models import Tip
from headwater.newsletters.blocks import stories_to_choose
from headwater.newsletters.models import Issue, Newsletter
from headwater.partners.models import Segment


class SubscribeForm(forms.Form):
    first_name = forms.CharField(
        label=_("First name"), max_length=150, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )  # fmt: skip
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    website = forms.CharField(  # people don't see it; machines fill it
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )
    newsletter = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    source = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)


class EnvelopeForm(forms.Form):
    title = forms.CharField(
        label=_("Subject"), max_length=200, required=False,
        help_text=_("Phones show about 40 characters."),
    )  # fmt: skip
    preheader = forms.CharField(
        label=_("First line in the inbox"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    from_name = forms.CharField(label=_("From"), max_length=120, required=False)
    segment = forms.ModelChoiceField(
        label=_("Who gets it"), queryset=Segment.objects.all(), required=False,
        empty_label=_("Every reader of this newsletter"),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("Also stands in the web archive"), required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )  # fmt: skip

    @classmethod
    def of(cls, issue: Issue) -> dict[str, Any]:
        return {name: getattr(issue, name) for name in cls.base_fields}


class WhenForm(forms.Form):
    """When it goes. The empty field means: as soon as it may, which is in ten minutes."""

    send_at = forms.DateTimeField(
        label=_("When"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Leave it empty to send in ten minutes. Until then you can take it back."),
    )  # fmt: skip


class NewIssueForm(forms.Form):
    newsletter = forms.ModelChoiceField(
        label=_("Newsletter"), queryset=Newsletter.objects.filter(ended_at=None), empty_label=None
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Issue.Kind.choices)
    title = forms.CharField(label=_("Subject"), max_length=200, required=False)


class NewsletterForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    promise = forms.CharField(
        label=_("What readers get, and how often"), max_length=300, required=False
    )


class PartForm(forms.Form):
    """One part of an issue. Which fields there are depends on its kind."""

    heading = forms.CharField(label=_("Heading"), max_length=200, required=False)
    body = forms.CharField(
        label=_("Words"), max_length=10_000, required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Markdown. [[greeting]] becomes the reader’s name."),
    )  # fmt: skip
    link_label = forms.CharField(label=_("Words of the link"), max_length=100, required=False)
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")

    def block(self, kind: str, before: dict[str, Any]) -> dict[str, Any]:
        values = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return {
            **before,
            "kind": kind,
            **{k: v if isinstance(v, str) else "" for k, v in values.items()},
        }


class TipPartForm(PartForm):
    ref = forms.ChoiceField(label=_("Tip"), required=False)
    link = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tips = Tip.objects.order_by("-number").values_list("slug", "number", "title")[:200]
        choices = [(slug, f"{number}. {title}") for slug, number, title in tips]
        self.fields["ref"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        self.order_fields(["ref"])


class EventPartForm(PartForm):
    ref = forms.ChoiceField(label=_("Event"), required=False)
    link = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = Event.objects.filter(cancelled_at=None).order_by("-starts_at")[:100]
        choices = [(event.slug, f"{event.title}, {event.local_start:%d.%m.%Y}") for event in events]
        self.fields["ref"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        self.order_fields(["ref"])


class StoryPartForm(PartForm):
    ref = forms.ChoiceField(
        label=_("Story"), required=False, help_text=_("Only those whose person has said yes.")
    )
    body = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(s.pk), f"{s.person.name}: {s.words[:60]}") for s in stories_to_choose()[:100]
        ]
        self.fields["ref"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        self.order_fields(["ref"])


class PicturePartForm(PartForm):
    file = forms.FileField(label=_("Picture"), required=False, help_text=_("JPEG or PNG."))
    alt = forms.CharField(
        label=_("What is in the picture"), max_length=300, required=False,
        help_text=_("For readers who can’t see it. Without it the issue can’t be sent."),
    )  # fmt: skip
    body = None  # type: ignore[assignment]
    link_label = None  # type: ignore[assignment]
    field_order = ["file", "alt", "heading", "link"]


PART_FORMS: dict[str, type[PartForm]] = {
    "text": PartForm,
    "tip": TipPartForm,
    "event": EventPartForm,
    "story": StoryPartForm,
    "picture": PicturePartForm,
}
