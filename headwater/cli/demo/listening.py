"""The needs survey and its answers, conversations, a show of hands, and what came of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from headwater.cli.demo import catalogue
from headwater.cli.demo.quotes import SAID_ALOUD, SOMETHING_ELSE, STOP_DOING, WANT_MORE
from headwater.cli.demo.world import World
from headwater.kit.names import random_codes
from headwater.ledger.models import kind_of
from headwater.listening import starting, verbs
from headwater.listening.models import (
    Answer,
    AnswerKind,
    Conversation,
    HandCount,
    Invitation,
    Need,
    Option,
    Question,
    Reminder,
    Reply,
    Survey,
    Wish,
)  # fmt: skip

LIKED = {
    "phone-photos": 47, "first-lines": 41, "short-video": 37, "being-found": 33,
    "planning-ahead": 28, "answering-people": 20, "trading-notes": 13, "what-i-may-say": 11,
    "staying-safe": 8, "accessible-posts": 4, "": 12,
}  # fmt: skip


def write(world: World) -> None:
    starting.load_starter(world.moment(0, 0, 8))
    first = max(2, world.weeks + catalogue.ASKED_IN)
    open_survey(world, first, closes=min(first + 10, world.weeks - 4), share=1.0)
    open_survey(world, world.weeks - 3, closes=world.weeks + 3, share=0.42)
    write_conversations(world)
    count_hands(world)
    world.flush()


def open_survey(world: World, week: int, *, closes: int, share: float) -> None:
    """Draft it from the ready survey, open it, ask everybody we may, and take the answers in."""
    mirela, at = world.staff["owner"], world.moment(week, 0, 10)
    title = f"What would help you most? {world.day(week):%B %Y}"
    survey = starting.survey_from("what-would-help", actor=mirela, at=at - timedelta(days=3))
    survey.title, survey.kind = title, None
    survey.save(update_fields=["title", "kind"])
    survey.open(actor=mirela, at=at, closes_at=world.moment(closes, 6, 21))
    asked = [
        i
        for i, person in enumerate(world.persons)
        if world.joined[i] <= week and person.email and not world.is_media[i]
    ]
    chance = world.truth.answers_survey * share * (0.55 + 1.1 * world.engagement)
    answering = {i for i in asked if i == 0 or world.rng.random() < chance[i]}
    if week < world.weeks - 6:
        Reminder.objects.create(
            survey=survey, people=len(asked) // 2, sent_by=mirela, at=at + timedelta(days=16)
        )
    else:
        answering.discard(0)  # it waits for the partner who is looked at
    codes = random_codes(len(asked), 16)
    Invitation.objects.bulk_create(
        (
            Invitation(
                survey=survey, person=world.persons[i], public_id=codes[n], invited_by=mirela,
                is_done=i in answering, invited_at=at,
            )
            for n, i in enumerate(asked)
        ),
        batch_size=1000,
    )  # fmt: skip
    answer(world, survey, sorted(answering), at)


def answer(world: World, survey: Survey, people: list[int], opened: datetime) -> None:
    questions = list(survey.questions.prefetch_related("options"))
    window = (world.at - opened).total_seconds() / 3600
    replies, moments = [], []
    for i in people:
        hours = min(2 + world.rng.exponential(150), window * (0.2 + 0.75 * world.rng.random()))
        at = opened + timedelta(hours=hours)
        by_phone = world.rng.random() < 0.06
        moments.append(at)
        replies.append(
            Reply(
                survey=survey, person=world.persons[i], source="call" if by_phone else "link",
                reached=len(questions), is_done=True, begun_on=at.date(), done_at=at,
                entered_by=world.staff["editor"] if by_phone else None,
            )
        )  # fmt: skip
    Reply.objects.bulk_create(replies, batch_size=1000)
    rows: list[Answer] = []
    when: list[datetime] = []
    for reply, at in zip(replies, moments, strict=True):
        for question in questions:
            given = answers_to(world, reply, question)
            rows += given
            when += [at] * len(given)
    Answer.objects.bulk_create(rows, batch_size=1000)
    Wish.objects.bulk_create(
        (
            Wish(need_id=row.option.need_id, person_id=row.reply.person_id, answer=row, at=at,
                 source="call" if row.reply.source == "call" else "survey")
            for row, at in zip(rows, when, strict=True)
            if row.option and row.option.need_id
        ),
        batch_size=1000,
    )  # fmt: skip
    kind = kind_of(survey)
    for i, reply, at in zip(people, replies, moments, strict=True):
        world.tell(
            verbs.SURVEY_ANSWERED, i, at, kind=kind, subject=survey.pk, once=f"reply:{reply.pk}"
        )


def answers_to(world: World, reply: Reply, question: Question) -> list[Answer]:
    rng = world.rng
    if rng.random() < 0.04:
        return []  # skipped
    options = list(question.options.all())
    if question.kind == AnswerKind.CHOOSE:
        few = int(rng.choice([1, 2, 3], p=[0.15, 0.25, 0.6]))
        chosen = pick(rng, options, few)
        rows = [Answer(reply=reply, question=question, option=option) for option in chosen]
        if question.has_own_words and rng.random() < 0.09:
            rows.append(said(world, reply, question, SOMETHING_ELSE))
        return rows
    if question.kind == AnswerKind.ONE:
        return [Answer(reply=reply, question=question, option=pick(rng, options, 1)[0])]
    if question.kind == AnswerKind.SCALE:
        number = int(np.clip(round(rng.normal(6.6, 2.2)), question.least, question.most))
        return [Answer(reply=reply, question=question, number=number)]
    wants = question.position < 3
    if rng.random() > (0.5 if wants else 0.2):
        return []
    return [said(world, reply, question, WANT_MORE if wants else STOP_DOING)]


def said(world: World, reply: Reply, question: Question, words: tuple[str, ...]) -> Answer:
    may_quote = bool(world.rng.random() < 0.7)
    return Answer(reply=reply, question=question, text=world.picked(words), may_quote=may_quote)


def pick(rng: np.random.Generator, options: list[Option], few: int) -> list[Option]:
    slugs = [option.need.slug if option.need_id and option.need else "" for option in options]
    weights = np.array([LIKED.get(slug, 15) for slug in slugs], dtype=float)
    places = rng.choice(len(options), size=few, replace=False, p=weights / weights.sum())
    return [options[place] for place in places]


def write_conversations(world: World) -> None:
    """Talks that staff logged: what somebody asked for on the phone, on a visit, after an event."""
    needs = {need.slug: need for need in Need.objects.all()}
    slugs = [slug for slug in LIKED if slug]
    weights = np.array([LIKED[slug] for slug in slugs], dtype=float)
    count = max(6, world.people // 26)
    people = world.rng.choice(world.people, size=min(count, world.people), replace=False)
    for n, i in enumerate(people.tolist()):
        person = world.persons[i]
        week = int(world.rng.integers(int(world.joined[i]), world.weeks))
        at = max(world.some_time(week), person.created_at)
        wanted = world.rng.choice(slugs, size=1 + n % 2, replace=False, p=weights / weights.sum())
        Conversation.log(
            person,
            needs=[needs[slug] for slug in wanted],
            channel=("phone", "visit", "event", "mail")[n % 4],
            at=at,
            logged_at=min(at + timedelta(hours=3), world.at),
            actor=world.staff[("owner", "manager", "editor")[n % 3]],
            note="They rang about something else, and then this." if n % 5 == 0 else "",
            quote=SAID_ALOUD[n % len(SAID_ALOUD)] if n % 3 else "",
            may_quote=n % 3 == 1,
        )


def count_hands(world: World) -> None:
    """A show of hands in the hall: how many wanted what, without names."""
    week = max(3, world.weeks - 8)
    share = min(1.0, world.people / 1240)
    present = max(8, round(94 * share))
    asked = {"phone-photos": 0.44, "short-video": 0.38, "being-found": 0.29, "staying-safe": 0.12}
    needs = {need.slug: need for need in Need.objects.filter(slug__in=asked)}
    HandCount.note(
        title="Show of hands in the Old Ice House",
        present=present,
        hands={needs[slug]: max(1, round(present * part)) for slug, part in asked.items()},
        held_on=world.day(week, 3),
        actor=world.staff["manager"],
        at=world.moment(week, 4, 10),
    )
