"""How long a text takes to read. A minute is 200 words, read with understanding on a phone."""

import re

from headwater.kit.markdown import as_text

WORDS_A_MINUTE = 200
WORD = re.compile(r"\w+(?:['’\-.,]\w+)*")
# Chinese, Japanese and Thai are written without spaces: about two letters stand for a word.
WITHOUT_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def words_in(*texts: str) -> int:
    """Words as a reader meets them: Markdown's signs and the addresses of links don't count."""
    plain = " ".join(as_text(text) for text in texts if text)
    letters = len(WITHOUT_SPACES.findall(plain))
    return len(WORD.findall(WITHOUT_SPACES.sub(" ", plain))) + (letters + 1) // 2


def seconds_for(words: int) -> int:
    return round(words * 60 / WORDS_A_MINUTE)
