from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from headwater.ledger.models import record
from headwater.library import verbs as library
from headwater.library.tests import make
from headwater.listening import verbs as listening
from headwater.listening.tests.make import survey

pytestmark = pytest.mark.django_db


def test_the_timeline_names_what_was_read(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.house()
    ada, at = make.person(), now() - timedelta(days=1)
    record(library.TIP_READ, person=ada, subject=make.tip(title="Price first"), at=at)
    record(library.RESOURCE_DOWNLOADED, person=ada, subject=make.resource("A poster"), at=at)
    client.force_login(make.staff())

    with django_assert_max_num_queries(12):
        shown = client.get(f"/studio/partners/{ada.pk}/").content.decode()

    assert "read a tip</strong><p>Price first</p>" in shown
    assert "<p>A poster</p>" in shown


def test_a_survey_without_names_is_not_named_beside_who_answered(client: Client) -> None:
    make.house()
    ada, at = make.person(), now() - timedelta(days=1)
    named, nameless = survey(title="Spring"), survey(title="Hush", is_anonymous=True)
    record(listening.SURVEY_ANSWERED, person=ada, subject=named, at=at)
    record(listening.SURVEY_ANSWERED, person=ada, subject=nameless, at=at)
    client.force_login(make.staff())

    shown = client.get(f"/studio/partners/{ada.pk}/").content.decode()

    assert "<p>Spring</p>" in shown
    assert "Hush" not in shown
