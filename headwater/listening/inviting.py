"""Asking people by letter or by phone, reminding them once, and telling them what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.listening import verbs
from headwater.listening.models import Invitation, Reminder, Response, Survey
from headwater.mail import personal_links, writing
from headwater.mail.models import Mailing
from headwater.partners.models import Purpose
from headwater.people.models import House, Person
from headwater.safeguards.contact import Audience, audience
from headwater.ui.figures import short_date

JOB = "listening.survey"
TIME_TO_ANSWER = timedelta(days=2)  # whoever was asked a moment ago has not forgotten


def not_yet_asked(survey: Survey, people: QuerySet[Person], at: datetime) -> QuerySet[Person]:
    earlier = Invitation.objects.filter(survey=survey, person=OuterRef("pk"), invited_at__lt=at)
    replied = survey.replies.filter(person=OuterRef("pk"))
    return people.filter(~Exists(earlier), ~Exists(replied))


def reachable(survey: Survey, people: QuerySet[Person], at: datetime) -> Audience:
    """Whom an invitation would reach, and why it would leave the others out. Shown first."""
    fresh = not_yet_asked(survey, people, at)
    return audience(fresh, purpose=Purpose.SURVEYS, at=at)


@transaction.atomic
def invite(survey: Survey, people: QuerySet[Person], *, actor: Person, at: datetime) -> Mailing:
    """Write to everybody who may be written to, each with a link of their own."""
    _refuse_closed(survey, at)
    reached = reachable(survey, people, at)
    if not reached.count:
        raise Refused(_("Nobody in this group can be written to who hasn’t been asked already."))
    everybody = not_yet_asked(survey, people, at)
    Invitation.invite(survey, reached.people, way=Invitation.Way.MAIL, actor=actor, at=at)
    mailing = writing.write_to_many(
        title=_("Invitation: %(title)s") % {"title": survey.title},
        template="listening/mail/invitation",
        context={"survey": survey, "house": House.current()},
        people=everybody,
        merge=links_to(survey),
        purpose=Purpose.SURVEYS,
        at=at,
        about=f"survey:{survey.pk}",
        asked_by=actor,
        url=reverse("studio:listening:survey", args=[survey.pk]),
    )
    record_staff(verbs.STAFF_INVITED, actor=actor, subject=survey, at=at, people=reached.count)
    return mailing


@transaction.atomic
def call(survey: Survey, people: QuerySet[Person], *, actor: Person, at: datetime) -> int:
    """Put people on the call sheet: those who have a phone number or can't be written to."""
    _refuse_closed(survey, at)
    count = Invitation.invite(
        survey, not_yet_asked(survey, people, at), way=Invitation.Way.CALL, actor=actor, at=at
    )
    if not count:
        raise Refused(_("Everybody in this group has been asked already."))
    record_staff(verbs.STAFF_INVITED, actor=actor, subject=survey, at=at, people=count)
    return count


def unanswered(survey: Survey) -> QuerySet[Person]:
    """Who was written to and hasn't finished."""
    waiting = survey.invitations.unanswered().filter(way=Invitation.Way.MAIL)
    return Person.objects.standing().filter(pk__in=waiting.values("person"))


def may_remind_from(survey: Survey) -> datetime | None:
    """Two days after the last letter that asked: a reminder sooner is only a second letter."""
    return survey.last_asked_at + TIME_TO_ANSWER if survey.last_asked_at else None


@transaction.atomic
def remind(survey: Survey, *, note: str, actor: Person, at: datetime) -> Mailing:
    """The one reminder, to those who haven't answered. A second is refused."""
    _refuse_closed(survey, at)
    if Reminder.objects.filter(survey=survey).exists():
        raise Refused(_("They have been reminded once, and once is what we promised."))
    earliest = may_remind_from(Survey.objects.counted().get(pk=survey.pk))
    if earliest and at < earliest:
        when = {"day": short_date(localtime(earliest, House.current().zone))}
        raise Refused(_("They were asked a short while ago. You can remind from %(day)s.") % when)
    reached = audience(unanswered(survey), purpose=Purpose.SURVEYS, at=at)
    if not reached.count:
        raise Refused(_("There is nobody to remind: everybody answered, or may not be written to."))
    mailing = writing.write_to_many(
        title=_("Reminder: %(title)s") % {"title": survey.title},
        template="listening/mail/reminder",
        context={"survey": survey, "house": House.current(), "note": note.strip()},
        people=unanswered(survey),
        merge=links_to(survey),
        purpose=Purpose.SURVEYS,
        at=at,
        about=f"survey:{survey.pk}",
        asked_by=actor,
        url=reverse("studio:listening:survey", args=[survey.pk]),
    )
    Reminder.objects.create(
        survey=survey, people=reached.count, mailing_id=mailing.pk, sent_by=actor, at=at
    )
    record_staff(verbs.STAFF_REMINDED, actor=actor, subject=survey, at=at, people=reached.count)
    return mailing


@transaction.atomic
def tell(response: Response, *, actor: Person, at: datetime) -> Mailing:
    """Write to everybody who asked for it by name, and say what came of it."""
    asked = response.need.asked_by(at)
    reached = audience(asked, purpose=Purpose.SURVEYS, at=at)
    if not reached.count:
        raise Refused(_("Nobody who asked for this can be written to."))
    base = personal_links.base_url()
    mailing = writing.write_to_many(
        title=_("You said, we did: %(title)s") % {"title": response.title},
        template="listening/mail/response",
        context={
            "response": response,
            "house": House.current(),
            "url": absolute(response.url, base),
        },
        people=asked,
        purpose=Purpose.SURVEYS,
        at=at,
        about=f"response:{response.pk}",
        asked_by=actor,
        url=reverse("studio:listening:need", args=[response.need.slug]),
    )
    response.tell(actor=actor, people=reached.count, mailing=mailing.pk, at=at)
    return mailing


def links_to(survey: Survey) -> Callable[[Person], dict[str, str]]:
    """What fills [[link]] in each letter: this person's own way into the survey."""
    path = reverse("portal:listening:survey", args=[survey.public_id])
    base = personal_links.base_url()

    def merge(person: Person) -> dict[str, str]:
        link = personal_links.link(person, job=JOB, key=survey.public_id, path=path, base=base)
        return {"link": link}

    return merge


def absolute(url: str, base: str) -> str:
    return base + url if url.startswith("/") else url


def _refuse_closed(survey: Survey, at: datetime) -> None:
    if not survey.is_open(at):
        raise Refused(_("Open the survey first, so that the links lead somewhere."))
