from datetime import timedelta

import pytest

from headwater.partners.models import Belonging, Suppression
from headwater.people.models import Person
from headwater.safeguards import contact
from headwater.safeguards.models import BusyUntil, ClosedSeason, ContactLimit
from headwater.safeguards.tests import make
from headwater.safeguards.tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def left_out(purpose: str = "messages") -> dict[str, int]:
    return contact.audience(Person.objects.partners(), purpose=purpose, at=AT).excluded


def test_everybody_left_out_is_counted_once_under_the_first_reason() -> None:
    reached = make.may_write(make.person("Reached"))
    make.person("No ground")
    stopped = make.may_write(make.person("Stopped"))
    Suppression.add(stopped.email, reason="unsubscribed", at=AT)
    busy = make.may_write(make.person("Busy"))
    BusyUntil.say(busy, AT.date(), at=AT)

    audience = contact.audience(Person.objects.partners(), purpose="messages", at=AT)

    assert list(audience.people) == [reached]
    assert audience.excluded == {"suppressed": 1, "no_basis": 1, "busy": 1}
    assert (audience.asked_for, audience.count) == (4, 1)
    assert set(audience.excluded) <= set(contact.REASONS)


def test_nobody_is_written_to_more_often_than_the_limit() -> None:
    ada, bea = (make.may_write(make.person(name)) for name in ("Ada", "Bea"))
    ContactLimit.set("", letters=2, days=7, actor=None, at=AT)
    contact.note_many([ada.pk, bea.pk], purpose="newsletter", at=AT - DAY)
    contact.note(ada, purpose="messages", at=AT - 2 * DAY)

    assert not contact.may_write_to(ada, purpose="messages", at=AT)
    assert contact.may_write_to(bea, purpose="messages", at=AT)
    assert left_out() == {"too_often": 1}
    assert contact.may_write_to(ada, purpose="messages", at=AT + 6 * DAY)


def test_a_limit_of_one_purpose_counts_only_its_own_letters() -> None:
    ada = make.may_write(make.may_write(make.person()), "surveys")
    ContactLimit.set("surveys", letters=1, days=30, actor=None, at=AT)
    contact.note(ada, purpose="messages", at=AT - DAY)
    assert contact.may_write_to(ada, purpose="surveys", at=AT)

    contact.note(ada, purpose="surveys", at=AT - DAY)

    assert not contact.may_write_to(ada, purpose="surveys", at=AT)
    assert contact.may_write_to(ada, purpose="messages", at=AT)


def test_what_people_asked_for_neither_counts_nor_waits() -> None:
    ada = make.may_write(make.person())
    ContactLimit.set("", letters=1, days=7, actor=None, at=AT)
    contact.note(ada, purpose="service", at=AT - DAY)
    assert contact.may_write_to(ada, purpose="messages", at=AT)

    contact.note(ada, purpose="messages", at=AT)

    assert not contact.may_write_to(ada, purpose="messages", at=AT)
    assert contact.may_write_to(ada, purpose="service", at=AT)


def test_a_closed_season_holds_for_its_kind_or_for_all() -> None:
    owner = make.staff()
    ada, bea = (make.may_write(make.person(name)) for name in ("Ada", "Bea"))
    Belonging.objects.create(person=ada, kind=make.kind("suppliers"))
    days = {"starts_on": AT.date(), "ends_on": AT.date() + timedelta(days=3)}
    season = ClosedSeason.add(
        actor=owner, at=AT, title="Harvest", kind=make.kind("suppliers"), **days
    )
    assert left_out() == {"closed_season": 1}
    assert contact.may_write_to(bea, purpose="messages", at=AT)

    season.drop(actor=owner, at=AT)
    ClosedSeason.add(actor=owner, at=AT, title="Holidays", kind=None, **days)

    assert left_out() == {"closed_season": 2}
    assert contact.may_write_to(ada, purpose="messages", at=AT + 5 * DAY)


def test_being_busy_ends_by_itself_and_can_be_taken_back() -> None:
    ada = make.may_write(make.person())
    BusyUntil.say(ada, AT.date() + timedelta(days=1), at=AT)
    assert not contact.may_write_to(ada, purpose="messages", at=AT + DAY)
    assert contact.may_write_to(ada, purpose="messages", at=AT + 2 * DAY)

    BusyUntil.say(ada, None, at=AT)

    assert contact.may_write_to(ada, purpose="messages", at=AT)
