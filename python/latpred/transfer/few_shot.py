"""Few-shot transfer: devices that somebody has measured, and a handful of networks of a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from latpred._core import transfer as _native
from latpred.base.progress import with_bar
from latpred.errors import ConfigError, NotFittedError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table, integer_setting, training_rows
from latpred.spaces import Architectures
from latpred.transfer.network_methods import device_fitter_of, is_network_method
from latpred.transfer.tables import DeviceTables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latpred.datasets.table import LatencyTable

__all__ = ["TransferPredictor", "methods", "source_rows"]


def methods() -> tuple[str, ...]:
    """The names of the methods that `TransferPredictor` and `evaluate` know, "best" first.

    Example:
        >>> lp.transfer.methods()[0]
        'best'
    """
    return tuple(_native.few_shot_methods())


class TransferPredictor(Predictor):
    """Latency of a new device from 5 to 20 of its networks and tables of other devices.

    Methods:

    * "best": Gaussian processes with linear kernels of MACs, costs, stage costs, choices and the
      values of the sources' models. Six sets of kernels are averaged by their evidence on the
      samples; a third of the prediction is an additive model of the samples alone.
    * "flops": a line through the MACs. "layer-wise": `AdditivePredictor` of the samples; both
      ignore the sources.
    * "nearest-device": a line through the model of the source whose ranks agree best.
    * "anchor-ridge": ridge regression on the sources' values, costs and choices. "cost-ridge":
      on costs, stage costs and choices. "cost-gp": the same with variances by evidence.
    * "low-rank": ridge regression on 1, 2 or 4 principal factors of the sources' models.
    * "gated": the one of these (but "best") with the least error on samples left out. "averaged":
      the mean of the best three of them.

    All are linear in ms. Nothing depends on names, or on the order of devices or networks.

    Args:
        sources: Tables of other devices: `DeviceTables`, or device -> `LatencyTable`, whose
            networks may differ.
        method: One of `lp.transfer.methods()` or `lp.transfer.trained_methods()`.

    Example:
        >>> slow = lp.transfer.DeviceTables(archs, np.c_[table.latency_ms], ["old phone"])
        >>> model = lp.TransferPredictor(slow)
        >>> rows = model.choose(archs, 8)
        >>> model = model.fit(lp.LatencyTable(archs[rows], 2 * table.latency_ms[rows]))
        >>> low, high = model.predict_interval(archs, confidence=0.9)
        >>> bool((low < high).all())
        True

    Source: the tasks and the anchor ridge are those of NASFLAT's evaluation (Akhauri and
    Abdelfattah 2024); the averaging is Bayesian model averaging with a tempered evidence.
    """

    kind = "few-shot"

    def __init__(
        self,
        sources: DeviceTables | Mapping[str, LatencyTable] | None = None,
        method: str = "best",
    ) -> None:
        self.sources = sources
        self.method = method

    def fit(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        progress: bool = False,
    ) -> Self:
        """Fit to rows of the new device: a latency table, or architectures and N latencies in ms.

        Raises:
            ConfigError: Without sources, or for an unknown method.
            DataError: For fewer different networks than the method needs (2 for "flops", 5 for
                "gated" and "averaged", else 3), another number of latencies, NaN or values <= 0,
                and for a source with fewer than 5 networks.
            SchemaError: For rows or sources of different spaces.
        """
        archs, values, device = training_rows(table, latency_ms)
        learnt = with_bar(progress, "transfer", lambda _report: self._learnt())
        self._native = learnt.adapt(archs, values)
        self._native.device = device
        self._rows = archs, values
        return self

    def choose(self, archs: Architectures, n: int = 10) -> NDArray[np.int64]:
        """Which n of N networks to measure on the new device: ascending row numbers.

        The networks that the sources' values and the choices leave most uncertain, one after the
        other (a D-optimal design). A function of the sets of networks and of the sources.

        Raises:
            ConfigError: Without sources, or for n < 1.
            DataError: For fewer than n different networks.
            SchemaError: For networks of another space than the sources'.
        """
        count = integer_setting("TransferPredictor", "n", n, 1)
        rows: NDArray[np.int64] = self._learnt().choose(archs, count).astype(np.int64)
        return rows

    def _learnt(self) -> Any:
        """What the sources teach; fitted anew, as the settings may have changed."""
        return self._device_fitter().fit(source_rows(self.sources))

    def _device_fitter(self) -> Any:
        if is_network_method(self.method):
            return device_fitter_of(self.method)
        return _native.FewShotFitter(str(self.method))

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        """Take the method from the file; the sources are part of the model no longer."""
        model = super()._of_native(native)
        model.method = native.notes.get("method", "best")
        return model

    def _unfitted(self) -> TransferPredictor:
        if self.sources is None:
            raise NotFittedError(
                "TransferPredictor: read from a file, without the sources it was fitted with"
            )
        return type(self)(self.sources, self.method)


def source_rows(sources: object) -> list[Any]:
    """Tuples of (name, architectures, latencies in ms, no parameters), as the core takes them."""
    if isinstance(sources, DeviceTables):
        sources = {device: sources[device] for device in sources.devices}
    if not isinstance(sources, Mapping) or not sources:
        raise ConfigError("TransferPredictor: DeviceTables or tables by device expected as sources")
    rows: list[Any] = []
    for name, table in sources.items():
        archs, values, _ = training_rows(table, None)
        rows.append((str(name), archs, values, []))
    return rows
