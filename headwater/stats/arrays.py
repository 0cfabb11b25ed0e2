import numpy as np
import scipy  # its parts by their full names: it brings them in only when they are first called
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate


def vector(name: str, values: ArrayLike, *, at_least: int = 1) -> NDArray[np.float64]:
    """One row of finite numbers, or a ValueError that names the argument."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one row of numbers")
    if array.size < at_least:
        raise ValueError(f"{name} needs at least {at_least} values, and has {array.size}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has missing or infinite values")
    return array


def matrix(name: str, values: ArrayLike, *, columns: int | None = None) -> NDArray[np.float64]:
    """Rows and columns of finite numbers, or a ValueError that names the argument."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{name} must be a table of numbers")
    if columns is not None and array.shape[1] != columns:
        raise ValueError(f"{name} needs {columns} columns, and has {array.shape[1]}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has missing or infinite values")
    return array


def mask(name: str, values: ArrayLike, *, size: int | None = None) -> NDArray[np.bool_]:
    """One row of yes and no, or a ValueError that names the argument."""
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype != np.bool_:
        raise ValueError(f"{name} must be one row of yes and no")
    if size is not None and array.size != size:
        raise ValueError(f"{name} needs {size} values, and has {array.size}")
    return array


def checked_level(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError("level lies between 0 and 1")
    return level


def normal_quantile(level: float) -> float:
    """Half-width of a two-sided interval, in standard errors."""
    return float(scipy.special.ndtri(0.5 + checked_level(level) / 2))


def normal_estimate(value: float, standard_error: float, *, level: float) -> Estimate:
    """An estimate whose error is normal; a standard error of nought is certainty."""
    reach = normal_quantile(level) * standard_error
    return Estimate(
        value=value,
        low=value - reach,
        high=value + reach,
        level=level,
        probability_positive=_above_nought(value, standard_error, None),
        standard_error=standard_error,
    )


def student_estimate(
    value: float, standard_error: float, degrees: float, *, level: float
) -> Estimate:
    """An estimate whose error is Student's t with so many degrees of freedom."""
    reach = float(scipy.special.stdtrit(degrees, 0.5 + checked_level(level) / 2)) * standard_error
    return Estimate(
        value=value,
        low=value - reach,
        high=value + reach,
        level=level,
        probability_positive=_above_nought(value, standard_error, degrees),
        standard_error=standard_error,
    )


def drawn_estimate(draws: NDArray[np.float64], *, level: float) -> Estimate:
    """An estimate told by draws from its posterior: mean, equal tails, share above nought."""
    tail = (1 - checked_level(level)) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    value = float(draws.mean())
    return Estimate(
        value=value,
        low=min(float(low), value),
        high=max(float(high), value),
        level=level,
        probability_positive=float((draws > 0).mean()),
        standard_error=float(draws.std(ddof=1)),
    )


def _above_nought(value: float, standard_error: float, degrees: float | None) -> float:
    if standard_error == 0:
        return 0.5 if value == 0 else float(value > 0)
    ratio = value / standard_error
    return float(
        scipy.special.ndtr(ratio) if degrees is None else scipy.special.stdtr(degrees, ratio)
    )
