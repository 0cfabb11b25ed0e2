"""Reads a pasted conversation: who said what, as far as its lines tell.

Networks and phones copy talk in many shapes. A line that begins with a name and a colon begins a
message; any other line goes on with the one before. Times and dates in front are passed over.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

LONGEST = 200_000
MOST_LINES = 20_000
CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?"
DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
BEFORE_NAME = re.compile(rf"^\s*[\[(]?\s*(?:{DAY})?\s*,?\s*(?:{CLOCK})?\s*[\])]?\s*[-–—|]?\s*")
IN_BRACKETS = re.compile(rf"\s*[\[(]\s*(?:{DAY})?\s*,?\s*{CLOCK}\s*[\])]")
SPOKEN = re.compile(rf"^([^:：\n]{{1,60}}?)(?:\s+{CLOCK})?[:：](?!//)\s*(.*)$")
HASHTAG = re.compile(r"(?<!\w)#(\w{2,60})")
QUESTION = re.compile(r"[?？؟]")
ADDRESS = re.compile(r"https?://\S+")
LIKE_A_SENTENCE = re.compile(r"[.!?,;]\s|\bhttps?$", re.IGNORECASE)
INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
NEEDED = {"\n", "\t", "\u200c", "\u200d"}  # the last two join letters of Persian, Hindi and emoji


@dataclass(frozen=True)
class Said:
    name: str
    words: str


@dataclass(frozen=True)
class Facts:
    """What can be counted in a conversation without judging it."""

    speakers: tuple[tuple[str, int], ...]
    messages: int
    questions: int
    hashtags: tuple[tuple[str, int], ...]


def cleaned(text: str) -> str:
    """Plain text: one kind of line end, no invisible signs that turn or hide words."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        letter for letter in lines
        if letter in NEEDED or unicodedata.category(letter) not in INVISIBLE
    )  # fmt: skip
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def messages(text: str) -> list[Said]:
    found: list[Said] = []
    for line in cleaned(text).split("\n")[:MOST_LINES]:
        said = _begins(line)
        if said is not None:
            found.append(said)
        elif found and line.strip():
            last = found[-1]
            found[-1] = Said(last.name, f"{last.words}\n{line.strip()}".strip())
    return found


def _begins(line: str) -> Said | None:
    start, rest = line[:120], line[120:]
    start = BEFORE_NAME.sub("", IN_BRACKETS.sub("", start, count=1), count=1)
    match = SPOKEN.match(start + rest)
    if match is None or (match[1][-1:].isdigit() and re.match(r"\d\d\b", match[2])):
        return None
    name = match[1].strip(" \t@*_>-–—")
    if not re.search(r"[^\W\d_]", name) or LIKE_A_SENTENCE.search(name) or len(name.split()) > 6:
        return None
    return Said(name, match[2].strip())


def facts(text: str) -> Facts:
    said = messages(text)
    names: dict[str, str] = {}
    count: Counter[str] = Counter()
    for message in said:
        key = message.name.casefold()
        names.setdefault(key, message.name)
        count[key] += 1
    tags: Counter[str] = Counter(tag.casefold() for tag in HASHTAG.findall(cleaned(text)))
    asked = sum(bool(QUESTION.search(ADDRESS.sub("", message.words))) for message in said)
    return Facts(
        tuple((names[key], times) for key, times in count.most_common()),
        len(said),
        asked,
        tuple((f"#{tag}", times) for tag, times in tags.most_common(5)),
    )
