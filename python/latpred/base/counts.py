"""Settings that count something."""

from __future__ import annotations

import operator
from typing import SupportsIndex, cast

from latpred.base.annotations import MOST_COUNTED, is_integer
from latpred.base.arguments import shown
from latpred.errors import ConfigError

__all__ = ["integer_setting"]

_SEEDS = 0x8000_0000_0000_0000  # 63 bits


def integer_setting(
    model: str, name: str, value: object, least: int, below: int | None = None
) -> int:
    """The setting as an int from `least` to before `below`; ConfigError names the model otherwise.

    Args:
        model: What the message begins with.
        name: Of the setting.
        value: As it was given.
        least: The smallest that may be.
        below: Where None, seeds go to 63 bits and whatever is counted to 31: no run ends beyond.
    """
    if below is None:
        below = _SEEDS if name.startswith("seed") else MOST_COUNTED
    expected = f"an integer >= {least}"
    if is_integer(value):
        number = operator.index(cast("SupportsIndex", value))
        if least <= number < below:
            return number
        if number >= below:
            expected = f"an integer from {least} to below {below:,}"
    raise ConfigError(f"{model}: {name}={shown(value)}, {expected} expected")
