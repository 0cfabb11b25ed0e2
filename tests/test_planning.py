import pytest
from django.db import connection

from headwater.jobs.planning import look_at_the_tables
from headwater.ledger.models import Entry
from headwater.people.tests.make import NOON, person


@pytest.mark.django_db(transaction=True)
def test_a_persons_deeds_are_found_by_person_and_not_by_reading_the_whole_ledger() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks after this by itself")
    people = [person(f"Ada {n}", f"ada{n}@a.example") for n in range(20)]
    Entry.objects.bulk_create(
        Entry(person=people[n % 20], verb="library.tip_done", at=NOON, recorded_at=NOON)
        for n in range(400)
    )
    look_at_the_tables()
    deeds = Entry.objects.standing().filter(person=people[0], verb="library.tip_done")
    assert "a_persons_timeline" in deeds.explain()
