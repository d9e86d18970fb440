"""Parameters in safetensors files: there and back, and as the safetensors package sees them."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from latpred.networks import Network, random_parameters

ARCH = lp.space("nas-bench-201").sample(1, seed=5)
IMAGES = np.random.default_rng(0).standard_normal((1, 3, 32, 32), dtype=np.float32)


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    network = Network(ARCH, seed=4)
    network.save_state(path)
    state = lp.load_state(path)
    expected = random_parameters(ARCH, seed=4)
    assert state.keys() == expected.keys()
    for name, array in expected.items():
        assert state[name].dtype == np.float32
        np.testing.assert_array_equal(state[name], array)
    for again in (Network(ARCH, path), Network(ARCH, state)):
        np.testing.assert_array_equal(again.forward(IMAGES), network.forward(IMAGES))


def test_other_readers_see_the_same(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    lp.save_state(ARCH, path, seed=4)
    for name, array in safetensors.numpy.load_file(path).items():
        np.testing.assert_array_equal(array, random_parameters(ARCH, seed=4)[name])
    with safetensors.safe_open(path, "np") as file:
        assert file.metadata()["architecture"] == ARCH.to_strings()[0]
        assert file.metadata()["space"] == "nas-bench-201"
    module = lp.to_torch(ARCH, seed=9)
    result = module.load_state_dict(safetensors.torch.load_file(path), strict=False)
    assert all(name.endswith("num_batches_tracked") for name in result.missing_keys)
    with torch.inference_mode():
        got = module(torch.from_numpy(IMAGES)).numpy()
    np.testing.assert_allclose(got, Network(ARCH, seed=4).forward(IMAGES), rtol=1e-3, atol=1e-5)


def test_files_of_pytorch(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    module = lp.to_torch(ARCH, seed=4)
    safetensors.torch.save_file(module.state_dict(), path)  # with its batch counters, int64
    np.testing.assert_array_equal(
        Network(ARCH, path).forward(IMAGES), Network(ARCH, seed=4).forward(IMAGES)
    )
    other = lp.to_torch(ARCH, state=path)
    assert torch.equal(other.classifier.weight, module.classifier.weight)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(tmp_path: Path, dtype: torch.dtype) -> None:
    path = tmp_path / "state.safetensors"
    values = torch.tensor([[1.5, -2.25, 0.1], [3e-3, 7.0, -0.0]]).to(dtype)
    safetensors.torch.save_file({"a.weight": values, "b": values[:1, :1].clone()}, path)
    state = lp.load_state(path)
    assert state["a.weight"].dtype == np.float32
    np.testing.assert_array_equal(state["a.weight"], values.to(torch.float32).numpy())
    assert state["b"].shape == (1, 1)


def test_wrong_files(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    with pytest.raises(lp.StorageError, match=r"state\.safetensors: cannot be read"):
        lp.load_state(path)
    lp.save_state(ARCH, path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-4])
    with pytest.raises(lp.CorruptionError, match="damaged"):
        lp.load_state(path)
    path.write_bytes(whole)
    other = lp.space("nas-bench-201", classes=100).architectures(ARCH.to_strings())
    with pytest.raises(lp.SchemaError, match=r"classifier\.weight"):
        Network(other, path)
    safetensors.numpy.save_file({"a": np.arange(3)}, path)
    with pytest.raises(lp.DataError, match=r"tensor 'a' of type I64, one of F64, F32"):
        lp.load_state(path)
    with pytest.raises(lp.StorageError, match="cannot be written"):
        lp.save_state(ARCH, tmp_path / "missing" / "state.safetensors")
