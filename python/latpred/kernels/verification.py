"""Judging a network pack by fresh probes and by whole networks, measured with care."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred._core import kernels as _native
from latpred._core.graphs import OpGraph
from latpred.base.progress import progress_bar
from latpred.base.shown import Shown
from latpred.base.tables import read_columns, write_columns
from latpred.errors import CorruptionError, DataError
from latpred.kernels.graph_rows import GraphRows
from latpred.kernels.measuring import measure
from latpred.kernels.probes import Probes, fresh_begin
from latpred.kernels.state import State
from latpred.metrics import Evaluation, coverage_test, evaluate
from latpred.spaces import space

if TYPE_CHECKING:
    import pandas as pd

    from latpred._core.kernels import NetworkModel

__all__ = ["NetworkVerification", "fresh_names", "read_verification", "verify"]

CONFIDENCE = 0.9
WHOLE = ("ofa-mobilenetv3", "ofa-resnet50", "nas-bench-201", "fbnet", "ofa-proxyless")
_NUMBERS = ("measured_ms", "raw_ms", "predicted_ms", "low_ms", "high_ms")
_TEXTS = ("name", "kind", "status", "outside")
LEAST_JUDGED = 10


@dataclass(frozen=True, eq=False)
class NetworkVerification(Shown):
    """A network pack against networks that it has not seen: fresh probes, and whole networks.

    Attributes:
        frame: A row a network: name, kind ("probe" or "network"), status, measured_ms at the speed
            of the rounds, raw_ms, predicted_ms, its interval of 90 % from low_ms to high_ms, and
            whether it is outside of what was measured.
        evaluation: The errors over all of them.
        whole: The errors over the whole networks alone; None where none was measured.
        coverage: Share of the networks inside of their interval and the p-value of the two-sided
            test that the intervals hold what they promise; None for too few networks.
        shift_percent: By how much the references were slower than in the rounds.
        seconds: Wall time.

    Example:
        >>> pack = lp.load_pack("my-networks")  # doctest: +SKIP
        >>> pack.verification.evaluation.mape_percent < 10  # doctest: +SKIP
        True
    """

    frame: pd.DataFrame
    evaluation: Evaluation
    whole: Evaluation | None
    coverage: tuple[float, float] | None
    shift_percent: float = 0.0
    seconds: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""
        return {
            "networks": len(self.frame),
            "evaluation": dict(self.evaluation),
            "whole": None if self.whole is None else dict(self.whole),
            "coverage": None if self.coverage is None else list(self.coverage),
            "shift_percent": self.shift_percent,
            "seconds": self.seconds,
        }

    def _shown(self) -> Mapping[str, object]:
        whole = math.nan if self.whole is None else self.whole.mape_percent
        return {
            "networks": len(self.frame),
            "mape_percent": self.evaluation.mape_percent,
            "whole_mape_percent": whole,
            "inside": math.nan if self.coverage is None else self.coverage[0],
            "shift_percent": self.shift_percent,
        }


def fresh_names(probes: Probes, run: int, count: int) -> list[str]:
    """Two thirds fresh probes, "probe:NUMBER", and one third whole networks, "SPACE:ARCHITECTURE".

    Args:
        probes: Of the pack.
        run: Its number; each has others.
        count: How many.
    """
    whole = count // 3
    begin = fresh_begin(run)
    drawn = [f"probe:{one}" for one in probes.in_turn(count - whole, [], begin)]
    for seed, name in zip(range(begin, begin + whole), cycle(WHOLE), strict=False):
        drawn.append(f"{name}:{space(name).sample(1, seed=probes.seed ^ seed).to_strings()[0]}")
    return drawn


def graph_of_name(probes: Probes, name: str) -> OpGraph:
    """The network that such a name means."""
    kind, _, rest = name.partition(":")
    if kind == "probe":
        return probes.graph(int(rest))
    graph: OpGraph = space(kind).architectures([rest]).graph(0)
    return graph


def verify(
    state: State, names: list[str], model: NetworkModel, seconds: float, *, progress: bool
) -> None:
    """Measure fresh networks with care in at most so many seconds, and keep how the model did."""
    clock = state.settings.clock
    begin = clock()
    graphs = {name: graph_of_name(state.probes, name) for name in names}
    rows = state.folder.read_rows(state.folder.verifying)
    with progress_bar(progress, "verifying", unit="network") as bar:
        found = measure(
            graphs,
            state.meter.at("default"),
            rows,
            state.folder.verifying,
            end=begin + seconds,
            clock=clock,
            progress=bar,
        )
    figures: dict[str, Any] = {"seconds": clock() - begin, "run": state.run, "failed": ""}
    if found.known:
        figures["shift_percent"] = _write(state, rows, graphs, model)
    else:
        figures["failed"] = (found.sentences() or ("no time",))[-1][:300]
    state.end_verification(figures)


def _write(
    state: State, rows: GraphRows, graphs: Mapping[str, OpGraph], model: NetworkModel
) -> float:
    """Write what was measured beside its predictions; by how many percent it was slower."""
    found, shifts = rows.later_than(state.rows)
    raw = {row.name: row.latency_ms for row in rows}
    columns: dict[str, list[Any]] = {name: [] for name in (*_TEXTS, *_NUMBERS)}
    for row in found:
        if not row.latency_ms > 0 or row.name not in graphs:
            continue
        graph = _native.tensor_graph(graphs[row.name], state.probes.batch)
        said = model.predict(graph, confidence=CONFIDENCE)
        values = {
            "name": row.name,
            "kind": "probe" if row.name.startswith("probe:") else "network",
            "status": row.status,
            "outside": bool(said["outside"]),
            "measured_ms": row.latency_ms,
            "raw_ms": raw[row.name],
            "predicted_ms": float(said["latency_ms"]),
            "low_ms": float(said["low_ms"]),
            "high_ms": float(said["high_ms"]),
        }
        for column, value in values.items():
            columns[column].append(value)
    write_columns(state.folder.verified, {name: columns[name] for name in columns})
    known = [one for one in shifts if not math.isnan(one)]
    return max(known, key=abs, default=math.nan)


def read_verification(path: Path, figures: Mapping[str, Any]) -> NetworkVerification | None:
    """What was kept of a verification; None without any.

    Raises:
        CorruptionError: Where its table is damaged.
    """
    if not figures or figures.get("failed") or not path.exists():
        return None
    import pandas as pd

    to: dict[str, Callable[[str], Any]] = dict.fromkeys(_NUMBERS, float)
    to |= dict.fromkeys(_TEXTS, str) | {"outside": lambda cell: cell == "True"}
    try:
        found = read_columns(path)
        frame = pd.DataFrame({name: [to[name](cell) for cell in found[name]] for name in to})
        return _judged(frame, figures)
    except (DataError, KeyError, ValueError) as error:
        raise CorruptionError(f"{path}: not the verification of a pack: {error!s:.100}") from error


def _judged(frame: pd.DataFrame, figures: Mapping[str, Any]) -> NetworkVerification:
    whole = frame[frame["kind"] == "network"]
    numbers = {name: figures.get(name) for name in ("shift_percent", "seconds")}
    return NetworkVerification(
        frame[["name", "kind", "status", *_NUMBERS, "outside"]],
        evaluate(frame["measured_ms"], frame["predicted_ms"]),
        evaluate(whole["measured_ms"], whole["predicted_ms"]) if len(whole) else None,
        _coverage(frame[~frame["outside"]]),
        **{name: math.nan if one is None else float(one) for name, one in numbers.items()},
    )


def _coverage(frame: pd.DataFrame) -> tuple[float, float] | None:
    if len(frame) < LEAST_JUDGED:
        return None
    measured = frame["measured_ms"]
    held = (frame["low_ms"] <= measured) & (measured <= frame["high_ms"])
    return float(held.mean()), coverage_test(int(held.sum()), len(frame), CONFIDENCE)
