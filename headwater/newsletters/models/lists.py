from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from headwater.ledger.models import record
from headwater.mail.unsubscribing import allow_again, stop_address
from headwater.newsletters import verbs
from headwater.partners.models import Basis, Purpose
from headwater.people.models import Person


class Newsletter(models.Model):
    """A list people may be on, and its name at the head of every issue.

    The main one goes to everybody who may have the newsletter and has not ended it; any other is a
    topic, and goes to those who chose it.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    promise = models.CharField(_("what readers get, and how often"), max_length=300, blank=True)
    is_main = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-is_main", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_main"], condition=Q(is_main=True), name="one_main_newsletter"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def main(cls, at: datetime) -> Newsletter:
        """The main newsletter; made at first need, so that a subscribe box always works."""
        values = {"slug": "newsletter", "name": str(_("Newsletter")), "created_at": at}
        return cls.objects.get_or_create(is_main=True, defaults=values)[0]

    def readers(self) -> QuerySet[Person]:
        """Everybody this goes to, before the post office leaves out whom we may not write to."""
        mine = Subscription.objects.filter(person=OuterRef("pk"), newsletter=self)
        standing = mine.filter(ended_at=None)
        people: QuerySet[Person] = Person.objects.standing()
        if not self.is_main:
            return people.filter(Exists(standing))
        allowed = Basis.objects.filter(
            person=OuterRef("pk"), purpose=Purpose.NEWSLETTER, ended_at=None
        )
        return people.filter(Exists(allowed)).filter(Exists(standing) | ~Exists(mine))

    def grounds(self) -> dict[str, int]:
        """How many readers there are on each lawful ground."""
        bases = Basis.objects.filter(
            purpose=Purpose.NEWSLETTER, ended_at=None, person__in=self.readers()
        )
        return dict(bases.values_list("ground").annotate(n=Count("pk")).order_by("-n"))


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def without_ground(self) -> Self:
        """Standing, although the person has asked us to stop by a link or a mail program."""
        allowed = Basis.objects.filter(
            person=OuterRef("person"), purpose=Purpose.NEWSLETTER, ended_at=None
        )
        return self.standing().filter(~Exists(allowed))


class Subscription(models.Model):
    """That a person asked for a newsletter, and until when."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="subscriptions")
    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="subscriptions")
    wording = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["newsletter", "ended_at"], name="standing_readers")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "newsletter"],
                condition=Q(ended_at=None),
                name="a_newsletter_is_subscribed_to_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.newsletter}"

    @classmethod
    @transaction.atomic
    def begin(
        cls, person: Person, newsletter: Newsletter, *, wording: str, source: str, at: datetime
    ) -> Subscription:
        """The person said yes themselves: keep it with its wording. Safe to do twice."""
        subscription, is_new = cls.objects.get_or_create(
            person=person, newsletter=newsletter, ended_at=None,
            defaults={"wording": wording[:500], "source": source[:120], "confirmed_at": at},
        )  # fmt: skip
        allow_again(person.email, purpose=Purpose.NEWSLETTER)
        bases = person.bases.filter(purpose=Purpose.NEWSLETTER, ended_at=None)
        if not bases.filter(ground=Basis.Ground.CONSENT).exists():
            Basis.give(
                person, Purpose.NEWSLETTER, ground=Basis.Ground.CONSENT, wording=wording[:500],
                source=source[:200], at=at,
            )  # fmt: skip
        if is_new:
            record(verbs.SUBSCRIBED, person=person, subject=newsletter, at=at)
        return subscription

    @transaction.atomic
    def end(self, at: datetime) -> None:
        """Ended by the person. With the last one, the ground to send any newsletter ends too."""
        if not Subscription.objects.filter(pk=self.pk, ended_at=None).update(ended_at=at):
            return
        record(verbs.UNSUBSCRIBED, person=self.person, subject=self.newsletter, at=at)
        if not Subscription.objects.standing().filter(person=self.person).exists():
            stop_address(
                self.person.email, purpose=Purpose.NEWSLETTER, reason="unsubscribed", at=at,
                source="preferences",
            )  # fmt: skip


@transaction.atomic
def end_those_without_ground(at: datetime) -> int:
    """Subscriptions of people who stopped by a letter's link: end them here too."""
    ended = list(Subscription.objects.without_ground().select_related("person", "newsletter")[:500])
    Subscription.objects.filter(pk__in=[s.pk for s in ended]).update(ended_at=at)
    for subscription in ended:
        record(
            verbs.UNSUBSCRIBED, person=subscription.person, subject=subscription.newsletter, at=at,
            once=f"unsubscribed:{subscription.pk}",
        )  # fmt: skip
    return len(ended)
