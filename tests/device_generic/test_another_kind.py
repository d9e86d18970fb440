"""Samples that contradict a description, as those of a processor after phones, are believed."""

from __future__ import annotations

import latpred as lp
import numpy as np
from latpred import device_generic as dg

NUMBERS = {"old": (2.0, 3, 1, 7.46), "new": (2.2, 10, 4, 34.1), "mid": (2.8, 5, 2, 29.8)}


def test_a_device_eight_times_as_fast_as_described_and_of_another_shape() -> None:
    space = lp.space("nas-bench-201")
    known, others = space.sample(80, seed=0, unique=True), space.sample(120, seed=1, unique=True)
    devices = {name: dg.DeviceDescription(*four) for name, four in NUMBERS.items()}
    random = np.random.default_rng(0)

    def ms(archs: lp.Architectures, each_kernel: float) -> np.ndarray:
        work = space.count(archs)
        costs = 1e-6 * work["macs"] + 1e-6 * work["bytes"] + each_kernel * work["kernels"]
        return np.asarray(100 * costs * random.lognormal(0, 0.02, len(archs)))

    tables = {
        name: lp.LatencyTable(known, ms(known, 0.1) * one.ms_per_factor)
        for name, one in devices.items()
    }
    model = dg.DeviceGenericPredictor().fit(tables, devices)
    target = dg.DeviceDescription(2.6, 6, 32, 26)
    taken = model.choose(others, 10)
    judged = np.setdiff1d(np.arange(len(others)), taken)
    truth = ms(others, 1.0) * target.ms_per_factor / 8
    ten = lp.LatencyTable(others[taken], truth[taken])

    def error(one: dg.DeviceLatencyPredictor) -> float:
        return lp.evaluate(truth[judged], one.predict(others[judged])).mape_percent

    described, plain = model.adapt(target, ten), model.adapt(None, ten)
    assert error(described) < 1.1 * error(plain)
    assert error(described) < 11  # by deviations no wider than those of the three devices: 13
