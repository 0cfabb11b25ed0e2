import re
import time

import pytest

from headwater.kit.errors import Refused
from headwater.safeguards.patterns import LONGEST_TEXT, Pattern, compiled, refuse_unsafe
from headwater.safeguards.starting import _read

STARTER = [
    Pattern.read(row) for guideline in _read("guidelines", "guideline")
    for row in guideline["patterns"]
]  # fmt: skip


def test_words_are_found_whole_in_any_case_spacing_and_apostrophe() -> None:
    words = compiled(Pattern("words", "world's best fish"))

    assert words.search("Our World’s  best\nFISH, daily")
    assert not words.search("world's best fisherman")


@pytest.mark.parametrize(
    "careless",
    [
        r"(a+)+$",
        r"(\w+\s?)*!",
        r"fresh(?:est|er|[a-z])*(?:est|[a-z])*!!",
        r"price: (\d+,?)+€",
        r"(x|xx)+y",
        r"[a-z]{2}(?:([0-9]|[0-9][0-9])+)z",
        r"\w*\w*\w*\w*z",
        r"(?:.*a){12}z",
    ],
)
def test_a_pattern_that_could_hang_a_page_is_refused(careless: str) -> None:
    with pytest.raises(Refused, match="too long"):
        refuse_unsafe([Pattern("regex", careless)])


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("(", "can’t be read"),
        ("", "needs words"),
        ("x" * 701, "700"),
        (r"(a)\1", "points back"),
        ("a*", "every text"),
        ("a{1,99999999999999999999}", "can’t be read"),
        ("(" * 300 + ")" * 300, "every text"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused_with_the_reason(broken: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        refuse_unsafe([Pattern("regex", broken)])


def test_every_starter_pattern_is_safe() -> None:
    for first in range(0, len(STARTER), 50):
        refuse_unsafe(STARTER[first : first + 50])


def test_the_starter_patterns_read_the_longest_text_in_good_time() -> None:
    text = ("We’re the friendliest, kindest place you’ll ever see, " * 200)[:LONGEST_TEXT]
    began = time.process_time()

    found = sum(len(re.findall(compiled(pattern), text)) for pattern in STARTER)

    assert found == 0
    assert time.process_time() - began < 0.5
