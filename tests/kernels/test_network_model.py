"""The model that sums over kernels: accuracy, honesty, symmetries."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core.graphs import TensorGraph
from latpred._core.kernels import NetworkModel, choose_next, fit_network_model

from tests.kernels.synthetic_networks import Device, Measured, Writer, measured, network

KNOWN = ("plain", "residual", "inverted", "squeezed", "grouped", "tokens")


def fitted(rows: Measured) -> NetworkModel:
    return fit_network_model(rows.graphs, rows.latency_ms, rows.deviation_ms, rows.families)


def training(seed: int, device: Device, blocks=KNOWN) -> Measured:
    """Short chains and whole networks, of three families for each kind of block."""
    parts = []
    for group in range(3):
        for place, name in enumerate(blocks):
            for length, each in ((1, 5), (None, 4)):
                number = 1000 * seed + 100 * group + 10 * place + each
                part = measured((name,), each, number, device, blocks=length)
                part.families = [f"{name} {group}"] * each
                parts.append(part)
    return Measured(
        [graph for part in parts for graph in part.graphs],
        np.concatenate([part.latency_ms for part in parts]),
        np.concatenate([part.deviation_ms for part in parts]),
        [name for part in parts for name in part.families],
    )


@pytest.fixture(scope="module")
def rows() -> Measured:
    return training(1, Device())


@pytest.fixture(scope="module")
def model(rows: Measured) -> NetworkModel:
    return fitted(rows)


def log_costs(graphs: list[TensorGraph]) -> np.ndarray:
    names = ("macs", "params", "bytes", "kernels")
    return np.array([[1, *(np.log(1 + one.costs[name]) for name in names)] for one in graphs])


def errors(model: NetworkModel, rows: Measured) -> np.ndarray:
    found = [model.predict(one)["latency_ms"] for one in rows.graphs]
    return np.abs(np.array(found) / rows.latency_ms - 1)


def test_unseen_families_beat_a_regression_on_costs(rows: Measured, model: NetworkModel) -> None:
    device = Device()
    unseen = measured(("dense", "mixed"), 20, 77, device)
    weights = np.linalg.lstsq(log_costs(rows.graphs), np.log(rows.latency_ms), rcond=None)[0]
    plain = np.abs(np.exp(log_costs(unseen.graphs) @ weights) / unseen.latency_ms - 1)
    ours = errors(model, unseen)
    print(f"unseen families: model {ours.mean():.3f}, regression on costs {plain.mean():.3f}")
    assert ours.mean() < 0.06
    assert ours.mean() < 0.5 * plain.mean()


def test_held_out_families(rows: Measured, model: NetworkModel) -> None:
    held = model.held_out
    off = np.abs(held["predicted_ms"] / held["measured_ms"] - 1)
    print(f"held-out families: {off.mean():.3f}, median {np.median(off):.3f}")
    assert sorted(held["measured_ms"]) == sorted(rows.latency_ms)
    assert sorted(set(held["family"])) == sorted(model.families)
    assert np.median(off) < 0.10


def test_intervals_cover_unseen_families() -> None:
    inside = []
    for seed in range(4):
        device = Device(slowness=1 + seed, fuses=seed % 2 == 0)
        model = fitted(training(10 * seed, device, KNOWN[seed % 2 :]))
        unseen = measured(("dense", "mixed"), 12, 900 + seed, device)
        for graph, truth in zip(unseen.graphs, unseen.latency_ms, strict=True):
            found = model.predict(graph, 0.9)
            if not found["outside"]:
                inside.append(found["low_ms"] <= truth <= found["high_ms"])
    print(f"coverage {np.mean(inside):.3f} of {len(inside)}")
    assert 0.8 < np.mean(inside) <= 1


def test_kernels_sum_to_the_prediction(model: NetworkModel) -> None:
    found = model.predict(network("residual", np.random.default_rng(5)))
    total = found["overhead_ms"] + sum(one["ms"] for one in found["kernels"])
    assert total == pytest.approx(found["latency_ms"], rel=1e-12)
    assert all(one["low_ms"] <= one["ms"] <= one["high_ms"] for one in found["kernels"])
    assert found["low_ms"] < found["latency_ms"] < found["high_ms"]


def test_wider_at_more_confidence(model: NetworkModel) -> None:
    graph = network("dense", np.random.default_rng(6))
    narrow, wide = model.predict(graph, 0.5), model.predict(graph, 0.95)
    assert wide["low_ms"] < narrow["low_ms"] < narrow["high_ms"] < wide["high_ms"]


def test_order_of_rows_changes_nothing(rows: Measured, model: NetworkModel) -> None:
    mixed = np.random.default_rng(0).permutation(len(rows.graphs))
    assert fitted(rows.picked(mixed)).to_bytes() == model.to_bytes()


def test_latencies_in_another_unit(rows: Measured, model: NetworkModel) -> None:
    scaled = fit_network_model(
        rows.graphs, 1024 * rows.latency_ms, 1024 * rows.deviation_ms, rows.families
    )
    graph = network("mixed", np.random.default_rng(8))
    one, other = model.predict(graph), scaled.predict(graph)
    for name in ("latency_ms", "low_ms", "high_ms"):
        assert other[name] == pytest.approx(1024 * one[name], rel=1e-6)
    assert other["outside"] == one["outside"]


def test_names_of_families_change_nothing(rows: Measured, model: NetworkModel) -> None:
    renamed = [f"{len(name)}{name[::-1]}" for name in rows.families]
    other = fit_network_model(rows.graphs, rows.latency_ms, rows.deviation_ms, renamed)
    graph = network("mixed", np.random.default_rng(9))
    assert other.predict(graph)["high_ms"] == pytest.approx(model.predict(graph)["high_ms"])


def test_some_wrong_rows_change_little(rows: Measured, model: NetworkModel) -> None:
    wrong = rows.latency_ms.copy()
    wrong[::20] *= 3
    other = fit_network_model(rows.graphs, wrong, rows.deviation_ms, rows.families)
    unseen = measured(("dense", "mixed"), 15, 78, Device())
    assert errors(other, unseen).mean() < 1.5 * errors(model, unseen).mean() + 0.01
    held = other.held_out
    slips = np.isin(held["measured_ms"], wrong[::20])
    assert np.median(held["weight"][slips]) < 0.3 < np.median(held["weight"][~slips])


def lonely(kind: str, type_: str) -> TensorGraph:
    writer = Writer(1, 64, 56, 56)
    writer.conv(64, 1)
    for _ in range(12):
        writer._add(kind, [writer.at], writer.sizes(), type_)
    return writer.done()


def test_what_was_never_measured_is_told(model: NetworkModel) -> None:
    found = model.predict(lonely("sort", "TopK"))
    assert found["outside"]
    assert found["known_share"] < 0.5
    assert {one["known"] for one in found["kernels"] if one["kind"] == "sort"} == {0.0}
    seen = [network("residual", np.random.default_rng(seed)) for seed in range(30, 40)]
    assert sum(model.predict(graph)["outside"] for graph in seen) <= 1


def activated(draw: np.random.Generator, alone: bool) -> TensorGraph:
    """Convolutions with some activations behind them, or activations alone."""
    writer = Writer(1, int(draw.integers(8, 65)), *[int(draw.integers(8, 57))] * 2)
    for _ in range(int(draw.integers(2, 6))):
        if not alone:
            writer.conv(int(draw.integers(8, 65)), 3)
        elif writer.sizes()[0] == 1:  # begins a kernel: it reads the input
            writer.at = writer.graph.input("more", writer.sizes(), 32)
        for _ in range(1 if alone else int(draw.integers(0, 4))):
            writer.act(str(draw.choice(["Relu", "Clip"])))
    return writer.done()


def test_fusion_shows_in_the_evidence() -> None:
    saved = {}
    for fuses in (True, False):
        device, draw = Device(fuses=fuses, noise=0.003, effect=0.003), np.random.default_rng(3)
        graphs = [activated(draw, i % 4 == 0) for i in range(120)]
        latency = np.array([device.measured_ms(one, draw) for one in graphs])
        names = [str(i % 12) for i in range(120)]
        (row,) = fit_network_model(graphs, latency, 0.003 * latency, names).fusion()
        assert (row["kind"], row["sort"]) == ("conv", "clip")
        assert row["networks"] > 60
        saved[fuses] = row["saved"]
    assert saved[True] > 0.8
    assert saved[False] < 0.5


def test_next_are_those_that_nobody_knows(rows: Measured) -> None:
    known = [i for i, name in enumerate(rows.families) if name[:-2] not in ("tokens", "inverted")]
    model = fitted(rows.picked(known))
    draw = np.random.default_rng(4)
    pool = [network(name, draw, 1) for name in ("plain", "tokens", "plain", "inverted") * 10]
    chosen = choose_next(model, pool, 8)
    assert len(set(chosen)) == 8
    assert sum(i % 4 in (1, 3) for i in chosen) >= 6
    assert choose_next(model, pool, 8, 5) == chosen


@pytest.mark.parametrize("count", [0, 5])
def test_too_few_rows(rows: Measured, count: int) -> None:
    with pytest.raises(lp.DataError, match="measured networks, 8 to"):
        fitted(rows.picked(range(count)))


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_bad_latencies(rows: Measured, value: float) -> None:
    bad = rows.picked(range(10))
    bad.latency_ms = np.where(np.arange(10) == 3, value, bad.latency_ms)
    with pytest.raises(lp.DataError, match="row 3"):
        fitted(bad)


def test_bad_arguments(rows: Measured, model: NetworkModel) -> None:
    with pytest.raises(lp.DataError, match="equally many"):
        fit_network_model(rows.graphs, rows.latency_ms[1:], rows.deviation_ms, rows.families)
    with pytest.raises(lp.ConfigError, match="confidence"):
        model.predict(rows.graphs[0], 1.5)
    with pytest.raises(lp.DataError, match="without kernels"):
        model.predict(TensorGraph())
    with pytest.raises(lp.ConfigError, match="pool"):
        choose_next(model, rows.graphs[:3], 4)
