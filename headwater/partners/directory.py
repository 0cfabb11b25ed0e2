"""The directory as staff look through it: who is shown, in which order, page by page, as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from headwater.kit.names import email_key, name_key
from headwater.kit.spreadsheets import line
from headwater.ledger.models import Entry
from headwater.partners import verbs
from headwater.partners.models import Belonging, Kind, Segment, matching
from headwater.people.models import Person, Position

PAGE = 25


@dataclass(frozen=True)
class Leaf:
    """One page of the directory. The next begins after the last one shown, not at a count."""

    people: list[Person]
    after: int | None
    is_first: bool


def find(
    at: datetime, *, kind: str = "", segment: Segment | None = None, tag: str = "", words: str = ""
) -> QuerySet[Person]:
    """The partners that fit what was asked, newest first."""
    people = segment.people(at) if segment else Person.objects.partners()
    rule: dict[str, Any] = {"kinds": [kind] if kind else [], "tags": [tag] if tag else []}
    if kind or tag:
        people = people.filter(pk__in=matching(rule, at).values("pk"))
    if words:
        named = Q(name_key__contains=name_key(words)) if name_key(words) else Q(name=words)
        people = people.filter(named | Q(email_key=email_key(words)))
    return people.order_by("-pk")


def leaf(people: QuerySet[Person], *, after: int | None) -> Leaf:
    """One page by key, as fast at the millionth partner as at the first."""
    rows = people.filter(pk__lt=after) if after else people
    shown = list(rows[: PAGE + 1])
    more = len(shown) > PAGE
    shown = shown[:PAGE]
    return Leaf(shown, shown[-1].pk if more else None, is_first=after is None)


def dress(people: list[Person]) -> None:
    """Put beside each partner of a page what the list shows: kinds, organisation, last deed."""
    ids = [person.pk for person in people]
    kinds: dict[int, list[str]] = {}
    for belonging in Belonging.objects.filter(person__in=ids).select_related("kind"):
        kinds.setdefault(belonging.person_id, []).append(belonging.kind.name)
    places = Position.objects.filter(person__in=ids, ended_at=None).select_related("organisation")
    works_at = {place.person_id: place.organisation for place in places}
    deeds = Entry.objects.standing().filter(person__in=ids).exclude(verb__startswith="staff.")
    # That a list named them, or said what they agreed to, is not a word from them.
    deeds = deeds.exclude(verb__in=[verbs.JOINED.name, verbs.CONSENTED.name])
    last = dict(deeds.values_list("person_id").annotate(last=Max("at")))
    stopped = set(
        Person.objects.filter(pk__in=ids, suppressions__purpose="").values_list("pk", flat=True)
    )
    for person in people:
        person.kind_names = ", ".join(kinds.get(person.pk, []))  # type: ignore[attr-defined]
        person.works_at = works_at.get(person.pk)  # type: ignore[attr-defined]
        person.last_heard = last.get(person.pk)  # type: ignore[attr-defined]
        person.is_stopped = person.pk in stopped  # type: ignore[attr-defined]


def kinds_counted() -> list[Kind]:
    standing = Q(belongings__person__is_partner=True, belongings__person__merged_into=None,
                 belongings__person__erased_at=None)  # fmt: skip
    return list(Kind.objects.annotate(people=Count("belongings", filter=standing)))


COLUMNS = ("public_id", "name", "first_name", "last_name", "email", "phone", "country", "place",
           "language", "time_zone")  # fmt: skip


def as_csv(people: QuerySet[Person]) -> Iterator[str]:
    """The list as a file that a spreadsheet can't be tricked by, row by row."""
    yield "\ufeff" + line(COLUMNS)
    for row in people.values_list(*COLUMNS).iterator(chunk_size=2000):
        yield line(row)
