"""Studies over `MlpPredictor`: what a trial is, which hyper-parameters it has, known sweeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latpred.base.names import did_you_mean
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError
from latpred.neural.presets import PRESETS as PREDICTORS
from latpred.predictors.base import Predictor
from latpred.predictors.registry import made
from latpred.predictors.rows import same_device
from latpred.tuning.parameters import Choice, Float

__all__ = ["PRESETS", "MlpObjective", "MlpTrial", "predictor_study"]

DEFAULT: dict[str, Any] = {
    "predictor": "default",
    "parameters": {
        "learning_rate": Float(5e-4, 5e-3, log=True),
        "weight_decay": Float(0.05, 1.0, log=True),
        "beta": Float(0.005, 0.1, log=True),
    },
    "plan": {"epochs": 60, "trials": 16},
}

PRESETS: dict[str, dict[str, Any]] = {
    # latency_predictor.py of RhythmSyed/NAS_PerformanceEstimation: Ray Tune's grid of 36 trials.
    "ofa-tutorial": {
        "predictor": "ofa-tutorial",
        "parameters": {
            "learning_rate": Choice([1e-4, 1e-3, 1e-2]),
            "weight_decay": Choice([1e-4, 1e-3, 1e-2]),
            "momentum": Choice([0.4, 0.6, 0.8, 0.9]),
        },
        "plan": {"sampler": "grid", "epochs": 100},
    },
}


@dataclass(frozen=True)
class MlpObjective:
    """Trains an `MlpPredictor` a trial; the loss is its error over all rows of `validation`."""

    table: LatencyTable
    validation: LatencyTable
    settings: Mapping[str, Any]
    """Of the predictor, where no hyper-parameter says otherwise."""

    def start(self, params: Mapping[str, Any], seed: int) -> MlpTrial:
        """Return the trial of these values."""
        return MlpTrial(self._predictor(params, seed), self.table, self.validation)

    def predictor(self, params: Mapping[str, Any], seed: int, state: bytes | None) -> Predictor:
        """Return the predictor of a trial that ended in `state`."""
        model = self._predictor(params, seed)
        found: Predictor = model
        if state is None:
            found = model.fit(self.table, validation=self.validation, progress=False)
        else:
            trial = MlpTrial(model, self.table, self.validation)
            trial.restore(state)
            found = model._finish(trial.training)
        return found

    def _predictor(self, params: Mapping[str, Any], seed: int) -> Any:
        return made("mlp").set_params(**{**self.settings, **params, "seed": seed})


class MlpTrial:
    """A training of an MLP that can be left after any epoch; on one thread."""

    def __init__(self, model: Any, table: LatencyTable, validation: LatencyTable) -> None:
        self.training = model.start(table, validation=validation)
        self._criterion = f"validation_{model.criterion}"
        self._sign = -1.0 if model.criterion == "spearman" else 1.0

    def step(self, epochs: int, poll: Callable[[], None]) -> list[float]:
        """Run epochs; the losses are MAE or RMSE in ms, or the negative rank correlation."""
        before = len(self.training.history.get(self._criterion, ()))
        for _ in range(epochs):
            self.training.run(1)  # polls by itself each minibatch
            poll()
        found = self.training.history.get(self._criterion, ())[before:]
        return [self._sign * float(value) for value in found]

    def state(self) -> bytes:
        """Return parameters, optimiser, epoch and errors so far."""
        return bytes(self.training.checkpoint())

    def restore(self, state: bytes) -> None:
        """Go on from there."""
        self.training.restore(state)


def predictor_study(
    table: LatencyTable,
    validation: LatencyTable | float,
    parameters: Mapping[str, Any] | None,
    preset: str | None,
    plan: Mapping[str, Any],
) -> tuple[MlpObjective, dict[str, Any], Mapping[str, Any], str]:
    """Return objective, study settings, hyper-parameters, and what tells the study from others.

    `plan` has the study settings that were asked for; those of the preset fill the gaps.

    Raises:
        ConfigError: For an unknown preset or setting.
    """
    if preset is not None and preset not in PRESETS:
        raise ConfigError(
            f"tune: unknown preset {preset!r}, one of {', '.join(PRESETS)} expected"
            f"{did_you_mean(preset, PRESETS)}"
        )
    known = DEFAULT if preset is None else PRESETS[preset]
    whole = {**known["plan"], **plan}
    if whole.get("sampler") == "grid":
        whole["trials"] = plan.get("trials")  # None: all of it
    # A trial is worth its least loss, so its predictor is that of this epoch.
    kept = {"epochs": whole["epochs"], "keep_best": True}
    base = {**PREDICTORS[str(known["predictor"])], **kept}
    chosen = known["parameters"] if parameters is None else parameters
    made("mlp").set_params(**dict.fromkeys(chosen))  # names are checked
    if isinstance(validation, int | float):
        shares = (1 - float(validation), float(validation))
        table, validation = table.split("architecture", shares, seed=whole["seed"])
    same_device("tune: validation", validation, table)
    objective = MlpObjective(table, validation, base)
    return objective, whole, chosen, _name(objective)


def _name(objective: MlpObjective) -> str:
    """What the losses depend on besides hyper-parameters: predictor and rows."""
    digest = hashlib.sha256(json.dumps(dict(objective.settings), sort_keys=True).encode())
    for table in (objective.table, objective.validation):
        digest.update(np.ascontiguousarray(table.archs.hashes).tobytes())
        digest.update(np.ascontiguousarray(table.latency_ms, dtype=np.float64).tobytes())
    return f"MlpPredictor, rows {digest.hexdigest()[:16]}"
