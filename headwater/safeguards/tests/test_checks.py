from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from headwater.safeguards import checks
from headwater.safeguards.checks import Finding, check, mend, stops
from headwater.safeguards.models import ApprovedDomain, Guideline
from headwater.safeguards.starting import _read, load_starter
from headwater.safeguards.tests import make
from headwater.safeguards.tests.make import AT
from tests.yardstick import milliseconds

STRINGS = Path(settings.SHARED_DIR or "../shared") / "data" / "badinput" / "blns.txt"
DRAFT = (
    "Smoked mackerel pâté, £6 a head. Saturday 6 June, 7pm. The freshest fish in the region."
    " Twelve chairs. https://harbour.example/s/ao47"
)

pytestmark = pytest.mark.django_db


def look(text: str, **more: Any) -> list[Finding]:
    return check(text, **{"at": AT, **more})


def said(text: str, level: str, **more: Any) -> list[str]:
    return [one.title for one in look(text, **more) if one.level == level]


def test_a_claim_is_quoted_in_its_place_and_mended_as_a_whole_sentence() -> None:
    guideline = make.guideline()

    claim = next(one for one in look(DRAFT) if one.level == "stop")

    assert (claim.quote, claim.guideline_id) == ("The freshest fish", guideline.pk)
    assert DRAFT[claim.start : claim.end] == claim.quote
    assert mend(DRAFT, [claim], claim.key) == (
        "Smoked mackerel pâté, £6 a head. Saturday 6 June, 7pm. Landed this morning."
        " Twelve chairs. https://harbour.example/s/ao47"
    )
    assert not stops(look(mend(DRAFT, [claim], claim.key)))


def test_a_mend_keeps_the_link_of_the_sentence_it_replaces() -> None:
    make.guideline()
    text = "The freshest fish: https://harbour.example/s/ao47"
    claim = next(one for one in look(text) if one.level == "stop")

    assert claim.applied_to(text) == "Landed this morning. https://harbour.example/s/ao47"


def test_words_with_their_own_replacement_are_replaced_in_place_and_case() -> None:
    make.guideline(patterns=[{"kind": "words", "value": "cheap", "replacement": "Small"}])
    text = "A cheap lunch."

    assert look(text)[0].applied_to(text) == "A small lunch."


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Crisp, salty and allergen-free.", "Crisp, salty. Ask us about allergens."),
        ("Six o’clock. Crisp and allergen-free chips at £3. Come.",
         "Six o’clock. Crisp chips at £3. Ask us about allergens. Come."),
        ("Allergen-free chips https://h.example/s/a", "Chips. Ask us about allergens. https://h.example/s/a"),
        ("Allergen-free", "Ask us about allergens."),
    ],
)  # fmt: skip
def test_a_replacement_that_is_a_sentence_is_said_after_what_is_left(
    text: str, mended: str
) -> None:
    words = "Ask us about allergens"
    make.guideline(patterns=[{"kind": "words", "value": "allergen-free", "replacement": words}])

    assert next(one for one in look(text) if one.level == "stop").applied_to(text) == mended


def test_a_guideline_holds_only_where_it_says() -> None:
    make.guideline(applies_to=["linkedin"])

    assert said("The freshest fish", "stop", network="linkedin") == ["Don’t write freshest."]
    assert said("The freshest fish", "stop", network="facebook") == []


@pytest.mark.parametrize(
    ("relationship", "network", "text", "level"),
    [
        ("given", "facebook", "Lovely pâté.", "stop"),
        ("given", "facebook", "They gave me this to try. Lovely pâté.", "pass"),
        ("given", "facebook", "Lovely. " * 30 + "They gave me this to try.", "stop"),
        ("given", "whatsapp", "Lovely pâté.", "mind"),
        ("paid", "x", "Paid: lovely pâté.", "pass"),
        ("paid", "x", "I paid attention. #ad", "pass"),
        ("works", "linkedin", "I work with them. Come by.", "pass"),
        ("agent", "bluesky", "Book a chair.", "stop"),
        ("supplies", "bluesky", "Book a chair.", "stop"),
    ],
)
def test_disclosure_depends_on_what_stands_between_us_and_on_the_place(
    relationship: str, network: str, text: str, level: str
) -> None:
    found = [one for one in look(text, relationship=relationship, network=network)
             if one.topic.startswith("disclos")]  # fmt: skip

    assert [one.level for one in found] == [level]
    if level != "pass":
        mended = found[0].applied_to(text)
        assert not stops(look(mended, relationship=relationship, network=network))


def test_addresses_and_numbers_of_people_are_noticed_once_each() -> None:
    text = "Write to rosa.marin@example.org or ring +44 20 7946 0958, from £12, on 01-02-2027."

    assert [one.quote for one in look(text) if one.topic == "privacy"] == [
        "rosa.marin@example.org",
        "+44 20 7946 0958",
    ]


