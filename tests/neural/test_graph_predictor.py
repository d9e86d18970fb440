"""The predictor over graphs: what it computes against NumPy, its trainings, files and failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core

from tests.predictors.damaged_files import check_damage_is_told, rebuild

pytestmark = pytest.mark.libtorch

UNIT = {"channels": [8, 12], "expand": [2, 4], "depth": [1, 2]}
OWN = lp.define_space("own", resolutions=[32, 48], units=[UNIT, {**UNIT, "stride": 2}])
CELLS = lp.space("nas-bench-201")
SMALL: dict[str, Any] = {"hidden": (8, 6), "head": 5, "epochs": 3}
LAYERS = ("dense-graph-flow", "attention", "gcn", "gin", "gru", "graph-conv")


def latency(archs: lp.Architectures) -> np.ndarray:
    """A sum of MACs and bytes, in units of those of one network of the space."""
    costs, units = (archs.space.count(some) for some in (archs, archs.space.sample(1, seed=77)))
    macs, moved = (np.asarray(costs[key], float) / units[key] for key in ("macs", "bytes"))
    return 2 + 3 * macs + moved


def fitted(space: lp.Space = OWN, rows: int = 60, **changes: Any) -> lp.GraphPredictor:
    archs = space.sample(rows, seed=0)
    return lp.GraphPredictor(**{**SMALL, **changes}).fit(archs, latency(archs), progress=False)


def tensors_of(model: lp.GraphPredictor) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Tensors and metadata of the model file, by NumPy alone."""
    content = model._fitted().to_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__")
    kinds = {"F64": np.float64, "F32": np.float32}
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        data = content[8 + length + begin : 8 + length + end]
        found[name] = np.frombuffer(data, kinds[entry["dtype"]]).reshape(entry["shape"])
    return found, metadata


def by_hand(model: lp.GraphPredictor, archs: lp.Architectures) -> np.ndarray:
    """What a model of layers "gcn" computes, in double precision, network by network."""
    tensors, metadata = tensors_of(model)
    values = []
    for row in range(len(archs)):
        graph = archs.space.graphs(archs[row : row + 1], model.level)
        assert metadata["features"].split("\n") == graph.feature_names
        nodes = graph.nodes.astype(float)
        x = (nodes - tensors["means"]) * tensors["factors"]
        logs = ["macs", "depthwise_macs", "vector_macs", "params", "bytes", "kernels"]
        sums = [i for i, name in enumerate(graph.feature_names) if name[4:] in logs]
        totals = np.expm1(nodes[:, sums]).sum(axis=0)
        costs = (totals - tensors["sum_means"]) * tensors["sum_factors"]

        def linear(x: np.ndarray, name: str) -> np.ndarray:
            bias = tensors.get(f"stack.{name}.bias", 0)
            return np.asarray(x @ tensors[f"stack.{name}.weight"].T + bias)

        embedded = np.maximum(linear(x, "embedded"), 0)
        mean = graph.adjacency(0).T + np.eye(len(nodes))  # over a node and what feeds it
        mean /= mean.sum(axis=1, keepdims=True)
        first = [name for name in tensors if "gcn" in name and name.endswith("weight")]
        hidden = embedded
        for name in [*(name[len("stack.") : -len(".weight")] for name in first), "graph"]:
            hidden = np.maximum(linear(mean @ hidden, name), 0)
        both = np.hstack([embedded, hidden, np.tile(costs, (len(nodes), 1))])
        if model.readout == "mean":
            both = both.mean(axis=0, keepdims=True)
        elif model.readout == "last":
            both = both[-1:]
        out = linear(np.maximum(linear(both, "head.0"), 0), "head.1")
        out = out.sum() + linear(costs, "line")[0]
        values.append(tensors["target"][0] + tensors["target"][1] * out)
    return np.array(values)


