"""Subscriptions, a letter a month with everybody it went to, one draft and one on its way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from headwater.cli.demo.mail import post
from headwater.cli.demo.world import World
from headwater.events.models import Event
from headwater.ledger.models import kind_of
from headwater.library.models import Tip
from headwater.mail.models import Mailing
from headwater.newsletters import sending, verbs
from headwater.newsletters.blocks import parts, words
from headwater.newsletters.models import Issue, Newsletter, Sending, Subscription
from headwater.partners.models import Basis

WORDING = "One letter a month, and a minute every Tuesday if I like. I can stop it with one press."
HEADINGS = (
    "What you said, and what came of it", "The quay this month", "One thing we got wrong",
    "Who helped whom", "Before the season turns", "Three dates and a recipe",
    "What the numbers say, and what they don’t",
)  # fmt: skip
BODIES = (
    "Dear [[greeting]],\n\nWe asked, you answered, and this month shows it. If we’ve misread you,"
    " answer this letter. A person reads every reply.",
    "Dear [[greeting]],\n\nmackerel are in, the quay is loud, and more of you asked for help with"
    " photos than with anything else. So that comes first.",
    "Dear [[greeting]],\n\nlast month we sent you a wrong day. Six of you took the post down within"
    " hours. Thank you. Here is what we changed.",
)


def write(world: World) -> None:
    main = Newsletter.main(world.moment(0, 0, 9))
    main.name, main.slug = "First boats", "first-boats"
    main.promise = "Once a month: what you asked for, what came of it, and one minute to learn."
    main.save(update_fields=["name", "slug", "promise"])
    tuesdays = Newsletter.objects.create(
        slug="a-minute-on-tuesdays", name="A minute on Tuesdays",
        promise="One tip at seven in the morning.", created_at=world.moment(2, 0, 9),
    )  # fmt: skip
    subscribe(world, main, 0.72)
    subscribe(world, tuesdays, 0.31)
    for week in world.letters:
        mailing = send(world, main, week)
    lose_one(mailing)
    write_next(world, main)
    world.flush()


def subscribe(world: World, newsletter: Newsletter, share: float) -> None:
    allowed = dict(
        Basis.objects.filter(purpose="newsletter", ended_at=None).values_list("person", "given_at")
    )
    kind, rows = kind_of(newsletter), []
    for i, person in enumerate(world.persons):
        if person.pk not in allowed or (i and world.rng.random() > share):
            continue
        at = max(allowed[person.pk], newsletter.created_at) + timedelta(minutes=20)
        rows.append(
            Subscription(
                person=person, newsletter=newsletter, wording=WORDING, source="subscribe page",
                confirmed_at=at,
            )
        )  # fmt: skip
        world.tell(verbs.SUBSCRIBED, i, at, kind=kind, subject=newsletter.pk)
    Subscription.objects.bulk_create(rows, batch_size=1000)


def compose(world: World, newsletter: Newsletter, week: int, at: datetime) -> Issue:
    """A text, the tip of the week and the next event as they stood then."""
    n = newsletter.issues.count()
    tip = Tip.objects.filter(published_at__lte=at).order_by("-published_at").first()
    soon = (
        Event.objects.filter(starts_at__gt=at, published_at__lte=at).order_by("starts_at").first()
    )
    blocks = [
        {"id": f"a{n}", "kind": "text", "heading": HEADINGS[n % len(HEADINGS)],
         "body": BODIES[n % len(BODIES)], "ref": "", "link": "", "link_label": ""},
    ]  # fmt: skip
    for kind, thing in (("tip", tip), ("event", soon)):
        if thing:
            blocks.append(
                {"id": f"{kind}{n}", "kind": kind, "heading": "", "body": "", "ref": thing.slug,
                 "link": "", "link_label": ""}
            )  # fmt: skip
    title = f"{HEADINGS[n % len(HEADINGS)]}, {world.day(week):%B}"
    return Issue.begin(
        newsletter, actor=world.staff["owner"], at=at - timedelta(days=5), title=title,
        preheader="A minute to read, a date, and somebody to thank.", blocks=blocks,
        from_name="Mirela Ionescu",
    )  # fmt: skip


def send(world: World, newsletter: Newsletter, week: int) -> Mailing:
    at = world.moment(week, 1, 7.1)
    issue = compose(world, newsletter, week, at)
    letter = words(issue, parts(issue, at))
    mailing = post(
        world, title=f"{issue}: {issue.title}", letter=letter, purpose="newsletter", at=at,
        people=[i for i in range(world.people) if world.joined[i] < week], about=issue.about,
        url=reverse("studio:newsletters:issue", args=[issue.pk]), from_name="Mirela Ionescu",
    )  # fmt: skip
    Sending.objects.create(
        issue=issue, mailing=mailing, asked_by=world.staff["owner"],
        asked_at=at - timedelta(days=1), send_at=at,
    )  # fmt: skip
    return mailing


def lose_one(mailing: Mailing) -> None:
    """The connection broke over one letter of the last issue: staff have to decide about it."""
    one = mailing.deliveries.filter(state="sent").order_by("pk").last()
    if one:
        one.state, one.reason = "unknown", "The connection broke while it was going out"
        one.save(update_fields=["state", "reason"])


def write_next(world: World, newsletter: Newsletter) -> None:
    """One that goes by itself next week (nothing leaves without a mail server), and a draft."""
    issue = compose(world, newsletter, world.weeks + 1, world.at)
    sending.schedule(
        issue, actor=world.staff["owner"], at=world.at,
        send_at=max(world.moment(world.weeks + 1, 1, 7), world.at + timedelta(days=2)),
    )  # fmt: skip
    compose(world, newsletter, world.weeks + 5, world.at)
