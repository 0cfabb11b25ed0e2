"""Expressions that staff write: compiled once, and refused where they could hang a page.

Python's matcher cannot be interrupted, so a pattern is tried out before it is kept: in a process
of its own, on texts made from the pattern itself that are as long as a draft may be.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as op
from re import _parser as parser
from typing import Any

from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused

LONGEST_TEXT = 5_000
LONGEST_PATTERN = 700
MOST_PATTERNS = 60
SLOWEST_SECONDS = 0.1
PATIENCE_SECONDS = 10

TRIAL = """
import json, re, signal, sys
def slow(*_):
    sys.exit(str(number))
signal.signal(signal.SIGVTALRM, slow)  # the matcher looks for signals as it goes
for number, (pattern, attacks) in enumerate(json.load(sys.stdin)):
    compiled = re.compile(pattern, re.IGNORECASE)
    for attack in attacks:
        signal.setitimer(signal.ITIMER_VIRTUAL, float(sys.argv[1]))
        for match in compiled.finditer(attack):
            pass
signal.setitimer(signal.ITIMER_VIRTUAL, 0)
"""


@dataclass(frozen=True)
class Pattern:
    """What a machine can notice, words or regex, and what may stand in its place."""

    kind: str
    value: str
    replacement: str = ""

    @classmethod
    def read(cls, row: dict[str, Any]) -> "Pattern":
        return cls(
            str(row.get("kind", "words")), str(row["value"]), str(row.get("replacement", ""))
        )

    @property
    def source(self) -> str:
        if self.kind == "regex":
            return self.value
        words = [re.escape(word) for word in self.value.split()]
        phrase = r"\s+".join(words).replace("’", "'").replace("'", "[’']")
        return rf"(?<!\w){phrase}(?!\w)"


@lru_cache(maxsize=2048)
def compiled(pattern: Pattern) -> re.Pattern[str]:
    return re.compile(pattern.source, re.IGNORECASE)


def refuse_unsafe(patterns: Iterable[Pattern]) -> None:
    """Say no, in words for the writer, to what cannot be read or could take too long."""
    patterns = list(patterns)
    if len(patterns) > MOST_PATTERNS:
        raise Refused(_("That is too many. Split them over two guidelines."))
    for pattern in patterns:
        _refuse_unreadable(pattern)
    trials = [(p.source, list(_attacks(p.source))) for p in patterns if p.kind == "regex"]
    if trials:
        _try_out(trials)


def _refuse_unreadable(pattern: Pattern) -> None:
    if not pattern.value.strip():
        raise Refused(_("A pattern needs words to look for."))
    if len(pattern.value) > LONGEST_PATTERN:
        raise Refused(_("A pattern may have 700 characters at most."))
    try:
        parsed = parser.parse(pattern.source, re.IGNORECASE)
        compiled(pattern)
    except (re.error, RecursionError, OverflowError) as problem:
        raise Refused(
            _("“%(pattern)s” can’t be read as an expression: %(problem)s.")
            % {"pattern": pattern.value, "problem": problem}
        ) from None
    if any(code in {op.GROUPREF, op.GROUPREF_EXISTS} for code, _value in _nodes(parsed)):
        raise Refused(
            _("“%(pattern)s” points back at itself. Write it without \\1.")
            % {"pattern": pattern.value}
        )
    if compiled(pattern).search("") is not None:
        raise Refused(
            _("“%(pattern)s” would find something in every text, even an empty one.")
            % {"pattern": pattern.value}
        )


def _try_out(trials: list[tuple[str, list[str]]]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter, our own script, input as data
            [sys.executable, "-I", "-c", TRIAL, str(SLOWEST_SECONDS)],
            input=json.dumps(trials),
            text=True,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(
            _("These patterns would take too long on some texts. Make the repeats simpler.")
        ) from None
    if done.returncode:
        slow = done.stderr.strip()
        pattern = trials[int(slow)][0] if slow.isdigit() else ""
        raise Refused(
            _("“%(pattern)s” would take too long on some texts. Make its repeats simpler.")
            % {"pattern": pattern}
        )


def _attacks(source: str) -> Iterator[str]:
    """Texts on which a careless repeat goes wrong: its own body, over and over, then a stranger."""
    yield "a" * LONGEST_TEXT
    yield "aA1 .,!-" * (LONGEST_TEXT // 8)
    for prefix, body in list(_repeats(parser.parse(source, re.IGNORECASE), ""))[:24]:
        for unit in {body, body[:1], body[-1:], body + " "} - {""}:
            yield prefix + unit * 30 + "\x00"
            yield (prefix + unit * LONGEST_TEXT)[: LONGEST_TEXT - 1] + "\x00"


def _repeats(parsed: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Every repeat that may go on for long: a text that leads up to it, and one turn of it."""
    for code, value in parsed:
        if code in {op.MAX_REPEAT, op.MIN_REPEAT}:
            _least, most, body = value
            if most > 20:
                yield from ((prefix, sample) for sample in _samples(body))
            yield from _repeats(body, prefix)
        for inner in _children(code, value):
            yield from _repeats(inner, prefix)
        prefix += _sample([(code, value)])


def _children(code: Any, value: Any) -> list[Any]:
    if code is op.SUBPATTERN:
        return [value[3]]
    if code is op.BRANCH:
        return list(value[1])
    if code in {op.ASSERT, op.ASSERT_NOT}:
        return [value[1]]
    if code is op.ATOMIC_GROUP:
        return [value]
    return []


def _nodes(parsed: Any) -> Iterator[tuple[Any, Any]]:
    for code, value in parsed:
        yield code, value
        bodies = _children(code, value)
        if code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            bodies = [value[2]]
        for body in bodies:
            yield from _nodes(body)


def _samples(parsed: Any) -> list[str]:
    """One text for each way through the first choice in a body."""
    for code, value in parsed:
        if code is op.BRANCH:
            return [sample for way in value[1][:6] if (sample := _sample(way))]
        if code is op.SUBPATTERN and any(inner[0] is op.BRANCH for inner in value[3]):
            return _samples(value[3])
    sample = _sample(parsed)
    return [sample] if sample else []


def _sample(parsed: Any) -> str:
    """Some text that the parsed expression would take."""
    text = ""
    for code, value in parsed:
        if code is op.LITERAL:
            text += chr(value)
        elif code in {op.ANY, op.NOT_LITERAL}:
            text += "a"
        elif code is op.IN:
            text += _one_of(value)
        elif code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            text += _sample(value[2]) * min(max(value[0], 1), 8)
        elif code is op.SUBPATTERN:
            text += _sample(value[3])
        elif code is op.ATOMIC_GROUP:
            text += _sample(value)
        elif code is op.BRANCH:
            text += _sample(value[1][0])
    return text


def _one_of(choices: Any) -> str:
    if choices[0][0] is op.NEGATE:
        return "a"
    code, value = choices[0]
    if code is op.LITERAL:
        return chr(value)
    if code is op.RANGE:
        return chr(value[0])
    return {op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " "}.get(value, "a")
