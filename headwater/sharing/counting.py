"""How long a text is, as each network counts it."""

import re
import unicodedata
from collections.abc import Callable, Iterator

LINK = re.compile(
    r"https?://[^\s<>\"]+|(?<![@\w.-])(?:[\w-]+\.)+[a-z]{2,24}(?:/[^\s<>\"]*)?", re.IGNORECASE
)
LINK_COUNTS = 23
JOINER, VARIATION = "\u200d", range(0xFE00, 0xFE10)
SKIN = range(0x1F3FB, 0x1F400)
FLAGS = range(0x1F1E6, 0x1F200)
TAGS = range(0xE0020, 0xE0080)
LIGHT = (range(0x1100), range(0x2000, 0x200E), range(0x2010, 0x2020), range(0x2032, 0x2038))


def characters(text: str) -> int:
    return len(unicodedata.normalize("NFC", text))


def with_short_links(text: str) -> int:
    """Mastodon: what a reader sees as one letter counts one, every link 23."""
    return _without_links(text, graphemes)


def weighted(text: str) -> int:
    """X: letters of most alphabets count one, Chinese, Japanese, Korean and pictures two, links 23.

    Source: twitter-text, configuration v3.
    """
    return _without_links(unicodedata.normalize("NFC", text), _weigh)


def graphemes(text: str) -> int:
    """Bluesky: what a reader sees as one letter or picture counts one."""
    return sum(1 for _cluster in clusters(text))


def clusters(text: str) -> Iterator[str]:
    """The text cut where a reader would: accents, flags, families and skin tones stay whole."""
    cluster = ""
    flags = 0
    for character in text:
        code = ord(character)
        is_flag = code in FLAGS
        belongs = bool(cluster) and (
            _extends(character, code)
            or cluster.endswith(JOINER)
            or (is_flag and flags % 2 == 1)
            or (cluster == "\r" and character == "\n")
            or (_is_jamo(cluster[-1]) and _is_jamo(character))
        )
        flags = flags + 1 if is_flag else 0
        if belongs:
            cluster += character
            continue
        if cluster:
            yield cluster
        cluster = character
    if cluster:
        yield cluster


def _extends(character: str, code: int) -> bool:
    if character == JOINER or code in VARIATION or code in SKIN or code in TAGS:
        return True
    return unicodedata.category(character) in {"Mn", "Me", "Mc"}


def _is_jamo(character: str) -> bool:
    return 0x1100 <= ord(character) <= 0x11FF


def _weigh(text: str) -> int:
    return sum(2 if _is_picture(one) else sum(map(_weight, one)) for one in clusters(text))


def _weight(character: str) -> int:
    code = ord(character)
    return 1 if any(code in light for light in LIGHT) else 2


def _is_picture(cluster: str) -> bool:
    """An emoji, however many code points it is made of."""
    first = ord(cluster[0])
    return (
        0x1F000 <= first <= 0x1FAFF
        or "\ufe0f" in cluster
        or (0x2600 <= first <= 0x27BF)
        or "\u20e3" in cluster
    )


def _without_links(text: str, count: Callable[[str], int]) -> int:
    rest = LINK.sub("", text)
    return count(rest) + LINK_COUNTS * len(LINK.findall(text))
