"""Where partners and the public can go: the masthead, whatever room made the page."""

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from headwater.mail.models import Outgoing
from headwater.partners.models import modules_of
from headwater.people.models import Person
from headwater.ui.navigation import Item


def nav(request: HttpRequest) -> dict[str, Any]:
    """Nothing in the studio, which has its own; four ways for the public, five for partners."""
    if request.path.startswith("/studio/"):
        return {}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        sign_in = Item(reverse("account_login"), "log-in", _("Sign in"))
        return {
            "nav": SimpleLazyObject(for_the_public),
            "nav_sign_in": sign_in,
            "nav_foot": statements(),
            "letters_leave": SimpleLazyObject(lambda: Outgoing.current() is not None),
        }
    account = reverse("portal:settings")
    ways: dict[str, Any] = {
        "nav": SimpleLazyObject(lambda: for_partners(modules_for(request))),
        "nav_me": Item(account, "user-round", _("Your account")),
        "nav_foot": [
            Item(f"{account}#yours", "download", _("Your data and how to take it with you")),
            Item(account, "mail", _("What we send you")),
            *statements(),
        ],
    }
    if user.is_staff:
        ways["nav_studio"] = Item(reverse("studio:home"), "sun", _("Studio"))
    return ways


def statements() -> list[Item]:
    return [
        Item(reverse("portal:privacy"), "shield", _("Privacy")),
        Item(reverse("portal:accessibility"), "accessibility", _("Accessibility")),
    ]


def modules_for(request: HttpRequest) -> set[str]:
    """The modules of the person who asks, read once a request: the page and its ways need them."""
    known: set[str] | None = getattr(request, "modules_known", None)
    if known is None:
        known = modules_of(cast(Person, request.user))
        request.modules_known = known  # type: ignore[attr-defined]
    return known


def for_the_public() -> list[Item]:
    return [
        Item(reverse("portal:library:tips"), "book-open", _("Tips"), "Tips", ("library",)),
        Item(reverse("portal:events:events"), "calendar", _("Events"), "Events", ("events",)),
        Item(
            reverse("portal:library:toolkit"), "wrench", _("Toolkit"), "Toolkit",
            ("library:toolkit", "library:resource", "library:code"),
        ),
        Item(
            reverse("portal:newsletters:subscribe"), "mail", _("Newsletter"), "Newsletter",
            ("newsletters",),
        ),
    ]  # fmt: skip


def for_partners(modules: set[str]) -> list[Item]:
    """The ways of the modules that this partner's kinds have switched on."""
    ways = [
        (
            "",
            Item(
                reverse("portal:home"), "house", _("Home"), "Home",
                ("portal:home", "listening", "partners"),
            ),
        ),
        (
            "learn",
            Item(
                reverse("portal:learn"), "book-open", _("Learn"), "Learn",
                ("portal:learn", "library", "events"),
            ),
        ),
        (
            "share",
            Item(reverse("portal:sharing:messages"), "send", _("Share"), "Share", ("sharing",)),
        ),
        (
            "points gauges",
            Item(
                reverse("portal:progress"), "trending-up", _("Progress"), "Progress",
                ("portal:progress", "recognition", "capacity"),
            ),
        ),
        (
            "talk",
            Item(
                reverse("portal:discussions:talk"), "messages-square", _("Talk"), "Talk",
                ("discussions",),
            ),
        ),
    ]  # fmt: skip
    return [item for module, item in ways if not module or set(module.split()) & modules]
