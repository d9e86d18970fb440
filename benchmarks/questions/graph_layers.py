"""How long take layers over graphs, forward and backward, beside PyTorch's modules?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import torch
from latpred import _core

from benchmarks.peers import torch_graph_layers as peers
from benchmarks.question import OURS, Contestant, Question, Row, plain

GATE, STEPS = 48, 4
SIZES = (8, 22)  # nodes of a NAS-Bench-201 cell, places of FBNet
PYTORCH = "PyTorch module"
Layers = list[dict[str, Any]]


class _Data:
    """Random graphs without cycles, for both: ragged, and padded and dense."""

    def __init__(self, nodes: int, features: int, batch: int) -> None:
        rng = np.random.default_rng(0)
        chain = np.eye(nodes, k=1, dtype=bool)
        linked = np.triu(rng.random((batch, nodes, nodes)) < 1.5 / nodes, 1) | chain
        self.x = rng.standard_normal((batch, nodes, features)).astype(np.float32)
        self.gate = rng.standard_normal((batch, GATE)).astype(np.float32)
        graph, source, target = np.nonzero(linked)
        self.batch = lp.GraphBatch.from_arrays(
            self.x.reshape(-1, features),
            np.stack([graph * nodes + source, graph * nodes + target]),
            np.arange(batch + 1) * nodes,
        )
        self.adjacency = torch.from_numpy(linked.transpose(0, 2, 1).astype(np.float32))


def _ours(inputs: dict[str, int], layers: Layers, data: _Data) -> Callable[[], object]:
    stack = _core.neural.LayerStack(json.dumps({"inputs": inputs, "layers": layers}))
    arrays = {"gate": data.gate} if "gate" in inputs else {}
    held = _core.neural.StackData(data.batch, inputs=arrays)
    rows = list(range(len(data.x)))
    slopes = np.ones((len(rows), stack.outputs), np.float32)
    return lambda: stack.gradients(held, rows, slopes)


def _theirs(module: torch.nn.Module, forward: Callable[[], torch.Tensor]) -> Callable[[], object]:
    def run() -> None:
        module.zero_grad(set_to_none=True)
        forward().sum().backward()

    return run


def _graph_layer(kind: str, nodes: int, width: int, batch: int) -> tuple[Contestant, Contestant]:
    data = _Data(nodes, width, batch)
    gated = kind in {"dgf", "gat"}
    layer = {"kind": kind, "from": "nodes", "width": width} | ({"gate": "gate"} if gated else {})
    layer |= {"hidden": [width]} if kind == "gin" else {}
    inputs = {"nodes": width} | ({"gate": GATE} if gated else {})
    module = getattr(peers, kind.title())(width, width, GATE)
    x, gate = torch.from_numpy(data.x), torch.from_numpy(data.gate)[:, None]
    ours = _ours(inputs, [layer, {"kind": "sum"}], data)
    theirs = _theirs(module, lambda: module(x, data.adjacency, gate).sum(1))
    return plain(OURS, ours), plain(PYTORCH, theirs)


def _sequences(nodes: int, width: int, output: str) -> tuple[Contestant, Contestant]:
    data = _Data(nodes, 128, 32)
    layers: Layers = [{"kind": "gru", "width": width, "bidirectional": True, "output": output}]
    layers += [{"kind": "sum"}] if output == "all" else []
    module = torch.nn.GRU(128, width, bidirectional=True, batch_first=True)
    x = torch.from_numpy(data.x)

    def forward() -> torch.Tensor:
        states = module(x)[0]
        return states.sum(1) if output == "all" else states[:, -1]

    ours = _ours({"nodes": 128}, layers, data)
    return plain(OURS, ours), plain(PYTORCH, _theirs(module, forward))


def _perceptron(width: int, batch: int) -> tuple[Contestant, Contestant]:
    data = _Data(2, width, batch)
    mlp = {"kind": "mlp", "hidden": [200, 200, 200], "width": 1}
    module = peers.perceptron(width, 200, 200, 200, 1)
    x = torch.from_numpy(data.x).sum(1)
    ours = _ours({"nodes": width}, [{"kind": "sum"}, mlp], data)
    return plain(OURS, ours), plain(PYTORCH, _theirs(module, lambda: module(x)))


def _refined(number: int, x: str, gate: str) -> Layers:
    flow, attention = f"flow{number}", f"attention{number}"
    return [
        {"kind": "dgf", "name": flow, "from": x, "gate": gate, "width": 128},
        {"kind": "gat", "name": attention, "from": x, "gate": gate, "width": 128},
        {"kind": "average", "name": f"both{number}", "from": [flow, attention]}
        | {"activation": "relu"},
    ]


def nasflat_layers() -> Layers:
    """NASFLAT's network: two passes, five pairs of dense graph flow and attention."""
    return [
        {"kind": "embedding", "name": "known", "from": "nodes", "count": 128, "width": 40},
        {"kind": "ends", "name": "op", "first": "zero", "last": "learned"},
        {"kind": "embedding", "name": "device", "from": "devices", "count": 128, "width": 8},
        {"kind": "concat", "name": "e", "from": ["op", "device"]},
        {"kind": "constant", "name": "node", "width": 48},
        {"kind": "ends", "name": "place", "first": "learned"},
        {"kind": "linear", "name": "x", "width": 96},
        *_refined(0, "x", "e"),
        *_refined(1, "both0", "e"),
        {"kind": "last"},
        {"kind": "mlp", "name": "last", "hidden": [128, 128], "width": 128},
        {"kind": "concat", "from": ["e", "last"]},
        {"kind": "mlp", "name": "refined", "hidden": [128], "width": 48},
        *_refined(2, "x", "refined"),
        *_refined(3, "both2", "refined"),
        *_refined(4, "both3", "refined"),
        {"kind": "mean", "drop_first": True},
        {"kind": "mlp", "hidden": [200, 200, 200], "width": 1, "rate": 0.1},
    ]


