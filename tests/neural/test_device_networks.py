"""Networks over several devices: layers, losses and trainings, against PyTorch."""

from __future__ import annotations

import json
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core
from latpred.transfer import NasflatPredictor

from tests.neural.layer_reference import agree
from tests.neural.nasflat_reference import linear, nasflat

pytestmark = pytest.mark.libtorch
neural = _core.neural
CELLS, FBNET = lp.space("nas-bench-201"), lp.space("fbnet")
SMALL = {"width": 16, "operations": 12, "devices": 3, "dropout": 0.0}


def fitter(preset: str = "default", **settings: Any) -> Any:
    return NasflatPredictor(preset=preset, settings=settings)._device_fitter()


def network(of: Any, archs: lp.Architectures, devices: int = 3, seed: int = 0) -> Any:
    return neural.DeviceNetwork(of, archs, devices=devices, seed=seed)


@pytest.mark.parametrize("preset", ["nb201", "fbnet"])
def test_reference_form_has_the_published_number_of_parameters(preset):
    space = CELLS if preset == "nb201" else FBNET
    archs = space.sample(6, seed=0)
    assert network(fitter(preset), archs, 10).parameters == 433_009
    plain = network(fitter(preset, unused_branch=False), archs, 10)
    assert plain.parameters == 433_009 - 24_496


@pytest.mark.parametrize("operation_wise", [True, False])
@pytest.mark.parametrize(
    ("preset", "how"),
    [("default", {"loops": True}), ("nb201", {"loops": False, "mask": "multiply"})],
)
def test_cells_equal_pytorch(preset, how, operation_wise):
    archs = CELLS.sample(9, seed=1)
    dropped = preset == "default"
    settings = {"input": "cell", "drop_unused": dropped, "operation_wise": operation_wise}
    made = network(fitter(preset, **settings, **SMALL), archs)
    features, adjacency = CELLS.encode_graph(archs)

    def reference(w):
        scores = []
        for one, joined in zip(features, adjacency, strict=True):
            counted = (joined != 0).any(0) | (joined != 0).any(1) | (not dropped)
            counted[-1] = True
            ids = torch.tensor(one.argmax(1))
            into = torch.tensor(joined.T.astype(float))
            how_far = {"operation_wise": operation_wise, "counted": counted, **how}
            scores.append(nasflat(w["operation.weight"][ids], into, 2, w, **how_far))
        return torch.stack(scores)

    agree(made.stack, made.data(archs, 2), range(9), reference)


def test_published_fbnet_equals_pytorch():
    """A bag: the 22 blocks' numbers, each joined to itself alone, first and last not read."""
    archs = FBNET.sample(3, seed=1)
    made = network(fitter("fbnet", **SMALL), archs)
    ids = torch.tensor(np.asarray(archs.genes), dtype=torch.long)
    how = {"mask": "multiply", "flow_loops": True}
    into = torch.zeros(22, 22, dtype=torch.float64)

    def reference(w):
        rows = [nasflat(w["operation.weight"][one], into, 1, w, **how) for one in ids]
        return torch.stack(rows)

    agree(made.stack, made.data(archs, 1), range(3), reference)


def costs_of(graphs) -> np.ndarray:
    """Sums of each cost over the nodes of a graph, standardised."""
    names = [f"log_{of}" for of in ("macs", "depthwise_macs", "vector_macs", "params", "bytes")]
    columns = [i for i, name in enumerate(graphs.feature_names) if name in {*names, "log_kernels"}]
    sums = np.add.reduceat(
        np.expm1(graphs.nodes[:, columns].astype(float)), graphs.offsets[:-1], axis=0
    )
    deviation = sums.std(0)
    varies = deviation > 1e-6 * sums.mean(0)
    return (sums - sums.mean(0)) * varies / np.where(varies, deviation, 1)


def test_places_equal_pytorch():
    """Standardised features of each place, and the costs of the network at the head."""
    archs = FBNET.sample(5, seed=2, unique=True)
    made = network(fitter(**SMALL), archs)
    data, graphs = made.data(archs, 0), FBNET.graphs(archs, "places")
    deviation = graphs.nodes.std(0)
    scale = np.where(deviation > 1e-6, 1 / np.maximum(deviation, 1e-6), 0)
    nodes = torch.tensor((graphs.nodes - graphs.nodes.mean(0)) * scale, dtype=torch.float64)
    costs = torch.tensor(costs_of(graphs))

    def reference(w):
        scores = []
        for i, graph in enumerate(graphs.index):
            begin, end = graphs.offsets[graph : graph + 2]
            into = torch.tensor(graphs.adjacency(int(graph)).T.astype(float))
            read = linear(nodes[begin:end], w, "operation")
            scores.append(nasflat(read, into, 0, w, ends=False, beside=[costs[i]]))
        return torch.stack(scores)

    agree(made.stack, data, range(5), reference)


