"""Every page of the house that can be looked at, with an address on the data that stand there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from headwater.capacity.models import Item, MessageToRecall
from headwater.discussions.models import Kit
from headwater.evaluation.models import Trial
from headwater.events.models import Event
from headwater.library.models import Article, Resource, ResourceCode, Tip
from headwater.listening.models import Need, Survey
from headwater.mail.models import Delivery, Mailing
from headwater.newsletters.models import Issue, Newsletter
from headwater.partners.models import Kind, Segment
from headwater.people.models import Organisation, Person
from headwater.programme.models import Activity, Campaign, Metric
from headwater.recognition.models import Rule
from headwater.safeguards.models import Guideline, Incident, Policy
from headwater.sharing.models import Message

# Not pages one opens: files, steps of a flow, links with a token, answers to a press.
PASSED_OVER = {
    "token", "code", "ident", "network", "row", "chase", "person_pk", "by",
}  # fmt: skip


def named_routes() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named route of studio and portal with the names of what its address holds."""

    def walk(
        resolver: Any, names: tuple[str, ...], held: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        for part in resolver.url_patterns:
            holds = (*held, *part.pattern.converters)
            if isinstance(part, URLResolver):
                yield from walk(part, (*names, part.namespace) if part.namespace else names, holds)
            elif isinstance(part, URLPattern) and part.name:
                yield ":".join((*names, part.name)), holds

    for name, held in walk(get_resolver(), (), ()):
        if name.startswith(("studio:", "portal:")):
            yield name, held


def subjects(partner: Person) -> dict[str, list[Any]]:
    """What stands behind a number or a word in an address, by the beginning of its route's name."""
    surveys = list(Survey.objects.order_by("opens_at"))
    past, coming = (
        Event.objects.order_by("starts_at").first(),
        Event.objects.order_by("-starts_at").first(),
    )
    return {
        "studio:partner": [partner],
        "studio:partners:organisation": [Organisation.objects.first()],
        "studio:partners:segment": list(Segment.objects.all()[:2]),
        "studio:partners:kind": [Kind.objects.first()],
        "studio:partners": [partner],
        "studio:safeguards:guideline": [Guideline.objects.first()],
        "studio:safeguards:incident": list(Incident.objects.all()[:2]),
        "studio:safeguards:policy": [Policy.objects.current().first()],
        "studio:mail:letter": [Delivery.objects.filter(state="sent").last()],
        "studio:mail:sending": [Mailing.objects.to_many().last()],
        "studio:listening:need": [Need.objects.get(slug="phone-photos")],
        "studio:listening": surveys,
        "studio:library:tip": [Tip.objects.order_by("-number").first()],
        "studio:library:article": [Article.objects.first()],
        "studio:library:resource": [Resource.objects.first()],
        "studio:library:code": [ResourceCode.objects.first()],
        "studio:discussions": list(Kit.objects.order_by("pk")[:2])
        + list(Kit.objects.filter(transcript__isnull=False)[:1]),
        "studio:events": list(Event.objects.order_by("starts_at")[:1])
        + list(Event.objects.filter(by_lot=True)),
        "studio:capacity:item": [Item.objects.first()],
        "studio:capacity:recall_message": [MessageToRecall.objects.first()],
        "studio:programme:campaign": list(Campaign.objects.all()),
        "studio:programme:edit_campaign": [Campaign.objects.first()],
        "studio:programme:metric": list(Metric.objects.all()),
        "studio:programme": [Activity.objects.first(), Activity.objects.last()],
        "studio:recognition:rule": [Rule.objects.first()],
        "studio:recognition": [partner],
        "studio:sharing": list(Message.objects.order_by("-pk")[:4]),
        "studio:newsletters:newsletter": [Newsletter.objects.first()],
        "studio:newsletters": list(Issue.objects.order_by("-number")[:3]),
        "studio:evaluation": list(Campaign.objects.all()),
        "studio:evaluation:trial": list(Trial.objects.all()[:2]),
        "studio:evaluation:activity_kind": list(Activity.objects.order_by("kind")[::6]),
        "portal:safeguards": [Policy.objects.current().first()],
        "portal:listening": surveys,
        "portal:library:tip": [Tip.objects.order_by("-number")[3]],
        "portal:library:article": [Article.objects.first()],
        "portal:library:resource": [Resource.objects.open_to_all().first()],
        "portal:discussions": [Kit.objects.filter(published_at__isnull=False).first()],
        "portal:events": [past, coming],
        "portal:sharing": list(
            Message.objects.filter(publication__isnull=False).order_by("-pk")[:2]
        ),
        "portal:newsletters:issue": [Issue.objects.filter(sending__isnull=False).last()],
    }


def addresses(partner: Person) -> Iterator[tuple[str, str]]:
    """Each route that can be opened, with an address (or a few)."""
    known = subjects(partner)
    for name, held in named_routes():
        if PASSED_OVER & set(held):
            continue
        if not held:
            yield name, reverse(name)
            continue
        prefix = max((p for p in known if name.startswith(p)), key=len, default="")
        for subject in known.get(prefix, []):
            if subject is None:
                continue
            kwargs = {key: getattr(subject, key, None) for key in held}
            try:
                yield name, reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                continue
