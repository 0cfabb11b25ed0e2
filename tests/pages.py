"""Every page of the house: each named address that a GET may open, with sample objects in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import now

from headwater.capacity.models import Item, MessageToRecall
from headwater.discussions.models import Kit
from headwater.evaluation.models import BoardLink, Trial
from headwater.events.models import Event, Place
from headwater.library.models import Article, Resource, ResourceCode, Tip
from headwater.listening.models import Invitation, Need, Survey
from headwater.mail import personal_links
from headwater.mail.models import Delivery, Mailing
from headwater.newsletters.models import Issue, Newsletter
from headwater.partners.models import Import, Kind, Segment
from headwater.people.models import Organisation, Person
from headwater.programme.models import Activity, Campaign, Metric
from headwater.recognition.models import Rule
from headwater.safeguards.models import Guideline, Incident, Policy
from headwater.sharing.models import Message

# Where an address begins, and whose key comes next in it.
SAMPLES: dict[str, Callable[[], object]] = {
    "studio/partners/": lambda: Person.objects.partners().values_list("pk"),
    "studio/recognise/people/": lambda: Person.objects.partners().values_list("pk"),
    "studio/organisations/": lambda: Organisation.objects.values_list("pk"),
    "studio/segments/": lambda: Segment.objects.values_list("pk"),
    "studio/kinds/": lambda: Kind.objects.values_list("pk"),
    "studio/imports/": lambda: Import.objects.values_list("pk"),
    "studio/protect/guidelines/": lambda: Guideline.objects.values_list("pk"),
    "studio/protect/incidents/": lambda: Incident.objects.values_list("pk"),
    "studio/protect/policies/": lambda: Policy.objects.values_list("slug"),
    "studio/post-office/letters/": lambda: Delivery.objects.values_list("pk"),
    "studio/mailings/": lambda: Mailing.objects.values_list("pk"),
    "studio/surveys/": lambda: Survey.objects.values_list("pk"),
    "studio/needs/": lambda: Need.objects.values_list("slug"),
    "studio/tips/": lambda: Tip.objects.values_list("pk"),
    "studio/articles/": lambda: Article.objects.values_list("pk"),
    "studio/toolkit/": lambda: Resource.objects.values_list("pk"),
    "studio/codes/": lambda: ResourceCode.objects.values_list("pk"),
    "studio/talk/": lambda: Kit.objects.values_list("pk"),
    "studio/events/": lambda: Event.objects.values_list("pk"),
    "studio/capacity/questions/": lambda: Item.objects.values_list("pk"),
    "studio/capacity/recall/": lambda: MessageToRecall.objects.values_list("pk"),
    "studio/plan/activities/": lambda: Activity.objects.values_list("pk"),
    "studio/campaigns/": lambda: Campaign.objects.values_list("pk"),
    "studio/metrics/": lambda: Metric.objects.values_list("pk"),
    "studio/recognise/rules/": lambda: Rule.objects.values_list("pk"),
    "studio/messages/": lambda: Message.objects.values_list("pk"),
    "studio/newsletters/lists/": lambda: Newsletter.objects.values_list("pk"),
    "studio/newsletters/": lambda: Issue.objects.values_list("pk"),
    "studio/measure/campaigns/": lambda: Campaign.objects.registered().values_list("pk"),
    "studio/measure/trials/": lambda: Trial.objects.values_list("pk"),
    "studio/measure/activities/": lambda: [("webinar",), ("half-day-seminar",), ("tip",)],
    "surveys/": lambda: Invitation.objects.values_list("public_id"),
    "tips/": lambda: Tip.objects.values_list("slug"),
    "articles/": lambda: Article.objects.values_list("slug"),
    "toolkit/": lambda: Resource.objects.values_list("slug"),
    "talk/": lambda: Kit.objects.values_list("slug"),
    "events/": lambda: Event.objects.values_list("slug"),
    "events/place/": lambda: [letter("events.place")],
    "events/pulse/": lambda: [letter("events.pulse")],
    "share/": lambda: Message.objects.values_list("pk"),
    "newsletters/": lambda: Issue.objects.exclude(slug="").values_list("slug"),
    "board/": lambda: [board_token()],
}  # fmt: skip
# Pages that ask other questions when they are looked at another way.
OTHER_WAYS = {"studio:capacity:map": ("?by=segment",)}
# Not pages: files, pictures, parts for machines, and doors that lead elsewhere.
OTHERS = re.compile(
    r"^api:|:(copy|feed|mark|brand|calendar|picture|link|link_with_slash|qr|reminder_file|file|enter"
    r"|favicon|robots|report_pdf|report_csv|board_pdf|board_csv|personal_link|not_me|stop|first_run|partners_file|import_refused|sign_out)$"
)  # fmt: skip


def letter(job: str) -> tuple[str]:
    """What an address in a letter carries to somebody who has a place at an event."""
    place = Place.objects.select_related("person").latest("pk")
    return (personal_links.token(place.person, job=job, key=str(place.event_id)),)


def board_token() -> tuple[str]:
    """What the address carries that a manager gives to the board."""
    owner, at = Person.objects.get(role="owner"), now()
    last_day = (at + timedelta(days=7)).date()
    return (BoardLink.make("The board", last_day=last_day, actor=owner, at=at)[1],)


@dataclass(frozen=True)
class Page:
    name: str
    paths: list[str] = field(default_factory=list)


def every_page(samples: int = 3) -> list[Page]:
    """Each named page with its address, or a few where there are objects to put into it."""
    return [
        Page(name, paths)
        for name, route in named(get_resolver())
        if not OTHERS.search(name) and (paths := addresses(name, route, samples))
    ]


def named(resolver: URLResolver, space: str = "", start: str = "") -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from named(pattern, inner, route)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name, route


def addresses(name: str, route: str, samples: int) -> list[str]:
    if "<" not in route:
        return [reverse(name) + query for query in ("", *OTHER_WAYS.get(name, ()))]
    if route.count("<") > 1 or route.partition("<")[0] not in SAMPLES:
        return []
    rows = list(SAMPLES[route.partition("<")[0]]())  # type: ignore[call-overload]
    step = max(1, (len(rows) - 1) // max(1, samples - 1))
    return [reverse(name, args=row) for row in rows[::step][:samples] + rows[-1:]]
