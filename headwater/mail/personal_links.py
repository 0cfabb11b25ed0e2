"""A link in a letter that opens one job for one person, and nothing else, without sign-in.

`link(ada, job="listening.survey", key="x1", path="/surveys/x1/")` gives an absolute address
`.../i/TOKEN/`. Following it leads to `path?by=TOKEN` (or to a path with `{token}` in it), where the
room's own view calls `read(token, job="listening.survey")`. A GET does nothing but show a page, so
machines that follow links in mail do no harm.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.people.models import House, Person

SALT = "headwater.mail.personal"
DAYS = 90


@dataclass(frozen=True)
class PersonalLink:
    person: Person
    job: str
    key: str
    path: str


def base_url() -> str:
    """Where the public finds us, without a slash at its end."""
    address = settings.PUBLIC_URL or House.current().public_url or settings.LOCAL_URL
    return address.rstrip("/")


def token(person: Person, *, job: str, key: str = "", path: str = "") -> str:
    return signing.dumps([person.pk, job, str(key), path], salt=SALT, compress=True)


def link(person: Person, *, job: str, key: str = "", path: str = "", base: str = "") -> str:
    signed = token(person, job=job, key=key, path=path)
    address = reverse("portal:mail:personal_link", args=[signed])
    return (base or base_url()) + address


def read(signed: str, job: str, *, days: int = DAYS) -> PersonalLink:
    """Who and what this link is for. Refuses one made for another job, changed, or too old."""
    found = open_link(signed, days=days)
    if found.job != job:
        raise Refused(_("This link opens something else."))
    return found


def open_link(signed: str, *, days: int = DAYS) -> PersonalLink:
    try:
        pk, job, key, path = signing.loads(signed, salt=SALT, max_age=timedelta(days=days))
    except signing.SignatureExpired:
        raise Refused(_("This link has run out. Ask us for a new one.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise Refused(_("This link isn’t whole. Copy all of it from the letter.")) from None
    person = Person.objects.standing().filter(pk=pk, is_active=True).first()
    if person is None:
        raise Refused(_("This link has run out. Ask us for a new one."))
    return PersonalLink(person, job, key, path)


def destination(found: PersonalLink, signed: str) -> str:
    """Where the job is done, with the link in hand. Our own paths only."""
    path = found.path if found.path.startswith("/") and not found.path.startswith("//") else "/"
    if "{token}" in path:
        return path.replace("{token}", signed)
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'by': signed})}"
