"""Operators of PyTorch of many kinds: recurrent ones, tables, places that values decide, files."""

from __future__ import annotations

import copy
import pickle
import warnings
from pathlib import Path

import latpred as lp
import pytest
import torch
from torch import nn
from torch.nn import functional

from tests.importing.networks import CASES
from tests.importing.test_torch_networks import counted


def test_recurrent_layers_are_one_operator_each() -> None:
    class Layers(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one = nn.LSTM(8, 6, num_layers=2, bidirectional=True, batch_first=True)
            self.two = nn.LSTM(12, 10, proj_size=4)
            self.three = nn.RNN(4, 6)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.three(self.two(self.one(x)[0])[0])[0]

    module = Layers()
    network = lp.import_network(module, input_shape=(2, 5, 8))
    one = 2 * 24 * (8 + 6) + 2 * 24 * (12 + 6)
    two = 40 * (12 + 4) + 10 * 4
    assert network.costs["macs"] == 10 * (one + two + 6 * (4 + 6))
    assert network.costs["params"] == sum(one.numel() for one in module.parameters())
    assert [row["kind"] for row in network.layers()] == ["recurrent"] * 3
    assert network.outputs.popitem()[1] == (2, 5, 6)


def test_a_gru_costs_what_its_steps_cost() -> None:
    class Steps(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell = nn.GRUCell(8, 6)

        def forward(self, x: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
            for number in range(5):
                h = self.cell(x[number], h)
            return h

    whole = lp.import_network(nn.GRU(8, 6), input_shape=(5, 2, 8)).costs
    steps = lp.import_network(Steps(), example_inputs=((5, 2, 8), (2, 6))).costs
    assert whole["macs"] == steps["macs"] == 10 * 18 * 14
    assert whole["params"] == steps["params"]
    assert whole["kernels"] == 1 < steps["kernels"]


class Images(nn.Module):
    """What pixels and places need."""

    def __init__(self) -> None:
        super().__init__()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.conv = nn.utils.weight_norm(nn.Conv2d(4, 8, 3, padding=1))
        self.spectral = nn.utils.parametrizations.weight_norm(nn.Conv2d(8, 4, 1))
        self.local = nn.LocalResponseNorm(3)
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.fold = nn.Fold((8, 8), 2, stride=2)

    def forward(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        y, places = self.pool(self.local(self.conv(x)))
        y = functional.max_unpool2d(y, places, 2)
        grid = functional.affine_grid(theta, [1, 8, 8, 8], align_corners=False)
        y = functional.grid_sample(y, grid, align_corners=False)
        y = self.spectral(y) + functional.lp_pool2d(x, 2, 1)
        y = self.fold(functional.unfold(y, 2, stride=2))
        y = functional.pixel_unshuffle(functional.pixel_shuffle(y, 2), 2).rot90(1, (2, 3))
        return functional.interpolate(y, (5, 7), mode="bicubic").flip(1).roll(2, 3)


class Words(nn.Module):
    """What words and tables need."""

    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(50, 8, mode="mean")
        self.both = nn.Linear(8, 6)
        self.norm = nn.RMSNorm(6)
        self.gate = nn.GLU(-1)

    def forward(self, ids: torch.Tensor, near: torch.Tensor) -> torch.Tensor:
        x = self.bag(ids)
        y = self.norm(self.both(x * near)) + torch.rand(1)
        best = y.kthvalue(2, -1, keepdim=True).values + y.median(-1, keepdim=True).values
        where = torch.bucketize(y, torch.tensor([0.0, 1.0]))
        some = torch.addmm(y, y, y.unsqueeze(-1).expand(-1, -1, 6)[0])
        z = self.gate(torch.tensordot(y, some, dims=([1], [1]))) @ y[:2]
        mean = torch.nanmean(y.masked_fill(where > 1, 0.0), -1, keepdim=True)
        return z.norm(dim=-1, keepdim=True) * best - mean.aminmax(dim=-1, keepdim=True).max


@pytest.mark.parametrize("name", ["images", "words"])
def test_costs_are_those_of_torch(name: str) -> None:
    module, inputs = {
        "images": (Images(), (torch.zeros(1, 4, 8, 8), torch.zeros(1, 2, 3))),
        "words": (Words(), (torch.zeros(4, 5, dtype=torch.int64), torch.zeros(4, 8))),
    }[name]
    network = lp.import_network(module, example_inputs=inputs)
    assert 2 * network.costs["macs"] == counted(module, inputs) > 0
    assert network.costs["params"] == sum(one.numel() for one in module.parameters())


def test_programs_that_are_decomposed_already() -> None:
    make, inputs = CASES["attention fused"]
    module = make().eval()
    program = torch.export.export(module, inputs, strict=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        decomposed = program.run_decompositions()
    names = {str(node.target) for node in decomposed.graph.nodes}
    own, found = (lp.import_network(one).costs for one in (program, decomposed))
    assert found["macs"] == own["macs"]
    assert found["params"] == own["params"]
    assert any("scaled_dot_product" in name or "softmax" in name for name in names)


def test_files_of_programs(tmp_path: Path) -> None:
    make, inputs = CASES["residual"]
    path = tmp_path / "net.pt2"
    program = torch.export.export(make().eval(), inputs, strict=False)
    torch.export.save(program, path)
    network = lp.import_network(path)
    assert network.name == "net.pt2"
    assert network.costs == lp.import_network(program).costs
    assert lp.import_network(str(path), input_shape=(2, 3, 32, 32)).costs == network.costs
    again = pickle.loads(pickle.dumps(network))  # noqa: S301
    for other in (copy.copy(network), copy.deepcopy(network), again):
        assert other.layers() == network.layers()
        assert repr(other) == repr(network)
    content = path.read_bytes()
    for length in (0, 10, len(content) // 2, len(content) - 1):
        (tmp_path / "cut.pt2").write_bytes(content[:length])
        with pytest.raises(lp.LatpredError) as caught:
            lp.import_network(tmp_path / "cut.pt2")
        assert len(str(caught.value)) < 600
    with pytest.raises(lp.StorageError):
        lp.import_network(tmp_path / "none.pt2")
