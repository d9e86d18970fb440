"""Short runs of `lp.onboard("networks")` on synthetic devices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
from latpred.kernels import NetworkPack

from tests.kernels import stand_in
from tests.kernels.probe_device import SyntheticMeter, true_ms
from tests.onboarding.synthetic_device import SyntheticDevice, Truth

MINUTES = 2.0


def device(**settings: Any) -> SyntheticDevice:
    """Slow, so that few networks fit into the time and the tests are quick."""
    return SyntheticDevice(**{"slow": 8.0, "truth": Truth(typical_ms=8.0), **settings})


def onboard(on: SyntheticDevice, out: Path, **options: Any) -> NetworkPack:
    """Some minutes on the synthetic device, by its own clock."""
    meter = SyntheticMeter(on, **options.pop("device", {}))
    settings = {"budget_minutes": MINUTES, "verify": False, "progress": False, **options}
    return lp.onboard("networks", meter, out=out, clock=meter.clock, **settings)


def error_percent(pack: NetworkPack, on: SyntheticDevice) -> float:
    """Mean relative error of fresh networks against the truth."""
    graphs = [stand_in.probe_network(77, number) for number in range(50)]
    truth = [on.slow * true_ms(graph) for graph in graphs]
    predicted = [pack.predict(graph).latency_ms for graph in graphs]
    return float(100 * np.mean(np.abs(np.divide(predicted, truth) - 1)))


def says(pack: NetworkPack, *words: str) -> bool:
    """Whether some finding has all of the words."""
    return any(all(word in text for word in words) for text in pack.findings)
