"""One function for every file format, and the methods of architectures and graphs."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import onnx
import pandas as pd
import pytest
import torch
from latpred.networks import Network

ARCH = lp.space("ofa-mobilenetv3", resolutions=[112]).sample(1, seed=5)
IMAGES = np.random.default_rng(0).standard_normal((1, 3, 112, 112), dtype=np.float32)


def test_every_ending(tmp_path: Path) -> None:
    for ending in (".onnx", ".json", ".safetensors", ".csv", ".png", ".svg"):
        lp.export_network(ARCH, tmp_path / f"network{ending}", seed=3)
    state = lp.load_state(tmp_path / "network.safetensors")
    np.testing.assert_array_equal(
        Network(ARCH, state).forward(IMAGES), Network(ARCH, seed=3).forward(IMAGES)
    )
    assert lp.read_ofa_config(tmp_path / "network.json").architecture is not None
    onnx.checker.check_model(onnx.load(tmp_path / "network.onnx"))
    assert len(pd.read_csv(tmp_path / "network.csv")) == len(ARCH.graph())
    assert (tmp_path / "network.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.filterwarnings("ignore")
def test_exported_program(tmp_path: Path) -> None:
    arch = lp.space("nas-bench-201").sample(1, seed=5)
    lp.export_network(arch, tmp_path / "network.pt2", seed=3)
    program = torch.export.load(tmp_path / "network.pt2")
    batch = IMAGES[:, :, :32, :32].copy()
    with torch.inference_mode():
        got = program.module()(torch.from_numpy(batch)).numpy()
    np.testing.assert_allclose(got, Network(arch, seed=3).forward(batch), rtol=1e-3, atol=1e-5)


def test_other_endings(tmp_path: Path) -> None:
    with pytest.raises(lp.ConfigError, match=r"ending '\.pkl', one of \.onnx, \.pt2"):
        lp.export_network(ARCH, tmp_path / "network.pkl")
    with pytest.raises(lp.ConfigError, match="an Architectures expected"):
        lp.export_network(ARCH.graph(), tmp_path / "network.json")


def test_methods(tmp_path: Path) -> None:
    graph = ARCH.graph()
    assert ARCH.layers() == graph.layers()
    for network in (ARCH, graph):
        module = network.to_torch(seed=2)
        with torch.inference_mode():
            got = module(torch.from_numpy(IMAGES)).numpy()
        want = Network(ARCH, seed=2).forward(IMAGES)
        assert np.abs(got - want).max() <= 1e-4 * np.abs(want).max()
        network.to_onnx(tmp_path / "network.onnx", seed=2, dynamic_batch=True)
        model = onnx.load(tmp_path / "network.onnx")
        assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"
        ax = network.draw(title="a network")
        assert ax.get_title(loc="left") == "a network"
    with pytest.raises(lp.ConfigError, match="2 architectures"):
        lp.space("nas-bench-201").sample(2, seed=1).layers()
