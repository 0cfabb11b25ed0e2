from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.events.models import Draw, Event, Pulse
from headwater.ui.list_files import ListFileField

LOCAL = "%Y-%m-%dT%H:%M"


def local_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)


class EventForm(forms.ModelForm):
    """An event as staff write it. Times are those of the event's own place."""

    starts_at = forms.DateTimeField(label=_("Starts"), input_formats=[LOCAL], widget=local_input())
    ends_at = forms.DateTimeField(label=_("Ends"), input_formats=[LOCAL], widget=local_input())

    class Meta:
        model = Event
        fields = [
            "title", "kind", "summary", "starts_at", "ends_at", "time_zone", "venue", "online_url",
            "hosts", "bring", "price_note", "places", "need", "body", "running_order", "come_if",
            "not_if", "by_lot", "drawn_on", "lot_number_from", "second_date", "recording_url",
            "slides_url",
        ]  # fmt: skip
        widgets = {
            "drawn_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "running_order": forms.Textarea(attrs={"rows": 5}),
            "come_if": forms.Textarea(attrs={"rows": 3}),
            "not_if": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "summary": _("One sentence: what people leave with."),
            "places": _("Leave empty where there is no limit."),
            "running_order": _("One line each: 9:30 Coffee, and one photo each"),
            "come_if": _("One reason a line."),
            "not_if": _("One reason a line."),
            "body": _("Plain text or Markdown."),
            "by_lot": _(
                "Everyone who asks before the day of the draw has the same chance. Never for what "
                "keeps people safe: that is for everyone at once."
            ),
            "lot_number_from": _("A public number nobody can know before, such as a lottery’s."),
            "second_date": _(
                "The same thing on a later day, with places for all who are not drawn: everyone "
                "gets a date, and is told so before asking."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["starts_at"] = self.instance.local_start.strftime(LOCAL)
            self.initial["ends_at"] = self.instance.local_end.strftime(LOCAL)
        later = Event.objects.filter(cancelled_at=None, by_lot=False).exclude(pk=self.instance.pk)
        second = cast(forms.ModelChoiceField, self.fields["second_date"])
        second.queryset = later.order_by("-starts_at")

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError(_("Write a time zone such as Europe/London."))
        return zone

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        zone = ZoneInfo(data.get("time_zone") or "UTC")
        for name in ("starts_at", "ends_at"):
            if isinstance(data.get(name), datetime):
                data[name] = data[name].replace(tzinfo=zone)
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("It ends before it starts. Choose a later time."))
        if data.get("by_lot") and not data.get("places"):
            self.add_error("places", _("A draw needs a number of places."))
        if data.get("by_lot") and not data.get("drawn_on"):
            self.add_error("drawn_on", _("Say on which day the draw is held."))
        second = data.get("second_date")
        if second and not data.get("by_lot"):
            self.add_error("second_date", _("Only a draw has a second date."))
        elif second and data.get("starts_at") and second.starts_at <= data["starts_at"]:
            self.add_error("second_date", _("The second date comes after the first."))
        return data


class PlaceForm(forms.Form):
    """What a partner may add when asking for a place."""

    to_prepare = forms.CharField(
        label=_("Anything we should get ready?"),
        help_text=_("Access, interpreting, allergies. If you like."),
        required=False,
        max_length=300,
    )


class GuestForm(PlaceForm):
    """The same, for somebody we may not know yet."""

    name = forms.CharField(
        label=_("Your name"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("For the door time and one reminder."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # only machines fill it
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    field_order = ["name", "email", "to_prepare"]


class PulseForm(forms.ModelForm):
    useful = forms.TypedChoiceField(
        label=_("How useful was it to you?"),
        help_text=_("0 is not at all, 10 is very."),
        choices=[(n, str(n)) for n in range(11)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Pulse
        fields = ["useful", "will_do", "may_quote"]
        labels = {"will_do": _("What will you do with it?")}
        widgets = {"will_do": forms.Textarea(attrs={"rows": 3})}


class GuestListForm(forms.Form):
    """A file from a meeting tool, or any list with a column of addresses."""

    file = ListFileField(
        label=_("The file"),
        help_text=_("Zoom, Teams, Meet, Eventbrite or any list as CSV."),
        most_megabytes=20,
        otherwise=_("Take out the columns we don’t need."),
    )


class DrawForm(forms.ModelForm):
    class Meta:
        model = Draw
        fields = ["number"]
        labels = {"number": _("The number, as it was published")}
