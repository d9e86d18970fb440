"""Several networks on several devices: their latencies, and how many times as fast which is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import isfinite
from typing import TYPE_CHECKING, Any

from latpred._core import measurement as _native
from latpred.base.equal import Compared
from latpred.base.text import cell_text
from latpred.base.told import ToldTable
from latpred.measurement.network_campaign import DeviceRun
from latpred.measurement.network_latency import NetworkLatency

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NetworkComparison", "comparison_of"]

_COLUMNS = ("name", "device", "latency_ms", "low_ms", "high_ms", "status", "reason")
_RATIO = ("network", "device", "than_network", "than_device", "times_as_fast", "low", "high")
MOST_SENTENCES = 12


@dataclass(frozen=True)
class NetworkComparison(ToldTable, Compared):
    """Latencies of networks on devices, and their ratios.

    Networks on one device were visited in turn in one campaign: their ratio is free of the drift of
    the machine. Between devices it comes from the two latencies. The interval of a ratio has the
    level of the latencies' own.

    Attributes:
        rows: A `NetworkLatency` for each network on each device, failed ones too.
        pairs: A mapping for each ratio; `ratios` shows them as a table.

    Example:
        >>> rows = [lp.NetworkLatency(n, "libtorch", 2.0, 1.9, 2.1, "converged") for n in "ab"]
        >>> lp.NetworkComparison(rows).to_frame()["name"].tolist()
        ['a', 'b']
    """

    rows: Sequence[NetworkLatency]
    pairs: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    @property
    def ratios(self) -> pd.DataFrame:
        """How many times as fast `network` on `device` is as `than_network` on `than_device`:
        `times_as_fast`, its interval `low` to `high`, what that `says` (faster, slower,
        indistinguishable, or unknown without an interval), and whether the two were visited in turn
        beside one reference (`paired`)."""
        import pandas as pd

        return pd.DataFrame(self.pairs, columns=[*_RATIO, "says", "paired"])

    def to_frame(self) -> pd.DataFrame:
        """A line for each network on each device."""
        import pandas as pd

        return pd.DataFrame(self._rows(), columns=list(_COLUMNS))

    def sentences(self) -> list[str]:
        """What the ratios say, in words; then why networks failed."""
        shown = [_sentence(one) for one in self._against_first()]
        failed = [
            f"{one.name} on {one.device} has no latency: {one.reason}"
            for one in self.rows
            if one.status == "failed"
        ]
        return shown[:MOST_SENTENCES] + failed

    def document(self) -> dict[str, Any]:
        """Rows, ratios and sentences as plain values."""
        names = (*_RATIO, "says", "paired")
        ratios = [{name: one[name] for name in names} for one in self.pairs]
        return {"rows": self._rows(), "ratios": ratios, "sentences": self.sentences()}

    def _rows(self) -> list[dict[str, Any]]:
        return [{name: getattr(one, name) for name in _COLUMNS} for one in self.rows]

    def _lines(self) -> list[list[str]]:
        names = list(_COLUMNS[:-1])
        return [names, *([cell_text(row[name]) for name in names] for row in self._rows())]

    def _against_first(self) -> Iterator[Mapping[str, Any]]:
        """The ratios to the first network of a device, and of a network to its first device."""
        seen: set[tuple[Any, ...]] = set()
        for one in self.pairs:
            same = one["device"] == one["than_device"]
            later = (one["network"], one["device"], same)
            if later not in seen:
                seen.add(later)
                yield one


def comparison_of(runs: Sequence[DeviceRun]) -> NetworkComparison:
    """All rows that there are, and the ratio of each two networks on a device and of each network
    on two."""
    rows = [run.latencies[number] for run in runs for number in sorted(run.latencies)]
    pairs: list[dict[str, Any]] = []
    for run in runs:
        for first, second in combinations(sorted(run.rows), 2):
            pairs += _pair(run, second, run, first)
    for earlier, later in combinations(runs, 2):
        for number, name in enumerate(later.names):
            if name in earlier.names:
                pairs += _pair(later, number, earlier, earlier.names.index(name))
    return NetworkComparison(tuple(rows), tuple(pairs))


def _pair(run: DeviceRun, number: int, than: DeviceRun, other: int) -> list[dict[str, Any]]:
    """A ratio; none where one of the two has no latency."""
    if number not in run.rows or other not in than.rows:
        return []
    first, second = run.rows[number], than.rows[other]
    found = _native.speed_ratio(first, second, one_campaign=run is than)
    back = _native.speed_ratio(second, first, one_campaign=run is than)
    if not isfinite(found.times):
        return []
    names = (run.names[number], run.device_id(number), than.names[other], than.device_id(other))
    values = (*names, found.times, found.low, found.high)
    pair = dict(zip(_RATIO, values, strict=True))
    return [
        pair
        | {"says": found.says, "paired": found.paired, "inverse": (back.times, back.low, back.high)}
    ]


def _sentence(pair: Mapping[str, Any]) -> str:
    """As "b is 1.8 (1.7-1.9) times as fast as a"; the faster one stands first."""
    networks = (pair["network"], pair["than_network"])
    devices = (pair["device"], pair["than_device"])
    if devices[0] == devices[1]:
        (first, second), where = networks, f" on {devices[0]}"
    elif networks[0] == networks[1]:
        (first, second), where = devices, f" for {networks[0]}"
    else:  # networks of two precisions
        first, second = (f"{name} on {device}" for name, device in zip(networks, devices))  # noqa: B905
        where = ""
    times, low, high = pair["times_as_fast"], pair["low"], pair["high"]
    if pair["says"] == "slower" or (pair["says"] == "unknown" and times < 1):
        first, second = second, first
        times, low, high = pair["inverse"]
    if pair["says"] == "unknown":
        return f"{first} is {times:.3g} times as fast as {second}{where} (no interval)"
    text = f"{times:.3g} ({low:.3g}\u2013{high:.3g})"
    if pair["says"] == "indistinguishable":
        return f"{first} and {second} are not distinguishable{where}: ratio {text}"
    return f"{first} is {text} times as fast as {second}{where}"
