"""The predictor over sequences of blocks: features and forward pass by NumPy, recipe, files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.neural.test_graph_predictor import CELLS, OWN, latency, tensors_of
from tests.predictors.damaged_files import check_damage_is_told

pytestmark = pytest.mark.libtorch

MOBILE = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[192, 224])
PROXYLESS = lp.space("ofa-proxyless", width=1.3)
RESNET = lp.space("ofa-resnet50")
SMALL: dict[str, Any] = {"embedding": 5, "shape": 3, "hidden": 6, "epochs": 3, "dropout": 0.2}


def fitted(space: lp.Space = OWN, rows: int = 60, **changes: Any) -> lp.BlockSequencePredictor:
    archs = space.sample(rows, seed=0)
    model = lp.BlockSequencePredictor(**{**SMALL, **changes})
    return model.fit(archs, latency(archs), progress=False)


def sequences(archs: lp.Architectures) -> tuple[list[str], np.ndarray, Any]:
    names, maxima, graphs = _core.neural.block_sequences(archs)
    return names, np.array(maxima), graphs


def test_the_published_network_has_as_many_parameters() -> None:
    published = lp.BlockSequencePredictor.preset("published")
    stack = _core.neural.LayerStack(published._settings().layers(9))
    assert sum(np.size(one) for one in stack.parameters.values()) == 1_974_369
    kept = published.get_params()
    assert (kept["epochs"], kept["readout"], kept["criterion"]) == (200, "last", "mape")
    small = lp.BlockSequencePredictor.preset("small", hidden=64).get_params()
    assert (small["epochs"], small["most_rows"], small["hidden"]) == (50, 3000, 64)
    with pytest.raises(lp.ConfigError, match="published"):
        lp.BlockSequencePredictor.preset("x" * 10_000)


def by_rule(space: lp.Space, row: np.ndarray, channels: list[int], strides: list[int]) -> Any:
    """Operations and shares of shapes as the authors' code makes them, from the genes."""
    column = {gene.name: i for i, gene in enumerate(space.genes)}
    pixels = space.genes[column["r[0]"]].choices[row[column["r[0]"]]]
    side, before, found = pixels // 2, channels[0], []
    for unit, (out, stride) in enumerate(zip(channels[1:], strides, strict=True)):
        of_depth = column[f"d[{unit}]"]
        depth = int(space.genes[of_depth].choices[row[of_depth]])
        for layer in range(depth):
            # The authors round down (13 -> 6), which is not what the network does.
            after = (side + 1) // 2 if layer == 0 and stride == 2 else side
            e, k = (int(row[column[f"{group}[{4 * unit + layer}]"]]) for group in ("e", "ks"))
            found.append([(e, k), *(v / 112 for v in (side, after, side, after))])
            found[-1] += [before / max(channels), out / max(channels)]
            side, before = after, out
    return found


@pytest.mark.parametrize(
    ("space", "channels", "strides"),
    [
        (MOBILE, [24, 32, 48, 96, 136, 192], [2, 2, 2, 1, 2]),
        (PROXYLESS, [24, 32, 56, 104, 128, 248, 416], [2, 2, 2, 1, 2, 1]),
    ],
)
def test_features_are_those_of_the_authors(
    space: lp.Space, channels: list[int], strides: list[int]
) -> None:
    archs = space.sample(40, seed=3)
    names, maxima, graphs = sequences(archs)
    assert len(names) == 9
    assert maxima.tolist() == [112, 112, max(channels)]
    meant: dict[tuple[int, int], float] = {}
    for row in range(len(archs)):
        graph = int(graphs.index[row])
        nodes = graphs.nodes[graphs.offsets[graph] : graphs.offsets[graph + 1]]
        expected = by_rule(space, archs.genes[row], channels, strides)
        assert len(nodes) == len(expected)
        for node, (block, *shares) in zip(nodes, expected, strict=True):
            assert meant.setdefault(block, node[0]) == node[0]
            np.testing.assert_allclose(node[1:], shares, rtol=1e-6)
    assert sorted(meant.values()) == list(range(9))


