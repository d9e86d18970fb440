"""Short runs of `lp.onboard` on synthetic devices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp

from tests.onboarding.synthetic_device import SyntheticDevice, SyntheticMeter

MINUTES = 2.0


def device(**settings: Any) -> SyntheticDevice:
    """Slow, so that few networks fit into the time and the tests are quick."""
    return SyntheticDevice(**{"slow": 8.0, **settings})


def onboard(on: SyntheticDevice, out: Path, **options: Any) -> lp.DevicePack:
    """Some minutes on the synthetic device, by its own clock."""
    meter = SyntheticMeter(on)
    settings = {"budget_minutes": MINUTES, "verify": False, "progress": False, **options}
    space = settings.pop("space", "nas-bench-201")
    return lp.onboard(space, meter, out=out, clock=meter.clock, **settings)


def error_percent(pack: lp.DevicePack, on: SyntheticDevice) -> float:
    """Mean relative error of fresh networks against the truth."""
    archs = pack.space.sample(400, seed=999)
    truth = on.slow * on.truth(archs)
    return lp.evaluate(truth, pack.predict(archs)).mape_percent


def says(pack: lp.DevicePack, *words: str) -> bool:
    """Whether some finding has all of the words."""
    return any(all(word in text for word in words) for text in pack.findings)


def run_seconds(pack: lp.DevicePack) -> list[float]:
    """Of each run."""
    return [float(run["seconds"]) for run in pack.runs]
