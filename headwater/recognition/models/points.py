from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.periods import Period
from headwater.ledger.models import Entry, record_staff
from headwater.people.models import House, Person
from headwater.recognition import verbs
from headwater.recognition.models.taking_part import taking_part_sql

SEASON_DAYS = 28  # then rest until the month ends
TOUCHED_AT_ONCE = 100_000
MANY = 2000  # people; from here on it is quicker to count a whole rule than one after another


class Season(models.Model):
    """Four weeks in which points are counted; the days left of the month are rest."""

    key = models.CharField(max_length=7, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return self.key

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return Period(self.starts_on, self.ends_on, self.key).bounds(House.current().zone)

    @classmethod
    def of(cls, day: date) -> Season:
        """The season of this day's month, made when it is first asked for."""
        month = Period.month(day)
        last = month.starts_on + timedelta(days=SEASON_DAYS - 1)
        season, _new = cls.objects.get_or_create(
            key=month.key, defaults={"starts_on": month.starts_on, "ends_on": last}
        )
        return season

    @classmethod
    def at(cls, at: datetime) -> Season:
        return cls.of(at.astimezone(House.current().zone).date())


def rests_until(day: date) -> date | None:
    """When points begin again, on a day on which they rest; None on any other."""
    month = Period.month(day)
    season_ends = month.starts_on + timedelta(days=SEASON_DAYS - 1)
    return month.ends_on + timedelta(days=1) if day > season_ends else None


class RuleQuerySet(models.QuerySet["Rule"]):
    def standing_in(self, season: Season) -> Self:
        """The rules as they were when the season began: a change counts from the next one."""
        begun = self.filter(from_on__lte=season.starts_on)
        return begun.filter(Q(until_on=None) | Q(until_on__gt=season.starts_on))


class Rule(models.Model):
    """So many points for every `per` standing entries with this verb, at most `cap` in a season."""

    class Group(models.TextChoices):
        LEARNING = "learning", _("learning")
        HELPING = "helping", _("helping")
        SHARING = "sharing", _("sharing")

    slug = models.SlugField(max_length=60)
    verb = models.CharField(max_length=60)
    label = models.CharField(_("for"), max_length=120)
    group = models.CharField(max_length=10, choices=Group.choices)
    points = models.PositiveIntegerField(_("points"))
    per = models.PositiveIntegerField(_("for every"), default=1)
    cap = models.PositiveIntegerField(_("at most in a season"))
    has_evidence = models.BooleanField(default=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["group", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "from_on"], name="a_rule_changes_once_a_day"),
            models.CheckConstraint(
                condition=Q(per__gt=0, points__gt=0, cap__gte=models.F("points")),
                name="a_rule_can_give_what_it_promises",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @transaction.atomic
    def change(self, *, points: int, cap: int, actor: Person, at: datetime) -> Rule:
        """Give other points from the next season on. This season is never changed."""
        if points < 1 or cap < points:
            raise Refused(
                _("Points start at one, and the most can’t be below what one deed gives.")
            )
        season = Season.at(at)
        starts_on = (season.starts_on + timedelta(days=32)).replace(day=1)
        changed, _new = Rule.objects.update_or_create(
            slug=self.slug,
            from_on=starts_on,
            defaults={
                "verb": self.verb, "label": self.label, "group": self.group, "per": self.per,
                "has_evidence": self.has_evidence, "points": points, "cap": cap,
            },
        )  # fmt: skip
        if self.pk != changed.pk:
            self.until_on = starts_on
            self.save(update_fields=["until_on"])
        record_staff(
            verbs.STAFF_RULE_CHANGED, actor=actor, subject=changed, at=at, fields=["points", "cap"]
        )
        return changed


class Folded(models.Model):
    """That an entry of the ledger has been dealt with by points: at most one row an entry."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.entry_id)


class Points(models.Model):
    """One cell: what one person has for one rule in one season, worked out from the ledger."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="points")
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="given")
    person = models.ForeignKey(Person, models.CASCADE, related_name="points")
    times = models.PositiveIntegerField()
    points = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "rule", "person"], name="one_cell_a_rule_person_and_season"
            )
        ]
        indexes = [models.Index(fields=["person", "season"], name="a_persons_points")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.points}"


