"""Device packs made by hand: what pages and commands show does not depend on a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
from latpred.measurement.table import MeasuredTable
from latpred.onboarding import DevicePack, Round, Verification

ROWS, FRESH = 40, 12
UNIT: dict[str, Any] = {"channels": [8], "kernel": [3, 5], "expand": [3, 6], "depth": [1, 2]}
DEVICE = lp.Device("command", name="board")
CEILING = {"mae_ms": 0.02, "mape_percent": 1.25, "within_5_percent": 99.0, "spearman": 0.99}


def space() -> lp.Space:
    return lp.define_space("tiny", resolutions=[32, 48], units=[UNIT, {**UNIT, "stride": 2}])


def truth(archs: lp.Architectures) -> Any:
    return 1 + 1e-6 * archs.space.count(archs)["macs"]


def table(held_out: bool = False) -> MeasuredTable:
    archs = space().sample(ROWS, seed=0, unique=True)
    ms = truth(archs) * np.random.default_rng(1).lognormal(0, 0.02, ROWS)
    status = ["labelled"] * (ROWS - 3) + ["drift", "suspect", "converged"]
    made = MeasuredTable(archs, ms, DEVICE.id, 0.98 * ms, 1.02 * ms, status)
    made.measured = {"round": np.repeat([1, 2], ROWS // 2), "chosen": np.repeat("random", ROWS)}
    if held_out:
        made.measured = {**made.measured, "held_out_ms": np.r_[np.nan, ms[1:] * 1.03]}
    return made


def rounds() -> tuple[Round, ...]:
    both: dict[str, Any] = {"networks": 22, "measured": 20, "best": "additive", "run": 1}
    times = {"measuring": 50.0, "choosing": 1.0, "learning": 9.0}
    return (
        Round(
            1, "labels", **both, chosen={"design": 12, "random": 10}, seconds=times, minutes=1.0,
            statuses={"labelled": 19, "drift": 1}, scores={"additive": 6.0}, mape_percent=5.5,
            levels=(1.0, 2.0, 3.0), clean_percent=90.0, failed=("net <1> hangs", "net 2: killed"),
        ),
        Round(
            2, "checks", **both, chosen={"check": 22}, seconds=times, minutes=2.0,
            statuses={"converged": 20}, scores={"additive": 3.0, "gaussian-process": 3.4},
            mape_percent=2.9, check_mape_percent=2.2, levels=(1.05, 2.1, 3.15),
        ),
    )  # fmt: skip


def verification(
    *, intervals: bool = True, p_value: float = 0.6, rows: Mapping[str, Any] | None = None
) -> Verification:
    archs = space().sample(ROWS + FRESH, seed=0, unique=True)[ROWS:]
    ms, blank = truth(archs), np.full(FRESH, np.nan)
    fresh = lp.LatencyTable(archs, ms, DEVICE.id, **(rows or {}))
    return Verification(
        table=fresh,
        predicted_ms=1.02 * ms,
        low_ms=0.97 * ms if intervals else blank,
        high_ms=1.05 * ms if intervals else blank,
        evaluation=lp.evaluate(ms, 1.02 * ms),
        coverage={0.9: (0.925, p_value), 0.95: (1.0, 0.9)} if intervals else {},
        careful=FRESH,
        calibration_rows=25 if intervals else 0,
        load=0.5,
        seconds=90.0,
    )


def pack(folder: Path | str = "my-device", **changes: Any) -> DevicePack:
    """A pack of two rounds, not verified; `changes` replaces fields."""
    rows = table()
    model = lp.AdditivePredictor().fit(rows.archs, rows.latency_ms)
    made = DevicePack(
        folder=Path(folder),
        space=rows.space,
        meter=lp.LatencyMeter(DEVICE, command="bench {onnx}"),
        table=rows,
        predictor=model,
        lookup=None,
        environment={"cpu": "a processor", "cores": 2, "settings": {"OMP_NUM_THREADS": "1"}},
        rounds=rounds(),
        runs=({"complete": True, "seconds": 120.0, "stopped": "the time is used"},),
        noise_percent=1.5,
        ceiling=CEILING,
    )
    return replace(made, **changes)


def empty(folder: Path | str = "my-device") -> DevicePack:
    """A pack of a device that measured nothing and was killed."""
    failed = Round(1, "labels", networks=10, failed=("the device does not answer",), minutes=0.5)
    return pack(
        folder,
        table=None,
        predictor=None,
        environment={},
        rounds=(failed,),
        runs=({"complete": False, "seconds": 30.0, "stopped": ""},),
        noise_percent=float("nan"),
        ceiling={},
    )
