from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from headwater.evaluation import counting
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.events import verbs as events
from headwater.ledger.models import Entry, record, void
from headwater.newsletters import verbs as newsletters
from headwater.partners.models import Belonging, Kind
from headwater.people.models import Person
from headwater.programme.models import Metric, Outcome
from headwater.sharing.models import Conversion, Link, VisitDay
from headwater.sharing.tests.make import visits

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 4, 6)


def own(counted: str, **fields: object) -> Metric:
    make.house()
    return make.metric(slug=counted, counted=counted, **fields)


def rows(metric: Metric) -> list[tuple[str, str, int]]:
    found = Outcome.objects.filter(market__metric=metric).order_by("market__name", "period_on")
    return [(row.market.name, f"{row.period_on:%d %b}", int(row.value or 0)) for row in found]


def test_visits_are_counted_by_whole_weeks_people_alone_and_noughts_are_noughts() -> None:
    metric = own("visits")
    link = visits(
        make.person("Ada", "ada@p.example"), [(MONDAY, 3), (MONDAY + timedelta(days=15), 2)]
    )
    VisitDay.objects.update(machines=50)
    Link.objects.filter(pk=link.pk).update(made_at=datetime(2026, 4, 2, tzinfo=NOON.tzinfo))

    changed = counting.count(metric, actor=None, at=NOON)
    again = counting.count(metric, actor=None, at=NOON)

    assert rows(metric) == [
        ("All partners", "06 Apr", 3), ("All partners", "13 Apr", 0), ("All partners", "20 Apr", 2),
        ("All partners", "27 Apr", 0), ("All partners", "04 May", 0),
    ]  # fmt: skip
    assert (changed, again) == (5, 0)


def test_the_week_in_which_counting_began_is_left_out() -> None:
    metric = own("visits")
    link = visits(make.person("Ada", "ada@p.example"), [(MONDAY + timedelta(days=2), 3)])
    Link.objects.filter(pk=link.pk).update(made_at=NOON)

    counting.count(metric, actor=None, at=NOON)

    assert [day for _name, day, _n in rows(metric)] == ["13 Apr", "20 Apr", "27 Apr", "04 May"]


def test_kinds_apart_add_up_to_the_whole() -> None:
    metric = own("visits", is_by_kind=True)
    agents = Kind.objects.create(slug="a", name="Agent", plural="Agents", position=1)
    members = Kind.objects.create(slug="m", name="Member", plural="Members", position=2)
    both, member, none = (make.person(n, f"{n}@p.example") for n in ("both", "member", "none"))
    for person, kinds in ((both, [agents, members]), (member, [members])):
        for kind in kinds:
            Belonging.objects.create(person=person, kind=kind)
    for person, people in ((both, 5), (member, 7), (none, 11)):
        visits(person, [(date(2026, 4, 27), people)])
    Link.objects.update(made_at=datetime(2026, 4, 27, tzinfo=NOON.tzinfo))

    counting.count(metric, actor=None, at=NOON)

    first = [row for row in rows(metric) if row[1] == "27 Apr"]
    assert first == [
        ("Agents", "27 Apr", 5), ("Everybody else", "27 Apr", 11), ("Members", "27 Apr", 7),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counted", "verb"),
    [
        ("sign-ups", newsletters.SUBSCRIBED), ("registrations", events.REGISTERED),
        ("attendance", events.ATTENDED),
    ],
)  # fmt: skip
def test_deeds_are_counted_and_one_taken_back_is_not(counted: str, verb: object) -> None:
    metric = own(counted, period="month")
    at = datetime(2026, 4, 1, 9, tzinfo=NOON.tzinfo)
    for n in range(3):
        record(verb, person=make.person(f"P{n}", f"p{n}@p.example"), at=at + timedelta(days=n))  # type: ignore[arg-type]
    counting.count(metric, actor=None, at=NOON)
    before = rows(metric)

    void(Entry.objects.filter(verb=verb.name).last(), actor=None, at=NOON)  # type: ignore[arg-type, attr-defined]
    changed = counting.count(metric, actor=None, at=NOON)

    assert before == [("All partners", "01 Apr", 3)]
    assert rows(metric) == [("All partners", "01 Apr", 2)]
    assert changed == 1


def test_conversions_are_counted() -> None:
    metric = own("conversions")
    link = visits(make.person("Ada", "ada@p.example"), [])
    Link.objects.update(made_at=datetime(2026, 1, 1, tzinfo=NOON.tzinfo))
    link.refresh_from_db()
    moment = datetime(2026, 5, 4, 9, tzinfo=NOON.tzinfo)
    for n in range(2):
        Conversion.note(link, happened_at=moment, once=str(n), value=Decimal(1), at=NOON)

    assert counting.count_all(at=NOON) == 1
    assert rows(metric) == [("All partners", "04 May", 2)]


def test_with_no_rows_nothing_is_claimed() -> None:
    metric = own("attendance")

    assert counting.count(metric, actor=None, at=NOON) == 0
    assert rows(metric) == []


def test_staff_can_have_it_counted_at_once(client: Client) -> None:
    metric = own("visits")
    visits(make.person("Ada", "ada@p.example"), [(MONDAY, 3)])
    client.force_login(make.staff())

    page = client.get("/studio/measure/").content.decode()
    answer = client.post("/studio/measure/counting/")

    assert "What Headwater counts by itself" in page
    assert answer.status_code == 302
    assert Outcome.objects.filter(market__metric=metric).exists()
    assert Person.objects.exists()
