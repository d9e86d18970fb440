"""Small studies from the OFA tutorial: whether a predictor sees trends, and what a table costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred._core import metrics as _metrics
from latpred.base.shown import Shown
from latpred.base.text import table_text
from latpred.errors import ConfigError, DataError, StorageError
from latpred.predictors.base import Predictor
from latpred.predictors.lookup_table import read_lookup_yaml
from latpred.predictors.rows import StrPath, Table, Values
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CaseStudies", "LookupCost", "case_studies", "lookup_cost"]

# The five networks of the tutorial's case study (RhythmSyed/NAS_PerformanceEstimation,
# latency_predictor.py): name, changes to the base, number of the network compared with.
_KERNELS = [3] * 4 + [5] * 4 + [3] * 8 + [5] * 4
_EXPANSIONS = [4] * 4 + [3] * 8 + [4] * 8
_CASES: tuple[tuple[str, dict[str, Any], int | None], ...] = (
    ("mixed depths", {"d": [3, 2, 2, 3, 3]}, None),
    ("all units 4 deep", {}, 0),
    ("first unit: 5x5 kernels", {"ks": [5] * 4 + _KERNELS[4:]}, 1),
    ("first unit: expansion 6", {"e": [6] * 4 + _EXPANSIONS[4:]}, 1),
    ("the same at resolution 224", {"e": [6] * 4 + _EXPANSIONS[4:], "r": [224]}, 3),
)


@dataclass(frozen=True)
class CaseStudies(Shown):
    """Five networks, each but the first an enlargement of another one.

    Attributes:
        names: Names of the networks. archs: The networks.
        values: Predictions, in `unit`.
        references: Number of the network that each one enlarges; None for the first.
        low, high: Bounds of the 90 % intervals, where the predictor is calibrated.
    """

    names: tuple[str, ...]
    archs: Architectures
    values: Values
    references: tuple[int | None, ...]
    unit: str
    low: Values | None = None
    high: Values | None = None

    @property
    def changes_percent(self) -> list[float | None]:
        """Change from the reference, in percent of the reference."""
        return _metrics.percent_changes(self.values, list(self.references))

    @property
    def trends_hold(self) -> bool:
        """Whether the prediction of every enlargement is larger."""
        return all(change is None or change > 0 for change in self.changes_percent)

    @property
    def verdicts(self) -> list[str | None]:
        """What the intervals say of each change: "larger" or "smaller" where they do not overlap.

        "not distinguishable" where they do, "no interval" where the predictor is not calibrated;
        None for the first network.
        """
        of = [i if reference is None else reference for i, reference in enumerate(self.references)]
        none = np.full(len(of), np.nan)
        low = none if self.low is None else self.low
        high = none if self.high is None else self.high
        words = _metrics.change_verdicts(low[of], high[of], low, high)
        pairs = zip(words, self.references, strict=True)
        return [None if reference is None else word for word, reference in pairs]

    def __str__(self) -> str:
        """One line per network; changes with the verdict of the intervals."""
        rows = []
        for i, name in enumerate(self.names):
            change, of = self.changes_percent[i], self.references[i]
            row = [f"{i + 1} {name}", f"{self.values[i]:.3f} {self.unit}"]
            if self.low is not None and self.high is not None:
                row.append(f"[{self.low[i]:.3f}, {self.high[i]:.3f}]")
            word = "" if self.low is None else f", {self.verdicts[i]}"
            rows.append(row if of is None else [*row, f"{change:+.1f} % of {of + 1}{word}"])
        return table_text(rows)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the predictions as bars."""
        from latpred.plots import case_studies as draw

        return draw(self, ax=ax)