def test_resnet_has_twelve_stems_and_three_blocks() -> None:
    archs = RESNET.sample(200, seed=0)
    names, _, graphs = sequences(archs)
    assert len(names) == 15
    first = graphs.nodes[graphs.offsets[:-1], 0]
    assert set(first) == set(range(12))
    assert set(np.delete(graphs.nodes[:, 0], graphs.offsets[:-1])) == {12, 13, 14}
    depth = [i for i, gene in enumerate(RESNET.genes) if gene.group == "d" and gene.unit >= 0]
    blocks = 2 + 2 + 4 + 2 + archs.genes[:, depth].sum(axis=1)
    lengths = np.diff(graphs.offsets)[graphs.index]
    np.testing.assert_array_equal(lengths, 1 + blocks)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def states(x: np.ndarray, tensors: dict[str, np.ndarray], end: str) -> np.ndarray:
    """The states of a gated recurrent unit, in the order of PyTorch's gates."""
    own = {n: tensors[f"stack.sequence.{n}{end}"].astype(float) for n in ("weight_ih", "weight_hh")}
    bias = {n: tensors[f"stack.sequence.{n}{end}"].astype(float) for n in ("bias_ih", "bias_hh")}
    width = own["weight_hh"].shape[1]
    state, found = np.zeros(width), []
    for row in x:
        i = np.split(own["weight_ih"] @ row + bias["bias_ih"], 3)
        h = np.split(own["weight_hh"] @ state + bias["bias_hh"], 3)
        reset, update = sigmoid(i[0] + h[0]), sigmoid(i[1] + h[1])
        state = (1 - update) * np.tanh(i[2] + reset * h[2]) + update * state
        found.append(state)
    return np.array(found)


@pytest.mark.parametrize("readout", ["last", "mean", "sum"])
@pytest.mark.parametrize("space", [OWN, RESNET], ids=["own", "resnet50"])
def test_predictions_by_hand(space: lp.Space, readout: str) -> None:
    model = fitted(space, rows=30, readout=readout, epochs=2, sigmoid=readout == "last")
    tensors, metadata = tensors_of(model)  # type: ignore[arg-type]
    archs = space.sample(6, seed=3)
    names, largest, graphs = sequences(archs)
    assert metadata["operations"].split("\n") == names
    shares = np.repeat(largest / tensors["maxima"], 2)
    values = []
    for graph in graphs.index:
        nodes = graphs.nodes[graphs.offsets[graph] : graphs.offsets[graph + 1]].astype(float)
        shapes = (nodes[:, 1:] * shares) @ tensors["stack.shape.weight"].T
        operation = tensors["stack.operation.weight"][nodes[:, 0].astype(int)]
        x = np.hstack([operation, shapes + tensors["stack.shape.bias"]])
        both = np.hstack([states(x, tensors, ""), states(x[::-1], tensors, "_reverse")[::-1]])
        read = {"last": both[-1], "mean": both.mean(axis=0), "sum": both.sum(axis=0)}[readout]
        out = tensors["stack.latency.weight"][0] @ read + tensors["stack.latency.bias"][0]
        if model.sigmoid:
            out = sigmoid(out)
        values.append(tensors["target"][0] + tensors["target"][1] * out)
    np.testing.assert_allclose(model.predict(archs), values, rtol=2e-4)


def test_first_weights_are_drawn_as_published() -> None:
    stack = _core.neural.LayerStack(lp.BlockSequencePredictor()._settings().layers(9), seed=1)
    tensors = stack.parameters
    matrix = np.asarray(tensors["sequence.weight_hh"])
    assert matrix.std() == pytest.approx(np.sqrt(3 * 2 / sum(matrix.shape)), rel=0.02)
    vector = np.asarray(tensors["sequence.bias_ih"])
    assert vector.std() == pytest.approx(np.sqrt(6 / (1 + len(vector))), rel=0.1)


def test_it_learns() -> None:
    changes = {"hidden": 16, "epochs": 30, "learning_rate": 1e-2, "dropout": 0.0}
    model = fitted(OWN, rows=150, readout="mean", initial="pytorch", **changes)
    fresh = OWN.sample(100, seed=9)
    assert lp.evaluate(latency(fresh), model.predict(fresh))["spearman"] > 0.95
    errors = model.history_["validation_mape"]
    assert model.best_epoch_ == errors.argmin()


def test_the_same_to_the_bit_whatever_order_and_way() -> None:
    archs, fresh = OWN.sample(60, seed=0), OWN.sample(40, seed=1)
    expected = fitted().predict(fresh)
    order = np.random.default_rng(0).permutation(60)
    model = lp.BlockSequencePredictor(**SMALL)
    model.fit(archs[order], latency(archs)[order], progress=False)
    np.testing.assert_array_equal(model.predict(fresh), expected)
    again = lp.BlockSequencePredictor(**SMALL)._compiled_fitter().fit(archs, latency(archs))
    np.testing.assert_array_equal(again.evaluate(fresh), expected)
    assert not np.array_equal(fitted(seed=1).predict(fresh), expected)
    some = order[order < 40][:20]
    np.testing.assert_array_equal(model.predict(fresh[some]), expected[some])


