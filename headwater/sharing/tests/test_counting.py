import pytest

from headwater.sharing.counting import characters, clusters, graphemes, weighted, with_short_links
from headwater.sharing.networks import NETWORKS

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Supper", 6),
        ("pâté", 4),
        ("pa\u0302te\u0301", 4),
        ("日本語", 6),
        (FAMILY, 2),
        ("🇬🇧🇫🇷", 4),
        ("👍🏽", 2),
        ("1️⃣", 2),
        ("https://harbour.example/s/ao47abcd", 23),
        ("harbour.example", 23),
        ("Come: https://a.example/x and https://b.example/y", 6 + 23 + 5 + 23),
        ("’–“”", 4),
        ("", 0),
    ],
)
def test_x_counts_as_twitter_text_does(text: str, count: int) -> None:
    assert weighted(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("pa\u0302te\u0301", 4), (FAMILY, 1), ("🇬🇧🇫🇷", 2), ("👍🏽", 1), ("a\r\nb", 3), ("각", 1),
     ("नमस्ते", 4), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 1), ("", 0)],
)  # fmt: skip
def test_bluesky_counts_what_a_reader_sees(text: str, count: int) -> None:
    assert graphemes(text) == count
    assert "".join(clusters(text)) == text


def test_mastodon_counts_each_link_as_twenty_three() -> None:
    assert with_short_links("See https://harbour.example/" + "x" * 80) == 4 + 23


def test_other_networks_count_letters_and_say_how_many_are_left() -> None:
    assert characters("pâté") == 4
    assert NETWORKS["threads"].left("x" * 501) == -1
    assert NETWORKS["email"].left("x" * 9000) is None
    assert {slug: one.limit for slug, one in NETWORKS.items()} == {
        "whatsapp": 65536, "facebook": 63206, "linkedin": 3000, "instagram": 2200, "bluesky": 300,
        "mastodon": 500, "x": 280, "threads": 500, "email": None, "copy": None,
    }  # fmt: skip