def case_studies(space: Space, predictor: Predictor) -> CaseStudies:
    """Predict the five networks of the OFA tutorial's case study.

    Raises:
        ArchitectureError: For a space that does not hold them: "ofa-mobilenetv3" does.
        SchemaError: For a predictor of another space.

    Example:
        >>> ofa = lp.space("ofa-mobilenetv3")
        >>> some = ofa.sample(20, seed=0)
        >>> model = lp.FlopsPredictor().fit(some, ofa.count(some)["macs"] * 1e-8)
        >>> studies = lp.case_studies(ofa, model)
        >>> len(studies.names), studies.trends_hold
        (5, True)
    """
    base = {"ks": _KERNELS, "e": _EXPANSIONS, "d": [4] * 5, "r": [176]}
    archs = space.architectures([{**base, **changes} for _, changes, _ in _CASES])
    low = high = None
    if predictor.calibration_rows >= 9:
        low, high = predictor.predict_interval(archs, 0.9)
    return CaseStudies(
        tuple(name for name, _, _ in _CASES),
        archs,
        predictor.predict(archs),
        tuple(of for _, _, of in _CASES),
        predictor.unit,
        low,
        high,
    )


@dataclass(frozen=True)
class LookupCost(Shown):
    """Device time, in seconds, that a look-up table and data sets of whole networks take.

    Attributes:
        table_s: Sum of count x mean over the entries of all the table's files.
        files: Resolution -> that sum for its file alone. entries: Number of entries in all files.
        data_s: Number of first rows -> the sum of their latencies times `runs`.
        runs: Timed runs of each network.
    """

    table_s: float
    files: dict[int, float]
    entries: int
    data_s: dict[int, float]
    runs: int

    def __str__(self) -> str:
        """One line for the table, then one per data set."""
        lines = [
            f"look-up table, {len(self.files)} resolutions, {self.entries} entries: "
            f"{self.table_s:.1f} s"
        ]
        for rows, seconds in self.data_s.items():
            share = seconds / self.table_s
            lines.append(
                f"{rows} networks x {self.runs} runs: {seconds:.1f} s, {share:.2f} of the table"
            )
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the costs as bars."""
        from latpred.plots import lookup_cost as draw

        return draw(self, ax=ax)


def lookup_cost(
    folder: StrPath, table: Table, rows: Sequence[int] = (7000, 4000, 700), *, runs: int = 1
) -> LookupCost:
    """Compare the device time of a measured look-up table with that of data sets of networks.

    Only the time inside the networks counts; loading, warm-up and waiting do not.

    Args:
        folder: OFA's `<resolution>_lookup_table.yaml` files, with `count` and `mean` (ms).
        table: Latencies of whole networks on that device.
        rows: Sizes of the data sets, each the first rows of the table.
        runs: Timed runs of each network; OFA's fast way makes 10, the default counts the mean once.

    Raises:
        StorageError: Where there are no such files. CorruptionError: For a file of another form.
        DataError: For rows that the table does not have. ConfigError: For runs below 1.

    Example:
        >>> entry = "first-conv: {count: 10, mean: 0.5}"
        >>> size = Path("224_lookup_table.yaml").write_text(entry)
        >>> cost = lp.lookup_cost(".", table, rows=(10,), runs=2)
        >>> cost.table_s, cost.entries, sorted(cost.data_s)
        (0.005, 1, [10])
    """
    if runs < 1:
        raise ConfigError(f"lookup_cost: runs {runs}, 1 or more expected")
    if not rows or min(rows) < 1 or max(rows) > len(table.latency_ms):
        raise DataError(f"lookup_cost: rows {list(rows)}, 1 to {len(table.latency_ms)} expected")
    paths = sorted(Path(folder).glob("*_lookup_table.yaml"))
    if not paths:
        raise StorageError(f"{folder}: holds no '<resolution>_lookup_table.yaml'")
    files, entries = {}, 0
    for path in paths:
        read = read_lookup_yaml(path, "count", "mean").values()
        counts, means = np.array(list(read)).reshape(-1, 2).T
        files[int(path.name.split("_")[0])] = _metrics.running_seconds(counts, means)
        entries += len(counts)
    sums = {
        size: _metrics.running_seconds(np.full(size, runs), table.latency_ms[:size])
        for size in rows
    }
    return LookupCost(sum(files.values()), files, entries, sums, runs)
