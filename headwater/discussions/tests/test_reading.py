import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.discussions.reading import cleaned, facts, messages


@pytest.mark.parametrize(
    "line",
    [
        "Ada Okafor: Hello",
        "[12:03] Ada Okafor: Hello",
        "12:03 Ada Okafor: Hello",
        "12:03 PM - Ada Okafor: Hello",
        "14/05/2026, 12:03 - Ada Okafor: Hello",
        "[14.05.26, 12:03:11] Ada Okafor: Hello",
        "2026-05-14 12:03 Ada Okafor: Hello",
        "Ada Okafor (12:03): Hello",
        "Ada Okafor 12:03 PM: Hello",
        "@Ada Okafor: Hello",
        "**Ada Okafor**: Hello",
        "Ada Okafor：Hello",
    ],
)
def test_a_message_is_found_in_the_shapes_that_talk_is_copied_in(line):
    [said] = messages(line)

    assert (said.name, said.words) == ("Ada Okafor", "Hello")


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/page",
        "Here is what I did. Then this: it worked",
        "12:03",
        "We met at 12:03 and left",
        ": nothing before it",
        "Remember one thing before you go home tonight: lock up",
        "",
    ],
)
def test_a_line_that_names_nobody_begins_no_message(line):
    assert messages(line) == []


def test_a_line_without_a_name_goes_on_with_the_message_before():
    [said] = messages("Ada: First line\nand a second\n\nhttps://example.org/a: b")

    assert said.words == "First line\nand a second\nhttps://example.org/a: b"


def test_what_can_be_counted_is_counted():
    found = facts(
        "Ada: Who starts? #HarbourTable\n"
        "Nguyễn Thị Hạnh: I do. #harbourtable #Smoke\n"
        "ada: See https://example.org/?q=1\n"
        "Ada: Really?"
    )

    assert found.speakers == (("Ada", 3), ("Nguyễn Thị Hạnh", 1))
    assert (found.messages, found.questions) == (4, 2)
    assert found.hashtags == (("#harbourtable", 2), ("#smoke", 1))


def test_nothing_can_be_counted_in_nothing():
    found = facts("Just a text without names")

    assert (found.speakers, found.messages, found.questions, found.hashtags) == ((), 0, 0, ())


def test_hidden_signs_are_taken_out_and_joining_ones_stay():
    assert cleaned("a\u202eb\u200b\x00c\r\nd") == "abc\nd"
    assert cleaned("👩\u200d🍳 می\u200cخواهم") == "👩\u200d🍳 می\u200cخواهم"


@given(st.text(max_size=400))
def test_any_text_is_read_without_falling_over(text):
    found = facts(text)

    assert found.messages == sum(times for _name, times in found.speakers)
    assert found.questions <= found.messages


def test_the_longest_conversation_is_read_in_under_a_second():
    text = "\n".join(
        f"[12:{n % 60:02}] Person {n % 40}: Is this line {n}? #tag" for n in range(4500)
    )
    begun = time.process_time()

    assert facts(text).messages == 4500
    assert facts("9" * 200_000).messages == 0
    assert facts((":" * 60 + "\n") * 3000).messages == 0
    assert time.process_time() - begun < 3
