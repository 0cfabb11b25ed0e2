from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.library import verbs
from headwater.library.models import Comment, Tip
from headwater.library.reading_time import seconds_for, words_in
from headwater.library.tests import make
from headwater.library.tests.make import NOON

pytestmark = pytest.mark.django_db


def deeds(verb) -> int:
    return Entry.objects.standing().did(verb).count()


@pytest.mark.parametrize("field", ["do", "dont"])
@pytest.mark.parametrize("nothing", ["", "   "])
def test_the_database_refuses_a_tip_without_a_do_or_a_dont(field, nothing):
    tip = make.tip()

    with pytest.raises(IntegrityError), transaction.atomic():
        Tip.objects.filter(pk=tip.pk).update(**{field: nothing})


def test_a_tip_without_a_dont_is_refused_with_a_plain_message():
    with pytest.raises(Refused, match="its don’t"):
        make.tip(dont=" ")


def test_the_sixty_seconds_are_counted_from_the_words():
    others = make.tip().words - words_in("When the price is missing")
    tip = make.tip(48, body="word " * 100)

    assert tip.words > 100
    assert tip.seconds == round(tip.words * 0.3)
    assert others > 0


def test_two_hundred_words_are_a_minute_and_one_more_is_refused():
    rest = make.tip(1, body="").words
    full = make.tip(2, body="word " * (200 - rest))

    assert (full.words, full.seconds) == (200, 60)
    with pytest.raises(Refused, match=r"201 words.*Take out 1"):
        make.tip(3, body="word " * (201 - rest))


def test_the_database_refuses_a_tip_of_more_than_a_minute():
    tip = make.tip()

    with pytest.raises(IntegrityError), transaction.atomic():
        Tip.objects.filter(pk=tip.pk).update(words=201)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t open with a greeting.", 5),
        ("**Salt & vinegar**, [a link](https://example.org/a/long/address)", 4),
        ("<b>bold</b>", 3),  # HTML is not ours, so it stands there as it was typed
        ("", 0),
        ("你好世界", 2),
        ("one-two 3.5 and/or", 4),
        ("| a | b |\n| --- | --- |\n| c | d |", 4),
    ],
)
def test_words_are_counted_as_a_reader_meets_them(text, words):
    assert words_in(text) == words


def test_seconds_are_words_at_two_hundred_a_minute():
    assert [seconds_for(n) for n in (0, 100, 200)] == [0, 30, 60]


def test_doing_a_tip_counts_once_however_often_it_is_pressed():
    tip, ada = make.tip(), make.person()

    first = tip.mark_done(ada, NOON)
    again = tip.mark_done(ada, NOON + timedelta(days=3))

    assert (first.pk, first.at) == (again.pk, NOON)
    assert deeds(verbs.TIP_DONE) == 1


def test_a_draft_cannot_be_done():
    with pytest.raises(Refused):
        make.tip(published_at=None).mark_done(make.person(), NOON)


def test_showing_what_came_of_it_is_a_deed_of_its_own_and_counts_once():
    done = make.tip().mark_done(make.person(), NOON)

    done.show("https://example.org/post/1", NOON)
    done.show("https://example.org/post/2", NOON + timedelta(hours=1))

    assert (done.evidence_url, done.shown_at) == ("https://example.org/post/2", NOON)
    assert (deeds(verbs.TIP_DONE), deeds(verbs.TIP_SHOWN)) == (1, 1)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/a", "not a link", ""])
def test_what_is_shown_must_be_a_page(url):
    done = make.tip().mark_done(make.person(), NOON)

    with pytest.raises(Refused):
        done.show(url, NOON)


def test_reading_counts_once_a_day_in_the_houses_own_zone():
    zone = ZoneInfo("Pacific/Auckland")  # noon UTC is midnight there
    tip, ada = make.tip(), make.person()

    for moment in (NOON - timedelta(minutes=1), NOON, NOON + timedelta(minutes=5)):
        Tip.objects.filter(pk=tip.pk).update(published_at=NOON - timedelta(days=1))
        tip.refresh_from_db()
        tip.note_reading(ada, moment, zone)

    assert deeds(verbs.TIP_READ) == 2


