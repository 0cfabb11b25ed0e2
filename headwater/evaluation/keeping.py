"""Stored answers: the same data and code give the stored one, anything else is worked out anew."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import numpy as np
from django.conf import settings

from headwater.evaluation.models import Result
from headwater.programme.models import Campaign

SEED = 20_260_514


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
    if standing:
        return standing
    answer = plain(work_out(np.random.default_rng(SEED)))
    return Result.objects.create(
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
