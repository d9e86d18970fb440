"""Predictors compared on tables: errors, and the cost of fitting and predicting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from latpred.base.names import did_you_mean
from latpred.base.progress import with_bar
from latpred.base.shown import Shown
from latpred.base.text import table_text
from latpred.devices.stopwatch import cpu_seconds, timed
from latpred.errors import ConfigError, SchemaError
from latpred.metrics import Evaluation, evaluate
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fit_quietly
from latpred.predictors.registry import RECIPES, available, made_by_recipe
from latpred.predictors.rows import Table, same_device

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Comparison", "compare_predictors", "predictor_suite"]

COLUMNS = {
    "mae_ms": "MAE ms",
    "mape_percent": "MAPE %",
    "spearman": "rank corr.",
    "fit_cpu_s": "fit CPU s",
    "predict_us": "predict µs",
}
ROUNDS = 5

Pair = tuple[str, str]


def predictor_suite(seed: int = 0) -> dict[str, Predictor]:
    """Every kind of predictor that needs nothing but a table, by name; trees need LightGBM.

    Example:
        >>> sorted(lp.predictor_suite())[:3]
        ['FLOPs', 'Gaussian process', 'MLP, one-hot']
    """
    offered = {name: recipe for name, recipe in RECIPES.items() if available(recipe.kind)}
    return {recipe.title: made_by_recipe(name, seed) for name, recipe in offered.items()}


@dataclass(frozen=True)
class Comparison(Shown):
    """Errors and costs of every predictor on every table.

    Attributes:
        results: (predictor, table) -> the result of `evaluate` on the table's test rows.
        fit_cpu_s: (predictor, table) -> CPU seconds of the fit, over all threads.
        predict_us: (predictor, table) -> CPU microseconds per architecture, all test rows in one
            batch; the median of five rounds.
        models: (predictor, table) -> the fitted model.
        left_out: (predictor, table) -> why there are no results.

    Example:
        >>> tables = {"board": table.split("architecture", (0.7, 0.3))}
        >>> found = lp.compare_predictors({"flops": lp.FlopsPredictor()}, tables)
        >>> found.best()
        {'board': 'flops'}
    """

    results: dict[Pair, Evaluation]
    fit_cpu_s: dict[Pair, float] = field(default_factory=dict)
    predict_us: dict[Pair, float] = field(default_factory=dict)
    models: dict[Pair, Predictor] = field(default_factory=dict, repr=False)
    left_out: dict[Pair, str] = field(default_factory=dict)

    @property
    def tables(self) -> list[str]:
        """Names of the tables, in the order given."""
        return list(dict.fromkeys(table for _, table in self.results))

    def values(self, metric: str = "mae_ms") -> dict[str, dict[str, float]]:
        """Predictor -> table -> value of a key of `evaluate`'s result, or of a cost."""
        found: dict[str, dict[str, float]] = {}
        for pair in self.results:
            found.setdefault(pair[0], {})[pair[1]] = self._value(pair, metric)
        return found

    def best(self, metric: str = "mae_ms") -> dict[str, str]:
        """Table -> the predictor with the smallest value."""
        values = self.values(metric)
        return {
            table: min((n for n in values if table in values[n]), key=lambda n: values[n][table])
            for table in self.tables
        }

    def text(self, metric: str = "mae_ms") -> str:
        """One metric or cost as text: a line for each predictor, a column for each table."""
        rows = [[metric, *self.tables]]
        for name, row in self.values(metric).items():
            rows.append([name, *(f"{row[t]:.4g}" if t in row else "–" for t in self.tables)])
        return table_text(rows)

    def to_frame(self) -> pd.DataFrame:
        """A frame with a row for each table and predictor, a column for each metric and cost."""
        import pandas as pd

        rows = [
            {"table": table, "predictor": name, **result}
            | {cost: self._value((name, table), cost) for cost in ("fit_cpu_s", "predict_us")}
            for (name, table), result in self.results.items()
        ]
        return pd.DataFrame(rows)

    def plot(self, metric: str = "mae_ms", ax: Axes | None = None) -> Axes:
        """Draw one metric as bars; see `plots.comparison`."""
        from latpred.plots import comparison

        return comparison(self, metric, ax=ax)

    def __str__(self) -> str:
        """A part for each table with a line for each predictor, smallest error first."""
        rows = []
        for table in self.tables:
            rows.append([table, *COLUMNS.values()])
            names = [name for name, of in self.results if of == table]
            for name in sorted(names, key=lambda name: self.results[name, table]["mae_ms"]):
                values = (self._value((name, table), metric) for metric in COLUMNS)
                rows.append([f"  {name}", *(f"{value:.4g}" for value in values)])
        lines = [table_text(rows)]
        best = self.best() if len({name for name, _ in self.results}) > 1 else {}
        lines += [f"smallest error on {table}: {name}" for table, name in best.items()]
        lines += [f"{name} on {table}: {why}" for (name, table), why in self.left_out.items()]
        return "\n".join(lines)

    def _value(self, pair: Pair, metric: str) -> float:
        costs = {"fit_cpu_s": self.fit_cpu_s, "predict_us": self.predict_us}
        known: Mapping[str, float] = self.results[pair]
        if metric in costs:
            return costs[metric].get(pair, float("nan"))
        if metric not in known:
            raise ConfigError(
                f"metric {metric!r}; known: {sorted([*known, *costs])}"
                f"{did_you_mean(metric, [*known, *costs])}"
            )
        return float(known[metric])


