from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from headwater.library.files import check_upload
from headwater.library.models import Article, Category, Comment, Resource, ResourceCode, Tip
from headwater.people.models import House

LOCAL = "%Y-%m-%dT%H:%M"
Piece = Tip | Article | Resource


class FindForm(forms.Form):
    """What a reader narrows a list by. Anything it doesn't understand narrows nothing."""

    q = forms.CharField(required=False, max_length=200)
    subject = forms.ModelChoiceField(Category.objects.all(), to_field_name="slug", required=False)
    tag = forms.CharField(required=False, max_length=80)
    month = forms.DateField(input_formats=["%Y-%m"], required=False)

    def narrowed(self, rows: Any, house: House) -> Any:
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("subject"):
            rows = rows.filter(category=asked["subject"])
        if asked.get("tag"):
            rows = rows.filter(tags__slug=asked["tag"])
        if asked.get("month"):
            rows = rows.in_month(asked["month"], house.zone)
        return rows.search(asked["q"]) if asked.get("q") else rows


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Resource code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={"required": _("Write the code as it stands on the slide.")},
    )


class EvidenceForm(forms.Form):
    url = forms.URLField(
        label=_("Where can it be seen?"),
        help_text=_("The address of your post or page. Only staff see it, to learn from."),
        max_length=500,
    )


class CommentForm(forms.ModelForm):
    """A comment under a tip. `website` is for machines: people don't see it."""

    website = forms.CharField(required=False, max_length=400)
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    class Meta:
        model = Comment
        fields = ["name", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}

    @property
    def is_by_a_machine(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class PieceForm(forms.ModelForm):
    """What all pieces ask for. Tags and the need are written as words."""

    tag_words = forms.CharField(
        label=_("Tags"), required=False, max_length=400, help_text=_("With commas between them.")
    )
    need_name = forms.CharField(
        label=_("The need it answers"),
        required=False,
        max_length=200,
        help_text=_("As partners put it, such as “Photos with the phone I have”."),
        widget=forms.TextInput(attrs={"list": "needs"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["tag_words"] = ", ".join(tag.name for tag in self.instance.tags.all())
        else:
            self.initial.setdefault("language", House.current().language)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        name = data.get("need_name", "")
        self.instance.need_slug = known_needs().get(name) or slugify(name)[:80]
        return data


def known_needs() -> dict[str, str]:
    """The needs that pieces answer so far: name to slug."""
    found: dict[str, str] = {}
    for model in (Tip, Article, Resource):
        rows: QuerySet[Any, Any] = model.objects.exclude(need_slug="").order_by("need_name")
        found |= dict(rows.values_list("need_name", "need_slug").distinct())
    return found


class TipForm(PieceForm):
    class Meta:
        model = Tip
        fields = [
            "title", "idea", "body", "action", "do", "dont", "insight", "number", "category",
            "need_name", "language", "translation_of", "byline",
        ]  # fmt: skip
        widgets = {
            "idea": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 9}),
            "action": forms.Textarea(attrs={"rows": 2}),
            "do": forms.Textarea(attrs={"rows": 3}),
            "dont": forms.Textarea(attrs={"rows": 3}),
            "insight": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "idea": _("One thought and its why."),
            "body": _("Plain text or Markdown. It counts towards the minute."),
            "action": _("One thing to do this week."),
            "do": _("What to do, as a line or a list."),
            "dont": _("What not to do, and always why."),
            "insight": _("For our side: what to look for. Partners never see it."),
            "byline": _("Whoever wrote it, or whose idea it was."),
            "translation_of": _("If it says the same as another tip in another language."),
        }
        error_messages = {
            "dont": {"required": _("Every how-to has its don’t. Write one, with its reason.")},
            "do": {"required": _("Say what to do, at the same length as the don’t.")},
        }


class ArticleForm(PieceForm):
    class Meta:
        model = Article
        fields = [
            "title", "summary", "body", "is_how_to", "do", "dont", "category", "need_name",
            "byline", "language", "place", "outlet", "url", "placed_on", "reach", "reach_grade",
        ]  # fmt: skip
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16}),
            "do": forms.Textarea(attrs={"rows": 3}),
            "dont": forms.Textarea(attrs={"rows": 3}),
            "placed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "summary": _("It stands in lists and when somebody shares the page."),
            "body": _("Plain text or Markdown."),
            "dont": _("A how-to needs one, with its reason."),
            "reach": _("How many people read it there, as far as anybody knows."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("is_how_to") and not str(data.get("dont", "")).strip():
            self.add_error("dont", _("Every how-to has its don’t. Write one, with its reason."))
        if data.get("place") != Article.Place.HERE and not str(data.get("outlet", "")).strip():
            self.add_error("outlet", _("Say whose site or paper it stands in."))
        if data.get("place") == Article.Place.HERE:
            data["reach"] = None
        return data


class ResourceForm(PieceForm):
    class Meta:
        model = Resource
        fields = [
            "title", "kind", "summary", "file", "body", "dont", "minutes", "is_bonus",
            "category", "need_name", "language",
        ]  # fmt: skip
        widgets = {
            "body": forms.Textarea(attrs={"rows": 12}),
            "dont": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "file": _("PDF, pictures, text, spreadsheets and slides, up to 20 MB."),
            "body": _("Or write it here in Markdown. With a file, this describes it."),
            "dont": _("A guide needs one, with its reason."),
            "is_bonus": _("Then it is found by opening a code, and not in the toolkit."),
        }

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile):
            self.instance.file_name, self.instance.file_size = check_upload(file)
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == Resource.Kind.GUIDE and not str(data.get("dont", "")).strip():
            self.add_error("dont", _("Every how-to has its don’t. Write one, with its reason."))
        if not data.get("file") and not str(data.get("body", "")).strip():
            self.add_error("body", _("Give it a file, or write its text here."))
        return data


