from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.capacity.models import Item, MessageToRecall
from headwater.capacity.models.check_ins import LONGEST_WORDS
from headwater.partners.models import Kind, Segment


class AnswerForm(forms.Form):
    """One question of a check-in: the place of the answer chosen, or words."""

    option = forms.IntegerField(min_value=0, max_value=20, required=False)
    words = forms.CharField(max_length=LONGEST_WORDS, required=False)


class AskingForm(forms.Form):
    plain_labels = True
    kind = forms.ModelChoiceField(
        Kind.objects.all(), label=_("Kind"), required=False, empty_label=_("Every kind")
    )
    segment = forms.ModelChoiceField(
        Segment.objects.named(), label=_("Segment"), required=False, empty_label=_("No segment")
    )


class ItemForm(forms.ModelForm):
    class Meta:
        model = Item
        fields = ["prompt", "is_active"]
        help_texts = {"prompt": _("{organisation} stands for our name, {message} for the message.")}


class MessageForm(forms.ModelForm):
    """What people may recall. Keywords stand one a line."""

    words = forms.CharField(
        label=_("Words that give it away"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One word or phrase a line. Free answers that hold one count as knowing it; "
                    "the beginning of a word is enough."),
    )  # fmt: skip

    class Meta:
        model = MessageToRecall
        fields = ["title", "text", "about", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].initial = "\n".join(self.instance.keywords)

    def clean_words(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["words"].splitlines() if word.strip()]
