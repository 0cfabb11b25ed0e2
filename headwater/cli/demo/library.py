"""Tips that came out week by week, articles, the toolkit, codes, and what people did with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from headwater.cli.demo.quotes import COMMENTS
from headwater.cli.demo.tips import OURS
from headwater.cli.demo.world import World
from headwater.ledger.models import kind_of
from headwater.library import starting, verbs
from headwater.library.models import (
    Article,
    Category,
    CodeUse,
    Comment,
    Download,
    Resource,
    ResourceCode,
    Tip,
    TipDone,
)  # fmt: skip
from headwater.library.models.codes import code_key


def write(world: World) -> None:
    starting.load_starter(world.moment(0, 0, 8), publish=True)
    tips = write_tips(world)
    write_deeds(world, tips)
    write_articles(world)
    write_downloads(world)
    write_codes(world)
    write_comments(world, tips)
    world.flush()


def write_tips(world: World) -> list[Tip]:
    """The starter kit's tips, then ours, in the order in which they came out."""
    categories = {category.slug: category for category in Category.objects.all()}
    first = Tip.objects.count()
    for number, ours in enumerate(OURS, start=first + 1):
        tip = Tip(
            number=number, slug=ours.slug, title=ours.title, idea=ours.idea, action=ours.action,
            do=ours.do, dont=ours.dont, insight=ours.insight, body="",
            category=categories.get(ours.category), need_slug=ours.need, need_name=ours.need_name,
        )  # fmt: skip
        tip.keep(actor=world.staff["editor"], at=world.moment(max(0, world.weeks - 12), 0, 9))
    tips = list(Tip.objects.order_by("number"))
    for tip, week in zip(tips, [*world.tips_out, world.weeks + 1], strict=True):
        tip.published_at = world.moment(week, 1, 7)
        tip.created_at = tip.published_at - timedelta(days=9)
    Tip.objects.bulk_update(tips, ["published_at", "created_at"])
    return tips


def write_deeds(world: World, tips: list[Tip]) -> None:
    """“I did this”, and who read what."""
    kind, rng = kind_of(tips[0]), world.rng
    done: list[TipDone] = []
    for i, place, week in world.tips_done:
        tip, person = tips[place], world.persons[i]
        out = tip.published_at or world.at
        at = min(max(world.some_time(week), out + timedelta(hours=2)), world.at)
        row = TipDone(tip=tip, person=person, at=at)
        has_shown = rng.random() < 0.12
        if has_shown:
            row.evidence_url = f"https://quaymail.example/posts/{tip.number}-{i}"
            row.shown_at = at
        done.append(row)
        key = f"{tip.pk}:{person.pk}"
        read = max(out, at - timedelta(hours=1))
        tell_reading(world, i, tip, read, kind)
        world.tell(verbs.TIP_DONE, i, at, kind=kind, subject=tip.pk, once=f"{verbs.TIP_DONE}:{key}")
        if has_shown:
            once = f"{verbs.TIP_SHOWN}:{key}"
            world.tell(verbs.TIP_SHOWN, i, at, kind=kind, subject=tip.pk, once=once)
    TipDone.objects.bulk_create(done, batch_size=1000)
    for tip, week in zip(tips, world.tips_out, strict=False):
        likes = (world.joined < week) & ~world.is_media
        readers = (rng.random(world.people) < 0.035 + 0.06 * world.engagement) & likes
        for i in readers.nonzero()[0].tolist():
            later = min(world.weeks, week + int(rng.exponential(2)))
            at = max(world.some_time(later), tip.published_at or world.at)
            tell_reading(world, i, tip, min(at, world.at), kind)


def tell_reading(world: World, i: int, tip: Tip, at: datetime, kind: str) -> None:
    once = f"{verbs.TIP_READ}:{tip.pk}:{world.persons[i].pk}:{at.date()}"
    world.tell(verbs.TIP_READ, i, at, kind=kind, subject=tip.pk, once=once)


