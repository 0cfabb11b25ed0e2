"""Links that sign somebody in with one press: in the demo, and for whoever runs the machine."""

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from headwater.kit.errors import Refused
from headwater.people.models import House, Person

SALT = "people.entering"
DAY = 24 * 3600
QUARTER = 15 * 60


def one_press_link(person: Person, request_or_base: HttpRequest | str) -> str:
    """A link for the demo: it lasts a day, and only while the house is the demo's."""
    if not House.current().is_demo:
        raise Refused("One-press links are for the demo alone.")
    return _link(person, request_or_base, "demo")


def operators_link(person: Person, base: str) -> str:
    """A link printed to the terminal of the machine itself, good for a quarter of an hour."""
    return _link(person, base, "operator")


def _link(person: Person, request_or_base: HttpRequest | str, kind: str) -> str:
    stamp = person.last_login.timestamp() if kind == "operator" and person.last_login else 0
    token = signing.dumps([person.pk, kind, stamp], salt=SALT, compress=True)
    path = reverse("portal:people:enter", args=[token])
    if isinstance(request_or_base, HttpRequest):
        return request_or_base.build_absolute_uri(path)
    return request_or_base.rstrip("/") + path


def person_of(token: str) -> Person | None:
    """Who a link lets in now: nobody where it is forged, old, used up, or the demo is over."""
    try:
        pk, kind, stamp = signing.loads(token, salt=SALT, max_age=DAY)
        if kind == "operator":
            signing.loads(token, salt=SALT, max_age=QUARTER)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if kind == "demo" and not House.current().is_demo:
        return None
    person = Person.objects.standing().filter(pk=pk, is_active=True, suspended_at=None).first()
    if person and kind == "operator" and stamp != _last(person):
        return None  # it signs in once
    return person


def _last(person: Person) -> float:
    return person.last_login.timestamp() if person.last_login else 0
