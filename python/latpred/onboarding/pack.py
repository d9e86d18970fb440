"""A device pack: all that was measured and learnt of one device and space."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.json import with_nan
from latpred.base.tables import read_columns
from latpred.datasets.table import LatencyTable
from latpred.datasets.table_files import read_latency_table
from latpred.errors import CorruptionError, NotFittedError
from latpred.kernels.any_pack import AnyPack
from latpred.kernels.levels import later_scale
from latpred.lookup.table import LookupMeasurement
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.table import MeasuredTable
from latpred.metrics import evaluate
from latpred.onboarding.device_record import meter_from
from latpred.onboarding.findings import findings_of
from latpred.onboarding.pack_file import PackFolder, rounds_of
from latpred.onboarding.rounds import Round
from latpred.onboarding.rows import PackRows
from latpred.onboarding.verification import Verification, judged
from latpred.predictors.base import Predictor
from latpred.predictors.registry import load_predictor
from latpred.spaces import Architectures, ArchitecturesLike, Objective, Space, space_of_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


__all__ = ["DevicePack", "load_device_pack"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class DevicePack(AnyPack):
    """What `lp.onboard` measured and learnt, read from its folder.

    A pack is a latency predictor: `lp.search(space, objective=…, latency=pack, limit_ms=20)`.

    Attributes:
        folder: Where it lies. space: Its search space.
        meter: A meter of effort `default` on its device.
        table: A row for each measurement: latencies on one scale, "round", "chosen" (design,
            disagreement, random, again, check), "visits", and "raw_ms" as the round read it.
        predictor: The best candidate, with intervals; None where too little could be measured.
        lookup: The latencies of blocks, fitted to the networks; None where they could not be.
        environment: Record of the machine that measured.
        rounds: What was measured together, and how good the predictor was after it.
        runs: Of each run its "budget_seconds", "seconds", "complete" and "stopped".
        noise_percent: Noise of one label, from networks that were labelled twice; NaN if unknown.
        ceiling: Metric -> what a perfect predictor would score against labels of such noise.
        verification: How the predictor did on fresh networks; None where it was not tried.
        target_percent: The error that was asked for, or None.
        verification_failure: Why the last verification measured nothing; "" where it did.

    Example:
        >>> pack = lp.load_pack("my-device")  # doctest: +SKIP
        >>> pack.predict(pack.space.sample(3, seed=0)).shape  # doctest: +SKIP
        (3,)
    """

    folder: Path
    space: Space
    meter: LatencyMeter
    table: MeasuredTable | None
    predictor: Predictor | None
    lookup: LookupMeasurement | None
    environment: Mapping[str, Any]
    rounds: tuple[Round, ...]
    runs: tuple[Mapping[str, Any], ...]
    noise_percent: float = math.nan
    ceiling: Mapping[str, float] = field(default_factory=dict)
    verification: Verification | None = None
    target_percent: float | None = None
    verification_failure: str = ""

    @property
    def findings(self) -> tuple[str, ...]:
        """Sentences on what is wrong and what to do to get better; none where all is well."""
        return findings_of(self)

    def _model(self) -> Predictor:
        if self.predictor is None:
            raise NotFittedError(
                f"{self.folder}: the pack has no predictor, as too few networks could be measured; "
                "findings says why"
            )
        return self.predictor

    def predict(self, archs: ArchitecturesLike) -> Floats:
        """N latencies in ms; as `Predictor.predict`."""
        return self._model().predict(archs)

    def predict_interval(
        self, archs: ArchitecturesLike, confidence: float = 0.9
    ) -> tuple[Floats, Floats]:
        """N lower and N upper ends in ms; as `Predictor.predict_interval`."""
        return self._model().predict_interval(archs, confidence)

    @property
    def calibration_rows(self) -> int:
        """Held-out rows that the intervals rest on; 0 where there are none."""
        return 0 if self.predictor is None else self.predictor.calibration_rows

    def upper_bound(self, confidence: float) -> Objective:
        """The objective that limits are kept by; as `Predictor.upper_bound`."""
        bound: Objective = self._model().upper_bound(confidence)
        return bound

    def __call__(self, archs: Architectures) -> Floats:
        """The predictions: a pack is an objective of search."""
        return self.predict(archs)

    def measure(self, archs: Architectures) -> MeasuredTable:
        """Measure N networks on the device at effort `default`."""
        return self.meter.measure(archs)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the error against minutes: see `latpred.plots.onboarding_error`."""
        from latpred.plots import onboarding_error

        return onboarding_error(self.rounds, ax=ax)

    def to_dict(self) -> dict[str, Any]:
        """The figures of the pack, ready for JSON."""
        last = self.rounds[-1] if self.rounds else None
        verified = self.verification
        return {
            "folder": str(self.folder),
            "space": self.space.name,
            "device": self.device.id,
            "rows": 0 if self.table is None else len(self.table),
            "predictor": "" if last is None else last.best,
            "mape_percent": math.nan if last is None else last.mape_percent,
            "check_mape_percent": math.nan if last is None else last.check_mape_percent,
            "noise_percent": self.noise_percent,
            "ceiling": dict(self.ceiling),
            "spent": self.spent,
            "runs": [dict(one) for one in self.runs],
            "complete": self.complete,
            "verification": None if verified is None else verified.to_dict(),
            "findings": list(self.findings),
        }

    def _shown(self) -> Mapping[str, object]:
        found = self.to_dict()
        left_out = ("ceiling", "spent", "runs", "verification")
        shown = {name: value for name, value in found.items() if name not in left_out}
        if self.verification is not None:
            shown["verified_mape_percent"] = self.verification.evaluation.mape_percent
        return shown


