"""Multi-layer perceptrons against PyTorch's, and the reading of OFA's checkpoint."""

from __future__ import annotations

import itertools

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import neural
from latpred.predictors import load_predictor


def checkpoint(folder, sizes=(128, 24, 16, 1), **changes):
    """A small network in OFA's form, as module and file."""
    torch.manual_seed(1)
    layers: list[torch.nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    state = {**model.state_dict(), **changes}
    path = folder / "acc_predictor.pth"
    torch.save({name: value for name, value in state.items() if value is not None}, path)
    return model, path


def of_pytorch(model, archs):
    x = torch.from_numpy(archs.space.encode(archs, "one-hot"))
    with torch.inference_mode():
        return 100 * model(x)[:, 0].double().numpy()


@pytest.mark.parametrize("count", [0, 1, 4, 5, 100, 256, 700])
def test_equals_pytorch_at_every_batch_size(tmp_path, count):
    model, path = checkpoint(tmp_path)
    archs = lp.space("ofa-mobilenetv3", width=1.2).sample(count, seed=count)
    values = lp.load_accuracy(path).predict(archs)
    assert values.shape == (count,)
    np.testing.assert_allclose(values, of_pytorch(model, archs), rtol=1e-5, atol=1e-5)


def test_ofa_predictor_equals_pytorch(data_dir):
    path = data_dir / "ofa" / "checkpoints" / "acc_predictor.pth"
    weights = torch.load(path, map_location="cpu", weights_only=True)
    archs = lp.space("ofa-mobilenetv3", width=1.2).sample(300, seed=2)
    x = torch.from_numpy(archs.space.encode(archs, "one-hot"))
    for i in (0, 2, 4):
        x = torch.relu(x @ weights[f"{i}.weight"].T + weights[f"{i}.bias"])
    expected = 100 * (x @ weights["6.weight"].T + weights["6.bias"])[:, 0].numpy()
    model = lp.load_accuracy(path)
    np.testing.assert_allclose(model.predict(archs), expected, atol=2e-4)
    assert model.unit == "%"
    assert 75 < expected.min() < expected.max() < 84


def test_any_width_but_no_other_family(tmp_path):
    _, path = checkpoint(tmp_path)
    model = lp.load_accuracy(path)
    wide, narrow = (lp.space("ofa-mobilenetv3", width=w).sample(9, seed=0) for w in (1.2, 1.0))
    np.testing.assert_array_equal(model.predict(wide), model.predict(narrow))
    with pytest.raises(lp.SchemaError, match="ofa-proxyless"):
        model.predict(lp.space("ofa-proxyless").sample(2, seed=0))


def test_model_file_keeps_every_value(tmp_path):
    _, path = checkpoint(tmp_path)
    model = lp.load_accuracy(path)
    model.save(tmp_path / "m.latpred")
    again = load_predictor(tmp_path / "m.latpred")
    archs = model.space.sample(50, seed=3)
    np.testing.assert_array_equal(again.predict(archs), model.predict(archs))
    np.testing.assert_array_equal(
        lp.load_accuracy(tmp_path / "m.latpred").predict(archs), model.predict(archs)
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"0.bias": None}, r"0\.bias.* expected, got"),
        ({"0.bias": torch.zeros(3)}, "biases"),
        ({"2.weight": torch.zeros(16, 23)}, "inputs expected"),
        ({"0.weight": torch.full((24, 128), torch.nan)}, "not finite"),
        ({"extra": torch.zeros(1)}, "dense layers"),
        ({"0.weight": 3}, "a dense tensor of real numbers expected"),
    ],
)
def test_wrong_checkpoints_are_told(tmp_path, changes, told):
    _, path = checkpoint(tmp_path, **changes)
    with pytest.raises(lp.CorruptionError, match=told):
        lp.load_accuracy(path)


def test_other_inputs_are_told(tmp_path):
    _, path = checkpoint(tmp_path, sizes=(131, 8, 1))
    with pytest.raises(lp.CorruptionError, match="131 inputs, 128 one-hot"):
        lp.load_accuracy(path)


def test_unreadable_files_are_told(tmp_path):
    junk = tmp_path / "junk.pth"
    junk.write_bytes(b"not a checkpoint")
    with pytest.raises(lp.CorruptionError, match="junk"):
        neural.load_accuracy_checkpoint(junk)
    with pytest.raises(lp.StorageError):
        neural.load_accuracy_checkpoint(tmp_path)
    with pytest.raises(lp.ConfigError, match="neither a file"):
        lp.load_accuracy(tmp_path / "missing.pth")
