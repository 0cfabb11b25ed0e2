"""Find: partners, organisations, tips, events, campaigns and messages from one box."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.events.models import Event
from headwater.kit.names import email_key, name_key
from headwater.library.models import Article, Tip
from headwater.people.models import Organisation, Person
from headwater.people.requests import PersonRequest
from headwater.programme.models import Activity, Campaign
from headwater.sharing.models import Message
from headwater.ui.http import page

MOST = 8


@require_safe
def find(request: PersonRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    groups = look(words) if len(words) >= 2 else []
    context = {"words": words, "groups": groups, "found": sum(len(rows) for _n, rows in groups)}
    return page(request, "studio/find.html", context, part="found")


def look(words: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What fits, in groups: a title, a line under it, and where it is."""
    key = name_key(words) or words.casefold()
    people = Person.objects.standing().filter(
        Q(name_key__contains=key) | Q(email_key=email_key(words))
    )
    groups: list[tuple[str, list[tuple[str, str, str]]]] = [
        (
            _("Partners"),
            [
                (p.name, p.place, _at("studio:partner", p))
                for p in people.filter(is_partner=True)[:MOST]
            ],
        ),
        (
            _("Organisations"),
            [
                (o.name, o.place, _at("studio:partners:organisation", o))
                for o in Organisation.objects.filter(name_key__contains=key)[:MOST]
            ],
        ),
        (
            _("Tips and articles"),
            [
                (t.title, _("Tip"), _at("studio:library:tip", t))
                for t in Tip.objects.search(words)[:MOST]
            ]
            + [
                (a.title, _("Article"), _at("studio:library:article", a))
                for a in Article.objects.search(words)[:MOST]
            ],
        ),
        (_("Events"), _titled(Event.objects.all(), words, "studio:events:event")),
        (_("Plan"), _titled(Activity.objects.standing(), words, "studio:programme:activity")),
        (_("Campaigns"), _titled(Campaign.objects.all(), words, "studio:programme:campaign")),
        (_("Messages"), _titled(Message.objects.all(), words, "studio:sharing:message")),
    ]
    return [(name, rows) for name, rows in groups if rows]


def _titled(rows: Any, words: str, where: str) -> list[tuple[str, str, str]]:
    return [(row.title, "", _at(where, row)) for row in rows.filter(title__icontains=words)[:MOST]]


def _at(where: str, thing: Any) -> str:
    return reverse(where, args=[thing.pk])
