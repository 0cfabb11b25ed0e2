"""Gathers what stands together on a page: subjects with their counts, and shelves by need."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count

from headwater.library.forms import FindForm
from headwater.library.models import Article, Category, Resource, Tip, TipDone
from headwater.people.models import House, Person

AT_FIRST = 5  # what fits a phone; the rest opens on demand


@dataclass(frozen=True)
class Piece:
    """One thing on a shelf, and which of the three kinds it is."""

    kind: str
    thing: Tip | Article | Resource


@dataclass
class Shelf:
    """What answers one need, with how much of it this person has done."""

    slug: str
    name: str
    tips: list[Tip] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    done: int = 0
    is_wished: bool = False

    @property
    def is_finished(self) -> bool:
        return self.done >= len(self.tips)

    @property
    def pieces(self) -> list[Piece]:
        return [
            *(Piece("tip", tip) for tip in self.tips),
            *(Piece("resource", resource) for resource in self.resources),
            *(Piece("article", article) for article in self.articles),
        ]

    @property
    def first(self) -> list[Piece]:
        return self.pieces[:AT_FIRST]

    @property
    def others(self) -> list[Piece]:
        return self.pieces[AT_FIRST:]


def subjects(rows: Any) -> dict[str, Any]:
    """The subjects that rows stand under, each with how many, and how many there are in all."""
    counted = dict(rows.order_by().values_list("category").annotate(n=Count("pk", distinct=True)))
    named = [c for c in Category.objects.all() if c.pk in counted]
    return {
        "subjects": [(category, counted[category.pk]) for category in named],
        "all_count": sum(counted.values()),
    }


def for_learning(
    person: Person,
    form: FindForm,
    at: datetime,
    house: House,
    *,
    wished: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Everything on the Learn page, in four questions to the database."""
    language = person.language or house.language

    def found(rows: Any) -> Any:
        return _readable(form.narrowed(rows.published(at).for_reader(language), house))

    tips = list(found(Tip.objects.all()))
    articles = found(Article.objects.all())
    resources = found(Resource.objects.within_reach(person, at))
    done = dict(TipDone.objects.filter(person=person).values_list("tip", "at"))
    for tip in tips:
        tip.done_at = done.get(tip.pk)
    newest = sorted(tips, key=lambda tip: tip.published_at or at, reverse=True)
    return {
        "shelves": shelves(tips, articles, resources, done, wished),
        "newest": newest[:6],
        "did": sorted(
            (tip for tip in tips if tip.pk in done), key=lambda tip: done[tip.pk], reverse=True
        ),
        "tip_count": len(tips),
        "done_count": len(done),
    }


def shelves(
    tips: Iterable[Tip],
    articles: Iterable[Article],
    resources: Iterable[Resource],
    done: dict[int, datetime],
    wished: frozenset[str],
) -> list[Shelf]:
    """One shelf a need: first what this person asked for, then those with something left to do,
    the fullest first."""
    found: dict[str, Shelf] = {}

    def on(piece: Tip | Article | Resource) -> Shelf:
        return found.setdefault(piece.need_slug, Shelf(piece.need_slug, piece.need_name))

    for tip in tips:
        on(tip).tips.append(tip)
        on(tip).done += tip.pk in done
    for article in articles:
        on(article).articles.append(article)
    for resource in resources:
        on(resource).resources.append(resource)
    for shelf in found.values():
        shelf.tips.sort(key=lambda tip: tip.pk in done)
        shelf.is_wished = shelf.slug in wished
    return sorted(
        found.values(),
        key=lambda shelf: (not shelf.is_wished, shelf.is_finished, -len(shelf.tips), shelf.name),
    )


def _readable(rows: Any) -> Any:
    unshown = ["insight"] if rows.model is Tip else []
    return rows.defer("search_text", "body", *unshown)