@pytest.mark.parametrize("level", ["places", "operators"])
@pytest.mark.parametrize("readout", ["sum", "mean", "last"])
def test_predictions_by_hand(readout: str, level: str) -> None:
    for space in (OWN, CELLS):
        model = fitted(space, rows=30, layer="gcn", readout=readout, level=level)
        fresh = space.sample(6, seed=3)
        np.testing.assert_allclose(model.predict(fresh), by_hand(model, fresh), rtol=1e-4)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_learns(layer: str) -> None:
    changes = {"hidden": (12,), "head": 12, "epochs": 25, "learning_rate": 0.01, "batch_size": 16}
    model = fitted(OWN, rows=150, layer=layer, **changes)
    fresh = OWN.sample(100, seed=9)
    found = lp.evaluate(latency(fresh), model.predict(fresh))
    assert found["spearman"] > 0.97
    assert found["mae_ms"] < 0.3 * latency(fresh).std()
    assert model.history_["train_loss"][-1] < 0.5 * model.history_["train_loss"][0]


def test_equal_graphs_have_equal_values_and_rows_stand_alone() -> None:
    model = fitted(CELLS, rows=40)
    archs = CELLS.sample(300, seed=5)
    values = model.predict(archs)
    index = CELLS.graphs(archs, "places").index
    for u in np.unique(index):
        assert len(set(values[index == u])) == 1
    order = np.random.default_rng(0).permutation(len(archs))
    np.testing.assert_array_equal(model.predict(archs[order]), values[order])
    np.testing.assert_array_equal(model.predict(archs[7:8]), values[7:8])


def test_the_same_to_the_bit_whatever_threads_and_order() -> None:
    archs = OWN.sample(60, seed=0)
    fresh = OWN.sample(40, seed=1)
    expected = fitted(dropout=0.2).predict(fresh)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        np.testing.assert_array_equal(fitted(dropout=0.2).predict(fresh), expected)
    finally:
        torch.set_num_threads(before)
    fitter = lp.GraphPredictor(**SMALL, dropout=0.2)._compiled_fitter()
    again = fitter.fit(archs, latency(archs))
    np.testing.assert_array_equal(again.evaluate(fresh), expected)
    order = np.random.default_rng(0).permutation(60)
    twice = OWN.architectures(archs.genes[np.concatenate([order, order[:9]])])
    model = lp.GraphPredictor(**SMALL, dropout=0.2).fit(twice, latency(twice), progress=False)
    np.testing.assert_array_equal(model.predict(fresh), expected)
    assert not np.array_equal(fitted(dropout=0.2, seed=1).predict(fresh), expected)
    assert not np.array_equal(fitted().predict(fresh), expected)


def test_a_training_that_is_left_goes_on_to_the_same_model() -> None:
    archs = OWN.sample(60, seed=0)
    table = lp.LatencyTable(archs, latency(archs))
    model = lp.GraphPredictor(**SMALL, dropout=0.1)
    whole, left, other = (model.start(table) for _ in range(3))
    whole.run()
    left.run(1)
    other.restore(left.checkpoint())
    other.run()
    assert other.checkpoint() == whole.checkpoint()
    made = whole.model()
    again = made.evaluate(archs)
    del made
    assert other.checkpoint() == whole.checkpoint()  # which keeps layers of its own
    whole.run()
    np.testing.assert_array_equal(whole.model().evaluate(archs), again)
    wider = lp.GraphPredictor(**{**SMALL, "hidden": (8, 7)}).start(table)
    with pytest.raises(lp.ConfigError):
        wider.restore(left.checkpoint())


def test_stops_early_and_keeps_the_best_epoch() -> None:
    archs, judged = OWN.sample(60, seed=0), OWN.sample(30, seed=2, unique=True)
    model = lp.GraphPredictor(**{**SMALL, "epochs": 200}, patience=2, learning_rate=0.05)
    judge = lp.LatencyTable(judged, latency(judged))
    model.fit(archs, latency(archs), validation=judge, progress=False)
    errors = model.history_["validation_mae"]
    assert model.stopped_early_
    assert len(errors) == model.n_epochs_ == model.best_epoch_ + 3
    assert model.best_epoch_ == errors.argmin()
    found = np.abs(model.predict(judged) - judge.latency_ms).mean()
    assert found == pytest.approx(errors.min(), rel=1e-5)


