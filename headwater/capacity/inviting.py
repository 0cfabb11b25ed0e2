"""Asking partners to check in: not more than every six months, and only those who may be asked."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.capacity import verbs
from headwater.capacity.models import CheckInInvitation
from headwater.capacity.models.check_ins import due
from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.mail import personal_links, writing
from headwater.mail.models import Mailing
from headwater.partners.models import Purpose
from headwater.people.models import House, Person
from headwater.safeguards.contact import Audience, audience

JOB = "capacity.check_in"


def reachable(people: QuerySet[Person], at: datetime) -> Audience:
    """Of these, who is due and may be written to, and why the other due ones may not."""
    return audience(_due_among(people, at), purpose=Purpose.SURVEYS, at=at)


@transaction.atomic
def invite(people: QuerySet[Person], *, actor: Person, at: datetime) -> Mailing:
    reached = reachable(people, at)
    if not reached.count:
        raise Refused(_("Nobody in this group is due for a check-in and may be written to."))
    everybody = _due_among(people, at)
    invited = list(reached.people.values_list("pk", flat=True))
    mailing = writing.write_to_many(
        title=_("Invitation to check in"),
        template="capacity/mail/invitation",
        context={"house": House.current()},
        people=everybody,
        merge=_link(),
        purpose=Purpose.SURVEYS,
        at=at,
        about="check-in",
        asked_by=actor,
        url=reverse("studio:capacity:map"),
    )
    CheckInInvitation.objects.bulk_create(
        (CheckInInvitation(person_id=pk, invited_at=at, invited_by=actor) for pk in invited),
        batch_size=2000,
    )
    record_staff(verbs.STAFF_INVITED, actor=actor, subject=mailing, at=at, people=len(invited))
    return mailing


def _due_among(people: QuerySet[Person], at: datetime) -> QuerySet[Person]:
    return due(at).filter(pk__in=people.values("pk"))


def _link() -> writing.Merge:
    path, base = reverse("portal:capacity:check_in"), personal_links.base_url()

    def merge(person: Person) -> dict[str, str]:
        return {"link": personal_links.link(person, job=JOB, path=path, base=base)}

    return merge