def fold(season: Season, *, everyone: bool = False) -> int:
    """Count the cells that new entries touched, or every cell, anew from the ledger.

    Safe to run twice, late, in any order. Gives how many entries were new. In the database: one
    statement a rule, whoever many the people.
    """
    rules = list(Rule.objects.standing_in(season))
    if everyone:
        with transaction.atomic():
            Points.objects.filter(season=season).delete()
            for rule in rules:
                _count(season, rule, None)
        return 0
    fresh = 0
    while True:
        with transaction.atomic():
            dealt = _fold_some(season, rules)
        fresh += dealt
        if dealt < TOUCHED_AT_ONCE:
            return fresh


def _fold_some(season: Season, rules: list[Rule]) -> int:
    start, end = season.bounds
    new = Entry.objects.filter(
        ~Exists(Folded.objects.filter(entry=OuterRef("pk"))),
        verb__in=[rule.verb for rule in rules],
        at__gte=start,
        at__lt=end,
    ).exclude(person=None)
    rows = list(new.values_list("pk", "verb", "person_id")[:TOUCHED_AT_ONCE])
    touched: dict[str, set[int]] = {}
    for _pk, verb, person in rows:
        if person:
            touched.setdefault(verb, set()).add(person)
    for rule in rules:
        people = sorted(touched.get(rule.verb, ()))
        if len(people) > MANY:
            Points.objects.filter(season=season, rule=rule).delete()
            _count(season, rule, None)
        else:
            for n in range(0, len(people), 500):
                some = people[n : n + 500]
                Points.objects.filter(season=season, rule=rule, person__in=some).delete()
                _count(season, rule, some)
    Folded.objects.bulk_create([Folded(entry_id=pk) for pk, _verb, _person in rows], batch_size=900)
    return len(rows)


def _count(season: Season, rule: Rule, people: list[int] | None) -> None:
    """Write one rule's cells of a season with one INSERT ... SELECT."""
    start, end = season.bounds
    verb, only = "e.verb", ""
    if people:  # found by person: the index by verb would lead through everybody's deeds
        verb, only = "e.verb || ''", f"AND e.person_id IN ({', '.join(['%s'] * len(people))})"
    closed = "AND e.recorded_at <= %s" if season.closed_at else ""
    given = "(COUNT(*) / %s) * %s"
    of_kinds, outside = taking_part_sql("e.person_id")
    sql = f"""
        INSERT INTO recognition_points (season_id, rule_id, person_id, times, points)
        SELECT %s, %s, e.person_id, COUNT(*),
               CASE WHEN {given} > %s THEN %s ELSE {given} END
        FROM ledger_entry e
        WHERE {verb} = %s AND e.at >= %s AND e.at < %s AND e.person_id IS NOT NULL
          {only} {closed}
          AND e.id NOT IN (
            SELECT id FROM ledger_entry WHERE voids_id IS NOT NULL
            UNION ALL SELECT voids_id FROM ledger_entry WHERE voids_id IS NOT NULL
          )
        GROUP BY e.person_id
        HAVING {given} > 0 {of_kinds}
    """  # noqa: S608  only our own words are put together here; every value is a parameter
    unit = [rule.per, rule.points]
    values: list[Any] = [season.pk, rule.pk, *unit, rule.cap, rule.cap, *unit, rule.verb]
    values += [_moment(start), _moment(end), *(people or [])]
    values += [_moment(season.closed_at)] if season.closed_at else []
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *unit, *outside])


def _moment(at: datetime | None) -> Any:
    """A moment as this database keeps it, for a statement written by hand."""
    return connection.ops.adapt_datetimefield_value(at)


def close(season: Season, at: datetime) -> None:
    """End a season: entries recorded after this never change it."""
    fold(season)
    Season.objects.filter(pk=season.pk, closed_at=None).update(closed_at=at)
