"""Metrics by name for the spaces of the original."""

from __future__ import annotations

import json
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.profiling import ORIGINAL_SPACES, named_metrics


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No named data."""
    monkeypatch.setenv("LATPRED_DATA", str(tmp_path))
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path))


@pytest.mark.parametrize("name", ORIGINAL_SPACES)
@pytest.mark.usefixtures("data_dir")
def test_all_metrics(name: str) -> None:
    models = {} if name != "ResNet50Supernet" else {"accuracy": lambda archs: np.ones(len(archs))}
    place, metrics = named_metrics(name, models=models)
    assert list(metrics) == list(ORIGINAL_SPACES[name].metrics)
    archs = place.sample(5, seed=0)
    assert {one["r"][0] for one in place.sample(40, seed=1).to_dicts()} == {192, 208, 224}
    for metric in metrics.values():
        values = metric(archs)
        assert values.shape == (5,)
        assert metric.unit
        assert metric.source
        assert metric.maximise == (metric.name == "accuracy")
    assert [m.unit for n, m in metrics.items() if n.endswith("latency")] == ["ms"] * (
        len(metrics) - 3
    )
    measured = "stands in" in metrics["accuracy"].source
    assert measured == (name in {"OFASupernet", "ProxylessSupernet"})


def test_values(data_dir: Path) -> None:
    """The published outputs of one network, and costs as they are counted."""
    one = json.loads((data_dir / "block_profiling/golden_vectors.json").read_text())["mbv3"][3]
    place, metrics = named_metrics("OFAPred")
    archs = place.architectures([{**{g: one[g] for g in ("ks", "e", "d")}, "r": [208]}])
    outputs = one["autobuild"]["208"]
    found = {name: float(metric(archs)[0]) for name, metric in metrics.items()}
    expected = {
        "accuracy": 100 * outputs["acc"],
        "gpu_latency": outputs["gpu"],
        "cpu_latency": outputs["cpu"],
        "npu_latency": outputs["npu"],
        "note10_latency": one["note10_lut_ms"]["208"],
        "macs": place.count(archs)["macs"][0],
        "params": place.count(archs)["params"][0],
    }
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.usefixtures("data_dir")
def test_words_and_numbers() -> None:
    words: list[str | int] = ["FLOPS", "GPU_latency", "5", 0, "Note10", "Parameters"]
    _, metrics = named_metrics("OFAPred", words)
    assert list(metrics) == [
        "macs",
        "gpu_latency",
        "npu_latency",
        "accuracy",
        "note10_latency",
        "params",
    ]
    assert list(named_metrics("ProxylessSupernet", [4])[1]) == ["npu_latency"]


@pytest.mark.usefixtures("nowhere")
def test_models(tmp_path: Path) -> None:
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(30, seed=0)
    lp.FlopsPredictor().fit(archs, np.linspace(1, 2, 30)).save(tmp_path / "mine.latpred")
    models = {"mine": str(tmp_path / "mine.latpred"), "cpu_latency": tmp_path / "mine.latpred"}
    _, metrics = named_metrics("OFAPred", ["mine", "cpu", "macs"], models=models)
    np.testing.assert_array_equal(metrics["mine"](archs), metrics["cpu_latency"](archs))

    def supernet(some: lp.Architectures) -> np.ndarray:
        return np.full(len(some), 76.0)

    found = named_metrics("OFASupernet", ["accuracy"], supernet=supernet)[1]["accuracy"]
    assert (found.unit, found(archs)[0], "stands in" in found.source) == ("%", 76.0, False)


@pytest.mark.usefixtures("nowhere")
def test_nothing_is_here() -> None:
    with pytest.warns(UserWarning, match="OFASupernet: without") as said:
        _, metrics = named_metrics("OFASupernet")
    assert list(metrics) == ["accuracy", "macs", "params"]
    assert "stands in" in metrics["accuracy"].source
    assert "RhythmSyed" in metrics["accuracy"].source
    assert len(said) == 4
    assert "latpred data fetch autobuild-models" in str(said[0].message)
    with pytest.raises(lp.DataError, match="latpred data fetch ofa-lookup-note10"):
        named_metrics("OFAPred", ["note10"])
    with pytest.raises(lp.DataError, match="latpred data fetch"):
        named_metrics("ProxylessSupernet", ["accuracy"])
    with pytest.raises(lp.ConfigError, match="give a supernet"):
        named_metrics("ResNet50Supernet", ["accuracy"])


@pytest.mark.usefixtures("nowhere")
def test_bad_questions() -> None:
    with pytest.raises(lp.ConfigError, match="OFAPred, OFASupernet"):
        named_metrics("MobileNet")
    with pytest.raises(lp.ConfigError, match="'npu_latency': one of 0 accuracy, 1 macs, 2 params"):
        named_metrics("ResNet50Supernet", ["npu_latency"])
    with pytest.raises(lp.ConfigError, match="'7': one of"):
        named_metrics("OFAPred", [7])
    with pytest.raises(lp.ConfigError, match="'macs' comes twice"):
        named_metrics("OFAPred", ["macs", "flops"])


def test_published_resnet_accuracy(data_dir: Path, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    folder = data_dir / "block_profiling"
    with np.load(folder / "reference_only/ofa_resnet50_acc_predictor.npz") as file:
        state = {name: torch.from_numpy(file[name]) for name in file.files}
    torch.save(state, tmp_path / "resnet.pth")
    model = lp.load_accuracy(tmp_path / "resnet.pth")
    networks = json.loads((folder / "golden_vectors.json").read_text())["resnet50"]
    dicts = [{**{g: one[g] for g in ("d", "w", "e")}, "r": [224]} for one in networks]
    place, metrics = named_metrics("ResNet50Supernet", ["accuracy"], models={"accuracy": model})
    values = metrics["accuracy"](place.architectures(dicts))
    expected = [100 * one["acc224"] for one in networks]
    np.testing.assert_allclose(values, expected, atol=1e-3)
    model.save(tmp_path / "resnet.latpred")
    again = lp.load_predictor(tmp_path / "resnet.latpred")
    np.testing.assert_array_equal(again.predict(dicts), model.predict(dicts))
    state.pop("layers.1.0.bias")
    torch.save(state, tmp_path / "less.pth")
    with pytest.raises(lp.CorruptionError, match=r"layers\.1\.0\.bias"):
        lp.load_accuracy(tmp_path / "less.pth")
