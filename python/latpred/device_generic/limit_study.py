"""How well search methods do under many limits, where every network is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import guided as _guided
from latpred.base.progress import Progress, with_bar
from latpred.base.shown import Shown
from latpred.base.text import html_table
from latpred.device_generic.limited_search import search
from latpred.device_generic.search_inputs import Inputs, Valued, space_for
from latpred.errors import ConfigError
from latpred.predictors.rows import integer_setting
from latpred.spaces import Architectures, Objective, Space

__all__ = ["SearchStudy", "search_study"]

QUANTILES = tuple(np.linspace(0.05, 0.95, 20).tolist())
_LARGEST = 200_000  # networks of a space that a study looks at


@dataclass(frozen=True, eq=False)
class SearchStudy(Shown):
    """Every search of a study beside the best network that keeps its limit.

    Attributes:
        columns: R values each of device, quantile, limit_ms, method, seed, accuracy, oracle (the
            best accuracy within the limit), regret (oracle - accuracy), exact, evaluations and
            latency_ms.
        limits: Number of limits on each device.

    Example:
        >>> cells = lp.space("nas-bench-201")
        >>> def ms(archs):
        ...     return cells.count(archs)["macs"] / 1e6
        >>> study = lp.device_generic.search_study({"board": ms}, "params", space=cells,
        ...     quantiles=[0.2, 0.8], methods=["random"], seeds=2, budget=100)
        >>> len(study), study.summary()["method"]
        (4, ['random'])
    """

    columns: dict[str, NDArray[Any]]
    limits: int

    def __len__(self) -> int:
        """Number of searches, R."""
        return len(self.columns["seed"])

    def summary(self) -> dict[str, list[Any]]:
        """Return a row a device and method: over the seeds the fewest, mean and most limits at
        which the best network was found, and mean and largest regret.

        Example:
            >>> study = lp.device_generic.search_study({"a": lp.FlopsPredictor().fit(cells)},
            ...     "params", quantiles=[0.5], methods=["exhaustive"], seeds=1)
            >>> study.summary()["exact_mean"], study.summary()["regret_mean"]
            ([1.0], [0.0])
        """
        columns = self.columns
        devices, methods = columns["device"], columns["method"]
        rows: list[dict[str, Any]] = []
        pairs = dict.fromkeys(zip(devices.tolist(), methods.tolist(), strict=True))
        for device, method in pairs:
            here = (devices == device) & (methods == method)
            found = _guided.summarise_regrets(columns["seed"][here], columns["regret"][here])
            rows.append(
                {
                    "device": device,
                    "method": method,
                    "limits": self.limits,
                    "exact_least": found.exact_least,
                    "exact_mean": found.exact_mean,
                    "exact_most": found.exact_most,
                    "regret_mean": found.regret_mean,
                    "regret_most": found.regret_most,
                    "evaluations_most": int(columns["evaluations"][here].max()),
                }
            )
        return _columns(rows)

    def _repr_html_(self) -> str:
        shown = {
            name: [f"{v:.4g}" if isinstance(v, float) else str(v) for v in column]
            for name, column in self.summary().items()
        }
        return html_table(shown, f"{len(self)} searches")


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows of the same names, the other way round."""
    return {name: [row[name] for row in rows] for name in rows[0]}


@dataclass(frozen=True)
class _Known:
    """Every network of the space with its accuracy, and one device's latencies."""

    archs: Architectures
    accuracies: NDArray[np.float64]
    latencies: NDArray[np.float64]
    accuracy: Objective
    latency: Objective

    def row(
        self, device: str, quantile: float, method: str, seed: int, budget: int
    ) -> dict[str, Any]:
        """One search, judged."""
        limit = float(np.quantile(self.latencies, quantile))
        found = search(
            self.latency, self.accuracy, limit, space=self.archs.space, method=method,
            budget=budget, seed=seed,
        )  # fmt: skip
        judged = _guided.judge_choice(
            found.architecture, self.archs, self.accuracies, self.latencies, limit
        )
        return {
            "device": device,
            "quantile": quantile,
            "limit_ms": limit,
            "method": method,
            "seed": seed,
            "accuracy": judged.accuracy,
            "oracle": judged.oracle,
            "regret": judged.regret,
            "exact": judged.regret == 0,
            "evaluations": found.evaluations,
            "latency_ms": judged.latency,
        }


def search_study(
    latencies: Mapping[str, Valued],
    accuracy: Valued,
    *,
    quantiles: Sequence[float] = QUANTILES,
    methods: Sequence[str] = ("evolution", "guided", "random"),
    seeds: int | Iterable[int] = 3,
    budget: int = 2000,
    space: Space | str | None = None,
    progress: bool = False,
) -> SearchStudy:
    """Search under limits at quantiles of each device's latencies, and compare with the best.

    Args:
        latencies: Device -> latency, as `device_generic.search` takes it, or N values in ms in
            the order of `space.enumerate()`.
        accuracy: What is maximised, likewise.
        quantiles: Limits, as quantiles of the latencies of all networks of the space.
        methods: Methods of `device_generic.search`.
        seeds: How many seeds, or which.
        budget: Most networks whose accuracy a search may ask for.
        space: As of `device_generic.search`; up to 200,000 networks.
        progress: Whether to show a progress bar.

    Raises:
        ConfigError: For a larger space, no device or method, and quantiles outside 0 to 1.
        SchemaError, DataError: As `device_generic.search`.

    Example:
        >>> cells = lp.space("nas-bench-201")
        >>> def ms(archs):
        ...     return cells.count(archs)["macs"] / 1e6
        >>> study = lp.device_generic.search_study({"board": ms}, "params", space=cells,
        ...     quantiles=[0.5], methods=["guided"], seeds=[7], budget=400)
        >>> study.columns["regret"].tolist(), study.columns["evaluations"].tolist()
        ([0.0], [400])
    """
    chosen = (
        range(integer_setting("search_study", "seeds", seeds, 1))
        if not isinstance(seeds, Iterable)
        else list(seeds)
    )
    if not latencies or not methods or not chosen:
        raise ConfigError("search_study: at least one device, one method and one seed expected")
    if not all(0 <= q <= 1 for q in quantiles):
        raise ConfigError("search_study: quantiles from 0 to 1 expected")
    rows: list[dict[str, Any]] = []

    def run(show: Progress | None) -> None:
        total = len(latencies) * len(quantiles) * len(methods) * len(chosen)
        for device, given in latencies.items():
            known = _known(given, accuracy, space)
            for method in methods:
                for quantile in quantiles:
                    for seed in chosen:
                        rows.append(known.row(device, float(quantile), method, seed, budget))
                        if show is not None:
                            show(len(rows), total, method)

    with_bar(progress, "search", run)

    columns = {name: np.array(values) for name, values in _columns(rows).items()}
    return SearchStudy(columns, len(quantiles))


def _known(latency: Any, accuracy: Any, space: Any) -> _Known:
    """Asked once of every network, so that searches look values up."""
    place = space_for(space, None, latency, accuracy)
    if place.size > _LARGEST:
        raise ConfigError(
            f"search_study: {place.name} of {place.size:.3g} networks, at most {_LARGEST:,} "
            "expected"
        )
    archs = place.enumerate()
    inputs = Inputs.of(latency, accuracy, place, archs)
    accuracies = inputs.accuracy.evaluate(archs)
    latencies = inputs.latency.evaluate(archs)
    return _Known(
        archs, accuracies, latencies, _guided.listed_values(archs, accuracies),
        _guided.listed_values(archs, latencies),
    )  # fmt: skip
