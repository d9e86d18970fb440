"""The limit of the latency, which `limit_ms` and `limits` both may say: one meaning everywhere."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from latpred.base.names import did_you_mean
from latpred.base.numbers import number_or_none
from latpred.errors import ConfigError

__all__ = ["LATENCY", "Limits", "latency_limit", "limit_number", "pair", "split_latency"]

LATENCY = "latency"
Limits: TypeAlias = Mapping[str, Any] | Sequence[tuple[Any, float]]


def limit_number(where: str, name: str, given: object) -> float:
    """A limit as a number; ConfigError for anything else."""
    limit = number_or_none(given)
    if limit is not None:
        return limit
    found = reprlib.repr(given)[:60]
    raise ConfigError(f"{where}: limit of {name[:60]} is {found}, a number expected")


def pair(where: str, given: Any, place: str) -> tuple[Any, Any]:
    """(objective, value); ConfigError for anything else."""
    try:
        quantity, limit = given
    except (TypeError, ValueError):
        raise ConfigError(f"{where}: {place}: (objective, value) expected") from None
    return quantity, limit


def split_latency(
    where: str, limit_ms: object, limits: object
) -> tuple[float | None, dict[str, Any] | list[tuple[Any, Any]]]:
    """The limit of the latency, from either place, and the limits that are left.

    Raises:
        ConfigError: For two different limits, and for what are no limits.
    """
    found = [] if limit_ms is None else [limit_number(where, "the latency, limit_ms,", limit_ms)]
    rest: dict[str, Any] | list[tuple[Any, Any]] = {}
    if isinstance(limits, Mapping):
        rest = dict(limits)
        if LATENCY in rest and not isinstance(rest[LATENCY], list | tuple):
            found.append(limit_number(where, LATENCY, rest.pop(LATENCY)))
    elif limits is not None:
        if isinstance(limits, str) or not isinstance(limits, Sequence):
            shown = reprlib.repr(limits)[:60]
            raise ConfigError(
                f"{where}: limits={shown}, such as {{'latency': 20, 'macs': 3e8}} expected"
            )
        pairs = [pair(where, one, f"limits[{number}]") for number, one in enumerate(limits)]
        named = [isinstance(quantity, str) and quantity == LATENCY for quantity, _ in pairs]
        found += [
            limit_number(where, LATENCY, value)
            for (_, value), is_latency in zip(pairs, named, strict=True)
            if is_latency
        ]
        rest = [one for one, is_latency in zip(pairs, named, strict=True) if not is_latency]
    if len(set(found)) > 1:
        first, second = sorted(set(found))[:2]
        raise ConfigError(
            f"{where}: limit_ms and limits give the latency two limits, {first:g} and {second:g}, "
            "one expected"
        )
    return (found[0] if found else None), rest


def latency_limit(where: str, limit_ms: object, limits: object) -> float | None:
    """The limit of a search that has no others than that of the latency."""
    limit, rest = split_latency(where, limit_ms, limits)
    for other in rest:
        name = other if isinstance(other, str) else str(other[0])[:60]
        raise ConfigError(
            f"{where}: a limit of {name[:60]!r}, of 'latency' alone expected; lp.search takes "
            f"others{did_you_mean(name, [LATENCY])}"
        )
    return limit
