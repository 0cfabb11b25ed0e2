from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from headwater.capacity import verbs
from headwater.ledger.models import record
from headwater.listening.models import Gauge
from headwater.partners.models import Trait
from headwater.people.models import Person
from headwater.stats import gauges


class ReadingQuerySet(models.QuerySet["Reading"]):
    def newest(self, at: datetime) -> Self:
        """Each person's newest reading of each gauge as it stood then."""
        return self.filter(at__lte=at).filter(Q(superseded_at=None) | Q(superseded_at__gt=at))

    def shared(self) -> Self:
        """Readings of gauges that the person lets staff see by name."""
        shared = SharedGauge.objects.filter(person=OuterRef("person"), gauge=OuterRef("gauge"))
        return self.filter(models.Exists(shared))


class Reading(models.Model):
    """Where one person stood on one gauge: 0 to 100, with its likely range.

    `score`, `low`, `high` and `standard_error` are all in points. The person's score before and
    the moment of the next reading stand beside it, so that a map of a million partners is one
    pass over one table.
    """

    check_in = models.ForeignKey("capacity.CheckIn", models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, models.CASCADE, related_name="readings")
    gauge = models.CharField(max_length=10, choices=Gauge.choices)
    score = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    standard_error = models.FloatField()
    answered = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    score_before = models.FloatField(null=True)
    superseded_at = models.DateTimeField(null=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "gauge"], name="one_reading_a_gauge_and_check_in"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100, low__lte=F("score"))
                & Q(high__gte=F("score")),
                name="a_reading_lies_in_its_range",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "gauge", "at"], name="a_persons_readings"),
            models.Index(
                fields=["superseded_at", "gauge", "person", "at", "score", "score_before"],
                name="readings_for_the_map",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.gauge}: {self.score:.0f}"

    @property
    def as_score(self) -> gauges.Score:
        """The reading as the sums know it."""
        return gauges.Score(
            theta=(self.score - 50) / gauges.POINTS_PER_THETA,
            standard_error=self.standard_error / gauges.POINTS_PER_THETA,
            value=self.score,
            low=self.low,
            high=self.high,
            level=0.95,
            answered=self.answered,
        )


def latest_readings(people: QuerySet[Person], at: datetime) -> QuerySet[Reading]:
    """The newest reading of each gauge of each of these people, as it stood then."""
    return Reading.objects.newest(at).filter(person__in=people)


@transaction.atomic
def link_readings(people: QuerySet[Person] | None = None) -> None:
    """Work out `score_before` and `superseded_at` anew, after rows came in bulk or out of order."""
    readings = Reading.objects.all()
    if people is not None:
        readings = readings.filter(person__in=people)
    same = Reading.objects.filter(person=OuterRef("person"), gauge=OuterRef("gauge"))
    readings.update(
        score_before=Subquery(
            same.filter(at__lt=OuterRef("at")).order_by("-at").values("score")[:1]
        ),
        superseded_at=Subquery(same.filter(at__gt=OuterRef("at")).order_by("at").values("at")[:1]),
    )


class SharedGauge(models.Model):
    """That a person lets staff see one of their gauges by name. It was their choice alone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="shared_gauges")
    gauge = models.CharField(_("gauge"), max_length=10, choices=Gauge.choices)
    shared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "gauge"], name="a_gauge_is_shared_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.gauge}"

    @classmethod
    @transaction.atomic
    def share(cls, person: Person, gauge: str, *, at: datetime) -> None:
        """Show this gauge to staff by name, and let segments filter by it."""
        _row, is_new = cls.objects.get_or_create(
            person=person, gauge=gauge, defaults={"shared_at": at}
        )
        if is_new:
            record(verbs.GAUGE_SHARED, person=person, at=at, gauge=gauge)
        cls.write_traits(person, at=at)

    @classmethod
    @transaction.atomic
    def hide(cls, person: Person, gauge: str, *, at: datetime) -> None:
        """Take it back: staff no longer see it, and no segment knows it."""
        Trait.objects.filter(person=person, name=trait_of(gauge)).delete()
        if cls.objects.filter(person=person, gauge=gauge).delete()[0]:
            record(verbs.GAUGE_HIDDEN, person=person, at=at, gauge=gauge)

    @classmethod
    def write_traits(cls, person: Person, *, at: datetime) -> None:
        shared = cls.objects.filter(person=person).values("gauge")
        for reading in Reading.objects.newest(at).filter(person=person, gauge__in=shared):
            Trait.objects.update_or_create(
                person=person,
                name=trait_of(reading.gauge),
                defaults={"number": reading.score, "text": "", "at": reading.at},
            )


def trait_of(gauge: str) -> str:
    return f"gauge.{gauge}"
