import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from headwater.discussions.models import Kit
from headwater.discussions.reading import LONGEST
from headwater.people.models import House

LOCAL = "%Y-%m-%dT%H:%M"
STEP = re.compile(r"^\s*(\d{1,6})\s*[:.\-–]?\s+(.+)$")
MOST_STEPS = 60


class KitForm(forms.ModelForm):
    """A conversation as staff prepare it. The time is that of its own place."""

    starts_at = forms.DateTimeField(
        label=_("Starts"),
        required=False,
        input_formats=[LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        help_text=_("Leave it empty to keep a template."),
    )
    step_lines = forms.CharField(
        label=_("Minute by minute"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("One line each, beginning with the minute: 12 Thank three people by name."),
    )

    class Meta:
        model = Kit
        fields = [
            "kind", "title", "question", "network", "group", "link", "hashtag", "host",
            "starts_at", "minutes", "time_zone", "before", "do", "dont", "after", "need_name",
        ]  # fmt: skip
        widgets = {
            "question": forms.Textarea(attrs={"rows": 3}),
            "before": forms.Textarea(attrs={"rows": 3}),
            "do": forms.Textarea(attrs={"rows": 2}),
            "dont": forms.Textarea(attrs={"rows": 2}),
            "after": forms.Textarea(attrs={"rows": 3}),
            "need_name": forms.TextInput(attrs={"list": "needs"}),
        }
        labels = {"need_name": _("The need it answers")}
        help_texts = {
            "question": _("One question that people can answer from their own week."),
            "group": _("The page, group or place where it is held."),
            "dont": _("What the host should leave, and why."),
        }
        error_messages = {
            "dont": {"required": _("Every how-to has its don’t. Write one, with its reason.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("time_zone", House.current().time_zone)
            return
        lines = [f"{step.minute} {step.text}" for step in self.instance.steps.all()]
        self.initial["step_lines"] = "\n".join(lines)
        if self.instance.starts_at:
            local = self.instance.starts_at.astimezone(self.instance.zone)
            self.initial["starts_at"] = local.strftime(LOCAL)

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError(_("Write a time zone such as Europe/London."))
        return zone

    def clean_hashtag(self) -> str:
        words = re.sub(r"[^\w]", "", str(self.cleaned_data.get("hashtag", "")))
        return f"#{words}" if words else ""

    def clean_step_lines(self) -> list[tuple[int, str]]:
        steps: list[tuple[int, str]] = []
        for line in str(self.cleaned_data.get("step_lines", "")).splitlines():
            match = STEP.match(line)
            if match:
                steps.append((int(match[1]), match[2].strip()[:1000]))
            elif line.strip() and steps:
                steps[-1] = (steps[-1][0], f"{steps[-1][1]} {line.strip()}"[:1000])
            elif line.strip():
                raise forms.ValidationError(_("Begin each line with the minute, such as 0 or 12."))
        if len(steps) > MOST_STEPS:
            raise forms.ValidationError(_("Sixty steps are the most that anybody can follow."))
        return sorted(steps)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        starts = data.get("starts_at")
        if isinstance(starts, datetime):
            zone = ZoneInfo(data.get("time_zone") or "UTC")
            data["starts_at"] = starts.replace(tzinfo=zone)
        if not data.get("minutes"):
            self.add_error("minutes", _("Say how long it takes: 60 for an hour."))
        name = data.get("need_name", "")
        if name != self.initial.get("need_name"):
            self.instance.need_slug = known_needs().get(name) or slugify(name)[:80]
        return data


def known_needs() -> dict[str, str]:
    """The needs that kits answer so far: name to slug."""
    rows = Kit.objects.exclude(need_slug="").order_by("need_name")
    return dict(rows.values_list("need_name", "need_slug").distinct())


class TranscriptForm(forms.Form):
    text = forms.CharField(
        label=_("The conversation"),
        max_length=LONGEST * 2,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Paste it as it is. A line such as “Name: words” begins a message."),
        error_messages={"required": _("There is nothing in it yet. Paste the conversation first.")},
    )


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label=_("What came of it"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Ten lines, in Markdown. Quote by name only those who said yes."),
    )
    publish = forms.BooleanField(label=_("Partners may read the summary"), required=False)
    share = forms.BooleanField(
        label=_("Partners may read the conversation too"),
        required=False,
        help_text=_("Only if those who spoke know about it."),
    )