def hinge(scores, wanted, devices, across, margin=0.1):
    lacks = [
        torch.relu(margin - np.sign(wanted[i] - wanted[j]) * (scores[i] - scores[j]))
        for i in range(len(wanted))
        for j in range(i + 1, len(wanted))
        if wanted[i] != wanted[j] and (across or devices[i] == devices[j])
    ]
    return torch.stack(lacks).mean() if lacks else scores.sum() * 0


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("errors", [0.0, 0.7])
def test_loss_equals_pytorch(across, errors):
    rng = np.random.default_rng(3)
    found = rng.standard_normal(14).astype(np.float32)
    wanted = rng.integers(0, 6, 14).astype(np.float32)
    devices = rng.integers(0, 3, 14)
    of = fitter(across_devices=across, errors=errors, pairs=1.5, pairs_a_row=0)
    loss, slopes = neural.device_loss(of, found, wanted, devices.tolist())
    scores = torch.tensor(found, dtype=torch.float64, requires_grad=True)
    expected = 1.5 * hinge(scores, wanted, devices, across)
    target = torch.tensor(wanted, dtype=torch.float64)
    expected = expected + errors * torch.nn.functional.smooth_l1_loss(scores, target, beta=0.1)
    expected.backward()
    np.testing.assert_allclose(loss, expected.item(), rtol=1e-5)
    np.testing.assert_allclose(slopes, scores.grad, rtol=1e-4, atol=1e-6)


def test_drawn_pairs_are_as_many_as_asked_for():
    """Far from the margin each pair adds the same, so that the loss does not tell which."""
    of = fitter("nb201")
    scores, wanted = np.zeros(20, np.float32), np.arange(20, dtype=np.float32)
    loss, slopes = neural.device_loss(of, scores, wanted, [0, 1] * 10, 5)
    assert loss == pytest.approx(0.1)
    assert np.abs(slopes).sum() <= 2
    assert np.abs(slopes * 80 - np.round(slopes * 80)).max() < 1e-4
    assert not np.array_equal(slopes, neural.device_loss(of, scores, wanted, [0, 1] * 10, 6)[1])


def examples(archs: lp.Architectures, devices: int = 2) -> list[Any]:
    macs = np.asarray(archs.space.count(archs)["macs"], float)
    scaled = ((macs - macs.mean()) / macs.std()).astype(np.float32)
    return [(d, archs, scaled * (1 + d)) for d in range(devices)]


def trained(of: Any, rows: list[Any], epochs: int = 3, seed: int = 4, batch: int = 16) -> Any:
    made = network(of, rows[0][1])
    stage = neural.DeviceStage(epochs=epochs, batch_size=batch)
    training = neural.DeviceTraining(made, rows, stage, seed=seed)
    while training.run_epoch():
        pass
    return made, training


def test_training_lowers_the_loss_and_goes_on_from_a_checkpoint():
    rows = examples(CELLS.sample(24, seed=3, unique=True))
    of = fitter(**SMALL)
    made, training = trained(of, rows, epochs=6)
    assert training.losses[-1] < training.losses[0]
    stage = neural.DeviceStage(epochs=6, batch_size=16)
    first = network(of, rows[0][1])
    half = neural.DeviceTraining(first, rows, stage, seed=4)
    for _ in range(2):
        half.run_epoch()
    second = network(of, rows[0][1], seed=9)
    rest = neural.DeviceTraining(second, rows, stage, seed=4)
    rest.restore(half.checkpoint())
    while rest.run_epoch():
        pass
    archs = rows[0][1]
    assert np.array_equal(second.score(archs, 1), made.score(archs, 1))
    with pytest.raises(lp.errors.ConfigError):
        neural.DeviceTraining(first, rows[:1], stage, seed=4).restore(half.checkpoint())


