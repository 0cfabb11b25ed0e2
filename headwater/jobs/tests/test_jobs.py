from contextlib import suppress
from datetime import timedelta

import pytest

from headwater.jobs.models import Attempt, Heartbeat, IdempotencyKey, Job, Lease, lease
from headwater.people.tests.make import AT, NOON

pytestmark = pytest.mark.django_db


def test_a_job_shows_how_far_it_is_and_what_came_of_it() -> None:
    job = Job.objects.create(kind="quay.count", title="Count boats", asked_at=AT)

    job.begin(AT)
    assert not job.share
    job.step(30, total=120)
    job.begin(NOON)  # gone on with after a crash
    job.refresh_from_db()
    assert (job.share, job.started_at, job.is_over) == (0.25, AT, False)

    job.finish(NOON, boats=120)
    job.refresh_from_db()
    assert (job.state, job.result, job.ended_at) == (Job.State.DONE, {"boats": 120}, NOON)
    assert job.is_over


def test_a_job_that_fails_says_why_however_long_the_reason() -> None:
    job = Job.objects.create(kind="quay.count", title="Count boats", asked_at=AT)

    job.fail("fog " * 400, NOON)

    job.refresh_from_db()
    assert job.is_over
    assert (job.problem[:8], len(job.problem)) == ("fog fog ", 500)


def test_work_is_held_by_one_alone_and_let_go_even_after_an_error() -> None:
    with lease("quay") as ours:
        assert ours
        with lease("quay") as theirs:
            assert not theirs
        with lease("another") as other:
            assert other
        assert Lease.objects.filter(name="quay").exists()  # who was refused took nothing away
    with suppress(ZeroDivisionError), lease("quay") as ours:
        assert ours
        raise ZeroDivisionError

    with lease("quay") as ours:
        assert ours


def test_a_lease_that_ran_out_can_be_taken_and_is_not_given_back_by_the_late() -> None:
    with lease("quay") as late:
        assert late
        Lease.objects.update(until=AT)
        with lease("quay") as next_one:
            assert next_one
            holder = Lease.objects.get(name="quay").holder
            Lease.objects.update(holder="somebody else")
        assert Lease.objects.get(name="quay").holder != holder

    assert Lease.objects.filter(name="quay", holder="somebody else").exists()


def test_a_form_is_new_once_and_one_without_a_key_always() -> None:
    key = "k" * 90

    assert [IdempotencyKey.is_new(key, AT) for _ in range(2)] == [True, False]
    assert [IdempotencyKey.is_new("", AT) for _ in range(2)] == [True, True]


def test_tries_are_counted_by_who_and_what_until_the_window_ends() -> None:
    def may(who: str = "ada", what: str = "code", **later: int) -> bool:
        return Attempt.is_allowed(what, who, at=AT + timedelta(**later), times=2)

    assert [may(), may(), may(minutes=59)] == [True, True, False]
    assert may("ben")
    assert may(what="another")
    assert may(minutes=60)
    assert "ada" not in str(list(Attempt.objects.values_list("key", flat=True)))


def test_a_heart_beats_in_one_row() -> None:
    Heartbeat.beat("worker", AT)
    Heartbeat.beat("worker", NOON)

    assert list(Heartbeat.objects.values_list("name", "at")) == [("worker", NOON)]
