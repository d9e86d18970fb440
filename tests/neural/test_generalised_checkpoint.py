"""The tutorial's generalised network: one-hot, cores, memory and bandwidth of two devices."""

from __future__ import annotations

import itertools
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.cli import app
from typer.testing import CliRunner

from tests.predictors.real_data import read_device

SPACE = lp.space("ofa-mobilenetv3")
HARDWARE = {"rtx": [4352.0, 11.0, 616.0], "p40": [3840.0, 24.0, 347.0]}
SHIPPED = "ofa/checkpoints/checkpoint_generalized_gpu_dataset.pt"


def expected(state: dict[str, torch.Tensor], archs: lp.Architectures, device: str) -> np.ndarray:
    """What PyTorch computes with the three numbers as inputs, in double precision."""
    x = torch.tensor(np.asarray(SPACE.encode(archs, "one-hot")), dtype=torch.float64)
    x = torch.cat([x, torch.tensor(HARDWARE[device]).double().repeat(len(archs), 1)], 1)
    weights = [state[name].double() for name in state if name.endswith("weight")]
    biases = [state[name].double() for name in state if name.endswith("bias")]
    for number, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = x @ weight.T + bias
        x = torch.relu(x) if number + 1 < len(weights) else x
    return np.asarray(x[:, 0].numpy())


def made_up(path: Path, sizes: tuple[int, ...] = (131, 9, 1)) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    state = {}
    for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        state[f"model.{2 * number}.weight"] = torch.randn(outputs, inputs, generator=generator) / 30
        state[f"model.{2 * number}.bias"] = torch.randn(outputs, generator=generator)
    torch.save(state, path)
    return state


@pytest.mark.parametrize("device", HARDWARE)
def test_values_are_the_networks(tmp_path: Path, device: str) -> None:
    state = made_up(tmp_path / "m.pt")
    archs = SPACE.sample(50, seed=0)
    model = lp.load_latency_checkpoint(tmp_path / "m.pt")
    assert isinstance(model, lp.neural.GeneralizedModel)
    np.testing.assert_allclose(
        model.predict(archs, device), expected(state, archs, device), rtol=1e-5, atol=1e-4
    )
    one = lp.load_latency_checkpoint(tmp_path / "m.pt", device=device)
    assert one.device_name == device
    one.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    np.testing.assert_array_equal(again.predict(archs), model.for_device(device).predict(archs))


def test_a_third_device_is_refused(tmp_path: Path) -> None:
    made_up(tmp_path / "m.pt")
    with pytest.raises(lp.DataError, match="device 'tpu': the network knows two"):
        lp.load_latency_checkpoint(tmp_path / "m.pt", device="tpu")


@pytest.mark.parametrize("sizes", [(130, 1), (132, 5, 1), (131, 5, 2)])
def test_other_layers_are_refused(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    made_up(tmp_path / "m.pt", sizes)
    with pytest.raises(lp.CorruptionError):
        lp.load_latency_checkpoint(tmp_path / "m.pt")


@pytest.mark.parametrize(("device", "mae"), [("rtx", 4.51), ("p40", 11.38)])
def test_the_shipped_network(data_dir: Path, device: str, mae: float) -> None:
    state = torch.load(data_dir / SHIPPED, map_location="cpu", weights_only=True)
    model = lp.load_latency_checkpoint(data_dir / SHIPPED, device=device)
    archs, values = read_device(data_dir, device)
    predicted = model.predict(archs[:500])
    np.testing.assert_allclose(predicted, expected(state, archs[:500], device), rtol=1e-6)
    # 10,000 rows were judged; the data hold 8,500.
    assert lp.evaluate(values, model.predict(archs)).mae_ms == pytest.approx(mae, abs=0.03)


def test_convert(tmp_path: Path) -> None:
    made_up(tmp_path / "m.pt")
    given = ["convert", str(tmp_path / "m.pt"), "--out", str(tmp_path / "m.latpred")]
    refused = CliRunner().invoke(app, given)
    assert isinstance(refused.exception, lp.ConfigError)
    assert "--device rtx or --device p40 expected" in str(refused.exception)
    assert CliRunner().invoke(app, [*given, "--device", "p40", "--json"]).exit_code == 0
    model = lp.load_predictor(tmp_path / "m.latpred")
    assert (model.unit, model.device_name) == ("ms", "p40")