def load_device_pack(folder: str | Path) -> DevicePack:
    """The pack of a search space; raises as `load_pack`."""
    place = PackFolder(folder)
    document = place.required()
    try:
        space = space_of_text(document["space"], f"{place.document}: space")
        fields = document["meter"]
        device, runs = str(fields["device_id"]), tuple(document["runs"])
        noise, ceiling = document.get("noise_percent"), document.get("ceiling") or {}
    except (KeyError, TypeError) as error:
        raise CorruptionError(f"{place.document}: {error} is missing or wrong") from error
    rounds = tuple(rounds_of(document))
    table = None
    if place.table.exists():
        table = PackRows.read(place.table, space, device).table(rounds)
    model = load_predictor(place.predictor) if place.predictor.exists() else None
    return DevicePack(
        folder=place.path,
        space=space,
        meter=meter_from(fields, space),
        table=table,
        predictor=model,
        lookup=LookupMeasurement.read_csv(place.lookup, space) if place.lookup.exists() else None,
        environment=document.get("environment") or {},
        rounds=rounds,
        runs=runs,
        noise_percent=math.nan if noise is None else noise,
        ceiling=ceiling,
        verification=_verification(place, document.get("verification"), space, model, rounds),
        target_percent=runs[-1].get("target_percent") if runs else None,
        verification_failure=str((document.get("verification") or {}).get("failed", "")),
    )


def _verification(
    place: PackFolder,
    figures: Any,
    space: Space,
    model: Predictor | None,
    rounds: Sequence[Round],
) -> Verification | None:
    if model is None or not figures or not place.verified.exists():
        return None
    raw = read_latency_table(place.verified, space)
    load, seconds = (figures.get(name) for name in ("load", "seconds"))
    table, shift = _at_speed(raw, place, figures.get("levels"), rounds)
    unknown = (math.nan if one is None else float(one) for one in (load, seconds))
    found = judged(model, table, *unknown)
    error = evaluate(raw.latency_ms, found.predicted_ms).mape_percent
    return replace(found, shift_percent=shift, raw_mape_percent=error)


def _at_speed(
    raw: LatencyTable, place: PackFolder, levels: Any, rounds: Sequence[Round]
) -> tuple[LatencyTable, float]:
    """The networks at the speed of the rounds, and by how many percent they were slower."""
    if not levels or not rounds:
        return raw, 0.0
    try:
        beside = [int(cell) for cell in read_columns(place.verified)["reference"]]
        each, shift = later_scale(rounds, with_nan(levels), beside)
    except (KeyError, ValueError) as error:
        raise CorruptionError(f"{place.verified}: no references to scale by: {error}") from error
    low, high = (None if end is None else end * each for end in (raw.low_ms, raw.high_ms))
    latency = raw.latency_ms * each
    return LatencyTable(raw.archs, latency, raw.device, low, high, raw.status, raw.meta), shift
