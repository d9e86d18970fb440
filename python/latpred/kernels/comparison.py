"""Predictions of networks by packs in one table: which is fastest, by how much, and how sure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from latpred.base.equal import Compared
from latpred.base.text import cell_text
from latpred.base.told import ToldTable
from latpred.errors import ConfigError, LatpredError
from latpred.kernels.models import GivenSizes, graph_of, name_of
from latpred.kernels.predicted_row import PredictedRow
from latpred.kernels.prediction import NetworkPrediction
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import pandas as pd

    from latpred._core.graphs import TensorGraph
    from latpred.devices.device import Device
    from latpred.kernels.models import AnyNetwork

    Models: TypeAlias = "Sequence[AnyNetwork] | Mapping[str, AnyNetwork] | Architectures"

__all__ = ["NetworkPredictions", "compared"]

MOST_SENTENCES = 24
_SHOWN = ("network", "pack", "ms_per_item", "latency_ms", "low_ms", "high_ms", "times", "says")


class Pack(Protocol):
    """What predicts networks on a device."""

    @property
    def device(self) -> Device: ...
    def predict_graph(
        self, name: str, graph: TensorGraph, confidence: float = 0.9
    ) -> NetworkPrediction: ...


@dataclass(frozen=True)
class NetworkPredictions(ToldTable, Compared):
    """Networks on packs: runtimes, precisions, threads, batch sizes, side by side.

    Latencies are compared for each item of the batch. Of one pack the networks are compared with
    each other; of several, each network on all of them.

    Attributes:
        rows: A `PredictedRow` for each network on each pack.

    Example:
        >>> of = {"a": 2.0, "b": 3.0}
        >>> made = [lp.NetworkPrediction("mine", n, ms, ms - 0.1, ms + 0.1) for n, ms in of.items()]
        >>> rows = [lp.kernels.PredictedRow("mine", one.device, 1, one) for one in made]
        >>> lp.NetworkPredictions.of_rows(rows).sentences()
        ['mine: a is fastest, 2.000 ms (1.900 to 2.100); b takes 1.50 times as long']
    """

    rows: Sequence[PredictedRow] = field(default=())

    @classmethod
    def of_rows(cls, rows: Sequence[PredictedRow]) -> NetworkPredictions:
        """The rows, each beside the fastest of its group."""
        found = list(rows)
        for places in _groups(found).values():
            known = [place for place in places if not math.isnan(found[place].latency_ms)]
            if known:
                best = found[min(known, key=lambda place: found[place].per_item[0])]
                for place in known:
                    found[place] = _beside(found[place], best)
        return cls(tuple(found))

    def fastest(self, network: str | None = None) -> PredictedRow | None:
        """The fastest row, of that network where one is given; None where nothing is known."""
        known = [one for one in self.rows if not math.isnan(one.latency_ms)]
        rows = [one for one in known if network is None or one.network == network]
        return min(rows, key=lambda one: one.per_item[0], default=None)

    def to_frame(self) -> pd.DataFrame:
        """A line for each network on each pack."""
        import pandas as pd

        names = list(PredictedRow("", "", 1, None).fields())
        return pd.DataFrame([one.fields() for one in self.rows], columns=names)

    def sentences(self) -> list[str]:
        """What is fastest, by how much, and whether the intervals tell; then why others failed."""
        groups = _groups(self.rows)
        said = [_sentence([self.rows[place] for place in each]) for each in groups.values()]
        failed = [f"{one.network} on {one.pack}: {one.reason}" for one in self.rows if one.reason]
        return [*filter(None, said[:MOST_SENTENCES]), *failed[:MOST_SENTENCES]]

    def document(self) -> dict[str, Any]:
        """Rows and sentences as plain values."""
        return {"rows": [one.fields() for one in self.rows], "sentences": self.sentences()}

    def _lines(self) -> list[list[str]]:
        rows = [one.fields() | {"says": one.says} for one in self.rows]
        return [list(_SHOWN), *([cell_text(row[name]) for name in _SHOWN] for row in rows)]


def _groups(rows: Sequence[PredictedRow]) -> dict[str, list[int]]:
    """Places of the rows that are compared with each other."""
    alone = len({one.pack for one in rows}) == 1
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(rows):
        groups.setdefault("" if alone else one.network, []).append(place)
    return groups


def _beside(row: PredictedRow, best: PredictedRow) -> PredictedRow:
    """The row, compared with the fastest one."""
    times = row.per_item[0] / best.per_item[0]
    overlaps = row is not best and row.per_item[1] <= best.per_item[2]
    return replace(row, times=times, overlaps=overlaps)


def _sentence(rows: Sequence[PredictedRow]) -> str:
    """What a group of rows says; "" where it has one row or nothing is known."""
    known = [one for one in rows if not math.isnan(one.latency_ms)]
    known.sort(key=lambda one: one.times)
    if len(known) < 2:
        return ""
    best, second = known[:2]
    of_networks = best.pack == second.pack
    where = best.pack if of_networks else best.network
    first, other = ((one.network if of_networks else one.pack) for one in (best, second))
    ms, low, high = map(cell_text, best.per_item)
    each = " for each item" if any(one.batch_size > 1 for one in known) else ""
    text = f"{where}: {first} is fastest, {ms} ms{each} ({low} to {high}); "
    text += f"{other} takes {second.times:.2f} times as long"
    near = [one for one in known if one.overlaps]
    if near:
        names = ", ".join((one.network if of_networks else one.pack) for one in near[:4])
        tell = "measured intervals overlap" if _measured(best) else "verify=True measures them"
        text += f"; not to be told apart by intervals: {names} ({tell})"
    return text


def _measured(row: PredictedRow) -> bool:
    return not math.isnan(row.measured_ms)


def named_models(models: Models) -> list[tuple[str, AnyNetwork]]:
    """Networks with names, which differ.

    Raises:
        ConfigError: Without any.
    """
    if isinstance(models, Mapping):
        pairs = [(str(name), one) for name, one in models.items()]
    elif isinstance(models, Architectures):
        pairs = [(name_of(one), one) for one in models]
    else:
        pairs = [(name_of(one), one) for one in models]
    if not pairs:
        raise ConfigError("predict: no network given, at least one expected")
    return list(_distinct(pairs))


def _distinct(pairs: Sequence[tuple[str, AnyNetwork]]) -> Iterator[tuple[str, AnyNetwork]]:
    seen: dict[str, int] = {}
    for name, one in pairs:
        number = seen[name] = seen.get(name, 0) + 1
        yield (name if number == 1 else f"{name} ({number})"), one


def compared(
    models: Models, packs: Mapping[str, Pack], given: GivenSizes, confidence: float
) -> NetworkPredictions:
    """All networks on all packs; what fails is a row that says why.

    Raises:
        ConfigError: Without a network.
    """
    rows = []
    for name, model in named_models(models):
        graphs = _Graphs(model, given)
        for label, pack in packs.items():
            rows.append(_row(name, graphs, label or pack.device.id, pack, confidence))
    return NetworkPredictions.of_rows(rows)


class _Graphs:
    """A network for each batch size, read once: modules take seconds to export."""

    def __init__(self, model: AnyNetwork, given: GivenSizes) -> None:
        self._model, self._given = model, given
        self._known: dict[int, TensorGraph | str] = {}

    def of(self, batch: int) -> TensorGraph | str:
        """The network, or why it cannot be read."""
        if batch not in self._known:
            try:
                self._known[batch] = graph_of(self._model, self._given, batch)[1]
            except LatpredError as error:
                self._known[batch] = f"{error!s:.400}"
        return self._known[batch]


def _row(name: str, graphs: _Graphs, label: str, pack: Pack, confidence: float) -> PredictedRow:
    batch = pack.device.batch_size
    graph = graphs.of(batch)
    if isinstance(graph, str):
        return PredictedRow(name, label, batch, None, graph)
    try:
        return PredictedRow(name, label, batch, pack.predict_graph(name, graph, confidence))
    except LatpredError as error:
        return PredictedRow(name, label, batch, None, f"{error!s:.400}")
