"""Campaigns that are kept in a store: begun, gone on with after anything, and read back."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from latpred._core import measurement as _native
from latpred._core.measurement import NetworkResult
from latpred.base.json import plain
from latpred.devices.environment import environment_record
from latpred.errors import ConfigError, ConfigMismatchError, MeasurementError
from latpred.measurement.table import MeasuredTable, failures, table_of
from latpred.spaces import Architectures, Space
from latpred.store.campaign import CampaignStore, NetworkKey, StoredPlan
from latpred.store.format import digest_of

__all__ = ["campaign_settings", "environment_of", "measure_with_store", "network_hashes"]


def _identity(space: Space) -> dict[str, Any]:
    genes = [[gene.name, [str(choice) for choice in gene.choices]] for gene in space.genes]
    return {"space": space.name, "width": space.width, "space_hash": digest_of(genes)}


class Meter(Protocol):
    """What a stored campaign asks of a `LatencyMeter`."""

    device: Any
    elsewhere: Any
    last_campaign: list[Any]
    last_table: MeasuredTable | None

    def protocol(self, space: Space) -> dict[str, Any]: ...
    def measure(
        self,
        archs: Architectures,
        *,
        progress: Callable[[int, int, str], None] | None = None,
        on_visit: Callable[[Any], None] | None = None,
        on_result: Callable[[Any], None] | None = None,
        earlier: Sequence[Any] = (),
    ) -> MeasuredTable: ...


def campaign_settings(meter: Meter, space: Space) -> dict[str, Any]:
    """All that must be equal for measurements to belong into one store; plain values."""
    settings = meter.protocol(space) | _identity(space)
    return {name: value for name, value in settings.items() if value is not None}


def network_hashes(archs: Architectures) -> list[str]:
    """Of each architecture, as the store keys it."""
    return [f"{int(value):016x}" for value in archs.hashes]


def _row_of(cells: Mapping[str, Any], index: int) -> NetworkResult:
    """A stored result as the meter would give it."""
    return NetworkResult.from_fields({**cells, "index": index})


@contextmanager
def _sigterm_ends_in_order() -> Iterator[None]:
    """SIGTERM raises SystemExit(143), so that what was measured is stored first.

    Only where nobody else handles it, and in the main thread, where signals arrive.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def leave(*_: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


class _StoredCampaign:
    """One call of `measure_with_store`."""

    def __init__(
        self,
        archs: Architectures,
        meter: Meter,
        kept: CampaignStore,
        progress: Callable[[int, int, str], None] | None,
    ) -> None:
        self.archs, self.meter, self.kept = archs, meter, kept
        self._hashes = network_hashes(archs)
        self._progress = progress

    def run(self) -> None:
        """The unfinished campaign first, then one over what is missing."""
        if self.kept.unfinished is not None:
            places = self._assigned(self.kept.unfinished.keys)
            self._refuse_strangers(self.kept.unfinished, places)
            self._measure(self.kept.resume(), places)
        missing = [i for i, key in enumerate(self._known()) if key is None]
        if missing:
            entered = Counter(name for name, _ in self.kept.results)
            keys = []
            for i in missing:
                keys.append((self._hashes[i], entered[self._hashes[i]]))
                entered[self._hashes[i]] += 1
            plan = self.kept.begin(self.archs[missing].to_strings(), keys)
            self._measure(plan, dict(zip(keys, missing, strict=True)))

    def _known(self) -> list[NetworkKey | None]:
        """The stored result of each architecture; one that is given twice needs two."""
        stored: dict[str, list[NetworkKey]] = {}
        for key in sorted(self.kept.results):
            if _row_of(self.kept.results[key], 0).attempted:
                stored.setdefault(key[0], []).append(key)
        return [stored[h].pop(0) if stored.get(h) else None for h in self._hashes]

    def _assigned(self, keys: Sequence[NetworkKey]) -> dict[NetworkKey, int]:
        """Which of the architectures without a result each key of a campaign is."""
        free: dict[str, list[int]] = {}
        for i, known in enumerate(self._known()):
            if known is None:
                free.setdefault(self._hashes[i], []).append(i)
        return {key: free[key[0]].pop(0) for key in keys if free.get(key[0])}

    def _refuse_strangers(self, plan: StoredPlan, places: Mapping[NetworkKey, int]) -> None:
        strange = len(plan.keys) - len(places)
        if strange:
            raise ConfigMismatchError(
                f"{self.kept.path} holds an unfinished campaign of {len(plan.keys)} networks, of "
                f"which {strange} are not among those given: give them too, or another file",
                {"architectures": (len(plan.keys), len(self._hashes))},
            )

    def _rows(self) -> list[NetworkResult]:
        """Stored results as the meter would give them."""
        rows = []
        last = dict(sorted(self.kept.results))  # number of the last entry of each network
        for index, key in enumerate(self._known()):
            if key is None:  # the time did not suffice, also this time
                key = (self._hashes[index], last[self._hashes[index]])
            rows.append(_row_of(self.kept.results[key], index))
        return rows

    def _measure(self, plan: StoredPlan, places: Mapping[NetworkKey, int]) -> None:
        chosen = self.archs[[places[key] for key in plan.keys]]
        summary: Mapping[str, Any] = {}
        try:
            table = self.meter.measure(
                chosen,
                progress=self._progress,
                on_visit=lambda record: self.kept.visit(record.fields()),
                on_result=self.kept.result,
                earlier=[_native.VisitRecord.from_fields(fields) for fields in plan.earlier],
            )
            summary = {k: v for k, v in (table.meta or {}).items() if k != "environment"}
        except MeasurementError:
            if len(self.meter.last_campaign) != len(plan.keys):  # not the networks' fault
                raise
        except KeyboardInterrupt as stop:
            stop.add_note(f"the same call goes on from {self.kept.path}")
            raise
        self.kept.end(self.meter.last_campaign, plain(summary))

    def table(self, environment: Mapping[str, Any]) -> MeasuredTable:
        """All that were asked for, from the store.

        Raises:
            MeasurementError: If no network has a latency.
        """
        rows = self._rows()
        summaries = self.kept.summaries
        texts = [text for summary in summaries for text in summary.get("warnings", [])]
        meta = dict(summaries[-1]) | {"environment": dict(environment), "failed": failures(rows)}
        meta |= {"warnings": [*self.kept.warnings, *texts], "campaigns": summaries}
        meta["store"] = str(self.kept.path)
        table = table_of(self.archs, rows, self.meter.device.id, meta)
        if table is None:
            raise MeasurementError(
                f"no network could be measured; {rows[0].name}: {rows[0].reason}"
            )
        return table


def environment_of(meter: Meter) -> dict[str, Any]:
    """Record of the machine that measures, which may be the worker's.

    Raises:
        MeasurementError: Where the worker cannot be reached.
    """
    elsewhere = meter.elsewhere
    if elsewhere is None or elsewhere.command is not None:
        return environment_record()
    from latpred.worker.process import WorkerProcess

    settings = elsewhere.settings()
    with WorkerProcess(settings.command, settings.start_seconds) as worker:
        found: dict[str, Any] = worker.hello["environment"]
    return found


def measure_with_store(
    archs: Architectures,
    meter: Meter,
    store: str | Path,
    *,
    progress: Callable[[int, int, str], None] | None = None,
    allow_env_change: bool | None = None,
) -> MeasuredTable:
    """Measure what the store does not have yet, and return all that were asked for.

    An unfinished campaign continues where it stopped. Each network is measured as often as it is
    given; one that the budget left no time for is measured at the next call.

    Args:
        archs: What to measure.
        meter: How to measure; its settings must be those of the meter that began the store.
        store: The file, made if it is not there.
        progress: Called with (visits done, visits expected in this campaign, text).
        allow_env_change: Whether to go on where another environment measured before: True; None,
            with a warning; False, not.

    Raises:
        ConfigMismatchError: If the store was begun with other settings, or its unfinished campaign
            has networks that are not given.
        ConfigError: Without an architecture.
        CampaignLockedError, CorruptionError, StorageError: See CampaignStore.
        DataError, MeasurementError: See LatencyMeter.measure.
        KeyboardInterrupt: On Ctrl-C; what was measured is in the store.
    """
    if len(archs) == 0:
        raise ConfigError("measure: no architecture given, at least one expected")
    environment = environment_of(meter)
    settings = campaign_settings(meter, archs.space)
    kept = CampaignStore(
        store, settings, environment=environment, allow_env_change=allow_env_change
    )
    with _sigterm_ends_in_order(), kept:
        campaign = _StoredCampaign(archs, meter, kept, progress)
        campaign.run()
        meter.last_table = campaign.table(environment)
        return meter.last_table