def test_a_training_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    archs = OWN.sample(60, seed=0)
    model = lp.BlockSequencePredictor(**SMALL)
    left = model.start(archs, latency(archs))
    left.run(1)
    path = tmp_path / "training"
    path.write_bytes(left.checkpoint())
    model.fit(archs, latency(archs), checkpoint=path, progress=False)
    np.testing.assert_array_equal(model.predict(archs), fitted().predict(archs))
    for name, values in fitted().history_.items():
        np.testing.assert_array_equal(model.history_[name], values)
    kept = path.read_bytes()
    model.fit(archs, latency(archs), checkpoint=path, progress=False)  # nothing is left to do
    assert path.read_bytes() == kept
    with pytest.raises(lp.ConfigError):
        lp.BlockSequencePredictor(**{**SMALL, "hidden": 7}).fit(
            archs, latency(archs), checkpoint=path, progress=False
        )
    path.write_bytes(kept[:-9])
    with pytest.raises(lp.CorruptionError):
        model.fit(archs, latency(archs), checkpoint=path, progress=False)


def test_limits_on_rows_and_latencies() -> None:
    archs = OWN.sample(60, seed=0, unique=True)
    model = lp.BlockSequencePredictor(**SMALL, most_rows=20, validation_share=0.0)
    assert model.start(archs, latency(archs)).rows == 20
    assert fitted(most_rows=10_000).predict(archs).tolist() == fitted().predict(archs).tolist()
    limit = float(np.median(latency(archs)))
    cut = fitted(most_ms=limit, validation_share=0.0)
    by_hand = lp.BlockSequencePredictor(**SMALL, validation_share=0.0)
    by_hand.fit(archs_of := OWN.sample(60, seed=0), latency(archs_of).clip(max=limit))
    np.testing.assert_array_equal(cut.predict(archs), by_hand.predict(archs))


def test_files_and_intervals(tmp_path: Path) -> None:
    model = fitted()
    fresh = OWN.sample(40, seed=1)
    model.calibrate(fresh, latency(fresh))
    path = tmp_path / "sequence_best.latpred"
    model.save(path)
    loaded = lp.load_predictor(path)
    assert type(loaded) is lp.BlockSequencePredictor
    assert loaded.get_params() == model.get_params()
    np.testing.assert_array_equal(loaded.predict(fresh), model.predict(fresh))
    low, high = loaded.predict_interval(fresh, confidence=0.8)
    assert (low < high).all()
    check_damage_is_told(path)


def test_the_fitter_is_rebuilt_from_its_settings() -> None:
    fitter = lp.BlockSequencePredictor(**SMALL, readout="sum")._compiled_fitter()
    again = _core.predictors.fitter_from_settings(fitter.settings)
    assert again.settings == fitter.settings
    plain = json.loads(_core.predictors.fitter_from_settings('{"kind": "block-sequence"}').settings)
    usual = lp.BlockSequencePredictor().get_params()
    del usual["seed"]
    usual |= {"patience": 0, "most_ms": 0.0, "most_rows": 0}
    assert {key: plain[key] for key in usual} == usual


def test_metrics_as_the_authors_report_them() -> None:
    model = fitted(rows=80)
    archs, other = OWN.sample(30, seed=5), OWN.sample(50, seed=6)
    table, train = (lp.LatencyTable(a, latency(a)) for a in (archs, other))
    found = model.published_metrics(table, train=train)
    errors = model.predict(archs) - latency(archs)
    assert found["mse"] == pytest.approx(np.mean(errors**2))
    assert found["max_error_ms"] == np.abs(errors).max()
    for count in (5, 10, 25):
        slowest = [set(np.argsort(-v, kind="stable")[:count]) for v in (latency(archs),)]
        picked = set(np.argsort(-model.predict(archs), kind="stable")[:count])
        assert found[f"top{count}_overlap"] == len(slowest[0] & picked) / count
    assert "top50_overlap" not in found
    assert found["overlap_train"] == len(set(archs.to_strings()) & set(other.to_strings()))


@pytest.mark.parametrize(
    "changes",
    [
        {"readout": "max"},
        {"readout": "x" * 10_000},
        {"initial": "zeros"},
        {"hidden": 0},
        {"hidden": 1 << 20},
        {"embedding": 2.5},
        {"dropout": 1.0},
        {"most_ms": -1.0},
        {"most_ms": float("nan")},
        {"most_rows": 0},
        {"sigmoid": True, "readout": "sum"},
        {"criterion": "mse"},
        {"equal_lengths": "some"},
    ],
)
def test_settings_out_of_range(changes: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        fitted(**changes)
    assert len(str(caught.value)) < 2000


def test_spaces_without_blocks_are_refused() -> None:
    with pytest.raises(lp.ConfigError, match="blocks in a row"):
        fitted(CELLS)
    with pytest.raises(lp.SchemaError):
        fitted().predict(CELLS.sample(2, seed=0))


@pytest.mark.parametrize("name", ["fbnet", "fbnetv3"])
def test_other_spaces_of_blocks(name: str) -> None:
    model = fitted(lp.space(name), rows=25, epochs=1)
    assert np.isfinite(model.predict(model.space.sample(3, seed=1))).all()
