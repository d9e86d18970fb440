"""Values of networks that outlive the process: what was stopped asks only for the rest."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from latpred.base.kept import KeptNumbers, batches, network_keys, space_text
from latpred.profiling.objectives import Metric
from latpred.spaces import Architectures, Space

__all__ = ["KeptValues"]

StrPath = str | os.PathLike[str]
Floats = NDArray[np.float64]
Advance = Callable[[int], None]


class KeptValues:
    """Values of metrics by network, kept in a file in batches; or in none.

    Each batch is in the file before the next one is asked for, so whatever stops a run loses at
    most one. The same networks give bit-equal values again, and noisy objectives are asked once.

    Args:
        path: The file, which is made where there is none; None keeps nothing.
        space: Of the networks. Restrictions of one space share a file.

    Raises:
        SchemaError: Where the file is of another space.
        CorruptionError: Where it is damaged, or no such file.
        StorageError: Where it cannot be read or written.

    Example:
        >>> from latpred.profiling import KeptValues, metrics_of
        >>> with KeptValues("kept.db", space) as kept:
        ...     values = kept.evaluate(metrics_of({"macs": "macs"})[0], archs)
        >>> values.shape
        (60,)
    """

    def __init__(self, path: StrPath | None, space: Space) -> None:
        self._kept = None if path is None else KeptNumbers(path, space_text(space), space.name)
        self.asked = 0
        """Networks that objectives were asked for, summed over metrics."""

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; nothing is lost."""
        if self._kept is not None:
            self._kept.close()

    def evaluate(
        self, metric: Metric, archs: Architectures, advance: Advance | None = None
    ) -> Floats:
        """N values of distinct networks: kept ones, and the others from the metric, batch by batch.

        Args:
            metric: What is asked for; its identity must be that of the kept values.
            archs: N networks of the space.
            advance: Told how many more networks are done.

        Raises:
            ConfigMismatchError: Where the file's values of that name are of another objective.
            DataError: As the metric raises.
        """
        values = np.full(len(archs), np.nan)
        keys, number = self._begin(metric, archs)
        if self._kept is not None:
            self._kept.fill(number, keys, values)
        missing = np.flatnonzero(np.isnan(values))
        if advance is not None:
            advance(len(archs) - len(missing))
        for rows in batches(missing, metric.batch):
            values[rows] = metric(archs[rows])
            self.asked += len(rows)
            if self._kept is not None:
                self._kept.keep([(number, keys[i], float(values[i])) for i in rows])
            if advance is not None:
                advance(len(rows))
        return values

    def wrap(self, metric: Metric) -> Callable[[Architectures], Floats]:
        """The metric as an objective that remembers."""
        return lambda archs: self.evaluate(metric, archs)

    def _begin(self, metric: Metric, archs: Architectures) -> tuple[list[bytes], int]:
        """Keys of the networks, and the metric's number in the file; neither without one."""
        if self._kept is None:
            return [], 0
        number = self._kept.number(metric.name, metric.identity)
        return network_keys(archs.genes), number
