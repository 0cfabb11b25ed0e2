"""What tips, articles and resources share: an address, a subject, a day, being found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length, Trim, TruncMonth
from django.db.models.lookups import GreaterThan
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.markdown import as_text
from headwater.kit.names import random_code
from headwater.ledger.models import record_staff
from headwater.library import searching, verbs
from headwater.library.reading_time import seconds_for, words_in
from headwater.people.models import Person


class Category(models.Model):
    """A subject that readers choose from: few, and in the order staff gave them."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, words: str | Iterable[str]) -> list[Self]:
        """The tags of a line with commas, made where they are new; two spellings are one tag."""
        names = words.split(",") if isinstance(words, str) else words
        wanted = {slugify(name, allow_unicode=True)[:80]: name.strip()[:80] for name in names}
        wanted.pop("", None)
        cls.objects.bulk_create(
            [cls(slug=slug, name=name) for slug, name in wanted.items()], ignore_conflicts=True
        )
        return list(cls.objects.filter(slug__in=wanted))


P = TypeVar("P", bound="Piece")


class PieceQuerySet(models.QuerySet[P, P]):
    def published(self, at: datetime) -> Self:
        return self.filter(published_at__lte=at)

    def scheduled(self, at: datetime) -> Self:
        return self.filter(published_at__gt=at)

    def visible_to(self, person: Any, at: datetime) -> Self:
        """Staff see drafts too; everybody else what has been published."""
        return self if getattr(person, "is_staff", False) else self.published(at)

    def for_reader(self, language: str) -> Self:
        """Each piece once: in the reader's language where there is one, else as first written."""
        translated = self.model._default_manager.filter(
            translation_of=OuterRef("pk"), language=language
        )
        return self.filter(Q(language=language) | Q(translation_of=None) & ~Exists(translated))

    def on_need(self, slug: str) -> Self:
        return self.filter(need_slug=slug)

    def in_month(self, month: date, zone: tzinfo) -> Self:
        start = datetime(month.year, month.month, 1, tzinfo=zone)
        after = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=zone)
        return self.filter(published_at__gte=start, published_at__lt=after)

    def months(self, zone: tzinfo) -> Any:
        """The months something was published in, newest first, each with how much."""
        month = TruncMonth("published_at", tzinfo=zone)
        return (
            self.exclude(published_at=None)
            .order_by()
            .annotate(month=month)
            .values("month")
            .annotate(pieces=models.Count("pk"))
            .order_by("-month")
        )

    def search(self, words: str) -> Self:
        """Pieces with all of these words, or words that begin so, nearest first."""
        return searching.search(self, words)  # type: ignore[return-value]


class Piece(models.Model):
    """Something to read or to use. Its search text is worked out when it is kept."""

    slug = models.SlugField(_("address"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("text"), max_length=60_000, blank=True)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, verbose_name=_("subject")
    )
    tags = models.ManyToManyField(Tag, blank=True)
    need_slug = models.SlugField(max_length=80, blank=True, db_index=True)
    need_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=20, default="en-gb")
    translation_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="translations"
    )
    byline = models.CharField(_("written by"), max_length=160, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    search_text = models.TextField(editable=False, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def is_out(self, at: datetime) -> bool:
        return self.published_at is not None and self.published_at <= at

    def is_scheduled(self, at: datetime) -> bool:
        return self.published_at is not None and self.published_at > at

    @property
    def preview(self) -> str:
        """Plain words for lists, feeds and social previews."""
        return " ".join(as_text(self.body).split())[:200]

    @property
    def reading_seconds(self) -> int:
        return seconds_for(words_in(self.body))

    def searched(self) -> Iterable[str]:
        """The fields that search looks into."""
        return [self.title, as_text(self.body), self.need_name]

    def fill_keys(self) -> None:
        """Work out the columns that search and limits use. Every writer of pieces calls it."""
        self.search_text = searching.folded(*self.searched())
        if not self.slug:
            self.slug = self._free_slug()

    def _free_slug(self) -> str:
        slug = slugify(self.title)[:110].strip("-") or random_code(8)
        taken = type(self)._default_manager.filter(slug=slug).exists()
        return f"{slug}-{random_code(4)}" if taken else slug

    @transaction.atomic
    def keep(
        self, *, actor: Person | None, at: datetime, fields: Iterable[str] = (), tags: Any = None
    ) -> None:
        """Store what staff wrote, and that they did."""
        self.created_at = self.created_at or at
        self.fill_keys()
        self.save()
        if tags is not None:
            self.tags.set(Tag.named(tags))
        record_staff(verbs.STAFF_CHANGED, actor=actor, subject=self, at=at, fields=fields)

    @transaction.atomic
    def publish(self, *, actor: Person | None, at: datetime, on: datetime | None = None) -> None:
        """Out now, or by itself at a later moment."""
        if on is not None and on < at:
            raise Refused(_("That moment has passed. Choose a later one, or publish now."))
        self.published_at = on or at
        self.save(update_fields=["published_at"])
        record_staff(verbs.STAFF_PUBLISHED, actor=actor, subject=self, at=at)

    @transaction.atomic
    def withdraw(self, *, actor: Person | None, at: datetime) -> None:
        self.published_at = None
        self.save(update_fields=["published_at"])
        record_staff(verbs.STAFF_WITHDRAWN, actor=actor, subject=self, at=at)


def has_words(field: str) -> GreaterThan:
    """A condition for constraints: there is something in this field beside spaces."""
    return GreaterThan(Length(Trim(field)), 0)
