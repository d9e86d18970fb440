"""What a study does with its trials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from latpred._core import tuning as _native
from latpred.errors import ConfigError

__all__ = ["StudySettings", "new_core"]


@dataclass(frozen=True)
class StudySettings:
    """What a study does with its trials; see `latpred.tune`.

    Example:
        >>> from latpred.tuning import StudySettings
        >>> StudySettings(trials=8).scheduler
        'asha'
    """

    trials: int | None = None
    epochs: int = 100
    scheduler: str = "asha"
    grace: int = 1
    reduction: int = 2
    startup: int = 4
    """Median rule: so many earlier trials must have come as far before one is stopped."""
    sampler: str | Callable[[int], Any] = "random"
    grid_points: int = 3
    block: int = 8
    """A sampler that learns sees the trials before a block of this many; not for random, grid."""
    seed: int = 0
    retries: int = 1
    task_epochs: int = 10
    """A state is kept at least so often; a kill costs no more epochs of a trial."""
    live: int | None = None
    """Trials begun and not over at a time; affects memory, never the result."""


def new_core(settings: StudySettings, trials: int, live: int) -> _native.Study:
    """The compiled study of that many trials.

    Args:
        settings: Of the study.
        trials: Their number.
        live: Trials begun and not over at a time, where the settings do not say.

    Raises:
        ConfigError: For a setting that is no whole number from 0.
    """
    s = settings
    for name in ("seed", "epochs", "grace", "reduction", "startup", "task_epochs", "retries"):
        value = getattr(s, name)
        if not isinstance(value, int | np.integer) or not 0 <= value < 2**64:
            raise ConfigError(f"study: {name} {value!r:.60}: a whole number from 0 expected")
    return _native.Study(
        trials=trials,
        seed=s.seed,
        scheduler=s.scheduler,
        epochs=s.epochs,
        grace=s.grace,
        reduction=s.reduction,
        startup=s.startup,
        task_epochs=s.task_epochs,
        live=s.live or live,
        retries=s.retries,
    )
