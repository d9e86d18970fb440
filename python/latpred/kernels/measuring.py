"""Measuring probe networks, so that a kill loses little and a fault ends nothing."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from latpred._core import measurement as _native
from latpred._core.graphs import OpGraph
from latpred.base.files import read_if_there
from latpred.base.json import json_text, with_nan
from latpred.base.progress import Progress
from latpred.devices.settings import OnVisit
from latpred.errors import DataError, MeasurementError, StorageError
from latpred.kernels.campaigns import ProbeCampaign
from latpred.measurement.interrupted import campaign_so_far, recording
from latpred.measurement.meter import LatencyMeter

__all__ = ["MeasuredProbes", "measure_probes"]

_MOST_SAID = 300  # letters of a reason


@dataclass(frozen=True)
class MeasuredProbes:
    """What a campaign over probes gave.

    Attributes:
        rows: Of each that has a latency: name, raw_ms, raw_low_ms, raw_high_ms, status and the
            number of its reference.
        failed: Name -> reason of those that were tried and have none.
        levels: Latency of each reference in ms.
        clean_percent: Samples without evidence of disturbance; NaN where not known.
        cut: Why the device ended the campaign before its time, if it did.
        environment: Record of the machine that measured.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[float, ...] = ()
    clean_percent: float = math.nan
    cut: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)

    def statuses(self) -> dict[str, int]:
        """Status -> how many rows."""
        return dict(Counter(row["status"] for row in self.rows))

    def sentences(self) -> tuple[str, ...]:
        """One for each that failed, or for all of them."""
        failed = tuple(f"{name}: {reason}" for name, reason in self.failed.items())
        return failed or ((self.cut,) if self.cut and not self.rows else ())


def measure_probes(
    graphs: Mapping[str, OpGraph],
    meter: LatencyMeter,
    effort: str,
    seconds: float | None,
    progress: Progress,
    visits: Path | None = None,
) -> MeasuredProbes:
    """Measure networks by name, in at most so many seconds; what fails is told and ends nothing.

    Args:
        graphs: The networks.
        meter: Of the device.
        effort: How precisely.
        seconds: Most wall time; None sets no limit.
        progress: Called with (visits done, visits expected, text).
        visits: A file that keeps each visit, from which a killed campaign goes on.

    Raises:
        ConfigError: For a device that is not there.
        KeyboardInterrupt: On Ctrl-C; the visits are in the file.
    """
    work = ProbeCampaign(graphs, meter)
    earlier = [] if visits is None else list(kept_visits(visits))
    records = [*earlier]
    with _keeping(visits) as keep:
        settings = replace(
            meter.at(effort, budget_seconds=seconds).settings(),
            progress=progress,
            on_visit=recording(records, keep),
            earlier=earlier,
        )
        try:
            campaign = work.measure(settings)
        except MeasurementError as error:
            cut = _short(str(error))
            so_far = campaign_so_far(*work.names, work.pairing, settings, records)
            if so_far is None:
                return MeasuredProbes(cut=cut, environment=work.environment)
            return _measured(so_far, cut, work.environment)
    return _measured(campaign, "", work.environment)


@contextmanager
def _keeping(visits: Path | None) -> Iterator[OnVisit | None]:
    """What writes each visit behind the others."""
    if visits is None:
        yield None
        return
    try:
        file = visits.open("a", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"cannot write {visits}: {error.strerror}") from error
    with file:

        def keep(record: _native.VisitRecord) -> None:
            file.write(json_text(record.fields()) + "\n")
            file.flush()

        yield keep


def kept_visits(path: Path) -> Iterator[_native.VisitRecord]:
    """The visits of a killed campaign; a last line that the kill cut off is left out."""
    for line in (read_if_there(path) or b"").splitlines():
        try:
            yield _native.VisitRecord.from_fields(with_nan(json.loads(line)))
        except (ValueError, KeyError, TypeError, DataError):
            return


def _measured(
    campaign: _native.Campaign, cut: str, environment: Mapping[str, Any]
) -> MeasuredProbes:
    tried = [row for row in campaign.rows if row.attempted]
    known = [row for row in tried if math.isfinite(row.latency_ms)]
    failed = {row.name: _short(row.reason) for row in tried if row.status == "failed"}
    levels = (one.fields()["latency_ms"] for one in campaign.references)
    share = campaign.clean_fraction
    return MeasuredProbes(
        rows=[
            {
                "name": row.name,
                "raw_ms": row.latency_ms,
                "raw_low_ms": row.low_ms,
                "raw_high_ms": row.high_ms,
                "status": row.status,
                "reference": row.reference,
            }
            for row in known
        ],
        failed=failed,
        levels=tuple(math.nan if ms is None else float(ms) for ms in levels),
        clean_percent=100 * share,
        cut=cut,
        environment=environment,
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MOST_SAID else f"{flat[: _MOST_SAID - 1]}…"
