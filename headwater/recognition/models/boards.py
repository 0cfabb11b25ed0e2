from __future__ import annotations

from datetime import datetime

from django.db import connection, models, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.partners.models import Kind
from headwater.people.models import Person
from headwater.recognition.models.points import Points, Season
from headwater.recognition.models.taking_part import refuse_outside, taking_part_sql

NEIGHBOURS = 2


class BoardPlace(models.Model):
    """That a partner wants to stand on the board, among their own kind, by a name they choose."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="board_place")
    group = models.ForeignKey(Kind, models.CASCADE, null=True, related_name="+")
    pseudonym = models.CharField(_("shown as"), max_length=60, blank=True)
    joined_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.pseudonym or self.person.name

    @classmethod
    @transaction.atomic
    def join(cls, person: Person, *, at: datetime, pseudonym: str = "") -> BoardPlace:
        if person.is_staff or person.suspended_at:
            raise Refused(_("Staff and people who are suspended don’t stand on the board."))
        refuse_outside(person)
        kind = Kind.objects.filter(belongings__person=person).first()
        place, _new = cls.objects.update_or_create(
            person=person,
            defaults={"group": kind, "pseudonym": pseudonym.strip()},
            create_defaults={"group": kind, "pseudonym": pseudonym.strip(), "joined_at": at},
        )
        rank(Season.at(at))
        return place

    @classmethod
    @transaction.atomic
    def leave(cls, person: Person) -> None:
        """Off the board at once; the points stay the person's own."""
        cls.objects.filter(person=person).delete()
        Standing.objects.filter(person=person).delete()


class Standing(models.Model):
    """Where one person stands in one season among those of their kind who joined.

    Written anew after each fold, so that a board of a million is read by index alone. Those with
    the same points have the same rank.
    """

    season = models.ForeignKey(Season, models.CASCADE, related_name="standings")
    group = models.ForeignKey(Kind, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="standings")
    points = models.PositiveIntegerField()
    rank = models.PositiveIntegerField()
    name = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "person"], name="one_standing_a_season")
        ]
        indexes = [
            models.Index(fields=["season", "group", "-points", "person"], name="boards_by_points")
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.name}"


@transaction.atomic
def rank(season: Season) -> None:
    """Write a season's board anew, in one statement. Staff and suspended people never rank.

    Nor does anybody whose kind has no points.
    """
    Standing.objects.filter(season=season).delete()
    of_kinds, outside = taking_part_sql("w.id")
    sql = f"""
        INSERT INTO recognition_standing (season_id, group_id, person_id, points, rank, name)
        SELECT %s, t.group_id, t.person_id, t.points,
               RANK() OVER (PARTITION BY t.group_id ORDER BY t.points DESC), t.name
        FROM (
            SELECT b.group_id, b.person_id, COALESCE(SUM(p.points), 0) AS points,
                   CASE WHEN b.pseudonym <> '' THEN b.pseudonym ELSE w.name END AS name
            FROM recognition_boardplace b
            JOIN people_person w ON w.id = b.person_id
            LEFT JOIN recognition_points p ON p.person_id = b.person_id AND p.season_id = %s
            WHERE w.role = '' AND w.suspended_at IS NULL AND w.merged_into_id IS NULL
              AND w.erased_at IS NULL {of_kinds}
            GROUP BY b.group_id, b.person_id, b.pseudonym, w.name
        ) t
    """  # noqa: S608  only our own words are put together here; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(sql, [season.pk, season.pk, *outside])


def neighbours(person: Person, season: Season) -> list[Standing]:
    """Two above, me, two below, best first; nothing for somebody who has not joined."""
    me = Standing.objects.filter(season=season, person=person).first()
    return neighbours_of(me) if me else []


def neighbours_of(me: Standing) -> list[Standing]:
    """The same, from one's own standing: two short walks along the index."""
    board = Standing.objects.filter(season=me.season_id, group=me.group_id)
    above = board.filter(points__gte=me.points).filter(
        Q(points__gt=me.points) | Q(person__lt=me.person_id)
    )
    below = board.filter(points__lte=me.points).filter(
        Q(points__lt=me.points) | Q(person__gt=me.person_id)
    )
    two_above = above.order_by("points", F("person").desc()).values("pk")[:NEIGHBOURS]
    two_below = below.order_by("-points", "person").values("pk")[:NEIGHBOURS]
    near = Q(pk__in=two_above) | Q(pk__in=two_below) | Q(pk=me.pk)
    return list(Standing.objects.filter(near).order_by("-points", "person"))


def top(season: Season, group: Kind | None, count: int = 10) -> models.QuerySet[Standing]:
    board = Standing.objects.filter(season=season, group=group)
    return board.order_by("-points", "person")[:count]


def total(person: Person, season: Season) -> int:
    """What a person has in a season, on the board or not."""
    mine = Points.objects.filter(person=person, season=season)
    return int(mine.aggregate(n=Sum("points"))["n"] or 0)


def by_season(person: Person, seasons: int = 13) -> list[tuple[Season, int]]:
    """A person's points season by season, newest first: what improvement is seen from."""
    mine = Points.objects.filter(person=person).order_by("-season__starts_on").values("season")
    sums = {row["season"]: row["n"] for row in mine.annotate(n=Sum("points"))}
    return [(s, sums[s.pk]) for s in Season.objects.filter(pk__in=sums)[:seasons]]
