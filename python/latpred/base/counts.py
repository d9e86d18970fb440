"""Settings that count something."""

from __future__ import annotations

import operator
from typing import SupportsIndex, cast

from latpred.base.arguments import shown
from latpred.errors import ConfigError

__all__ = ["integer_setting"]


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
        below = 2**63 if name.startswith("seed") else 2**31
    try:
        number = operator.index(cast("SupportsIndex", value))
    except TypeError:
        number = least - 1
    if not least <= number < below or isinstance(value, bool):
        most = f" to {below - 1:,}" if number >= below else ""
        expected = f"an integer from {least}{most}" if most else f"an integer >= {least}"
        raise ConfigError(f"{model}: {name}={shown(value)}, {expected} expected")
    return number