def test_a_link_elsewhere_is_noticed_and_ours_or_an_approved_one_is_not() -> None:
    ApprovedDomain.approve("harbour.example", actor=None, at=AT)
    text = (
        "https://harbour.example/s/ab https://www.harbour.example/x http://evil.example/y"
        " https://harbour.example.evil.example/ https://harbour.example@evil.example/z"
        " mine.example/s/ab23"
    )

    found = [one for one in look(text, own_link="https://mine.example/s/ab23")
             if one.topic == "links"]  # fmt: skip

    assert [one.quote for one in found] == [
        "http://evil.example/y",
        "https://harbour.example.evil.example/",
        "https://harbour.example@evil.example/z",
    ]
    assert {one.replacement for one in found} == {"https://mine.example/s/ab23"}


def test_nothing_goes_before_its_hour() -> None:
    hour = AT + timedelta(hours=1)

    assert said("Come.", "stop", embargo_until=hour) == ["It isn’t time yet"]
    assert said("Come.", "stop", embargo_until=hour, at=hour) == []


def test_words_that_must_stay_are_asked_for_and_put_back() -> None:
    must_stay = ["Not for under  eighteens."]
    text = "Come on Saturday."
    missing = look(text, must_stay=must_stay)

    assert stops(missing)
    assert missing[0].applied_to(text) == "Come on Saturday. Not for under eighteens."
    assert not stops(look(missing[0].applied_to(text), must_stay=must_stay))


def test_nearly_the_same_words_as_another_partner_are_noticed_on_public_networks_only() -> None:
    ours = "Harbour Supper Week, one table, one fish, one neighbour you haven’t met yet."
    others = [
        "HARBOUR supper week: one table, one fish, one neighbour you haven't met yet! x.org/s/1"
    ]
    title = "Others used these words. Add yours?"

    assert said(ours, "mind", network="facebook", others=others) == [title]
    assert said(ours, "mind", network="whatsapp", others=others) == []
    assert said("My own pâté on my own long table, come and see.", "mind", others=others) == []


def test_it_says_how_much_is_the_partners_own() -> None:
    found = said("Mackerel and rye at six", "pass", message_texts=["Rye at six"])

    assert found == ["It’s your own: 40 in 100 words are yours"]


def test_the_starter_guidelines_notice_what_they_should_and_let_the_rest_through() -> None:
    load_starter(AT)
    by_slug = {guideline.slug: guideline for guideline in Guideline.objects.all()}
    names = frozenset({"example.org"})

    for row in _read("guidelines", "guideline"):
        guideline = by_slug[row["slug"]]
        for text in row["caught"]:
            found = check(text, at=AT, guidelines=[guideline], domains=names)
            assert guideline.pk in {one.guideline_id for one in found}, (row["slug"], text)
        for text in row["let_through"]:
            found = check(text, at=AT, guidelines=[guideline], domains=names)
            assert guideline.pk not in {one.guideline_id for one in found}, (row["slug"], text)


def test_the_mend_of_every_starter_guideline_passes_itself() -> None:
    load_starter(AT)

    for guideline in Guideline.objects.all():
        assert not stops(check(guideline.mend, at=AT, guidelines=[guideline])), guideline.mend


def test_loading_the_starter_twice_adds_nothing_and_keeps_changes() -> None:
    first = load_starter(AT)
    Guideline.objects.filter(slug="allergens").update(mend="Ask the cook.")

    assert (first, load_starter(AT)) == (24, 0)
    assert Guideline.objects.get(slug="allergens").mend == "Ask the cook."


def test_a_draft_is_checked_in_under_five_milliseconds() -> None:
    load_starter(AT)
    others = [
        f"Come to table {n}, bring a neighbour and a spoon, we open at six" for n in range(100)
    ]
    look(DRAFT, others=others)
    turn = count()

    took = milliseconds(
        lambda: look(
            f"{DRAFT} {next(turn)}", others=others, network="facebook", relationship="given"
        )
    )

    assert took < 5


def test_every_naughty_string_is_checked_and_every_quote_stands_where_it_says() -> None:
    if not STRINGS.exists():
        pytest.skip("the folder of real input is not here")
    load_starter(AT)
    guidelines = list(Guideline.objects.all())

    for line in STRINGS.read_text(encoding="utf-8").splitlines():
        found = check(line, at=AT, guidelines=guidelines, domains=frozenset(), network="x")
        for one in found:
            assert line[one.start : one.end] == one.quote or not one.quote
            assert isinstance(one.applied_to(line), str)


def test_likeness_is_jaccards() -> None:
    one = checks.shingles("a b c d e f")
    other = checks.shingles("a b c d e g")

    assert checks.likeness(one, one) == 1
    assert checks.likeness(one, other) == pytest.approx(3 / 5)