def compare_predictors(
    predictors: Mapping[str, Predictor] | None,
    tables: Mapping[str, tuple[Table, Table]],
    *,
    progress: bool = False,
) -> Comparison:
    """Fit every predictor to every table and judge it on rows that it has not seen.

    Args:
        predictors: Name -> settings; `predictor_suite()` where None. What cannot be fitted (a
            look-up table) is judged as it is, on tables of its own space.
        tables: Name -> (training rows, test rows).
        progress: Whether to show a bar.

    Raises:
        ConfigError: For no predictor or no table. DataError, SchemaError: As `fit` and `predict`.

    Example:
        >>> tables = {"board": table.split("architecture", (0.7, 0.3))}
        >>> models = {"flops": lp.FlopsPredictor(), "additive": lp.AdditivePredictor()}
        >>> sorted(lp.compare_predictors(models, tables).values("mae_ms"))
        ['additive', 'flops']
    """
    chosen = predictor_suite() if predictors is None else predictors
    if not chosen or not tables:
        raise ConfigError("compare_predictors: at least one predictor and one table expected")
    found = Comparison({})
    pairs = [(name, table) for table in tables for name in chosen]

    def run(report: Any) -> None:
        for done, (name, table) in enumerate(pairs):
            if report is not None:
                report(done, len(pairs), f"{name}, {table}")
            _add(found, (name, table), chosen[name], *tables[table])

    with_bar(progress, "predictors", run)
    return found


def _add(found: Comparison, pair: Pair, predictor: Predictor, train: Table, test: Table) -> None:
    fixed = not hasattr(predictor, "fit")
    same_device(f"compare_predictors: {pair[1]!r}", test, train)

    def fit() -> Predictor:
        if fixed:
            return predictor
        model: Predictor = fit_quietly(predictor._unfitted(), train.archs, train.latency_ms)
        return model

    model, seconds = timed(fit, cpu_seconds)
    try:
        predicted = model.predict(test.archs)
    except SchemaError as error:
        if not fixed:
            raise
        found.left_out[pair] = str(error)
        return
    found.results[pair] = evaluate(test.latency_ms, predicted)
    found.fit_cpu_s[pair] = 0.0 if fixed else seconds
    batch = cpu_seconds(lambda: model.predict(test.archs), ROUNDS)
    found.predict_us[pair] = 1e6 * batch / len(test.latency_ms)
    found.models[pair] = model