def test_staff_read_and_do_tips_without_a_trace():
    tip, mirela = make.tip(), make.staff()

    tip.note_reading(mirela, NOON, UTC)
    tip.mark_done(mirela, NOON)

    assert Entry.objects.count() == 0


def test_what_is_scheduled_comes_out_by_itself():
    tip = make.tip(published_at=None)

    tip.publish(actor=make.staff(), at=NOON, on=NOON + timedelta(hours=1))

    assert not Tip.objects.published(NOON).exists()
    assert Tip.objects.scheduled(NOON).get() == tip
    assert Tip.objects.published(NOON + timedelta(hours=1)).get() == tip


def test_nothing_is_scheduled_into_the_past():
    with pytest.raises(Refused):
        make.tip().publish(actor=None, at=NOON, on=NOON - timedelta(hours=1))


def test_partners_see_what_is_out_and_staff_see_drafts_too():
    make.tip(1)
    make.tip(2, published_at=None)

    assert Tip.objects.visible_to(make.person(), NOON).count() == 1
    assert Tip.objects.visible_to(make.staff(), NOON).count() == 2


def test_before_and_after_pass_over_drafts():
    first, _draft, last = make.tip(1), make.tip(2, published_at=None), make.tip(3)

    assert first.neighbours(NOON) == (None, last)
    assert last.neighbours(NOON) == (first, None)


def test_a_reader_meets_each_tip_once_in_their_language():
    english, other = make.tip(1), make.tip(2)
    german = make.tip(1, language="de", translation_of=english, title="Der Preis zuerst")

    assert set(Tip.objects.for_reader("de")) == {german, other}
    assert set(Tip.objects.for_reader("en-gb")) == {english, other}
    assert set(Tip.objects.for_reader("fr")) == {english, other}


def test_what_goes_with_a_tip_begins_with_its_need():
    tip = make.tip(1, need_slug="first-lines")
    near = make.tip(2, need_slug="first-lines")
    make.tip(3, need_slug="phone-photos")

    assert list(tip.goes_with(NOON)) == [near]


def test_the_archive_counts_months_in_the_houses_own_zone():
    zone = make.house(time_zone="Pacific/Auckland").zone
    make.tip(1, published_at=NOON.replace(month=5, day=31, hour=13))  # the first of June there
    make.tip(2, published_at=NOON)

    assert [(m["month"].month, m["pieces"]) for m in Tip.objects.months(zone)] == [(6, 1), (5, 1)]
    assert [t.number for t in Tip.objects.in_month(NOON.date().replace(month=6), zone)] == [1]
    assert Tip.objects.in_month(NOON.date().replace(month=12), zone).count() == 0


def test_a_comment_waits_for_staff_and_counts_once_it_is_shown():
    tip, ada, mirela = make.tip(), make.person(), make.staff()

    comment = Comment.leave(tip, name="Ada", words="It works on Tuesdays.", at=NOON, person=ada)
    assert (tip.comments.shown().count(), deeds(verbs.TIP_COMMENTED)) == (0, 0)

    comment.decide(show=True, actor=mirela, at=NOON)
    comment.decide(show=True, actor=mirela, at=NOON)
    assert (tip.comments.shown().count(), deeds(verbs.TIP_COMMENTED)) == (1, 1)
    assert {entry.actor for entry in Entry.objects.by_staff()} == {mirela}


def test_a_refused_comment_is_not_shown():
    tip = make.tip()
    comment = Comment.leave(tip, name="Bo", words="Buy my pills", at=NOON)

    comment.decide(show=False, actor=make.staff(), at=NOON)

    assert not tip.comments.shown().exists()
    assert not tip.comments.waiting().exists()


@pytest.mark.parametrize(("name", "words"), [("", "Words"), ("Ada", "  ")])
def test_a_comment_needs_a_name_and_words(name, words):
    with pytest.raises(Refused):
        Comment.leave(make.tip(), name=name, words=words, at=NOON)


def test_the_address_of_a_tip_follows_its_title_and_is_never_taken_twice():
    first, second = make.tip(1, title="Same title"), make.tip(2, title="Same title")
    other = make.tip(3, title="日本語")

    assert first.slug == "same-title"
    assert second.slug.startswith("same-title-")
    assert other.slug