def write_articles(world: World) -> None:
    articles = list(Article.objects.order_by("pk"))
    for n, article in enumerate(articles):
        week = 6 + n * max(1, (world.weeks - 8) // max(1, len(articles)))
        article.published_at = world.moment(min(week, world.weeks - 1), 2, 8)
    Article.objects.bulk_update(articles, ["published_at"])
    placed = (
        ("What a quiet hour does to a market", "The Saltmarsh Courier", "print", 11_400, 34),
        ("Eleven stalls that put the price first", "Coast & Table", "elsewhere", 3_150, 12),
    )
    for title, outlet, place, reach, ago in placed:
        week = max(1, world.weeks - ago)
        article = Article(
            title=title, summary=f"{title}, told to the readers of {outlet}.", place=place,
            outlet=outlet, reach=reach, placed_on=world.day(week, 4), body="",
            url="https://coastandtable.example/price-first" if place == "elsewhere" else "",
        )  # fmt: skip
        article.keep(actor=world.staff["editor"], at=world.moment(week, 4, 9))
        article.publish(actor=world.staff["editor"], at=world.moment(week, 4, 10))


def write_downloads(world: World) -> None:
    resources = list(Resource.objects.open_to_all().order_by("pk"))
    rows, kind = [], kind_of(Resource())
    for i, week in world.downloads:
        resource = resources[int(world.rng.integers(len(resources)))]
        at = world.some_time(week)
        rows.append(Download(resource=resource, person=world.persons[i], at=at))
        once = f"{verbs.RESOURCE_DOWNLOADED}:{resource.pk}:{world.persons[i].pk}:{at.date()}"
        world.tell(verbs.RESOURCE_DOWNLOADED, i, at, kind=kind, subject=resource.pk, once=once)
    for _stranger in range(len(rows) // 3):
        resource = resources[int(world.rng.integers(len(resources)))]
        week = int(world.rng.integers(world.weeks // 2, world.weeks))
        rows.append(Download(resource=resource, person=None, at=world.some_time(week)))
    Download.objects.bulk_create(rows, batch_size=1000)


def write_codes(world: World) -> None:
    """Codes from the last slide and the foot of a letter; half of those who came use them."""
    bonus = list(Resource.objects.bonus().order_by("pk"))
    for code, resource, hint in (
        ("QUAY-47", bonus[0], "On the last slide of “Write for one reader”"),
        ("BOATS-62", bonus[-1], "At the foot of First boats"),
    ):
        row = ResourceCode(code=code, hint=hint)
        ago = 20 if code == "BOATS-62" else world.weeks - 4
        at = world.moment(max(1, world.weeks - ago), 0, 9)
        row.keep(actor=world.staff["editor"], at=at, resources=[resource])
    codes = {row.key: row for row in ResourceCode.objects.all()}
    kind = kind_of(ResourceCode())
    uses = []
    for slug, code in (("write-for-one-reader", "QUAY-47"), ("a-month-in-an-hour", "BOATS-62")):
        row = codes[code_key(code)]
        past = [g for g in world.past if g.slug == slug]
        for i in world.attended.get(slug, []):
            if i and world.rng.random() < 0.5:
                continue
            week = world.weeks + past[0].week + 1
            at = world.some_time(week)
            uses.append(CodeUse(code=row, person=world.persons[i], at=at))
            once = f"{verbs.CODE_OPENED}:{row.pk}:{world.persons[i].pk}"
            world.tell(verbs.CODE_OPENED, i, at, kind=kind, subject=row.pk, once=once)
    CodeUse.objects.bulk_create(uses)


def write_comments(world: World, tips: list[Tip]) -> None:
    recent = [done for done in world.tips_done if done[1] >= len(tips) - 14][::5]
    for n, (i, place, week) in enumerate(recent[: len(COMMENTS)]):
        tip, person = tips[place], world.persons[i]
        at = max(world.some_time(week), (tip.published_at or world.at) + timedelta(hours=3))
        comment = Comment.leave(
            tip, name=person.name, words=COMMENTS[n], at=min(at, world.at), person=person
        )
        if n % 3 != 2:
            later = min(at + timedelta(hours=5), world.at)
            comment.decide(show=True, actor=world.staff["editor"], at=later)
