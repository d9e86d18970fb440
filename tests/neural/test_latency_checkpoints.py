"""The originals' latency networks, read from their files, fine-tuned or not."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
import torch

from tests.predictors.real_data import read_device

SPACE = lp.space("ofa-mobilenetv3")


def load(data_dir: Path, name: str, width: float = 1.0) -> lp.MlpPredictor:
    path = data_dir / "ofa" / "checkpoints" / f"checkpoint_{name}.pt"
    return lp.load_latency_checkpoint(path, width=width, device=name)


@pytest.mark.parametrize(
    ("name", "device", "width", "published"),
    [
        ("note10_ofa", "note10", 1.2, 0.3614),
        ("RTX_2080_Ti_GPU_ofa", "rtx", 1.0, 0.3120),
        # Keys "0.0.weight" … "1.bias"; evaluated with the ReLU that it was trained without.
        ("finetune_RTX_2080_Ti_GPU_ofa", "rtx", 1.0, 0.7357),
    ],
)
def test_shipped_networks_on_rows_7000_to_8499(
    data_dir: Path, name: str, device: str, width: float, published: float
) -> None:
    model = load(data_dir, name, width)
    archs, values = read_device(data_dir, device)
    found = lp.evaluate(values[7000:], model.predict(archs[7000:])).mae_ms
    assert found == pytest.approx(published, abs=1e-4)
    assert (model.unit, model.device_name) == ("ms", name)


@pytest.mark.parametrize(("device", "goal"), [("rtx", 0.20), ("p40", 0.18)])
def test_the_tutorials_source_reaches_the_goals_too(
    data_dir: Path, device: str, goal: float
) -> None:
    archs, values = read_device(data_dir, device)
    model = lp.FineTunedPredictor(load(data_dir, "note10_ofa", 1.2), epochs=6)
    model.fit(archs[:700], values[:700])
    assert model.cv_mae_ms_["network"] < model.cv_mae_ms_["last-layer"]
    assert lp.evaluate(values[7000:], model.predict(archs[7000:])).mae_ms <= goal


def state(prefixes: list[str], sizes: list[int]) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    found = {}
    for prefix, inputs, outputs in zip(prefixes, sizes[:-1], sizes[1:], strict=True):
        found[f"{prefix}.weight"] = torch.randn(outputs, inputs, generator=generator)
        found[f"{prefix}.bias"] = torch.randn(outputs, generator=generator)
    return found


@pytest.mark.parametrize("prefixes", [["model.0", "model.2"], ["0.0", "1"]])
def test_values_are_the_networks(tmp_path: Path, prefixes: list[str]) -> None:
    weights = state(prefixes, [128, 7, 1])
    torch.save(weights, tmp_path / "m.pt")
    model = lp.load_latency_checkpoint(tmp_path / "m.pt")
    archs = SPACE.sample(20, seed=0)
    x = torch.tensor(np.asarray(SPACE.encode(archs, "one-hot")))
    w, b, v, c = weights.values()
    expected = torch.relu(x @ w.T + b) @ v.T + c
    np.testing.assert_allclose(model.predict(archs), expected[:, 0], rtol=1e-4, atol=1e-4)
    model.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    np.testing.assert_array_equal(again.predict(archs), model.predict(archs))


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    for weights in (state(["0"], [130, 1]), state(["0", "1"], [128, 7, 2]), {"a": torch.ones(3)}):
        torch.save(weights, path)
        with pytest.raises(lp.CorruptionError):
            lp.load_latency_checkpoint(path)
    path.write_bytes(b"no checkpoint")
    with pytest.raises(lp.CorruptionError):
        lp.load_latency_checkpoint(path)
    with pytest.raises(lp.StorageError):
        lp.load_latency_checkpoint(tmp_path / "missing.pt")
