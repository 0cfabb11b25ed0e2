"""Subscribing in two steps: ask, then confirm from one's own mailbox."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.jobs.models import Attempt, IdempotencyKey
from headwater.kit.errors import Refused
from headwater.kit.names import email_key
from headwater.mail.personal_links import base_url
from headwater.mail.writing import write
from headwater.newsletters.models import Newsletter, Subscription
from headwater.partners.models import Purpose
from headwater.people.models import House, Person, SignUp

WANTED = "newsletters.subscription"
DAYS = 7
MAILS_A_DAY = 3


@transaction.atomic
def ask(
    newsletter: Newsletter, *, email: str, first_name: str, last_name: str, wording: str,
    source: str, at: datetime, key: str = "",
) -> SignUp | None:  # fmt: skip
    """Keep the wish and write one confirmation. Too many to one address are kept to ourselves:
    whoever fills the form sees the same page, so that it tells nothing and floods nobody."""
    if not IdempotencyKey.is_new(f"subscribe:{key}" if key else "", at):
        return None
    if not Attempt.is_allowed(WANTED, email_key(email), at=at, times=MAILS_A_DAY, seconds=86_400):
        return None
    sign_up = SignUp.ask(
        email, wanted=WANTED, at=at, first_name=first_name[:150], last_name=last_name[:150],
        newsletter=newsletter.pk, wording=wording, source=source,
    )  # fmt: skip
    link = base_url() + reverse("portal:newsletters:confirm", args=[sign_up.public_id])
    context = {"sign_up": sign_up, "newsletter": newsletter, "house": House.current(), "link": link}
    write(to=sign_up.email, template="newsletters/mail/confirm", context=context,
          purpose=Purpose.SERVICE, at=at, about=WANTED, is_secret=True)  # fmt: skip
    return sign_up


def find(public_id: str, at: datetime) -> SignUp:
    sign_up = SignUp.objects.filter(
        public_id=public_id, wanted=WANTED, asked_at__gt=at - timedelta(days=DAYS)
    ).first()
    if sign_up is None:
        raise Refused(_("This link has run out. Subscribe once more, and use it within a week."))
    return sign_up


@transaction.atomic
def confirm(sign_up: SignUp, at: datetime) -> Person:
    """The mailbox's owner pressed the button: from now on they are a subscriber. Safe twice."""
    newsletter = Newsletter.objects.filter(pk=sign_up.details.get("newsletter")).first()
    person = sign_up.confirm(at)
    Subscription.begin(
        person, newsletter or Newsletter.main(at), wording=sign_up.details.get("wording", ""),
        source=sign_up.details.get("source", ""), at=at,
    )  # fmt: skip
    return person


def forget_unconfirmed(at: datetime) -> int:
    old = SignUp.objects.filter(wanted=WANTED, asked_at__lt=at - timedelta(days=DAYS))
    return old.delete()[0]


@transaction.atomic
def choose(person: Person, wanted: set[int], *, wording: str, at: datetime) -> None:
    """A signed-in person's own choice of newsletters: begin what is new, end what is left out."""
    for newsletter in Newsletter.objects.filter(ended_at=None):
        reads = newsletter.readers().filter(pk=person.pk).exists()
        if newsletter.pk in wanted:
            Subscription.begin(person, newsletter, wording=wording, source="preferences", at=at)
        elif reads:
            standing = Subscription.objects.filter(
                person=person, newsletter=newsletter, ended_at=None
            )
            subscription = standing.first() or Subscription.objects.create(
                person=person, newsletter=newsletter, confirmed_at=at, source="preferences"
            )
            subscription.end(at)
