from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Count, Q
from django.db.models.functions import Length, Trim
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.safeguards import verbs
from headwater.safeguards.patterns import Pattern, refuse_unsafe

EVERYWHERE = "all"

Trim.register_lookup(Length, "length")
models.CharField.register_lookup(Trim, "trimmed")


class Level(models.TextChoices):
    STOP = "stop", _("Stops a draft")
    MIND = "mind", _("To think about")


class GuidelineQuerySet(models.QuerySet["Guideline"]):
    def standing(self) -> Self:
        return self.filter(retired_at=None)

    def with_use(self) -> Self:
        """Each with how many drafts needed it, how many were mended and how many let go."""
        return self.annotate(
            times=Count("catches"),
            mended=Count("catches", filter=~Q(catches__mended_at=None)),
            let_go=Count("catches", filter=~Q(catches__let_go_at=None)),
        )


class Guideline(models.Model):
    """One thing to do and one not to, why, and the words that mend it.

    The database refuses a guideline without its don't. Patterns are what a machine can notice:
    an empty list means that only people can.
    """

    slug = models.SlugField(max_length=80, unique=True)
    number = models.PositiveIntegerField()
    title = models.CharField(_("in a few words"), max_length=120)
    topic = models.SlugField(_("topic"), max_length=40, blank=True)
    level = models.CharField(
        _("when a draft breaks it"), max_length=4, choices=Level.choices, default=Level.MIND
    )
    applies_to = models.JSONField(_("where it holds"), default=list)
    do = models.CharField(_("do"), max_length=400)
    dont = models.CharField(_("don’t"), max_length=400)
    why = models.CharField(_("why"), max_length=600)
    mend = models.CharField(_("the mend we offer"), max_length=300, blank=True)
    patterns = models.JSONField(default=list, blank=True)
    set_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    times: int  # these three are there after with_use()
    mended: int
    let_go: int

    objects = GuidelineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dont__trimmed__length__gt=0), name="a_guideline_has_its_dont"
            ),
            models.CheckConstraint(
                condition=Q(do__trimmed__length__gt=0), name="a_guideline_has_its_do"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="a_guideline_stops_or_gives_a_thought"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_stop(self) -> bool:
        return self.level == Level.STOP

    @property
    def readable_patterns(self) -> list[Pattern]:
        return [Pattern.read(row) for row in self.patterns]

    def holds_on(self, network: str) -> bool:
        places = self.applies_to or [EVERYWHERE]
        return EVERYWHERE in places or not network or network in places

    @classmethod
    @transaction.atomic
    def write(cls, *, actor: Person | None, at: datetime, **fields: Any) -> Guideline:
        """A new guideline, numbered after the last. Unsafe patterns are refused."""
        refuse_unsafe(Pattern.read(row) for row in fields.get("patterns", []))
        last = cls.objects.order_by("-number").values_list("number", flat=True).first() or 0
        slug = fields.pop("slug", "") or _free_slug(str(fields["title"]))
        guideline = cls.objects.create(
            slug=slug, number=last + 1, set_by=actor, set_at=at, **fields
        )
        _note(guideline, actor, at, fields)
        return guideline

    @transaction.atomic
    def change(self, *, actor: Person, at: datetime, **fields: Any) -> None:
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        if not changed:
            return
        if "patterns" in changed:
            refuse_unsafe(Pattern.read(row) for row in fields["patterns"])
        for name in changed:
            setattr(self, name, fields[name])
        self.set_by, self.set_at = actor, at
        self.save(update_fields=[*changed, "set_by", "set_at"])
        _note(self, actor, at, changed)

    @transaction.atomic
    def retire(self, *, actor: Person, at: datetime) -> None:
        """Take it out of use. What it caught is kept."""
        self.retired_at = at
        self.save(update_fields=["retired_at"])
        _note(self, actor, at, ["retired_at"])


def _note(guideline: Guideline, actor: Person | None, at: datetime, fields: Any) -> None:
    if actor:
        record_staff(
            verbs.STAFF_GUIDELINE_CHANGED, actor=actor, subject=guideline, at=at, fields=fields
        )


def _free_slug(title: str) -> str:
    wanted = slugify(title)[:70] or "guideline"
    taken = set(Guideline.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in [wanted, *numbered] if slug not in taken)


class Catch(models.Model):
    """That a draft needed a guideline, and what came of it. The words themselves are not kept."""

    guideline = models.ForeignKey(Guideline, models.CASCADE, related_name="catches")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    about = models.CharField(max_length=80)
    at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)
    let_go_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="catches_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["guideline", "person", "about"], name="a_draft_is_caught_once_by_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.guideline} {self.about}"

    @classmethod
    @transaction.atomic
    def keep(cls, *, found: set[int], person: Person, about: str, at: datetime) -> None:
        """Note which guidelines this draft breaks now; those it broke before are mended."""
        rows = cls.objects.filter(person=person, about=about)
        rows.exclude(guideline__in=found).filter(mended_at=None).update(mended_at=at)
        rows.filter(guideline__in=found).update(mended_at=None)
        Catch.objects.bulk_create(
            [Catch(guideline_id=key, person=person, about=about, at=at) for key in sorted(found)],
            ignore_conflicts=True,
        )
