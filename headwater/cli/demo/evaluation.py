"""What staff and five partners say about a campaign, beside what the numbers say; and those."""

from __future__ import annotations

from datetime import timedelta

from headwater.cli.demo.world import World
from headwater.evaluation import keeping, running
from headwater.evaluation.frames.trials import refresh_own
from headwater.evaluation.models import Debrief
from headwater.programme.models import Campaign

STAFF_SAID = (
    ("owner", "The guide in five languages went further than we had printed for.",
     "Agents heard of it nine days after members. Next time they hear first."),
    ("manager", "Partners changed the words. The changed ones were read more.",
     "Two films came too late to be shared."),
    ("editor", "Not one draft about allergens got through, and nobody felt policed.",
     "We’d write the don’ts into the kit and not beside it."),
)  # fmt: skip
PARTNERS_SAID = (
    ("I sold six boxes to people I had never seen.", "Tell us the price a week before."),
    ("The recipe fitted on a card. I still have them on the counter.", "Fewer pictures of pots."),
    ("My regulars asked me things and I knew the answer.", "Start on a Thursday."),
    ("I liked that I could say it in my own way.", "The link was too long to say on the radio."),
    ("We ate mussels for a month.", "Bring the boxes before the message, not after."),
)


def write(world: World) -> None:
    debriefs(world)
    refresh_own(world.at)  # the worker brings trials up to date, and has not begun yet
    if keeping.is_large():  # then no page waits for the sums
        running.run(running.ask(actor=None, at=world.at), world.at)


def debriefs(world: World) -> None:
    over = Campaign.objects.over(world.today).order_by("-starts_on").first()
    if over is None:
        return
    at = world.moment(min(world.weeks, (over.counted_until - world.monday).days // 7 + 1), 1, 15)
    for n, (role, well, differently) in enumerate(STAFF_SAID):
        Debrief.write(
            over, actor=world.staff[role], went_well=well, differently=differently,
            at=min(at + timedelta(hours=n), world.at),
        )  # fmt: skip
    named = [i for i in (0, 1, 2, 3, 9) if i < world.people]
    for n, (i, (well, differently)) in enumerate(zip(named, PARTNERS_SAID, strict=False)):
        Debrief.write(
            over, actor=world.staff["manager"], partner=world.persons[i], went_well=well,
            differently=differently, at=min(at + timedelta(days=1, hours=n), world.at),
        )  # fmt: skip