def test_files(tmp_path: Path) -> None:
    model = fitted(CELLS, rows=40, layer="attention")
    fresh = CELLS.sample(40, seed=1)
    model.calibrate(fresh, latency(fresh))
    path = tmp_path / "graphs.latpred"
    model.save(path)
    loaded = lp.load_predictor(path)
    assert type(loaded) is lp.GraphPredictor
    assert loaded.get_params() == {**model.get_params(), "hidden": list(model.hidden)}
    np.testing.assert_array_equal(loaded.predict(fresh), model.predict(fresh))
    low, high = loaded.predict_interval(fresh, confidence=0.8)
    assert (low < high).all()
    check_damage_is_told(path)


def rename_feature(metadata: dict[str, str]) -> None:
    metadata["features"] = metadata["features"].replace("log_height_in", "log_depth_in")


def drop_feature(metadata: dict[str, str]) -> None:
    metadata["features"] = metadata["features"].partition("\n")[2]


def other_level(metadata: dict[str, str]) -> None:
    metadata["level"] = "blocks"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (rename_feature, lp.SchemaError),
        (drop_feature, lp.CorruptionError),
        (other_level, lp.CorruptionError),
    ],
)
def test_files_of_other_features(
    tmp_path: Path, change: Callable[[dict[str, str]], None], error: type[Exception]
) -> None:
    path = tmp_path / "changed.latpred"
    content = fitted()._fitted().to_bytes()
    path.write_bytes(rebuild(content, lambda header: change(header["__metadata__"])))
    with pytest.raises(error):
        lp.load_predictor(path).predict(OWN.sample(2, seed=0))


def test_the_fitter_is_rebuilt_from_its_settings() -> None:
    fitter = lp.GraphPredictor(**SMALL, layer="gin", loss="relative")._compiled_fitter()
    again = _core.predictors.fitter_from_settings(fitter.settings)
    assert again.settings == fitter.settings
    plain = json.loads(_core.predictors.fitter_from_settings('{"kind": "graph"}').settings)
    usual = lp.GraphPredictor().get_params()
    del usual["seed"]
    usual |= {"hidden": list(usual["hidden"]), "patience": 0, "clip_norm": 0.0}
    assert {key: plain[key] for key in usual} == usual
    archs = OWN.sample(60, seed=0)
    curve = lp.learning_curve(
        lp.GraphPredictor(**SMALL),
        lp.LatencyTable(archs, latency(archs)),
        sizes=(20, 40),
        repeats=2,
    )
    assert curve.sizes == (20, 40)


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "blocks"},
        {"layer": "dense"},
        {"layer": "x" * 10_000},
        {"hidden": ()},
        {"hidden": (0,)},
        {"hidden": (1 << 20,)},
        {"hidden": 8},
        {"hidden": (2,) * 40},
        {"head": 0},
        {"head": 2.5},
        {"readout": "max"},
        {"dropout": 1.0},
        {"dropout": float("nan")},
        {"dropout": "some"},
        {"loss": "huber"},
        {"epochs": 0},
        {"validation_share": 1.0},
        {"seed": -1},
    ],
)
def test_settings_out_of_range(changes: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        fitted(**changes)
    assert len(str(caught.value)) < 2000


def test_what_is_refused() -> None:
    model = fitted()
    with pytest.raises(lp.SchemaError):
        model.predict(CELLS.sample(2, seed=0))
    archs = OWN.sample(60, seed=0)
    other = CELLS.sample(30, seed=0)
    judge = lp.LatencyTable(other, latency(other))
    with pytest.raises(lp.SchemaError):
        model.fit(archs, latency(archs), validation=judge, progress=False)
    with pytest.raises(lp.DataError):
        model.fit(archs, latency(archs)[:5], progress=False)
    with pytest.raises(lp.TrainingError, match="epoch"):
        fitted(optimizer="sgd", learning_rate=1e30, epochs=20)
    with pytest.raises(lp.NotFittedError):
        lp.GraphPredictor().predict(archs)
