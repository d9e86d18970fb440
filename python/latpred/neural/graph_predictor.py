"""The latency predictor over graphs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from latpred._core import neural as _native
from latpred.neural.trained import TrainedPredictor
from latpred.predictors.fitters import seeded
from latpred.predictors.rows import Values, integer_setting
from latpred.spaces import Architectures

__all__ = ["GraphPredictor"]

_count = partial(integer_setting, "GraphPredictor")


class GraphPredictor(TrainedPredictor):
    """Layers over the graphs of architectures (`Space.graphs`), fitted to latencies.

    It takes any space: a node's features are a linear layer's input, graph layers tell nodes of
    those before them, a perceptron makes a number of what both say and of the costs of the whole
    network (MACs, parameters, bytes, kernels), and the numbers of all nodes add up, with a linear
    layer of the costs. Equal graphs are computed once. The validation set and what `fit` keeps are
    those of `MlpPredictor`; losses are in deviations of the target over the nodes of a graph where
    these add up.

    Same seed, same rows, same machine: the same model to the bit, whatever the number of threads.

    Args:
        level: Nodes are "places" of the space, or "operators": several times as many.
        layer: "dense-graph-flow" and "attention" (of NASFLAT, gated by the node's features), "gcn"
            (mean over a node and those that feed it), "gin", "gru" (over the nodes in order) or
            "graph-conv": W x + V (sum of those that feed a node), added to x from the second layer
            on, with the perceptron behind the readout.
        head: Units of the perceptron behind them.
        readout: "sum" of the nodes' numbers, or what the perceptron makes of the "mean" of all
            nodes or of the "last" one.
        dropout: Share of the perceptron's units dropped in training.
        loss: As of `MlpPredictor`, like all that follow.
        beta: Where "smooth-l1" turns from quadratic to linear, in deviations of the target.
        optimizer: "adamw", "adam" or "sgd".
        learning_rate: Highest learning rate.
        weight_decay: Decoupled for "adamw", else added to the gradient.
        momentum: Momentum of "sgd".
        schedule: "cosine", "linear", "constant", "step" or "one-cycle".
        warmup: Share of the steps over which the learning rate rises to its highest.
        epochs: Passes over the rows.
        batch_size: Rows of a minibatch.
        patience: Epochs without a lower validation error after which to stop; None never stops.
        keep_best: Whether to go back to the epoch of the least validation error.
        criterion: Which error that is: "mae", "rmse" or "spearman".
        clip_norm: Limit on the norm of the gradients; None sets no limit.
        scale_target: Whether to standardise latencies ("relative": divide by their mean).
        validation_share: Share of the rows held out to judge epochs, unless `fit` is given others;
            below 20 rows none are.
        seed: Seed for the first weights, the order of the rows and the rows held out.

    Attributes:
        history_: As of `MlpPredictor`, as are best_epoch_, n_epochs_ and stopped_early_.

    Example:
        >>> model = lp.GraphPredictor(hidden=(16,), epochs=5).fit(table, progress=False)
        >>> model.n_epochs_, model.predict(archs).shape
        (5, (60,))
    """

    kind = "graph"

    def __init__(
        self,
        *,
        level: str = "places",
        layer: str = "dense-graph-flow",
        hidden: Sequence[int] = (64, 64),
        head: int = 64,
        readout: str = "sum",
        dropout: float = 0.0,
        loss: str = "smooth-l1",
        beta: float = 0.02,
        optimizer: str = "adamw",
        learning_rate: float = 3e-3,
        weight_decay: float = 0.01,
        momentum: float = 0.9,
        schedule: str = "cosine",
        warmup: float = 0.05,
        epochs: int = 60,
        batch_size: int = 32,
        patience: int | None = None,
        keep_best: bool = True,
        criterion: str = "mae",
        clip_norm: float | None = None,
        scale_target: bool = True,
        validation_share: float = 0.05,
        seed: int = 0,
    ) -> None:
        self.level, self.layer = level, layer
        self.hidden, self.head = hidden, head
        self.readout, self.dropout = readout, dropout
        self.loss, self.beta = loss, beta
        self.optimizer, self.learning_rate = optimizer, learning_rate
        self.weight_decay, self.momentum = weight_decay, momentum
        self.schedule, self.warmup = schedule, warmup
        self.epochs, self.batch_size = epochs, batch_size
        self.patience, self.keep_best = patience, keep_best
        self.criterion, self.clip_norm = criterion, clip_norm
        self.scale_target = scale_target
        self.validation_share = validation_share
        self.seed = seed

    def _compiled_fitter(self) -> Any:
        return seeded(_native.GraphFitter(self._settings()), _count("seed", self.seed, 0))

    def _training(self, archs: Architectures, values: Values, **rest: Any) -> _native.GraphTraining:
        return _native.GraphTraining(archs, values, settings=self._settings(), **rest)

    def _settings(self) -> Any:
        return self._checked_settings(
            lambda: _native.GraphSettings(
                level=self.level,
                layer=self.layer,
                hidden=[_count("hidden", width, 1) for width in self.hidden],
                head=_count("head", self.head, 1),
                readout=self.readout,
                dropout=self.dropout,
                **self._training_settings(),
            )
        )
