"""How alike the latencies of a device are to those of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from latpred._core import guided as _guided
from latpred.base.arguments import shown
from latpred.base.shown import Shown
from latpred.base.text import table_text
from latpred.errors import ConfigError, DataError, SchemaError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["SimilarDevice", "SimilarDevices", "similar_devices"]

FEWEST = 3  # networks in common


class Pack(Protocol):
    """What has a latency table of a device, such as a device pack."""

    @property
    def table(self) -> Table: ...


Pair = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


@dataclass(frozen=True)
class SimilarDevice(Shown):
    """How alike another device is.

    Attributes:
        name: Of the other device.
        networks: Number of different networks compared.
        spearman: Correlation of the ranks; 1 where both order the networks alike.
        kendall: Kendall's tau-b.
        ratio: Median of my latency divided by the other's.
        spread_percent: Robust standard deviation of that ratio from network to network, in percent.
        mape_percent: Mean error of the other's latencies times `ratio` as predictions of mine: what
            its table is worth here with one factor.
        predicted: Whether a predictor of the other device was asked, not a table.

    Example:
        >>> lp.similar_devices(table, {"twin": table}).rows[0].ratio
        1.0
    """

    name: str
    networks: int
    spearman: float
    kendall: float
    ratio: float
    spread_percent: float
    mape_percent: float
    predicted: bool


@dataclass(frozen=True, eq=False)
class SimilarDevices(Shown):
    """Other devices, the most alike first: that of the smallest `mape_percent`.

    Attributes:
        rows: A `SimilarDevice` for each device that could be compared.
        left_out: Name of a device -> why it could not.

    Example:
        >>> twice = lp.LatencyTable(archs, 2 * table.latency_ms)
        >>> model = lp.FlopsPredictor().fit(table)
        >>> found = lp.similar_devices(table, {"slower": twice, "model": model})
        >>> [(row.name, round(row.ratio, 2)) for row in found.rows]
        [('slower', 0.5), ('model', 1.0)]
    """

    rows: tuple[SimilarDevice, ...]
    left_out: dict[str, str]
    _pairs: dict[str, Pair] = field(repr=False)

    def __len__(self) -> int:
        """The number of devices compared."""
        return len(self.rows)

    def to_frame(self) -> pd.DataFrame:
        """A frame with a row for each device, most alike first."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw my latencies against those of the others; see `plots.similar_devices`."""
        from latpred.plots import similar_devices

        return similar_devices(
            {row.name: (*self._pairs[row.name], row.ratio) for row in self.rows}, ax=ax
        )

    def __str__(self) -> str:
        """A line for each device."""
        head = ["device", "networks", "rank corr.", "ratio", "spread %", "MAPE %"]
        lines = [
            [row.name, str(row.networks)]
            + [f"{x:.3g}" for x in (row.spearman, row.ratio, row.spread_percent, row.mape_percent)]
            for row in self.rows
        ]
        left = [f"{name}: {why}" for name, why in self.left_out.items()]
        return "\n".join([table_text([head, *lines]), *left])


def similar_devices(
    mine: Table | Pack, others: Mapping[str, Table | Pack | Predictor]
) -> SimilarDevices:
    """Compare the latencies of my device with those of others on the networks that both have.

    Devices that are alike are good sources for `lp.TransferPredictor`, and one factor may be all
    that their tables and predictors need.

    Args:
        mine: A latency table, or what has one as `.table` (a device pack).
        others: Name -> a latency table, a device pack or a fitted predictor. A predictor is asked
            for my networks; a pack's too where its table has fewer than three of them.

    Returns:
        Most alike first. A device with fewer than three networks in common, of another space, or
        with latencies that are not above 0 is left out, with a sentence that says why.

    Raises:
        ConfigError: For no devices, or something that is none of these.
        DataError: Where no device can be compared.

    Example:
        >>> other = lp.LatencyTable(archs[:40], 3 * table.latency_ms[:40])
        >>> found = lp.similar_devices(table, {"phone": other})
        >>> found.rows[0].networks, found.rows[0].spearman
        (40, 1.0)
    """
    table = _table(mine)
    if table is None:
        raise ConfigError(f"similar_devices: a latency table or a device pack, got {shown(mine)}")
    given: object = others
    if not isinstance(given, Mapping) or not given:
        raise ConfigError("similar_devices: names and tables of other devices expected")
    rows: list[SimilarDevice] = []
    pairs: dict[str, Pair] = {}
    left_out: dict[str, str] = {}
    for name, other in others.items():
        try:
            row, pairs[name] = _compared(str(name), table, other)
            rows.append(row)
        except (DataError, SchemaError) as error:
            left_out[name] = str(error)
    if not rows:
        first = next(iter(left_out.items()))
        raise DataError(f"similar_devices: no device can be compared; {first[0]:.60}: {first[1]}")
    rows.sort(key=lambda row: (row.mape_percent, row.name))
    return SimilarDevices(tuple(rows), left_out, pairs)


def _compared(name: str, mine: Table, other: Any) -> tuple[SimilarDevice, Pair]:
    table, asked = _table(other), callable(getattr(other, "predict", None))
    if table is None and not asked:
        raise ConfigError(
            f"similar_devices: {name:.60}: a latency table, a device pack or a fitted predictor"
            f" expected, got {shown(other)}"
        )
    found = None if table is None else _likeness(mine, table.archs, table.latency_ms)
    predicted = asked and (found is None or found.networks < FEWEST)
    if predicted:
        if getattr(other, "unit", "ms") != "ms":
            raise DataError(f"the predictor predicts {other.unit}, ms expected")
        found = _likeness(mine, mine.archs, other.predict(mine.archs))
    if found is None or found.networks < FEWEST:
        count = 0 if found is None else found.networks
        raise DataError(f"{count} networks in common, at least {FEWEST} expected")
    row = SimilarDevice(
        name,
        found.networks,
        found.spearman,
        found.kendall,
        found.ratio,
        found.spread_percent,
        found.mape_percent,
        predicted,
    )
    return row, (found.first, found.second)


def _likeness(mine: Table, archs: Architectures, ms: npt.ArrayLike) -> _guided.DeviceLikeness:
    return _guided.device_likeness(mine.archs, mine.latency_ms, archs, np.asarray(ms))


def _table(given: Any) -> Table | None:
    """A latency table, or that of a pack."""
    for each in (given, getattr(given, "table", None)):
        if hasattr(each, "latency_ms") and isinstance(getattr(each, "archs", None), Architectures):
            return cast("Table", each)
    return None