def _training(nodes: int, rows_a_step: int) -> tuple[Contestant, Contestant]:
    """Steps of AdamW on a minibatch."""
    rng = np.random.default_rng(1)
    data = _Data(nodes, 1, rows_a_step)
    ids, device = rng.integers(0, 7, (rows_a_step, nodes)), rng.integers(0, 20, (rows_a_step, 1))
    target = rng.standard_normal(rows_a_step).astype(np.float32)
    batch = lp.GraphBatch.from_arrays(
        ids.reshape(-1, 1).astype(np.float32), data.batch.edges, data.batch.offsets
    )
    text = json.dumps({"inputs": {"nodes": 1, "devices": 1}, "layers": nasflat_layers()})
    stack = _core.neural.LayerStack(text)
    held = _core.neural.StackData(batch, inputs={"devices": device.astype(np.float32)})
    t = _core.training
    settings = {
        "loss": t.LossSettings("mse"),
        "optimizer": t.OptimizerSettings("adamw", learning_rate=1e-3, weight_decay=1e-5),
        "schedule": t.ScheduleSettings("constant"),
        "loop": t.LoopSettings(epochs=STEPS, batch_size=rows_a_step),
    }
    module = peers.Nasflat()
    arrays = torch.from_numpy(ids), data.adjacency, torch.from_numpy(device[:, 0])
    wanted = torch.from_numpy(target)

    def theirs() -> None:
        optimizer = torch.optim.AdamW(module.parameters(), lr=1e-3, weight_decay=1e-5)
        for _ in range(STEPS):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(module(*arrays), wanted).backward()
            optimizer.step()

    return plain(OURS, lambda: stack.train(held, target, **settings)), plain(PYTORCH, theirs)


def rows(ask: Question) -> list[Row]:
    """Single layers, then whole steps of NASFLAT's network; one thread."""
    width, hidden, batch = (16, 8, 4) if ask.quick else (128, 512, 128)
    cases: list[tuple[str, int, tuple[Contestant, Contestant]]] = []
    for nodes in SIZES:
        for kind in ("gcn", "dgf", "gat", "gin"):
            name = f"{kind.upper()}, {batch} graphs of {nodes} nodes, width {width}"
            cases.append((name, 1, _graph_layer(kind, nodes, width, batch)))
    for output, of in (("all", "all positions"), ("last", "the last position")):
        name = f"GRU, both ways, width {hidden}, {of} of 32 x 20"
        cases.append((name, 1, _sequences(20, hidden, output)))
    cases.append((f"perceptron 3 x 200 of {batch} x {width}", 1, _perceptron(width, batch)))
    for nodes in SIZES:
        name = f"steps of NASFLAT's network, {batch} graphs of {nodes} nodes"
        cases.append((name, STEPS, _training(nodes, batch)))
    table: list[Row] = []
    for name, work, everyone in cases:
        task = {"work": work, "unit": "passes", "goal": "≤ PyTorch's time"}
        found = ask.compare(name, everyone, **task, reached=lambda _: True)
        for row in found:
            if row.contestant == OURS:
                row.met = min(other.ratio for other in found) >= 1
        table += found
    return table