class PublishForm(forms.Form):
    """Now, or by itself at a moment of the house's own clock."""

    on = forms.DateTimeField(
        label=_("Or by itself at"),
        required=False,
        input_formats=[LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
    )

    def clean_on(self) -> datetime | None:
        moment = self.cleaned_data.get("on")
        return moment.replace(tzinfo=House.current().zone) if moment else None


class ResourceCodeForm(forms.ModelForm):
    expires_at = forms.DateTimeField(
        label=_("Works until"),
        required=False,
        input_formats=[LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
    )
    opens = forms.ModelMultipleChoiceField(
        Resource.objects.all(),
        label=_("What it opens"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = ResourceCode
        fields = [
            "code", "hint", "expires_at", "uses_allowed", "event_id", "event_title",
            "counts_as_attendance",
        ]  # fmt: skip
        help_texts = {
            "code": _("Leave it empty and we make one. Small and capital letters are the same."),
            "hint": _("Such as: on the last slide of the seminar about writing."),
            "uses_allowed": _("Leave empty where there is no limit."),
            "event_id": _("If it goes with an event. It stands in the event’s address."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        self.fields["event_title"].label = _("Name of the event")
        opens = self.fields["opens"]
        assert isinstance(opens, forms.ModelMultipleChoiceField)
        opens.queryset = Resource.objects.bonus().order_by("title")
        if self.instance.pk:
            self.initial["opens"] = list(self.instance.resources.values_list("pk", flat=True))
            if self.instance.expires_at:
                local = self.instance.expires_at.astimezone(House.current().zone)
                self.initial["expires_at"] = local.strftime(LOCAL)

    def clean_expires_at(self) -> datetime | None:
        moment = self.cleaned_data.get("expires_at")
        return moment.replace(tzinfo=House.current().zone) if moment else None


class CategoryForm(forms.ModelForm):
    class Meta:
        model = Category
        fields = ["name", "slug", "position"]
