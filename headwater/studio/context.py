"""The course beside every studio page: Today, the seven stages, Protect, and what is below."""

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from headwater.mail.models import Outgoing
from headwater.people.models import House, Person
from headwater.ui.navigation import Item

SETTINGS = (
    "people", "partners:house", "partners:team", "partners:kinds", "partners:kind",
    "mail:ready", "mail:server", ":tokens",
)  # fmt: skip


def nav(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not request.path.startswith("/studio/") or user is None or not user.is_authenticated:
        return {}
    return {
        "nav": SimpleLazyObject(course),
        "nav_more": SimpleLazyObject(lambda: below(cast(Person, user))),
        "nav_settings": SimpleLazyObject(lambda: settings(cast(Person, user))),
        "letters_leave": SimpleLazyObject(lambda: Outgoing.current() is not None),
        "nav_me": Item(reverse("portal:settings"), "user-round", _("Your account")),
    }


def course() -> list[Item]:
    stages = [
        ("studio:home", "sun", _("Today"), ("studio:home",)),
        ("studio:listening:surveys", "ear", _("Ask"), ("listening",)),
        ("studio:capacity:map", "gauge", _("Know"), ("capacity",)),
        ("studio:programme:plan", "map", _("Plan"), ("programme",)),
        (
            "studio:build", "hammer", _("Build"),
            ("studio:build", "library", "events", "discussions", "newsletters"),
        ),
        ("studio:sharing:messages", "send", _("Share"), ("sharing",)),
        ("studio:recognition:recognise", "award", _("Recognise"), ("recognition",)),
        ("studio:evaluation:verdicts", "scale", _("Measure"), ("evaluation",)),
        ("studio:safeguards:protect", "shield", _("Protect"), ("safeguards",)),
    ]  # fmt: skip
    return [Item(reverse(url), icon, label, rooms=rooms) for url, icon, label, rooms in stages]


def settings(person: Person) -> list[Item]:
    """What this colleague may set, in the order in which a new house needs it."""
    ways = [
        ("owner", "studio:partners:house", "settings-2", _("The house")),
        ("owner", "studio:partners:team", "users", _("Team")),
        ("analyst", "studio:partners:kinds", "users-round", _("Kinds of partner")),
        ("analyst", "studio:mail:ready", "mail", _("Ready to send")),
        ("owner", "studio:tokens", "code-xml", _("Keys for programs")),
    ]
    return [
        Item(reverse(url), icon, label)
        for role, url, icon, label in ways
        if person.is_at_least(role)
    ]


def below(person: Person) -> list[Item]:
    counted: int | None = getattr(House.current(), "partner_count", None)
    partners = Person.objects.partners().count() if counted is None else counted
    return [
        Item(
            reverse("studio:partners:partners"), "users-round", _("Partners"),
            rooms=("partners", "studio:partner"), count=partners, waits=False,
        ),
        Item(reverse("studio:mail:post_office"), "mailbox", _("Post office"), rooms=("mail",)),
        Item(reverse("studio:find"), "search", _("Find"), rooms=("studio:find",), key="/"),
        Item(settings(person)[0].url, "settings-2", _("Settings"), rooms=SETTINGS),
    ]  # fmt: skip
