"""Stored answers: the same data and code give the stored one, anything else is worked out anew.

To find the stored one all rows are turned into arrays again. A page therefore looks at answers
`while_rows_stand`: as long as no row has changed, this process answers from memory. In a large
organisation a page shows what the worker last stored, and says how old it is.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
from django.conf import settings
from django.db.models import Model

from headwater.evaluation import frames
from headwater.evaluation.models import Result
from headwater.people.models import Person
from headwater.programme.models import Campaign

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


LARGE = 20_000  # partners; above, a page doesn't wait for the sums

_version: ContextVar[str] = ContextVar("rows_version", default="")
_for_a_page: ContextVar[bool] = ContextVar("for_a_page", default=False)
_counted_again: ContextVar[list[Recount] | None] = ContextVar("counted_again", default=None)
_memory: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


@contextmanager
def while_rows_stand(at: datetime) -> Iterator[None]:
    """Within this, what was worked out on the same rows before is not worked out again."""
    large = is_large()
    version, page = _version.set("" if large else frames.rows_version(at)), _for_a_page.set(large)
    try:
        yield
    finally:
        _version.reset(version)
        _for_a_page.reset(page)


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
    """Sums over every partner: a page of a large organisation shows the newest stored answer.

    Raises NotYet there while none is stored. The worker and the command work it out.
    """

    def wrapping(work: Work) -> Work:
        @wraps(work)
        def answer(*args: Any, **named: Any) -> Any:
            if not _for_a_page.get():
                return work(*args, **named)
            newest = Result.objects.filter(question=question, campaign=None).first()
            if newest is None:
                raise NotYet
            return newest

        return cast(Work, answer)

    return wrapping


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
    made = Result.objects.create(
        question=question,
        campaign=campaign,
        aim=aim,
        data_version=data_version,
        method=str(answer.get("method", "")),
        code_version=settings.VERSION,
        seed=SEED,
        answer=answer,
        computed_at=at,
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
