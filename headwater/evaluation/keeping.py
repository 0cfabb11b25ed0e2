"""Stored answers: the same data and code give the stored one, anything else is worked out anew.

To find the stored one all rows are turned into arrays again. A page therefore looks at answers
`while_rows_stand`: as long as no row has changed, this process answers from memory. Where there
are more than a few partners, a page shows what the worker came to last, says how old that is, and
has it counted anew when rows have changed since.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
from django.conf import settings
from django.db.models import Model

from headwater.evaluation import frames
from headwater.evaluation.models import Result
from headwater.jobs.models import Job
from headwater.people.models import Person
from headwater.programme.models import Campaign

KIND = "evaluation"  # of the job that asks everything
SEED = 20_260_514
REMEMBERED = 256  # answers, of a few kilobytes each

Work = TypeVar("Work", bound=Callable[..., Any])


class NotYet(Exception):
    """The worker has not worked this out yet, and a page doesn't wait for it."""


@dataclass(frozen=True)
class Recount:
    """A stored answer, and whether working it out again gave the same to the last digit.

    None where it had never been worked out on these data before.
    """

    result: Result
    is_the_same: bool | None


@dataclass(frozen=True)
class Blocked:
    """Why there is nothing to work out: a slug, for which the page has the words."""

    reason: str


LARGE = 500  # partners; above, a page doesn't wait for the sums over all of them
PATIENCE = timedelta(minutes=10)  # from one asking to the next, however often rows change

_version: ContextVar[str] = ContextVar("rows_version", default="")
_looking: ContextVar[Looking | None] = ContextVar("looking", default=None)
_counted_again: ContextVar[list[Recount] | None] = ContextVar("counted_again", default=None)
_memory: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


@dataclass(frozen=True)
class Looking:
    """What a page goes by where it doesn't wait: the newest working out that was finished.

    `told` is what that came to on each heavy question: the key of its answer, why there is none,
    or None. `is_stale` when rows have changed since and no other has been asked for lately.
    """

    told: dict[str, Any]
    is_stale: bool

    @classmethod
    def at(cls, at: datetime, version: str) -> Looking:
        jobs = list(Job.objects.filter(kind=KIND).order_by("-pk")[:5])
        done = next((job for job in jobs if job.state == Job.State.DONE), None)
        told, seen = (done.result.get(key) for key in ("told", "version")) if done else ({}, "")
        lately = any(job.asked_at > at - PATIENCE or not job.is_over for job in jobs)
        return cls(told or {}, seen != version and not lately)


@contextmanager
def while_rows_stand(at: datetime) -> Iterator[Looking | None]:
    """Within this, what was worked out on the same rows before is not worked out again."""
    programme, looking = frames.programme(at), None
    version = programme.version
    if programme.partners > LARGE:
        looking = Looking.at(at, version)
        version = frames.version_of(version, looking.told)
    elif version:
        version = frames.version_of(version, frames.deeds_version(at))
    told = _looking.set(looking)
    try:
        with remembering(version):
            yield looking
    finally:
        _looking.reset(told)


@contextmanager
def remembering(version: str) -> Iterator[None]:
    """Within this, nothing is worked out twice on the same version of the rows."""
    before = _version.set(version)
    try:
        yield
    finally:
        _version.reset(before)


def forget() -> None:
    _memory.clear()


def is_large() -> bool:
    return Person.objects.partners().order_by()[LARGE : LARGE + 1].exists()


@contextmanager
def counting_again() -> Iterator[list[Recount]]:
    """Within this no stored answer is believed: each is worked out again and compared."""
    found: list[Recount] = []
    before = _counted_again.set(found)
    try:
        yield found
    finally:
        _counted_again.reset(before)


def heavy(question: str) -> Callable[[Work], Work]:
    """Sums over every partner: a page shows what the worker last came to, where many are counted.

    Raises NotYet there while it never came to anything.
    """

    def wrapping(work: Work) -> Work:
        @wraps(work)
        def answer(*args: Any, **named: Any) -> Any:
            looking = _looking.get()
            if looking is None:
                return work(*args, **named)
            if question not in looking.told:
                raise NotYet
            return _from_job(looking.told[question])

        return cast(Work, answer)

    return wrapping


def as_told(answer: object) -> Any:
    """What a working out came to on a heavy question, to be kept with its job."""
    return answer.pk if isinstance(answer, Result) else getattr(answer, "reason", None)


def _from_job(told: Any) -> Result | Blocked | None:
    if isinstance(told, int):
        result = Result.objects.filter(pk=told).first()
        if result is None:
            raise NotYet
        return result
    return Blocked(told) if told else None


def remembered(work: Work) -> Work:
    """Answer from memory inside `while_rows_stand`; anywhere else, work it out."""

    @wraps(work)
    def answer(*args: Any, **named: Any) -> Any:
        version = _version.get()
        if not version:
            return work(*args, **named)
        given = (*args, *sorted(named.items()))
        key = (version, work.__qualname__, *(_as_key(one) for one in given))
        if key not in _memory:
            _memory[key] = work(*args, **named)
            while len(_memory) > REMEMBERED:
                _memory.popitem(last=False)
        return _memory[key]

    return cast(Work, answer)


def _as_key(value: Any) -> Any:
    if isinstance(value, Model):
        return (value._meta.label, value.pk)
    if isinstance(value, datetime):
        return value.date()
    return repr(value)


def kept(
    question: str,
    *,
    campaign: Campaign | None,
    aim: str,
    data_version: str,
    at: datetime,
    work_out: Callable[[np.random.Generator], dict[str, Any]],
) -> Result:
    """The stored answer to a question on this data, worked out now where there is none."""
    standing = Result.objects.filter(
        question=question, campaign=campaign, aim=aim, data_version=data_version,
        code_version=settings.VERSION,
    ).first()  # fmt: skip
    again = _counted_again.get()
    if standing:
        if again is not None and all(one.result != standing for one in again):
            counted = plain(work_out(np.random.default_rng(standing.seed)))
            is_the_same = json.loads(json.dumps(counted)) == standing.answer
            again.append(Recount(standing, is_the_same))
        return standing
    answer = plain(work_out(np.random.default_rng(SEED)))
    made, _is_new = Result.objects.get_or_create(  # another process may have been quicker
        question=question,
        campaign=campaign,
        aim=aim,
        data_version=data_version,
        code_version=settings.VERSION,
        defaults={
            "method": str(answer.get("method", "")),
            "seed": SEED,
            "answer": answer,
            "computed_at": at,
        },
    )
    if again is not None:
        again.append(Recount(made, None))
    return made


def plain(value: Any) -> Any:
    """Dataclasses, arrays and enums as JSON; what has no end becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(part) for key, part in asdict(value).items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
