from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.markdown import as_text
from headwater.library.models.pieces import Piece, PieceQuerySet, has_words


class ArticleQuerySet(PieceQuerySet["Article"]):
    def latest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def ours(self) -> Self:
        return self.filter(place=Article.Place.HERE)

    def placed(self) -> Self:
        """What stands in other people's pages and papers."""
        return self.exclude(place=Article.Place.HERE)


class Article(Piece):
    """Longer than a minute: here, on somebody else's site, or in print with its reach."""

    class Place(models.TextChoices):
        HERE = "here", _("Here")
        ELSEWHERE = "elsewhere", _("On another site")
        PRINT = "print", _("In print")

    class Grade(models.TextChoices):
        MEASURED = "measured", _("counted by us")
        REPORTED = "self-reported", _("as the outlet says")
        MODELLED = "modelled", _("estimated")

    summary = models.CharField(_("in one or two sentences"), max_length=300)
    is_how_to = models.BooleanField(_("it tells people how to do something"), default=False)
    do = models.TextField(_("do"), max_length=1000, blank=True)
    dont = models.TextField(_("don’t"), max_length=1000, blank=True)
    place = models.CharField(_("where"), max_length=10, choices=Place, default=Place.HERE)
    outlet = models.CharField(_("whose site or paper"), max_length=200, blank=True)
    url = models.URLField(_("its address there"), max_length=500, blank=True)
    placed_on = models.DateField(_("the day it came out there"), null=True, blank=True)
    reach = models.PositiveIntegerField(_("readers it reached"), null=True, blank=True)
    reach_grade = models.CharField(
        _("how we know"), max_length=15, choices=Grade, default=Grade.REPORTED
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_how_to=False) | Q(has_words("dont")),
                name="a_how_to_article_has_its_dont",
            ),
            models.CheckConstraint(
                condition=Q(place="here") | Q(has_words("outlet")),
                name="an_article_elsewhere_names_its_outlet",
            ),
            models.CheckConstraint(
                condition=Q(reach=None) | ~Q(place="here"),
                name="reach_is_of_articles_placed_elsewhere",
            ),
        ]

    @property
    def preview(self) -> str:
        return self.summary

    def searched(self) -> Iterable[str]:
        texts = [self.summary, as_text(self.body), as_text(self.do), as_text(self.dont)]
        return [self.title, *texts, self.outlet, self.need_name]

    def fill_keys(self) -> None:
        super().fill_keys()
        if self.is_how_to and not self.dont.strip():
            raise Refused(_("Every how-to has its don’t. Write one, with its reason."))
        if self.place != self.Place.HERE and not self.outlet.strip():
            raise Refused(_("Say whose site or paper it stands in."))

    def neighbours(self, at: datetime) -> tuple[Article | None, Article | None]:
        """The article that came out before this one and the one after."""
        if self.published_at is None:
            return None, None
        here = Article.objects.published(at).for_reader(self.language)
        older = here.filter(published_at__lt=self.published_at).latest_first()
        newer = here.filter(published_at__gt=self.published_at).order_by("published_at", "pk")
        return older.first(), newer.first()
