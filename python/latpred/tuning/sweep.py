"""Hyper-parameter sweeps: distributions, samplers, ASHA and median stopping, studies."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from latpred._core import tuning as _native
from latpred.errors import ConfigError
from latpred.tuning.study import Study, StudySettings

if TYPE_CHECKING:
    from latpred.datasets.table import LatencyTable

__all__ = ["scheduler_names", "tune"]

scheduler_names = _native.scheduler_names


def tune(
    target: Any,
    table: LatencyTable | None = None,
    *,
    parameters: Mapping[str, Any] | None = None,
    trials: int | None = None,
    epochs: int | None = None,
    scheduler: str = "asha",
    sampler: str | Callable[[int], Any] | None = None,
    seed: int = 0,
    store: str | os.PathLike[str] | None = None,
    executor: str = "local",
    workers: int | None = None,
    validation: LatencyTable | float = 0.15,
    preset: str | None = None,
    timeout_s: float = 0,
    retries: int = 1,
    progress: bool = True,
    **settings: Any,
) -> Study:
    """Sweep hyper-parameters; return the study, whose `best` is the finished trial of least loss.

    The result depends on the arguments down to `seed` only, not on executor, workers or kills:
    trial n draws its values from (seed, n), and is compared with earlier trials only.

    Args:
        target: A predictor class (`MlpPredictor`), or an objective. An objective is a function of
            a `TrialView` that calls `trial.report(loss)` after each epoch (or yields the losses, or
            returns one); or an object whose `start(params, seed)` returns a `ResumableTrial`.
        table: For a predictor: rows to learn from.
        parameters: Name → `Float`, `Integer`, `Choice` (or a list) or a fixed value. A predictor
            has its own.
        trials: Number of trials; where None all of a grid, or 16 for a predictor.
        epochs: Epochs of a trial that is not stopped; 100 or the predictor's where None.
        scheduler: "asha", "median" or "none".
        sampler: "random", "grid", "tpe" (Optuna's), or a function from a seed to a sampler of
            Optuna. A predictor's preset has its own.
        seed: Seed for values and trials.
        store: File that keeps the study. An existing one is resumed, with `trials` as the total.
        executor: "local" (threads), "process" (a crash or hang costs one trial) or "ray".
        workers: Trials at a time, each on one thread; as many as processors where None.
        validation: For a predictor: rows that the loss is measured on, or the share of the table
            that is set aside for it.
        preset: For a predictor: a known sweep, "ofa-tutorial".
        timeout_s: Longest time of one attempt of a trial; 0 sets no limit.
        retries: Attempts of a trial that may fail before it counts as failed. A loss that is not
            finite fails it at once.
        progress: Show the best trials while it runs.
        settings: Others of `StudySettings`: grace, reduction, startup, grid_points, block, …

    Raises:
        ConfigError: For settings out of range, or a store of another study; names them.
        StorageError: If the store cannot be written, or another process writes it.

    Example:
        >>> from latpred.tuning import Float
        >>> def objective(trial):
        ...     for epoch in range(trial.epochs):
        ...         trial.report((trial.params["x"] - 1) ** 2 + 1 / (epoch + 1))
        >>> study = lp.tune(objective, parameters={"x": Float(0, 2)}, trials=4, epochs=3,
        ...                 progress=False)
        >>> len(study.trials), study.best.state
        (4, 'done')
    """
    given = {"trials": trials, "epochs": epochs, "sampler": sampler, "scheduler": scheduler}
    plan: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    plan |= {"seed": seed, "retries": retries, **settings}
    objective, name = target, getattr(target, "__qualname__", type(target).__qualname__)
    if isinstance(target, type):
        if table is None:
            raise ConfigError("tune: no table, one expected with a predictor")
        if not hasattr(target, "study_objective"):
            raise ConfigError(f"tune: {target.__name__}, a predictor or an objective expected")
        objective, plan, parameters, name = target.study_objective(
            table, validation=validation, parameters=parameters, preset=preset, plan=plan
        )
    elif parameters is None:
        raise ConfigError("tune: no parameters, expected with an objective")
    try:
        study = Study(objective, parameters, StudySettings(**plan), store, name)
    except TypeError as error:
        raise ConfigError(f"tune: {error}") from None
    return study.run(executor, workers, timeout_s, progress)
