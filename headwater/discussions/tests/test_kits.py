from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from headwater.discussions import verbs
from headwater.discussions.models import Kit, Transcript
from headwater.discussions.reading import LONGEST
from headwater.discussions.starting import load_starter
from headwater.discussions.tests import make
from headwater.discussions.tests.make import HOUR, NOON
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry

pytestmark = pytest.mark.django_db


def standing(verb) -> int:
    return Entry.objects.standing().did(verb).count()


def test_the_database_refuses_a_kit_without_its_dont():
    kit = make.kit()

    with pytest.raises(IntegrityError), transaction.atomic():
        Kit.objects.filter(pk=kit.pk).update(dont="  ")
    with pytest.raises(Refused, match="its don’t"):
        make.kit(dont="")


def test_the_end_follows_from_the_start_and_the_length():
    assert make.kit(minutes=40).ends_at == NOON + timedelta(minutes=40)


def test_partners_see_what_is_announced_and_not_over():
    chat = make.kit()
    make.kit("Template", starts_at=None)

    assert list(Kit.objects.upcoming(NOON)) == [chat]
    assert list(Kit.objects.upcoming(NOON + HOUR)) == []
    assert list(Kit.objects.past(NOON + HOUR)) == [chat]
    assert list(Kit.objects.visible_to(make.person(), NOON)) == [chat]
    assert Kit.objects.visible_to(make.staff(), NOON).count() == 2


def test_a_template_cannot_be_announced():
    template = make.kit(starts_at=None)

    with pytest.raises(Refused):
        template.announce(actor=None, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Kit.objects.filter(pk=template.pk).update(published_at=NOON)


def test_a_copy_begins_without_time_and_with_the_same_steps():
    kit = make.kit(steps=[(0, "Welcome"), (6, "Q1")], link="https://example.org/")

    again = kit.copy(actor=None, at=NOON)

    assert (again.starts_at, again.published_at, again.link) == (None, None, "")
    assert [(step.minute, step.text) for step in again.steps.all()] == [(0, "Welcome"), (6, "Q1")]
    assert again.slug != kit.slug
    assert kit.steps.count() == 2


def test_steps_know_their_moment_on_the_clock():
    kit = make.kit(steps=[(6, "Q1")])

    assert kit.steps.get().moment == NOON + timedelta(minutes=6)


def test_who_helped_is_noted_at_the_hour_it_was_held_and_once():
    kit, ada, mirela = make.kit(), make.person(), make.staff()

    for _press in range(2):
        kit.credit(ada, helped=True, actor=mirela, at=NOON + HOUR)

    assert (standing(verbs.TOOK_PART), standing(verbs.HELPED)) == (1, 1)
    assert {e.at for e in Entry.objects.did(verbs.TOOK_PART, verbs.HELPED)} == {NOON}


def test_a_credit_can_be_taken_back_and_given_again():
    kit, ada, mirela = make.kit(), make.person(), make.staff()
    kit.credit(ada, helped=True, actor=mirela, at=NOON + HOUR)

    kit.credit(ada, helped=False, actor=mirela, at=NOON + HOUR)
    assert (standing(verbs.TOOK_PART), standing(verbs.HELPED)) == (1, 0)

    kit.uncredit(ada, actor=mirela, at=NOON + HOUR)
    assert (standing(verbs.TOOK_PART), standing(verbs.HELPED)) == (0, 0)

    kit.credit(ada, helped=True, actor=mirela, at=NOON + HOUR)
    assert (standing(verbs.TOOK_PART), standing(verbs.HELPED)) == (1, 1)


def test_nobody_takes_part_in_what_has_not_been_held():
    with pytest.raises(Refused):
        make.kit().credit(make.person(), helped=True, actor=None, at=NOON - HOUR)


def test_a_transcript_is_kept_as_plain_text_with_its_facts():
    kit = make.kit()

    transcript = Transcript.paste(kit, "Ada: Why? #Tea\r\nBo: So.\x00", actor=None, at=NOON)

    assert transcript.text == "Ada: Why? #Tea\nBo: So."
    assert (transcript.speakers, transcript.messages, transcript.questions) == (2, 2, 1)
    assert transcript.hashtags == [["#tea", 1]]


def test_pasting_again_replaces_the_text_and_keeps_the_summary():
    kit = make.kit()
    Transcript.paste(kit, "Ada: One", actor=None, at=NOON)
    Transcript.summarise(kit, "Ten lines.", actor=None, at=NOON, publish=True)

    again = Transcript.paste(kit, "Ada: One\nBo: Two", actor=None, at=NOON)

    again.refresh_from_db()
    assert (again.messages, again.summary, Transcript.objects.count()) == (2, "Ten lines.", 1)


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused(text):
    with pytest.raises(Refused):
        Transcript.paste(make.kit(), text, actor=None, at=NOON)


def test_a_summary_is_published_with_words_and_taken_back():
    kit = make.kit()
    with pytest.raises(Refused):
        Transcript.summarise(kit, " ", actor=None, at=NOON, publish=True)

    Transcript.summarise(kit, "Ten lines.", actor=None, at=NOON, publish=True)
    assert list(Kit.objects.with_summary()) == [kit]
    assert list(Kit.objects.waiting_for_a_summary(NOON + HOUR)) == []

    Transcript.summarise(kit, "Ten lines.", actor=None, at=NOON)
    assert list(Kit.objects.with_summary()) == []
    assert list(Kit.objects.waiting_for_a_summary(NOON + HOUR)) == [kit]


def test_the_starter_kits_come_in_once_as_templates():
    make.house(time_zone="Europe/Lisbon")
    first = load_starter(NOON)
    Kit.objects.filter(slug="what-did-you-try").update(title="Ours")

    assert (first, load_starter(NOON)) == (6, 0)
    assert Kit.objects.get(slug="what-did-you-try").title == "Ours"
    assert not Kit.objects.exclude(starts_at=None).exists()
    assert not Kit.objects.filter(need_name="").exists()
    assert all(kit.steps.exists() for kit in Kit.objects.all())
