"""The sweep of the OFA latency network with Optuna and PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from benchmarks.harness import Unavailable
from benchmarks.peers.numpy_mbv3 import Floats, Genes, one_hot
from benchmarks.peers.torch_mlp import Layers, TorchTraining


class OptunaSweep:
    """TPE and the pruner of successive halving, each trial judged after each epoch."""

    def __init__(self, train: Any, validation: Any, layers: Layers) -> None:
        try:
            import optuna
        except ImportError:
            raise Unavailable("Optuna is not installed") from None
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.optuna = optuna
        genes: Genes = train.archs.genes
        self.rows: tuple[Genes, Floats] = (genes, train.latency_ms)
        self.x = torch.from_numpy(one_hot(validation.archs.genes))
        self.y: Floats = validation.latency_ms
        self.layers = layers
        self.epochs_run = 0

    def run(self, trials: int, epochs: int, seed: int) -> float:
        """Return the best MAE in ms of the trials that were not pruned."""
        optuna = self.optuna
        pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=2)
        sampler = optuna.samplers.TPESampler(seed=seed)
        study = optuna.create_study(direction="minimize", sampler=sampler, pruner=pruner)
        self.epochs_run = 0
        study.optimize(lambda trial: self._trial(trial, epochs), n_trials=trials)
        return float(study.best_value)

    def _trial(self, trial: Any, epochs: int) -> float:
        torch.manual_seed(trial.number)
        training = TorchTraining(*self.rows, self.layers, fused=False)
        for layer in training.model:
            if hasattr(layer, "reset_parameters"):
                layer.reset_parameters()
        group = training.optimizer.param_groups[0]
        group["lr"] = trial.suggest_float("learning_rate", 1e-4, 1e-2, log=True)
        group["weight_decay"] = trial.suggest_float("weight_decay", 1e-4, 1e-2, log=True)
        group["momentum"] = trial.suggest_float("momentum", 0.4, 0.9)
        best = float("inf")
        for epoch in range(epochs):
            training.epoch()
            self.epochs_run += 1
            best = min(best, self._error(training.model))
            trial.report(best, epoch + 1)
            if trial.should_prune():
                raise self.optuna.TrialPruned
        return best

    @torch.inference_mode()
    def _error(self, model: torch.nn.Module) -> float:
        predicted = model(self.x)[:, 0].numpy().astype(np.float64)
        return float(np.abs(predicted - self.y).mean())
