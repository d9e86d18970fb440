"""Metrics of several devices over several seeds, and their means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latpred._core import metrics as _metrics
from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.base.text import html_table, table_text
from latpred.predictors.rows import Values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DeviceRuns"]


@dataclass(frozen=True, kw_only=True)
class DeviceRuns(Shown, Mapping[str, float]):
    """A mapping from metrics to their means over D devices and R seeds; what it is made of."""

    devices: tuple[str, ...]
    seeds: tuple[int, ...]
    runs: Mapping[str, Values]

    def __getitem__(self, name: str) -> float:
        """The mean of a metric over devices and seeds."""
        if name not in self.runs:
            raise KeyError(
                f"no metric {name!r}; known: {', '.join(self.runs)}{did_you_mean(name, self.runs)}"
            )
        return _mean(self.runs[name])

    def __iter__(self) -> Iterator[str]:
        """The names of the metrics, in a fixed order."""
        return iter(self.runs)

    def __len__(self) -> int:
        """The number of metrics."""
        return len(self.runs)

    @property
    def per_device(self) -> dict[str, dict[str, float]]:
        """Device -> metric -> mean over seeds."""
        return {
            device: {name: _mean(values[row]) for name, values in self.runs.items()}
            for row, device in enumerate(self.devices)
        }

    @property
    def per_seed(self) -> dict[int, dict[str, float]]:
        """Seed -> metric -> mean over devices."""
        return {
            seed: {name: _mean(values[:, column]) for name, values in self.runs.items()}
            for column, seed in enumerate(self.seeds)
        }

    def interval(self, name: str = "spearman") -> tuple[float, float]:
        """The 95 % interval of a metric's mean, from its spread over seeds (Student's t).

        NaN for a single seed.
        """
        _, _, low, high = _metrics.mean_interval([of[name] for of in self.per_seed.values()])
        return low, high

    def to_frame(self) -> pd.DataFrame:
        """A row for each device and seed, a column for each metric."""
        import pandas as pd

        rows = [
            self._labels()
            | {"device": device, "seed": seed}
            | {name: float(values[row, column]) for name, values in self.runs.items()}
            for row, device in enumerate(self.devices)
            for column, seed in enumerate(self.seeds)
        ]
        return pd.DataFrame(rows)

    def _labels(self) -> dict[str, object]:
        """Columns that say what was judged."""
        return {}

    def _title(self) -> str:
        return ""

    def _shown(self) -> dict[str, Mapping[str, float]]:
        return {**self.per_device, "mean": {name: self[name] for name in self.runs}}

    def __str__(self) -> str:
        """A line for each device and one for their mean."""
        rows = [["", *self.runs]]
        for device, found in self._shown().items():
            rows.append([device, *(f"{found[name]:.4g}" for name in self.runs)])
        return f"{self._title()}\n{table_text(rows)}"

    def _repr_html_(self) -> str:
        """A table with a row for each device and one for their mean."""
        shown = self._shown()
        cells = {name: [f"{row[name]:.4g}" for row in shown.values()] for name in self.runs}
        return html_table({"device": list(shown), **cells}, self._title())


def _mean(values: Values) -> float:
    return _metrics.mean_interval(values)[0]
