"""Use one extra of latpred as README and docs say; with `--without`, see the error that names it.

Run by tools/bare.py with the interpreter of a bare environment. Only latpred and what it requires
are imported, torch among it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import latpred as lp
import numpy as np

SIZES = {"resolutions": [32]}


def small_space() -> lp.Space:
    units = [{"channels": [8, 16], "expand": [3], "depth": [1, 2]}]
    return lp.define_space("bare", units=units, **SIZES)


def table() -> lp.LatencyTable:
    space = small_space()
    archs = space.enumerate()
    return lp.LatencyTable(archs, 1.0 + np.arange(len(archs)), device="bare")


def use_images() -> None:
    from PIL import Image

    for name, colour in {"red": (200, 9, 9), "blue": (9, 9, 200)}.items():
        Path("pictures/val", name).mkdir(parents=True)
        Image.new("RGB", (40, 32), colour).save(Path("pictures/val", name, "1.png"))
    assert len(lp.profiling.ImageFolder("pictures").validation) == 2


def use_onnx() -> None:
    arch = small_space().sample(1, seed=0)
    lp.to_onnx(arch, "arch.onnx")
    meter = lp.LatencyMeter(lp.Device("onnxruntime"), effort="dataset")
    assert len(lp.measure(arch, meter, progress=False)) == 1
    own_module("onnxruntime", "fp32")
    own_module("onnxruntime", "int8")


def use_openvino() -> None:
    arch = small_space().sample(1, seed=0)
    meter = lp.LatencyMeter(lp.Device("openvino"), effort="dataset")
    assert len(lp.measure(arch, meter, progress=False)) == 1
    own_module("openvino", "fp32")
    own_module("openvino", "int8")


def own_module(runtime: str, precision: str) -> None:
    import torch

    module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8))
    found = lp.measure_network(
        module,
        lp.Device(runtime, precision=precision),
        example_inputs=(1, 3, 16, 16),
        effort="dataset",
    )
    assert found.latency_ms > 0, found


def use_optuna() -> None:
    found = lp.tune(square, sampler="tpe", trials=4, **TUNED)
    assert len(found.to_optuna().trials) == 4


def use_ray() -> None:
    found = lp.tune(square, sampler="random", trials=2, executor="ray", workers=1, **TUNED)
    assert len(found.trials) == 2


def square(trial: lp.tuning.TrialView) -> float:
    return float((trial.params["x"] - 1) ** 2)


TUNED = {"parameters": {"x": lp.tuning.Float(0.0, 2.0)}, "epochs": 1, "progress": False}


def use_parquet() -> None:
    table().to_parquet("table.parquet")
    assert len(lp.read_latency_table("table.parquet", small_space())) == len(table())


def use_trees() -> None:
    assert lp.TreesPredictor(trees=3).fit(table()).predict(table().archs).shape == (len(table()),)


def always() -> None:
    """What needs no extra."""
    assert lp.AdditivePredictor().fit(table()).predict(table().archs).shape == (len(table()),)


USES: dict[str, Callable[[], None]] = {
    name.removeprefix("use_"): value for name, value in dict(vars()).items() if name[:4] == "use_"
}
BROUGHT = {"images"}  # what latpred itself requires brings Pillow


def main() -> int:
    extra, without = sys.argv[1], "--without" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        always()
        try:
            USES[extra]()
        except lp.ConfigError as error:
            print(f"[bare] {error}")
            return 0 if without and f"latpred[{extra}]" in str(error) else 1
        finally:
            os.chdir("/")
    return 0 if not without or extra in BROUGHT else 1


if __name__ == "__main__":
    sys.exit(main())
