from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any, Self


class Word(StrEnum):
    """One scale of words for odds, everywhere. Screens translate it; the sums only name it."""

    YES = "yes"
    PROBABLY = "probably"
    CANNOT_TELL = "cannot_tell"
    PROBABLY_NOT = "probably_not"
    NO = "no"


class Grade(StrEnum):
    """How far an answer may be believed, by its design and not by its luck."""

    A = "A"  # randomised
    B = "B"  # comparison with untouched partners or markets, checks passed
    C = "C"  # time series with controls
    D = "D"  # anything else


class Unit(StrEnum):
    """What there is too little of."""

    PARTNERS = "partners"
    WEEKS = "weeks"
    ANSWERS = "answers"
    GROUPS = "groups"
    EVIDENCE = "evidence"


def in_words(probability: float) -> Word:
    """Put a probability on the one scale of words.

    Parameters
    ----------
    probability : float in [0, 1]
        Of the sentence being true.

    Returns
    -------
    Word
        From 0.95 yes, from 0.80 probably, above 0.20 cannot tell, above 0.05 probably not, else no.

    Raises
    ------
    ValueError
        If `probability` is not a number from 0 to 1.

    Notes
    -----
    Source: our own convention, the same for every question and every screen.
    """
    if not 0 <= probability <= 1:
        raise ValueError("a probability lies between 0 and 1")
    if probability >= 0.95:
        return Word.YES
    if probability >= 0.80:
        return Word.PROBABLY
    if probability > 0.20:
        return Word.CANNOT_TELL
    if probability > 0.05:
        return Word.PROBABLY_NOT
    return Word.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its likely range, and the probability that it is above nought.

    `low` and `high` may be infinite where the data cannot bound them; `value` never is.
    """

    value: float
    low: float
    high: float
    level: float = 0.95
    probability_positive: float
    standard_error: float

    def __post_init__(self) -> None:
        if not isfinite(self.value):
            raise ValueError("an estimate needs a finite value")
        if not self.low <= self.value <= self.high:
            raise ValueError("an estimate lies inside its own range")
        if not 0 < self.level < 1:
            raise ValueError("level lies between 0 and 1")

    @property
    def word(self) -> Word:
        """Is it above nought, in words."""
        return in_words(self.probability_positive)

    @property
    def excludes_nought(self) -> bool:
        return self.low > 0 or self.high < 0

    def times(self, factor: float) -> "Estimate":
        """The same estimate in another unit, such as per week into per campaign.

        A negative factor turns the question round: fewer becomes more.
        """
        ends = sorted((self.low * factor, self.high * factor))
        odds = self.probability_positive
        return Estimate(
            value=self.value * factor,
            low=ends[0],
            high=ends[1],
            level=self.level,
            probability_positive=odds if factor > 0 else 1 - odds,
            standard_error=self.standard_error * abs(factor),
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at before an answer was believed.

    `name` is a slug such as ``sample_ratio``; whoever shows it holds the words. `value` is the
    figure the check turned on, for the reader who wants it.
    """

    name: str
    passed: bool
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would change the answer: a slug, and the figure at which it would."""

    name: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class NotEnough:
    """Why there is no answer yet: how much there is, and how much would be enough."""

    unit: Unit
    have: int
    needed: int

    @property
    def missing(self) -> int:
        return max(self.needed - self.have, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What every question of the evaluation is answered with.

    With too little to go by `estimate` is absent and `enough` says what is missing; an estimate
    too wide to tell may carry `enough` too. `probability_met` is the probability that the
    registered aim was met, which is more than the effect being above nought.
    """

    method: str
    grade: Grade
    estimate: Estimate | None = None
    probability_met: float | None = None
    assumptions: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    would_change: tuple[Change, ...] = ()
    enough: NotEnough | None = None
    figures: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.estimate is None and self.enough is None:
            raise ValueError("an answer holds an estimate, or says what would be enough")

    @property
    def interval(self) -> tuple[float, float] | None:
        return (self.estimate.low, self.estimate.high) if self.estimate else None

    @property
    def probability(self) -> float | None:
        """That the effect is above nought."""
        return self.estimate.probability_positive if self.estimate else None

    @property
    def word(self) -> Word | None:
        """Was the aim met, or without an aim: is the effect above nought."""
        odds = self.probability if self.probability_met is None else self.probability_met
        return None if odds is None else in_words(odds)

    @property
    def checks_passed(self) -> bool:
        return all(check.passed for check in self.checks)

    def as_plain(self) -> dict[str, Any]:
        """Dictionaries, lists and plain values, to be stored and read again."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """The answer that `as_plain` put away, also after a journey through JSON."""
        estimate, enough = plain["estimate"], plain["enough"]
        return cls(
            method=plain["method"],
            grade=Grade(plain["grade"]),
            estimate=Estimate(**estimate) if estimate else None,
            probability_met=plain["probability_met"],
            assumptions=tuple(plain["assumptions"]),
            checks=tuple(Check(**check) for check in plain["checks"]),
            would_change=tuple(Change(**change) for change in plain["would_change"]),
            enough=NotEnough(**{**enough, "unit": Unit(enough["unit"])}) if enough else None,
            figures=dict(plain["figures"]),
        )
