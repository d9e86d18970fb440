"""Networks of PyTorch: counted as torch's own counter does, and as a hand does."""

from __future__ import annotations

import latpred as lp
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from tests.importing.networks import CASES


def counted(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> int:
    """What torch's counter counts, of operators that it knows: attention in its plain parts."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    with (
        torch.no_grad(),
        nn.attention.sdpa_kernel(nn.attention.SDPBackend.MATH),
        FlopCounterMode(display=False) as counter,
    ):
        module.eval()(*inputs)
    torch.backends.mha.set_fastpath_enabled(fast)
    return counter.get_total_flops()


@pytest.mark.parametrize("name", CASES)
def test_costs_are_those_of_torch(name: str) -> None:
    make, inputs = CASES[name]
    module = make()
    network = lp.import_network(module, example_inputs=inputs)
    assert 2 * network.costs["macs"] == counted(module, inputs) > 0
    assert network.costs["params"] == sum(one.numel() for one in module.parameters())
    assert list(network.inputs.values()) == [tuple(one.shape) for one in inputs]
    rows = network.to_frame()
    assert rows["macs"].sum() == network.costs["macs"]
    assert rows["params"].sum() == network.costs["params"]
    assert rows["kernel"].max() == network.costs["kernels"] - 1


def test_fused_and_written_attention_cost_the_same() -> None:
    costs = []
    for name in ("attention as written", "attention fused"):
        make, inputs = CASES[name]
        costs.append(lp.import_network(make(), example_inputs=inputs).costs)
    assert costs[0] == costs[1]
    # Two linear layers, attention; the attention writes no scores.
    assert costs[0]["kernels"] == 3


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(4, 4, 1, bias=False), nn.Conv2d(4, 4, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = functional.relu(self.one(x))
        return functional.relu(self.two(y) + x)


def test_bytes_and_peak_by_hand() -> None:
    costs = lp.import_network(Block(), input_shape=(2, 4, 3, 3)).costs
    plane, weight = 2 * 4 * 9 * 4, 16 * 4
    # First kernel: reads x, writes y. Second: reads y and x, writes the sum. The rest is inside.
    assert costs["bytes"] == 2 * plane + 3 * plane + 2 * weight
    assert costs["peak_bytes"] == 3 * plane
    assert (costs["kernels"], costs["macs"], costs["params"]) == (2, 2 * 2 * 9 * 16, 32)


def test_half_precision_moves_half_the_bytes() -> None:
    whole = lp.import_network(Block(), input_shape=(2, 4, 3, 3)).costs
    half = lp.import_network(Block().to(torch.bfloat16), input_shape=(2, 4, 3, 3)).costs
    assert 2 * half["bytes"] == whole["bytes"]
    assert half["macs"] == whole["macs"]


def test_views_cost_nothing_and_embeddings_read_rows() -> None:
    class Rows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Embedding(1000, 8)

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return self.table(ids).transpose(1, 2).reshape(2, -1)[:, ::2]

    costs = lp.import_network(Rows(), example_inputs=[((2, 5), "int64")]).costs
    assert costs["kernels"] == 1
    assert costs["params"] == 8000
    assert costs["bytes"] == 2 * 5 * 8 + 2 * (2 * 5 * 8) * 4  # ids, rows read, rows written


def test_recurrent_networks_that_begin_with_zeros() -> None:
    module, inputs = nn.GRU(8, 6, bidirectional=True), (torch.zeros(5, 2, 8),)
    costs = lp.import_network(module, example_inputs=inputs).costs
    assert 2 * costs["macs"] == counted(module, inputs) == 2 * 5 * 2 * 2 * 18 * 14


def test_the_module_stays_as_it_is() -> None:
    module = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.ReLU(inplace=True)).train()
    network = lp.import_network(module, input_shape=(3, 4))
    assert module.training
    assert module[1].training
    assert next(row["kind"] for row in network.layers()) == "matmul"
    assert network.layers()[0]["name"].startswith("0.")
    assert repr(network).startswith("ImportedNetwork('Sequential', ")


def names_of(program: torch.export.ExportedProgram, user_input: object) -> list[str]:
    (node,) = [one for one in program.graph.nodes if one.name == user_input]
    return [str(size) for size in node.meta["val"].shape if not isinstance(size, int)]


def test_programs_with_open_sizes() -> None:
    size = torch.export.Dim("batch", min=1, max=64)
    module = nn.Sequential(nn.Flatten(), nn.Linear(12, 5))
    program = torch.export.export(
        module.eval(), (torch.zeros(4, 3, 4),), dynamic_shapes=({0: size},)
    )
    own = lp.import_network(program)
    given = lp.import_network(program, input_shape=(7, 3, 4))
    assert own.costs["macs"] == 4 * 60
    assert given.costs["macs"] == 7 * 60
    assert list(given.outputs.values()) == [(7, 5)]
    with pytest.raises(lp.ConfigError, match="no open size 'depth'"):
        lp.import_network(program, open_sizes={"depth": 2})
    (name,) = {
        size for one in program.graph_signature.user_inputs for size in names_of(program, one)
    }
    assert lp.import_network(program, open_sizes={name: 9}).costs["macs"] == 9 * 60
    for wrong in (0, 65):
        with pytest.raises(lp.ConfigError, match="expected"):
            lp.import_network(program, open_sizes={name: wrong})


def test_contexts_inside_a_network() -> None:
    class Inside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 6)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            with torch.autocast("cpu", enabled=False):
                y = self.layer(x) * 2
            return y.relu()

    assert lp.import_network(Inside(), input_shape=(2, 4)).costs["macs"] == 2 * 24


def test_what_is_refused() -> None:
    class Spectrum(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.fft.fft(x).abs() + torch.linalg.det(x)

    with pytest.raises(lp.UnknownOperatorError, match="_fft_r2c") as caught:
        lp.import_network(Spectrum(), input_shape=(4, 4))
    assert len(caught.value.operators) == 2

    class Chosen(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cond(x.sum() > 0, lambda y: y + 1, lambda y: y - 1, (x,))

    with pytest.raises(lp.UnknownOperatorError, match="dynamic control flow"):
        lp.import_network(Chosen(), input_shape=(4, 4))

    class Branch(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x if x.sum() > 0 else -x

    with pytest.raises(lp.ConfigError, match=r"torch\.export cannot export"):
        lp.import_network(Branch(), input_shape=(4, 4))

    class Found(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x[x > 0] * 2

    with pytest.raises(lp.LatpredError):
        lp.import_network(Found(), input_shape=(4, 4))
    with pytest.raises(lp.ConfigError, match="open_sizes"):
        lp.import_network(nn.ReLU(), input_shape=(4, 4), open_sizes={"batch": 1})
    with pytest.raises(lp.ConfigError, match="both given"):
        lp.import_network(nn.ReLU(), input_shape=(4, 4), example_inputs=(4, 4))
    with pytest.raises(lp.ConfigError, match="expected a torch"):
        lp.import_network(object())  # type: ignore[arg-type]
