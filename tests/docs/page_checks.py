"""What has to hold of the names that the code of each page leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import onnx
import torch
from latpred.networks import Network

Names = dict[str, Any]


def readme(names: Names) -> None:
    assert len(lp.read_latency_table("my_device.csv", names["space"])) == 200
    assert len(names["result"].front) > 1
    assert lp.load_predictor("my_device.latpred").predict(names["archs"]).shape == (2,)
    assert names["own"].latency_ms > 0


def block_profiling(names: Names) -> None:
    assert len(names["effects"]) == 180
    assert names["largest"]["family_low"] > 0
    assert names["again"].effects.shape == names["profile"].effects.shape
    assert Path("profile.html").stat().st_size > 100_000
    assert Path("tables/effects.csv").exists()
    low, high = (names["latency"].effects[end] for end in ("low", "high"))
    assert (low < high).all()
    assert list(names["here"].effects["metric"].unique()) == ["latency", "kernels"]


def campaigns(names: Names) -> None:
    assert len(names["table"]) == 4
    saved = lp.read_latency_table("table.csv", names["archs"].space)
    np.testing.assert_allclose(saved.latency_ms, names["table"].latency_ms)


def devices(names: Names) -> None:
    assert len(names["table"]) == 2
    assert names["found"].name == "own.onnx"


def device_generic(names: Names) -> None:
    assert round(names["phone"].ms_per_factor, 5) == 0.05212
    assert (names["latency_ms"] > 0).all()
    assert names["found"].latency_ms <= names["limit_ms"]
    archs = names["data"].archs
    there, better = (names[one].predict(archs).mean() for one in ("there", "better"))
    assert better > 1.02 * there  # ten networks said that it is slower by a tenth
    assert (names["low"] < names["high"]).all()
    assert lp.load_predictor("phone.latpred").device_name == "phone"


def inside_networks(names: Names) -> None:
    assert names["snip"] > 0
    assert names["fisher"] > 0
    assert names["saliency"].shape == names["images"].shape
    mean = "stem.bn.running_mean"
    first, second = (names[one].state_dict()[mean] for one in ("again", "like_a_supernet"))
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-6)


def my_model(names: Names) -> None:
    pack = names["pack"]
    assert pack.complete
    assert pack.verification is not None
    assert pack.mape_percent < 40
    assert names["found"].fastest().latency_ms > 0
    assert len(names["again"].probes) == len(pack.probes)


def networks_by_hand(names: Names) -> None:
    inputs = torch.from_numpy(names["batch"].astype(np.float32))
    found = names["module"](inputs).detach()
    np.testing.assert_allclose(found, names["outputs"], rtol=1e-4, atol=1e-5)
    assert names["again"].layers() == names["graph"].layers()
    assert names["small"].costs["macs"] == 4 * 36 * 27


def new_device(names: Names) -> None:
    assert len(names["measured"]) == 10
    assert names["choice"].measurements == 10 + len(names["choice"].verified)
    assert names["choice"].best.measured_ms <= names["limit_ms"]
    truth = names["new"].latency_ms
    assert lp.evaluate(truth, names["latency_ms"])["spearman"] > 0.9
    assert names["result"].latency_ms <= names["limit_ms"]
    assert lp.load_predictor("new_device.latpred").kind == "few-shot"
    assert names["found"].devices == ("board",)
    assert names["suite"].computed == 18


def onboarding(names: Names) -> None:
    pack, again, other = names["pack"], names["again"], names["other"]
    assert len(pack.table) > len(again.table) > 20
    assert len(pack.runs) == 2
    assert pack.rounds[-1].mape_percent < 15
    assert names["found"].latency_ms <= names["limit_ms"]
    assert len(names["following"]) == 5
    assert lp.load_predictor("my-device").space.same_family(names["space"])
    assert other.device.id != pack.device.id


def other_devices(names: Names) -> None:
    assert isinstance(lp.load_predictor("gpu.latpred"), lp.FineTunedPredictor)
    assert names["latency_ms"].shape == (200,)
    assert len(names["report"]) == 4


def own_spaces(names: Names) -> None:
    assert names["mobile"].size > 1e5
    assert names["result"].architecture.space.same_family(names["mobile"])
    for name in ("mobile", "resnet"):
        does_what_built_in_ones_do(names[name])
        modules_are_what_the_op_graph_says(names[name])


def does_what_built_in_ones_do(space: lp.Space) -> None:
    archs = space.sample(200, seed=4)
    assert space.architectures(archs.to_strings()) == archs
    assert space.architectures([repr(each) for each in archs.to_dicts()]) == archs
    assert space.decode(space.encode(archs)) == archs
    children = space.crossover(archs, space.mutate(archs, seed=2, rate=0.5), seed=3)
    assert space.architectures(children.genes) == children
    assert space.sample(16, seed=0, unique=True).hashes.size == 16
    costs = space.encode(archs, "cost-features")
    np.testing.assert_allclose(costs[:, 0], space.count(archs)["macs"], rtol=1e-6)
    assert lp.LatencyTable(archs, space.count(archs)["macs"] / 1e6).audit().ok


def modules_are_what_the_op_graph_says(space: lp.Space) -> None:
    for arch in space.sample(5, seed=8):
        module: Any = lp.to_torch(arch, seed=1)
        params = sum(each.numel() for each in module.parameters())
        assert params == space.count(arch)["params"][0]
        side = arch.graph().layers()[0]["shape"][-1]
        images = np.random.default_rng(5).standard_normal((2, 3, side, side), dtype=np.float32)
        expected = Network(arch, seed=1).forward(images)
        with torch.inference_mode():
            got = module(torch.from_numpy(images)).numpy()
        assert np.abs(got - expected).max() <= 1e-4 * np.abs(expected).max()


def predictors(names: Names) -> None:
    assert (names["low"] < names["high"]).all()
    assert names["curve"].sizes == (20, 50, 100)


def search_for_a_device(names: Names) -> None:
    assert names["found"].latency_ms <= names["limit_ms"]
    assert names["found"].regret() == names["guided"].regret() == 0
    assert names["guided"].evaluations == 300
    assert names["best"].accuracy <= names["found"].accuracy
    assert set(names["study"].columns["method"].tolist()) == {"guided", "random"}
    winner = names["winner"]
    assert winner.latency_ms <= 8.0
    onnx.checker.check_model("winner.onnx", full_check=True)
    params = sum(each.numel() for each in names["module"].parameters())
    assert params == winner.architecture.space.count(winner.architecture)["params"][0]
    assert names["measured"].archs == winner.architecture
    assert names["measured"].latency_ms[0] > 0


def supernets(names: Names) -> None:
    assert names["scores"].shape == (4, 10)


CHECKS: dict[str, Callable[[Names], None]] = {
    "README.md": readme,
    "block_profiling.md": block_profiling,
    "campaigns.md": campaigns,
    "device_generic.md": device_generic,
    "devices.md": devices,
    "inside_networks.md": inside_networks,
    "my_model_on_my_device.md": my_model,
    "networks_by_hand.md": networks_by_hand,
    "new_device.md": new_device,
    "onboarding.md": onboarding,
    "other_devices.md": other_devices,
    "own_spaces.md": own_spaces,
    "predictors.md": predictors,
    "search_for_a_device.md": search_for_a_device,
    "supernets.md": supernets,
}
