"""Letters that went in these months, each with everybody it was for. None of them leaves again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from headwater.cli.demo.filling import fill
from headwater.cli.demo.world import World
from headwater.events.models import Attendance, Event
from headwater.listening.models import Survey
from headwater.mail.models import Delivery, Mailing
from headwater.mail.wording import Words
from headwater.partners.models import Basis, Suppression
from headwater.safeguards.models import Contacted

RECENT = timedelta(days=120)
LETTER = [
    "mailing_id", "person_id", "address", "name", "merge", "is_single", "state", "reason",
    "due_at", "attempts", "connection", "at", "sent_at",
]  # fmt: skip


def write(world: World) -> None:
    for survey in Survey.objects.order_by("opens_at"):
        invite(world, survey)
    place = {person.pk: i for i, person in enumerate(world.persons)}
    for event in Event.objects.past(world.at)[:3]:
        came = Attendance.objects.filter(event=event).values_list("person", flat=True)
        thank(world, event, [place[pk] for pk in came if pk in place])


def invite(world: World, survey: Survey) -> None:
    at = survey.opens_at or world.at
    text = (
        f"Dear [[greeting]],\n\n{survey.title} Seven short questions, about two minutes. Your"
        " answers decide what we make next.\n\nMirela Ionescu"
    )
    week = (at - world.start).days // 7
    post(
        world, title=survey.title, letter=plain(survey.title, text), purpose="surveys", at=at,
        people=[
            i for i in range(world.people) if world.joined[i] <= week and not world.is_media[i]
        ],
        about=f"listening.survey:{survey.pk}",
        url=reverse("studio:listening:survey", args=[survey.pk]),
    )  # fmt: skip


def thank(world: World, event: Event, came: list[int]) -> None:
    text = (
        f"Dear [[greeting]],\n\nthank you for coming to “{event.title}”. Two questions, if you"
        " like: how useful was it, and what will you do with it?\n\nKenji Morimoto"
    )
    post(
        world, title=f"Thank you for coming: {event.title}",
        letter=plain(f"Thank you for coming to {event.title}", text), purpose="events",
        at=min(event.ends_at + timedelta(hours=3), world.at), people=came,
        about=f"events.event:{event.pk}", url=reverse("studio:events:event", args=[event.pk]),
    )  # fmt: skip


def plain(subject: str, text: str) -> Words:
    body = "".join(f"<mj-text>{part}</mj-text>" for part in text.split("\n\n"))
    section = f"<mj-section><mj-column>{body}</mj-column></mj-section>"
    return Words(subject, text, section, "")


def post(
    world: World, *, title: str, letter: Words, purpose: str, at: datetime,
    people: Sequence[int], about: str, url: str, from_name: str = "",
) -> Mailing:  # fmt: skip
    """A sending that is over: who got it, whose came back, who was left out and why."""
    mailing = Mailing.objects.create(
        title=title[:300], purpose=purpose, about=about, url=url, subject=letter.subject[:300],
        preview=letter.preview[:300], text=letter.text, body=letter.body, from_name=from_name,
        asked_by=world.staff["owner"], asked_at=at - timedelta(minutes=20), send_at=at,
    )  # fmt: skip
    allowed = set(
        Basis.objects.filter(purpose=purpose, given_at__lte=at)
        .exclude(ended_at__lte=at)
        .values_list("person", flat=True)
    )
    stopped: set[int | None] = set(
        Suppression.objects.filter(purpose__in=["", purpose], at__lte=at).values_list(
            "person", flat=True
        )
    )
    luck = world.rng.random(len(people))
    rows = [
        delivered(world, mailing, i, at, n, luck[n], allowed=allowed, stopped=stopped)
        for n, i in enumerate(people)
    ]
    fill(Delivery, LETTER, rows)
    if world.at - at < RECENT:
        gone = ((row[1], purpose, row[-1]) for row in rows if row[-1])
        fill(Contacted, ["person_id", "purpose", "at"], gone)
    return mailing


def delivered(
    world: World, mailing: Mailing, i: int, at: datetime, n: int, luck: float, *,
    allowed: set[int], stopped: set[int | None],
) -> tuple[Any, ...]:  # fmt: skip
    person = world.persons[i]
    reason = (
        "no_address" if not person.email
        else "suppressed" if person.pk in stopped
        else "no_basis" if person.pk not in allowed
        else ""
    )  # fmt: skip
    gone = min(at + timedelta(seconds=n / 2), world.at)
    came_back = not reason and luck < 0.004
    state = "excluded" if reason else "came_back" if came_back else "sent"
    greeting = person.greeting
    return (
        mailing.pk, person.pk, person.email, person.name, {} if reason else {"greeting": greeting},
        False, state, reason or ("The box is full" if came_back else ""), at, 0 if reason else 1,
        "", gone, None if reason else gone,
    )  # fmt: skip