def test_equal_pairs_go_through_the_layers_once():
    """A row that stands there twice counts twice, as in a mean over all rows."""
    archs = CELLS.sample(6, seed=5, unique=True)
    of = fitter(**SMALL, pairs=0.0, errors=1.0, error="mse")
    rows = examples(archs, 1)
    twice = [(0, archs[[*range(6), 0, 1]], rows[0][2][[*range(6), 0, 1]])]
    stage = neural.DeviceStage(epochs=1, batch_size=8)
    made = network(of, archs)
    before = made.score(archs, 0)
    training = neural.DeviceTraining(made, twice, stage, seed=4)
    training.run_epoch()
    errors = (before - rows[0][2]) ** 2
    assert training.losses[0] == pytest.approx((errors.sum() + errors[:2].sum()) / 8, rel=1e-5)


def test_last_minibatch_of_one_row_is_skipped():
    """Nothing changes then, so two epochs of 16 + 1 rows take as many steps as of 16."""
    archs = CELLS.sample(17, seed=6, unique=True)
    of = fitter(**SMALL, pairs=0.0, errors=1.0, error="mse")
    stage = {"epochs": 1, "batch_size": 16, "weight_decay": 0.5, "learning_rate": 1e-2}
    weights = []
    for skip in (True, False):
        made = network(of, archs)
        rows = examples(archs, 1)
        neural.DeviceTraining(
            made, rows, neural.DeviceStage(**stage, skip_single=skip), seed=1
        ).run_epoch()
        weights.append(made.score(archs, 0))
    assert not np.array_equal(*weights)


@pytest.mark.parametrize("space", [CELLS, FBNET], ids=str)
def test_scores_depend_neither_on_threads_nor_on_other_networks(space):
    archs = space.sample(100, seed=0, unique=True)
    made = network(fitter(operations=12, devices=3), archs)
    scores = made.score(archs, 1)
    assert np.array_equal(scores, made.score(archs, 1, threads=3))
    for some in (np.array([7]), np.array([7, 3, 31]), np.random.default_rng(0).permutation(100)):
        assert np.array_equal(scores[some], made.score(archs[some], 1))


def test_copied_rows_and_copied_networks():
    archs = CELLS.sample(5, seed=0)
    made = network(fitter(**SMALL), archs)
    other = made.copy()
    made.copy_device(0, 2)
    assert np.array_equal(made.score(archs, 2), made.score(archs, 0))
    assert not np.array_equal(other.score(archs, 2), other.score(archs, 0))
    with pytest.raises(lp.errors.ConfigError, match="device 9"):
        made.copy_device(9, 0)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"graph": "gat"}, "graph"),
        ({"mask": "no"}, "mask"),
        ({"input": "circle"}, "input"),
        ({"scale": "rank"}, "scale"),
        ({"dropout": 1.0}, "dropout"),
        ({"pairs": 0.0, "errors": 0.0}, "pairs"),
        ({"error": "huber"}, "loss"),
        ({"width": 0}, "width|layers"),
        ({"epoch": 3}, "epoch"),
        ({"epochs": -3}, "epochs"),
        ({"epochs": 2.5}, "epochs"),
    ],
)
def test_wrong_settings_are_told(settings, said):
    with pytest.raises(lp.errors.ConfigError, match=said):
        network(fitter(**settings), CELLS.sample(5, seed=0))


def test_input_of_another_space_is_told():
    with pytest.raises(lp.errors.ConfigError, match="nas-bench-201"):
        network(fitter(input="cell"), FBNET.sample(5, seed=0))


def test_settings_make_an_equal_fitter():
    of = fitter("nb201", epochs=7, transfer_learning_rate=0.5)
    again = _core.predictors.device_fitter_from_settings(of.settings)
    assert again.settings == of.settings
    assert again.kind == "nasflat"
    assert json.loads(of.settings)["epochs"] == 7


def test_the_poll_comes_often():
    """A minibatch of the reference form, and scoring, ask within 200 ms of CPU time."""
    archs = CELLS.sample(128, seed=0, unique=True)
    made = network(fitter("nb201"), archs)
    with _core.base.PollProbe() as probe:
        training = neural.DeviceTraining(
            made, examples(archs, 1), neural.DeviceStage(epochs=1), seed=0
        )
        training.run_epoch()
        made.score(archs, 0)
    assert probe.polls > 3
    assert probe.longest_ms < 200
    with _core.base.PollProbe(interrupt_at=2), pytest.raises(KeyboardInterrupt):
        made.score(archs, 0)
