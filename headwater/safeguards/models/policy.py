from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record, record_staff
from headwater.people.models import Person
from headwater.safeguards import verbs


class PolicyQuerySet(models.QuerySet["Policy"]):
    def current(self) -> Self:
        return self.filter(superseded_at=None)

    def not_accepted_by(self, person: Person) -> Self:
        accepted = PolicyAcceptance.objects.filter(policy=OuterRef("pk"), person=person)
        return self.filter(~Exists(accepted))


class Policy(models.Model):
    """One version of what we ask of each other. A changed text is a new version, asked anew."""

    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=200)
    version = models.CharField(_("version"), max_length=20)
    body = models.TextField(_("text"), max_length=20_000)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="a_version_is_published_once"),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(superseded_at=None),
                name="one_version_is_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @classmethod
    @transaction.atomic
    def publish(
        cls, *, slug: str, title: str, version: str, body: str, actor: Person | None, at: datetime
    ) -> Policy:
        """Make this version the current one. Whoever accepted an older one is asked again."""
        if cls.objects.filter(slug=slug, version=version).exists():
            raise Refused(_("This version stands already. Give the changed text a new one."))
        cls.objects.filter(slug=slug, superseded_at=None).update(superseded_at=at)
        policy = cls.objects.create(
            slug=slug, title=title, version=version, body=body, published_by=actor, published_at=at
        )
        if actor:
            record_staff(
                verbs.STAFF_POLICY_CHANGED, actor=actor, subject=policy, at=at, fields=["body"]
            )
        return policy

    @transaction.atomic
    def accept(self, person: Person, *, at: datetime) -> PolicyAcceptance:
        if self.superseded_at:
            raise Refused(_("There is a newer version now. Please read that one."))
        acceptance, is_new = PolicyAcceptance.objects.get_or_create(
            policy=self, person=person, defaults={"at": at}
        )
        if is_new:
            record(
                verbs.POLICY_ACCEPTED,
                person=person,
                subject=self,
                at=at,
                once=f"policy:{self.pk}:{person.pk}",
            )
        return acceptance


class PolicyAcceptance(models.Model):
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(Person, models.CASCADE, related_name="acceptances")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "person"], name="a_policy_is_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.policy}"
