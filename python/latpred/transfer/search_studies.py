"""How good the networks are that few-shot predictors find under latency limits, and how valid."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from latpred._core import metrics as _metrics
from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.base.text import html_table, table_text
from latpred.errors import ConfigError
from latpred.predictors.rows import integer_setting
from latpred.spaces import Architectures
from latpred.transfer.judged_runs import Task, judged_case, method_name, setting_of
from latpred.transfer.own_methods import device_fitter
from latpred.transfer.search_inputs import Valued
from latpred.transfer.search_runs import METRICS, Study
from latpred.transfer.tables import DeviceTables

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HELP_LIMITS", "SearchStudy", "search_study"]

HELP_LIMITS: Mapping[str, tuple[float, ...]] = {
    "titan_rtx_256": (18.0, 21.0, 25.0),
    "gold_6226": (8.0, 11.0, 14.0),
    "pixel2": (14.0, 18.0, 22.0),
    "eyeriss": (5.0, 7.0, 9.0),
    "fpga": (4.0, 5.0, 6.0),
}
"""Limits in ms of HELP's searches on NAS-Bench-201 (Lee et al. 2021, table 4); task "ND"."""


@dataclass(frozen=True)
class SearchStudy(Shown, Mapping[str, float]):
    """What searches found under limits on target devices, judged by the true latencies.

    A mapping: "accuracy" (of the networks found), "oracle_accuracy" (the best that keep the limit
    in truth), "regret" (what is missing to it, over searches that kept the limit),
    "held_percent" (searches that kept it), "excess_percent" (by how much the others broke it),
    "measured_percent" (searches whose network was measured) and "measurements" to means over
    searches.

    Attributes:
        task, method: Their names.
        confidence: Of networks that were not measured.
        rows: A mapping for each search: "device", "limit_ms", "seed", "architecture", "true_ms",
            the metrics, and "failure", why nothing was found; the others are NaN then.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=1)
        >>> limits = {task.targets[0]: [float(np.median(devices[task.targets[0]].latency_ms))]}
        >>> found = lp.transfer.search_study(task, "macs", limits, tables=devices, seeds=1)
        >>> len(found.rows), bool(found["regret"] >= 0)
        (1, True)
    """

    task: str
    method: str
    confidence: float
    rows: tuple[Mapping[str, Any], ...]

    def __getitem__(self, name: str) -> float:
        """The mean of a metric over searches."""
        if name not in METRICS:
            raise KeyError(
                f"no metric {name!r}; known: {', '.join(METRICS)}{did_you_mean(name, METRICS)}"
            )
        return _mean(self.rows, name)

    def __iter__(self) -> Iterator[str]:
        """The names of the metrics, in a fixed order."""
        return iter(METRICS)

    def __len__(self) -> int:
        """The number of metrics."""
        return len(METRICS)

    @property
    def per_limit(self) -> dict[tuple[str, float], dict[str, float]]:
        """(device, limit in ms) -> metric -> mean over seeds."""
        pairs = list(dict.fromkeys((row["device"], row["limit_ms"]) for row in self.rows))
        groups = {
            pair: [row for row in self.rows if (row["device"], row["limit_ms"]) == pair]
            for pair in pairs
        }
        return {
            pair: {name: _mean(rows, name) for name in METRICS} for pair, rows in groups.items()
        }

    def to_frame(self) -> pd.DataFrame:
        """A row for each search."""
        import pandas as pd

        return pd.DataFrame([dict(row) for row in self.rows])

    def __str__(self) -> str:
        """A line for each device and limit, and one for the mean."""
        rows = [["device", "limit_ms", *METRICS]]
        for (device, limit), found in self.per_limit.items():
            rows.append([device, f"{limit:g}", *(f"{found[name]:.5g}" for name in METRICS)])
        rows.append(["mean", "", *(f"{self[name]:.5g}" for name in METRICS)])
        return f"{self.method} on {self.task}\n{table_text(rows)}"

    def _repr_html_(self) -> str:
        """A table with a row for each device and limit."""
        shown = self.per_limit
        cells = {name: [f"{of[name]:.5g}" for of in shown.values()] for name in METRICS}
        places = [f"{device}, {limit:g} ms" for device, limit in shown]
        return html_table({"search": places, **cells}, f"{self.method} on {self.task}")


def search_study(
    task: str | Task,
    accuracy: Valued,
    limits: Mapping[str, Sequence[float]] = HELP_LIMITS,
    *,
    predictor: str | object = "best",
    tables: DeviceTables | None = None,
    candidates: Architectures | None = None,
    score: Valued | None = None,
    finalists: int = 1,
    confidence: float = 0.95,
    verify: int = 0,
    samples: int = 20,
    seeds: int = 5,
    seed: int = 0,
    sampler: str | None = None,
    source_samples: int | None = None,
    progress: bool = False,
) -> SearchStudy:
    """Search under limits on target devices of a task, with each of several seeds.

    As `evaluate`: a method learns from random networks of the sources, adapts to `samples`
    networks of the target and then searches as `search` does, measuring by the target's table.

    Args:
        task: Name of a task, or one of `make_task`.
        accuracy: What is maximised, as for `search`.
        limits: Target device -> limits in ms; HELP's 15 of task "ND" by default.
        predictor: Name of a method, or an object as for `evaluate`.
        tables: Latencies of all devices; those of the task's space where None.
        candidates: Networks of the tables to choose from; all of them where None.
        score, finalists, confidence, verify: As for `search`.
        samples: Networks measured on each target before the search.
        seeds: Number of seeds, from `seed` on.
        sampler, source_samples: As for `evaluate`.
        progress: Whether to show a bar.

    Raises:
        ConfigError, DataError, SchemaError: As `evaluate` and `search`. A search that fails, or
            finds nothing, is a row with its reason where others do not.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=1)
        >>> limits = {task.targets[0]: [float(np.median(devices[task.targets[0]].latency_ms))]}
        >>> found = lp.transfer.search_study(
        ...     task, "macs", limits, tables=devices, samples=10, seeds=1, verify=3)
        >>> bool(found["measurements"] <= 13)
        True
    """
    case, held = judged_case(task, tables)
    _check_limits(limits, case)
    study = Study.of(held, candidates, accuracy, score)
    setting = setting_of(
        case,
        held,
        samples=samples,
        source_samples=source_samples,
        sampler=sampler,
        confidence=confidence,
        seed=integer_setting("search_study", "seed", seed, 0),
    )
    setting = replace(setting, targets=tuple(limits))
    counts = (
        integer_setting("search_study", "seeds", seeds, 1),
        integer_setting("search_study", "verify", verify, 0),
        integer_setting("search_study", "finalists", finalists, 1),
    )
    rows = study.run(device_fitter(predictor), setting, limits, counts, progress)
    return SearchStudy(case.name, method_name(predictor), float(confidence), rows)


def _check_limits(limits: object, task: Task) -> None:
    if not isinstance(limits, Mapping) or not limits or not set(limits) <= set(task.targets):
        raise ConfigError(f"search_study: limits of targets of {task.name[:40]!r} expected")


def _mean(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    """Over the rows that have the metric; NaN without any."""
    values = [row[name] for row in rows if not math.isnan(row[name])]
    return _metrics.mean_interval(values)[0] if values else math.nan
