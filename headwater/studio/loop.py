"""The loop on Today: how many partners got to each stage, measured from the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, Func, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.ledger.models import Entry
from headwater.listening.models import Wish
from headwater.people.models import House
from headwater.programme.models import Activity

SEASON = timedelta(days=90)
NUMBER = BigIntegerField()
ENOUGH = 10  # below this, a stage's last season says nothing about its usual

ASKED = ["listening.survey_answered", "listening.talked"]
KNOWN = ["capacity.checked_in"]
BUILT = [
    "library.tip_done", "library.resource_downloaded", "library.code_opened", "events.attended",
    "discussions.took_part", "discussions.helped",
]  # fmt: skip
SHARED = ["sharing.shared"]
THANKED = ["recognition.thanked"]
BROUGHT = ["sharing.visit_brought"]


@dataclass(frozen=True)
class Stage:
    """One stage: partners in the last ninety days, in the ninety before, and what to do next."""

    name: str
    key: str
    count: int
    before: int
    what: str
    next: str
    url: str
    stage_url: str
    narrows: bool = False

    @property
    def against_before(self) -> float | None:
        """How it compares with our own last season; None where that was too small to say."""
        return self.count / self.before if self.before >= ENOUGH else None

    @property
    def has_fallen(self) -> bool:
        """Clearly fewer than in our own last season: by more than one in twenty."""
        return self.against_before is not None and self.against_before < 0.95


WHAT = {
    "ask": gettext_lazy("answered a survey or told us in person"),
    "know": gettext_lazy("checked in"),
    "plan": gettext_lazy("will get something they asked for"),
    "build": gettext_lazy("used a tip, a tool, a conversation or an event"),
    "share": gettext_lazy("said they shared a message"),
    "recognise": gettext_lazy("were thanked, by name"),
    "measure": gettext_lazy("brought visits we can count"),
}


def counts(at: datetime) -> dict[str, tuple[int, int]]:
    """Distinct partners at each stage, this season and the one before, in one statement."""
    stages = {
        "ask": ASKED, "know": KNOWN, "build": BUILT, "share": SHARED, "recognise": THANKED,
        "measure": BROUGHT,
    }  # fmt: skip
    recent = Entry.objects.standing().filter(
        at__gt=at - 2 * SEASON, at__lte=at, person__is_partner=True
    )
    sums = {}
    for name, verbs in stages.items():
        for when, span in (
            ("now", Q(at__gt=at - SEASON)),
            ("before", Q(at__lte=at - SEASON)),
        ):
            is_it = Q(verb__in=verbs) & span
            sums[f"{name}_{when}"] = Count("person", distinct=True, filter=is_it)
    found = recent.filter(verb__in=[v for verbs in stages.values() for v in verbs]).aggregate(
        **sums
    )
    by_stage = {name: (found[f"{name}_now"], found[f"{name}_before"]) for name in stages}
    return by_stage | {"plan": (_planned_for(at), 0)}


def _planned_for(at: datetime) -> int:
    """How many people asked for something that is decided and still to come."""
    coming = Activity.objects.filter(state=Activity.State.DECIDED, ends_on__gte=at.date())
    wished = Wish.objects.filter(person__isnull=False, at__lte=at)
    return wished.filter(need__in=coming.values("need")).values("person").distinct().count()


def stages(at: datetime, waiting: dict[str, int]) -> list[Stage]:
    """The seven stages with what to do next at each; the narrowest is named.

    Stages don't nest, so each is compared with our own last season and not with its neighbour: the
    one that fell most is where the stream narrows.
    """
    found = counts(at)
    rows = [
        ("ask", _("Ask"), _("See what partners said"), "studio:listening:surveys"),
        ("know", _("Know"), _("Look at the capacity map"), "studio:capacity:map"),
        ("plan", _("Plan"), _("See asked against lacking"), "studio:programme:plan"),
        ("build", _("Build"), _("Make the next tip or event"), "studio:build"),
        ("share", _("Share"), _("Write a message"), "studio:sharing:messages"),
        ("recognise", _("Recognise"), _thank_words(waiting), "studio:recognition:recognise"),
        ("measure", _("Measure"), _("Read the verdicts"), "studio:evaluation:verdicts"),
    ]
    built = [
        Stage(
            name, key, *found[key], what=str(WHAT[key]), next=words, url=reverse(url),
            stage_url=reverse(url),
        )
        for key, name, words, url in rows
    ]  # fmt: skip
    narrowest = narrowest_of(built)
    return [
        Stage(**{**vars(stage), "narrows": stage is narrowest}) if narrowest else stage
        for stage in built
    ]


def _thank_words(waiting: dict[str, int]) -> str:
    n = waiting.get("unthanked", 0)
    return _("Thank the %(n)d who wait") % {"n": n} if n else _("Nobody waits for thanks")


def narrowest_of(rows: list[Stage]) -> Stage | None:
    """The stage that fell most against its own last season; else the thinnest one; else none."""
    if not any(stage.count for stage in rows):
        return None
    known = [stage for stage in rows if stage.against_before is not None]
    fell = min(known, key=lambda stage: stage.against_before or 0, default=None)
    if fell and fell.has_fallen:
        return fell
    return min((s for s in rows if s.key != "plan"), key=lambda stage: stage.count)


def scalars(**querysets: Any) -> dict[str, int]:
    """Many counts in one statement: each queryset becomes a counted subquery of the one house."""

    def counted(rows: Any) -> Subquery:
        every = rows.order_by().annotate(n=Func("pk", function="COUNT", output_field=NUMBER))
        return Subquery(every.values("n"), output_field=NUMBER)

    house = House.objects.filter(pk=1)
    row: Any = house.values(**{k: counted(v) for k, v in querysets.items()}).first() or {}
    return {key: int(row.get(key) or 0) for key in querysets}
