"""What measures networks, in the form that the core's searches take: it may fail for some."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import guided as _native
from latpred.base.arguments import shown
from latpred.base.numbers import numbers
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, DataError, MeasurementError, SchemaError
from latpred.searching.speed import Speed
from latpred.spaces import Architectures, Objective, Space, as_objective

__all__ = ["Readings", "meter_of"]

Floats = NDArray[np.float64]
_NO_INTERVAL = (float("nan"), float("nan"))


def meter_of(where: str, meter: object, latency: object = None, name: str = "meter") -> object:
    """The meter that was given, else that of what predicts latencies: a device pack has one.

    Args:
        where: Name of the function that measures, for messages.
        meter: What was given. latency: What predicts latencies.
        name: That of the argument, for messages.

    Raises:
        ConfigError: Without either, or for something that measures nothing.
    """
    found = getattr(latency, "meter", None) if meter is None else meter
    if found is None:
        raise ConfigError(
            f"{where}: {name}= expected, which measures: a LatencyMeter, a function or a table"
        )
    measures = isinstance(found, (LatencyTable, Objective)) or callable(found)
    if not measures and not hasattr(found, "measure"):
        raise ConfigError(f"{where}: {name}={shown(found)}: a meter, function or table expected")
    return found


class Readings:
    """Measures networks and notes what each gave.

    Args:
        where: Name of the function that measures, for messages.
        meter: Something with `measure(archs)` that returns a latency table, a callable that returns
            N latencies in ms or a table, a table that has the networks, or an objective. A network
            counts as failed that a table lacks, whose latency is NaN, or for which
            MeasurementError is raised.
        failures_end: Whether a network that cannot be measured is an error, instead.
        one_speed: Whether later campaigns are brought to the speed of the first, by the references
            that a campaign of a `LatencyMeter` measures beside the networks.

    Attributes:
        reasons: Text of a network -> why it could not be measured.
        measurements: Networks that were measured, failed ones too.
    """

    def __init__(
        self, where: str, meter: object, *, failures_end: bool = False, one_speed: bool = False
    ) -> None:
        self._where = where
        self._meter: Any = meter
        self._failures_end = failures_end
        self._speed = Speed() if one_speed else None
        self._kept: list[tuple[Architectures, Floats]] = []
        self._ends: dict[int, tuple[float, float]] = {}
        self.reasons: dict[str, str] = {}
        self.measurements = 0

    def __call__(self, archs: Architectures) -> Floats:
        """N x 3: latency, lower and upper end of its interval in ms; NaN where not known.

        Raises:
            MeasurementError, DataError: Where failures end it, and a network has no latency.
            SchemaError: For a table of another space.
        """
        rows = self._read(archs)
        self._kept.append((archs, rows))
        self._ends |= zip(archs.hashes.tolist(), map(tuple, rows[:, 1:].tolist()), strict=True)
        self.measurements += len(archs)
        failed = archs[np.flatnonzero(~np.isfinite(rows[:, 0]))].to_strings()
        for text in failed:
            reason = self.reasons.setdefault(text, "no latency")
            if self._failures_end:
                raise DataError(f"{self._where}: {reason}, a latency expected: {text[:120]}")
        return rows

    def latencies(self, archs: Architectures) -> Floats:
        """N latencies in ms; what a search without intervals asks for."""
        found: Floats = self(archs)[:, 0]
        return found

    def interval(self, arch: Architectures) -> tuple[float, float]:
        """Both ends of the interval of one network in ms; NaN where it is not known."""
        hash_ = int(arch.hashes[0])
        table = self._meter
        if isinstance(table, LatencyTable) and hash_ in table.archs.hashes:
            _, low, high = self._of_table(arch, table)[0].tolist()
            return low, high
        return self._ends.get(hash_, _NO_INTERVAL)

    def _read(self, archs: Architectures) -> Floats:
        try:
            return self._rows(archs)
        except MeasurementError as error:
            if self._failures_end:
                self._keep_partial(archs)
                raise
            return self._one_by_one(archs, error)
        except BaseException:
            self._keep_partial(archs)
            raise

    def kept(self, space: Space) -> tuple[Architectures, Floats]:
        """All networks that were measured, and their N x 3 readings."""
        archs, rows = space.architectures([]), [np.empty((0, 3))]
        for some, readings in self._kept:
            good = np.flatnonzero(np.isfinite(readings[:, 0]))
            archs += some[good]
            rows.append(readings[good])
        return archs, np.concatenate(rows)

    def _rows(self, archs: Architectures) -> Floats:
        meter = self._meter
        if isinstance(meter, LatencyTable):
            return self._of_table(archs, meter)
        if hasattr(meter, "measure"):
            return self._of_table(archs, self._scaled(meter.measure(archs)))
        if isinstance(meter, Objective):
            return self._of_values(archs, as_objective(meter).evaluate(archs), None)
        found = meter(archs)
        if isinstance(found, LatencyTable):
            return self._of_table(archs, found)
        return self._of_values(archs, found, getattr(meter, "last_table", None))

    def _scaled(self, table: LatencyTable) -> LatencyTable:
        return table if self._speed is None else self._speed.of_first(table)

    def _one_by_one(self, archs: Architectures, error: MeasurementError) -> Floats:
        """Where one network lets a batch fail, the others need not."""
        if len(archs) > 1:
            return np.concatenate([self._alone(archs[i : i + 1]) for i in range(len(archs))])
        self.reasons[archs.to_strings()[0]] = str(error)
        return np.full((1, 3), np.nan)

    def _alone(self, arch: Architectures) -> Floats:
        try:
            return self._rows(arch)
        except MeasurementError as error:
            return self._one_by_one(arch, error)

    def _of_values(self, archs: Architectures, found: Any, table: object) -> Floats:
        """N numbers; their intervals where a table of the same networks has them."""
        values = numbers(found, f"{self._where}: measured latencies")
        if values.shape != (len(archs),):
            raise DataError(
                f"{self._where}: the meter returned numbers of shape {values.shape}, one for each "
                f"of {len(archs)} networks expected"
            )
        if isinstance(table, LatencyTable) and set(archs.hashes) <= set(table.archs.hashes):
            return self._of_table(archs, table)
        return np.column_stack([values, np.full((len(archs), 2), np.nan)])

    def _of_table(self, archs: Architectures, table: LatencyTable) -> Floats:
        if not table.archs.space.same_family(archs.space):
            raise SchemaError(
                f"{self._where}: measurements of {table.archs.space.name}, of {archs.space.name} "
                "expected"
            )
        known = np.flatnonzero(np.isin(archs.hashes, table.archs.hashes))
        rows = np.full((len(archs), 3), np.nan)
        for place, column in enumerate((table.latency_ms, table.low_ms, table.high_ms)):
            if column is not None and len(known) > 0:
                rows[known, place] = _looked_up(table.archs, column, archs[known])
        for text in np.delete(np.array(archs.to_strings(), dtype=object), known):
            self.reasons[text] = "not in the table of what was measured"
        return rows

    def _keep_partial(self, archs: Architectures) -> None:
        """What an interrupted meter has measured so far."""
        source = getattr(self._meter, "meter", self._meter)
        table = getattr(source, "last_table", None)
        if isinstance(table, LatencyTable) and set(table.archs.hashes) <= set(archs.hashes):
            self._kept.append((table.archs, self._of_table(table.archs, self._scaled(table))))


def _looked_up(archs: Architectures, column: Any, wanted: Architectures) -> Floats:
    """Of the wanted networks; a network of several rows has their median."""
    finite = np.flatnonzero(np.isfinite(column))
    found = np.full(len(wanted), np.nan)
    has = np.flatnonzero(np.isin(wanted.hashes, archs[finite].hashes))
    if len(has) > 0:
        listed = _native.listed_values(archs[finite], column[finite])
        found[has] = listed.evaluate(wanted[has])
    return found
