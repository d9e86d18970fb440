"""What a call costs on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from latpred._core import measurement as _native

__all__ = ["cpu_seconds", "timed", "wall_seconds"]

Result = TypeVar("Result")


def wall_seconds(work: Callable[[], object], rounds: int = 1) -> float:
    """Seconds that a call takes, the median over `rounds` calls; ConfigError for no round.

    Example:
        >>> from latpred.devices import wall_seconds
        >>> wall_seconds(lambda: sum(range(1000)), rounds=3) > 0
        True
    """
    return _native.median_spent(_native.SystemClock(), work, rounds)[0]


def cpu_seconds(work: Callable[[], object], rounds: int = 1) -> float:
    """CPU seconds of a call over all threads, the median of `rounds`; ConfigError for no round.

    Example:
        >>> from latpred.devices import cpu_seconds
        >>> cpu_seconds(lambda: sum(range(1000)), rounds=3) >= 0
        True
    """
    return _native.median_spent(_native.SystemClock(), work, rounds)[1]


def timed(
    work: Callable[[], Result],
    seconds: Callable[[Callable[[], object]], float] = wall_seconds,
) -> tuple[Result, float]:
    """What a call returns, and its cost by `wall_seconds` or `cpu_seconds`.

    Example:
        >>> from latpred.devices import timed
        >>> total, seconds = timed(lambda: sum(range(1000)))
        >>> total, seconds > 0
        (499500, True)
    """
    found: list[Result] = []
    took = seconds(lambda: found.append(work()))
    return found[0], took
