"""The trials of a study as they stand, and what reads them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from latpred.base.shown import Shown

__all__ = ["Ledger", "Trial"]


@dataclass(frozen=True)
class Trial(Shown):
    """One trial of a study as it stands.

    Example:
        >>> study = lp.tune(lambda trial: trial.params["x"], parameters={"x": [3, 1, 2]},
        ...                 sampler="grid", progress=False)
        >>> study.best.number, study.best.loss, study.best.best_epoch
        (2, 1.0, 1)
    """

    number: int
    params: dict[str, Any]
    state: str
    """waiting, running, done, stopped (early) or failed."""
    reason: str
    """Why it was stopped or failed."""
    losses: NDArray[np.float64]
    """After each epoch."""
    seconds: float
    """Of work on it."""

    @property
    def loss(self) -> float:
        """The least loss; NaN without any."""
        return float(self.losses.min()) if len(self.losses) else math.nan

    @property
    def best_epoch(self) -> int | None:
        """The epoch (from 1) of the least loss."""
        return int(self.losses.argmin()) + 1 if len(self.losses) else None


class Ledger(Protocol):
    """What tables, figures and bridges read of a study."""

    parameters: Mapping[str, Any]

    @property
    def trials(self) -> list[Trial]: ...
    @property
    def planned(self) -> int: ...
    @property
    def epochs_run(self) -> int: ...
    @property
    def finished(self) -> bool: ...
