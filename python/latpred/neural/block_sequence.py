"""The latency predictor that reads a network as the sequence of its blocks."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from latpred._core import neural as _native
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.metrics import evaluate, top_overlap
from latpred.neural.presets import BLOCK_SEQUENCE_PRESETS
from latpred.neural.trained import TrainedPredictor
from latpred.predictors.fitters import seeded
from latpred.predictors.rows import Table, Values, integer_setting
from latpred.spaces import Architectures

__all__ = ["BlockSequencePredictor"]

_TOPS = (5, 10, 25, 50)
_count = partial(integer_setting, "BlockSequencePredictor")


class BlockSequencePredictor(TrainedPredictor):
    """A recurrent network over the blocks of an architecture, fitted to latencies.

    The "op-graph predictor" of Mills et al., Profiling Neural Blocks and Design Spaces for Mobile
    Neural Architecture Search (CIKM 2021): each block is the operation chosen for it (9 in
    OFA-MobileNetV3 and ProxylessNAS; 12 stems and 3 blocks in ResNet50), as a learned vector, and
    its input's and output's height, width and channels, as shares of the largest, through a linear
    layer; a gated recurrent unit reads the blocks in both directions, and a linear layer makes a
    share of the largest latency of what is read out. Any space whose networks are blocks in units
    will do. `preset("published")` is the recipe of the authors' code; `fit` keeps the epoch with
    the least relative error on validation rows, and what it keeps and its validation set are
    otherwise those of `MlpPredictor`.

    Same seed, same rows, same machine: the same model to the bit, whatever the order of the rows
    and the number of threads.

    Args:
        embedding: Numbers that stand for an operation.
        shape: Numbers that stand for the shapes of a block.
        hidden: Width of the recurrent layer, each way.
        readout: "mean" or "sum" over all positions, or the "last" position alone as published, of
            which the backward half has seen one block only.
        dropout: Share of what is read out that is dropped in training.
        sigmoid: Whether the output goes through a sigmoid (not with "sum").
        initial: How first weights are drawn: "block-profiling" (matrices Xavier-normal with gain
            sqrt(3), vectors from N(0, sqrt(6 / (1 + length)))) or "pytorch".
        equal_lengths: Whether minibatches hold networks of as many blocks, made once, their order
            changing from epoch to epoch.
        most_ms: Latencies above count as this one; None takes them as they are.
        most_rows: Fits to no more rows than this, drawn by hash; None takes all.
        loss: As of `MlpPredictor`, like all that follow.
        beta: Where "smooth-l1" turns from quadratic to linear, in shares of the largest latency.
        optimizer: "adam", "adamw" or "sgd".
        learning_rate: Highest learning rate.
        weight_decay: Decoupled for "adamw", else added to the gradient.
        momentum: Momentum of "sgd".
        schedule: "constant", "cosine", "linear", "step" or "one-cycle".
        warmup: Share of the steps over which the learning rate rises to its highest.
        epochs: Passes over the rows.
        batch_size: Rows of a minibatch.
        patience: Epochs without a lower validation error after which to stop; None never stops.
        keep_best: Whether to go back to the epoch of the least validation error.
        criterion: Which error that is: "mape", "mae", "rmse" or "spearman".
        clip_norm: Limit on the norm of the gradients; None sets no limit.
        scale_target: Whether latencies are learned as shares of the largest.
        validation_share: Share of the rows held out to judge epochs, unless `fit` is given others;
            below 20 rows none are.
        seed: Seed for the first weights, the order of the rows, dropout and the rows held out.

    Attributes:
        history_: As of `MlpPredictor`, as are best_epoch_, n_epochs_ and stopped_early_.

    Example:
        >>> model = lp.BlockSequencePredictor(hidden=8, epochs=3).fit(table, progress=False)
        >>> model.n_epochs_, model.predict(archs).shape
        (3, (60,))
    """

    kind = "block-sequence"

    def __init__(
        self,
        *,
        embedding: int = 112,
        shape: int = 16,
        hidden: int = 512,
        readout: str = "mean",
        dropout: float = 0.5,
        sigmoid: bool = False,
        initial: str = "block-profiling",
        equal_lengths: bool = True,
        most_ms: float | None = None,
        most_rows: int | None = None,
        loss: str = "mse",
        beta: float = 0.02,
        optimizer: str = "adam",
        learning_rate: float = 1e-3,
        weight_decay: float = 0.0,
        momentum: float = 0.9,
        schedule: str = "constant",
        warmup: float = 0.0,
        epochs: int = 50,
        batch_size: int = 16,
        patience: int | None = None,
        keep_best: bool = True,
        criterion: str = "mape",
        clip_norm: float | None = 5.0,
        scale_target: bool = True,
        validation_share: float = 0.05,
        seed: int = 0,
    ) -> None:
        self.embedding, self.shape, self.hidden = embedding, shape, hidden
        self.readout, self.dropout, self.sigmoid = readout, dropout, sigmoid
        self.initial, self.equal_lengths, self.loss = initial, equal_lengths, loss
        self.most_ms, self.most_rows, self.beta = most_ms, most_rows, beta
        self.optimizer, self.learning_rate, self.momentum = optimizer, learning_rate, momentum
        self.weight_decay, self.schedule, self.warmup = weight_decay, schedule, warmup
        self.epochs, self.batch_size, self.patience = epochs, batch_size, patience
        self.keep_best, self.criterion, self.clip_norm = keep_best, criterion, clip_norm
        self.scale_target, self.seed, self.validation_share = scale_target, seed, validation_share

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Self:
        """Make one with the settings of a known recipe; `changes` are further settings.

        "published": Mills et al.'s code: the last position read out, Adam at 1e-3, squared errors,
        200 epochs; 14,000 rows of its 14,500 for fitting and 500 to judge epochs
        (`latpred.datasets.op_graph_split`), dropout .5. "small": the same on no more than 3,000
        rows and for 50 epochs, with the mean of all positions.

        Raises:
            ConfigError: For an unknown name or setting.
        """
        if name not in BLOCK_SEQUENCE_PRESETS:
            known = sorted(BLOCK_SEQUENCE_PRESETS)
            raise ConfigError(
                f"BlockSequencePredictor: no preset {name!r:.60}; known: {known}"
                f"{did_you_mean(name, known)}"
            )
        return cls().set_params(**BLOCK_SEQUENCE_PRESETS[name]).set_params(**changes)

    def published_metrics(self, table: Table, **others: Table) -> dict[str, float]:
        """Errors on a table, as the authors' code reports them.

        Args:
            table: Rows to judge by.
            others: Further tables by name, e.g. train=…, dev=…, whose networks are counted that
                are in `table` too.

        Returns:
            mse (ms²), mae_ms, max_error_ms, mape_percent, spearman; "top5_overlap" to
            "top50_overlap": the share of the slowest networks by prediction among the slowest by
            measurement, for as many as the table has; "overlap_train" and so on: networks, each
            counted once.

        Raises:
            NotFittedError: Before `fit`.
        """
        predicted = self.predict(table.archs)
        errors = evaluate(table.latency_ms, predicted)
        found = {
            "mse": errors.rmse_ms**2,
            "mae_ms": errors.mae_ms,
            "max_error_ms": float(abs(predicted - table.latency_ms).max()),
            "mape_percent": errors.mape_percent,
            "spearman": errors.spearman,
        }
        for count in _TOPS:
            if count <= len(predicted):
                found[f"top{count}_overlap"] = top_overlap(
                    table.latency_ms, predicted, count, largest=True
                )
        own = set(table.archs.to_strings())
        for name, other in others.items():
            found[f"overlap_{name}"] = len(own & set(other.archs.to_strings()))
        return found

    def _compiled_fitter(self) -> Any:
        fitter = _native.BlockSequenceFitter(self._settings())
        return seeded(fitter, _count("seed", self.seed, 0))

    def _training(
        self, archs: Architectures, values: Values, **rest: Any
    ) -> _native.BlockSequenceTraining:
        return _native.BlockSequenceTraining(archs, values, settings=self._settings(), **rest)

    def _settings(self) -> Any:
        return self._checked_settings(
            lambda: _native.BlockSequenceSettings(
                embedding=_count("embedding", self.embedding, 1),
                shape=_count("shape", self.shape, 1),
                hidden=_count("hidden", self.hidden, 1),
                readout=self.readout,
                dropout=self.dropout,
                sigmoid=self.sigmoid,
                initial=self.initial,
                equal_lengths=self.equal_lengths,
                most_ms=0.0 if self.most_ms is None else self.most_ms,
                most_rows=0 if self.most_rows is None else _count("most_rows", self.most_rows, 1),
                **self._training_settings(),
            )
        )
