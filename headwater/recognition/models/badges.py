from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.utils.translation import gettext_lazy as _

from headwater.ledger.models import Entry, kind_of, record_many
from headwater.people.models import Person
from headwater.recognition import verbs
from headwater.recognition.models.taking_part import taking_part

AT_ONCE = 2000


class Badge(models.Model):
    """What somebody did, as a mark on a river gauge. Nobody loses one."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=60)
    icon = models.CharField(_("icon"), max_length=40, default="award")
    level = models.PositiveSmallIntegerField(_("height on the staff, 0 to 100"))
    what_for = models.CharField(_("what for"), max_length=200)
    verb = models.CharField(max_length=60)
    times = models.PositiveIntegerField(_("how often"))

    class Meta:
        ordering = ["level", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def step(self) -> int:
        """The drawn height: one of three."""
        return 1 + (self.level > 33) + (self.level > 66)

    @transaction.atomic
    def award(self, at: datetime) -> int:
        """Give it to everybody who has done enough and has not got it yet, some at a time."""
        done = Entry.objects.standing().filter(verb=self.verb, person__is_partner=True)
        done = done.filter(taking_part("person"))
        done = done.filter(~Exists(Award.objects.filter(badge=self, person=OuterRef("person"))))
        enough = (
            done.order_by()
            .values("person")
            .annotate(n=Count("pk"), last=Max("at"))
            .filter(n__gte=self.times)[:AT_ONCE]
        )
        awards = [Award(badge=self, person_id=row["person"], at=row["last"]) for row in enough]
        Award.objects.bulk_create(awards, ignore_conflicts=True)
        record_many(
            Entry(
                person_id=award.person_id,
                verb=verbs.AWARDED.name,
                subject_kind=kind_of(self),
                subject_id=self.pk,
                at=award.at,
                recorded_at=at,
                once=f"badge:{self.pk}:{award.person_id}",
            )
            for award in awards
        )
        return len(awards)


class Award(models.Model):
    """That somebody has earned a badge, and when they did the deed that earned it."""

    badge = models.ForeignKey(Badge, models.CASCADE, related_name="awards")
    person = models.ForeignKey(Person, models.CASCADE, related_name="awards")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["badge", "person"], name="a_badge_is_earned_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.badge}"


def next_badge(person: Person) -> tuple[Badge, int] | None:
    """The badge that is nearest, and how often the person has done the deed for it."""
    return badge_progress(person, list(Badge.objects.exclude(awards__person=person)))


def badge_progress(person: Person, missing: list[Badge]) -> tuple[Badge, int] | None:
    deeds = Entry.objects.standing().filter(person=person, verb__in=[b.verb for b in missing])
    done = dict(deeds.order_by().values_list("verb").annotate(n=Count("pk")))
    begun = [(badge, done.get(badge.verb, 0)) for badge in missing]
    begun.sort(key=lambda pair: (-pair[1] / pair[0].times, pair[0].times))
    return begun[0] if begun else None
