"""What figures need from the results that they draw; the results do not import it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from latpred.plots.style import Vector

__all__ = [
    "Additivity",
    "Audit",
    "Audited",
    "AuditedTable",
    "Bounded",
    "Cases",
    "Compared",
    "Costs",
    "Curve",
    "Entry",
    "Finding",
    "Graph",
    "MeasuredRound",
    "Parts",
    "Study",
    "Trial",
    "TuningCurve",
]


class Finding(Protocol):
    """What an audit found: row numbers from 0, a sentence, and the ignored gene, if any."""

    @property
    def rows(self) -> Any: ...
    @property
    def message(self) -> str: ...
    @property
    def gene(self) -> str: ...


class AuditedTable(Protocol):
    """N architectures and their latencies in ms."""

    @property
    def space(self) -> Any: ...
    @property
    def archs(self) -> Any: ...
    @property
    def latency_ms(self) -> Vector: ...


class Audit(Protocol):
    """The audit of a table: residuals (N, as shares), findings by kind."""

    @property
    def table(self) -> AuditedTable | None: ...
    @property
    def residuals(self) -> Vector | None: ...
    @property
    def rows(self) -> int: ...
    def of_kind(self, kind: str) -> Sequence[Finding]: ...
    def level(self, first: int, last: int) -> float: ...
    def stretches(self, count: int) -> tuple[Vector, Vector]: ...
    def gene_lines(
        self, column: int, most: int
    ) -> tuple[Sequence[tuple[Sequence[int], Sequence[float]]], Vector]: ...


class Audited(Protocol):
    """A table that can be audited."""

    def audit(self) -> Any: ...


class Curve(Protocol):
    """Held-out errors, S sizes x R repetitions."""

    @property
    def name(self) -> str: ...
    @property
    def sizes(self) -> tuple[int, ...]: ...
    @property
    def errors(self) -> Vector: ...
    @property
    def mean(self) -> Vector: ...
    @property
    def metric(self) -> str: ...


class TuningCurve(Protocol):
    """Errors in ms of M methods x S sizes x R repetitions."""

    @property
    def methods(self) -> tuple[str, ...]: ...
    @property
    def sizes(self) -> tuple[int, ...]: ...
    @property
    def mae_ms(self) -> Vector: ...


class Cases(Protocol):
    """Predictions for named networks, each a variant of another one."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def values(self) -> Vector: ...
    @property
    def low(self) -> Vector | None: ...
    @property
    def high(self) -> Vector | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def references(self) -> tuple[int | None, ...]: ...
    @property
    def changes_percent(self) -> list[float | None]: ...


class Costs(Protocol):
    """Seconds for a look-up table, and for data sets by their number of rows."""

    @property
    def table_s(self) -> float: ...
    @property
    def data_s(self) -> dict[int, float]: ...


class Compared(Protocol):
    """A metric by predictor and table."""

    @property
    def tables(self) -> Sequence[str]: ...
    def values(self, metric: str) -> Mapping[str, Mapping[str, float]]: ...


class Bounded(Protocol):
    """A number with its interval."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


class Additivity(Protocol):
    """N sums of parts and N whole networks in ms, and the line between them."""

    @property
    def sums_ms(self) -> Vector: ...
    @property
    def measured_ms(self) -> Vector: ...
    @property
    def constant_ms(self) -> Bounded: ...
    @property
    def slope(self) -> Bounded: ...
    @property
    def ratio(self) -> Bounded: ...
    @property
    def spread_percent(self) -> Bounded: ...
    @property
    def remaining_percent(self) -> Bounded: ...


class Entry(Protocol):
    """A measured part: latency with its interval, in ms."""

    @property
    def key(self) -> str: ...
    @property
    def latency_ms(self) -> float: ...
    @property
    def low_ms(self) -> float: ...
    @property
    def high_ms(self) -> float: ...


class Parts(Protocol):
    """A measured look-up table."""

    @property
    def entries(self) -> Sequence[Any]: ...
    @property
    def mode(self) -> str: ...


class Graph(Protocol):
    """The operators of a network, in execution order."""

    @property
    def costs(self) -> Mapping[str, Any]: ...
    def layers(self) -> Sequence[Mapping[str, Any]]: ...
    def __len__(self) -> int: ...


class Trial(Protocol):
    """One trial: its losses by epoch, and how it ended."""

    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def losses(self) -> Vector: ...
    @property
    def loss(self) -> float: ...


class Study(Protocol):
    """The trials of a sweep, and the hyper-parameters that they vary."""

    @property
    def trials(self) -> Sequence[Trial]: ...
    @property
    def best(self) -> Trial: ...
    @property
    def distributions(self) -> Mapping[str, Any]: ...
    @property
    def settings(self) -> Any: ...


class MeasuredRound(Protocol):
    """A round of an onboarding: networks chosen and measured together, and the error after it."""

    @property
    def number(self) -> int: ...
    @property
    def chosen(self) -> Mapping[str, int]: ...
    @property
    def seconds(self) -> Mapping[str, float]: ...
    @property
    def minutes(self) -> float: ...
    @property
    def scores(self) -> Mapping[str, float]: ...
    @property
    def mape_percent(self) -> float: ...
    @property
    def check_mape_percent(self) -> float: ...
