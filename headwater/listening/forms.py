from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from headwater.listening.models import (
    AnswerKind,
    Conversation,
    Need,
    Option,
    Question,
    Response,
    Survey,
)
from headwater.partners.models import Kind, Segment
from headwater.people.models import Person


class AnswerForm(forms.Form):
    """One question of a survey as somebody answers it. Everything may be left out."""

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        if question.has_options:
            options = [(str(option.pk), option.label) for option in question.options.all()]
            self.fields["options"] = forms.MultipleChoiceField(choices=options, required=False)
        if question.kind == AnswerKind.SCALE:
            steps = [(str(number), str(number)) for number in question.scale]
            self.fields["number"] = forms.TypedChoiceField(
                choices=steps, coerce=int, empty_value=None, required=False
            )
        if question.kind == AnswerKind.TEXT or question.has_own_words:
            longest = question.longest if question.kind == AnswerKind.TEXT else 300
            self.fields["text"] = forms.CharField(max_length=longest, required=False)
            self.fields["may_quote"] = forms.BooleanField(required=False)

    @property
    def answer(self) -> dict[str, Any]:
        """What `Reply.answer` takes."""
        data = self.cleaned_data
        chosen = set(data.get("options", []))
        given: dict[str, Any] = {
            "options": [o for o in self.question.options.all() if str(o.pk) in chosen],
            "number": data.get("number"),
            "text": data.get("text", ""),
            "may_quote": data.get("may_quote", False),
        }
        return given

    @property
    def is_empty(self) -> bool:
        return not any(self.answer[key] for key in ("options", "text")) and (
            self.answer["number"] is None
        )


class DraftForm(forms.Form):
    """Where a new survey begins: from a ready one, an earlier one, or an empty page."""

    title = forms.CharField(label=_("Title"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ModelChoiceField(
            Kind.objects.all(),
            label=_("Who is it for"),
            required=False,
            empty_label=_("Every kind of partner"),
            initial=Kind.objects.filter(is_primary=True).first(),
            help_text=_("Those you rely on most are asked first."),
        )


class SurveyForm(forms.ModelForm):
    class Meta:
        model = Survey
        fields = ["title", "intro", "thanks", "minutes", "kind"]
        widgets = {
            "intro": forms.Textarea(attrs={"rows": 3}),
            "thanks": forms.Textarea(attrs={"rows": 2}),
        }


class NamesForm(forms.Form):
    is_anonymous = forms.TypedChoiceField(
        choices=[("no", ""), ("yes", "")], coerce=lambda value: value == "yes"
    )


class OpeningForm(forms.Form):
    closes_on = forms.DateField(
        label=_("Open until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which answers are taken. Without it you close it yourself."),
    )


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = [
            "text", "why", "kind", "at_most", "is_shuffled", "has_own_words", "least", "most",
            "least_label", "most_label", "longest",
        ]  # fmt: skip
        widgets = {"why": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        least, most = data.get("least"), data.get("most")
        if least is not None and most is not None and most <= least:
            self.add_error("most", _("The scale has to rise."))
        longest = data.get("longest")
        if longest is not None and not 1 <= longest <= 2000:
            self.add_error("longest", _("Between 1 and 2,000 characters."))
        return data


class OptionForm(forms.Form):
    label = forms.CharField(label=_("Answer"), max_length=200, required=False)
    hint = forms.CharField(
        label=_("In other words"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("in other words")}),
    )
    need = forms.ModelChoiceField(
        Need.objects.all(), label=_("Need"), required=False, empty_label=_("no need")
    )


class OptionForms(forms.BaseFormSet):
    """The needs to choose from are asked for once, not once a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs = Need.objects.values_list("pk", "name")
        self.needs: list[tuple[Any, Any]] = [("", _("no need")), *needs]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["need"].choices = self.needs  # type: ignore[attr-defined]


OptionFormSet = forms.formset_factory(
    OptionForm, formset=OptionForms, extra=2, max_num=30, validate_max=True
)


def options_of(forms_: Iterable[forms.Form]) -> list[tuple[str, str, Need | None]]:
    """The answers that have words, in the order they stand."""
    rows = [form.cleaned_data for form in forms_]
    return [(row["label"], row["hint"], row["need"]) for row in rows if row.get("label")]


def initial_options(options: Iterable[Option]) -> list[dict[str, Any]]:
    return [{"label": o.label, "hint": o.hint, "need": o.need_id} for o in options]


class AskingForm(forms.Form):
    """Whom to ask: a segment, a kind, or everybody."""

    plain_labels = True
    kind = forms.ModelChoiceField(
        Kind.objects.all(), label=_("Kind"), required=False, empty_label=_("Every kind")
    )
    segment = forms.ModelChoiceField(
        Segment.objects.named(), label=_("Segment"), required=False, empty_label=_("No segment")
    )


class ReminderForm(forms.Form):
    note = forms.CharField(
        label=_("What it says"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Left empty, our own two sentences go. The link is added by itself."),
    )


class ConversationForm(forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Who it was"), to_field_name="public_id"
    )
    channel = forms.ChoiceField(label=_("How"), choices=Conversation.Channel.choices)
    on = forms.DateField(
        label=_("When"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    needs = forms.ModelMultipleChoiceField(
        Need.objects.all(),
        label=_("What would help them"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what they asked for. Each counts as asked."),
    )
    note = forms.CharField(
        label=_("What was said"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They can read it when they ask for their data."),
    )  # fmt: skip
    quote = forms.CharField(label=_("In their own words"), max_length=2000, required=False)
    may_quote = forms.BooleanField(label=_("They said we may quote this"), required=False)

    def __init__(self, people: QuerySet[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class HandsForm(forms.Form):
    title = forms.CharField(label=_("Where it was"), max_length=200)
    held_on = forms.DateField(
        label=_("When"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    present = forms.IntegerField(label=_("People in the room"), min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = list(Need.objects.all())
        for need in self.needs:
            self.fields[f"need-{need.pk}"] = forms.IntegerField(
                label=need.name, min_value=0, max_value=1_000_000, required=False
            )

    @property
    def hands(self) -> dict[Need, int]:
        return {need: self.cleaned_data.get(f"need-{need.pk}") or 0 for need in self.needs}


class ResponseForm(forms.ModelForm):
    class Meta:
        model = Response
        fields = ["title", "text", "url", "is_refusal"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "title": _("“A seminar on 23 May”, or the reason why not."),
            "url": _("A page of ours, such as /events/photos/, or an address with https."),
        }

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        is_ours = url.startswith("/") and not url.startswith("//")
        if url and not is_ours and not url.startswith("https://"):
            raise forms.ValidationError(_("Begin it with / for a page of ours, else with https://"))
        return url


class NeedForm(forms.ModelForm):
    class Meta:
        model = Need
        fields = ["name", "description", "gauge"]
