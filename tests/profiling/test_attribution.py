"""Shares of the variance, nested models, interactions, Shapley values."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.profiling.attribution import attribution_frames
from latpred.profiling.surrogates import load_surrogate
from numpy.typing import NDArray

from tests.profiling.small_spaces import small_population, small_space, tangled

Floats = NDArray[np.float64]

GOLDEN = {  # the seed's spec: unit shares, held-out R2 with 3,000 networks
    "accuracy": ([0.04, 0.06, 0.10, 0.46, 0.31], {"d + e x ks": 0.968}),
    "npu": ([0.13, 0.05, 0.04, 0.26, 0.53], {"d + e + ks": 0.803, "d + e x ks": 0.9975}),
    "gpu": ([0.06, 0.21, 0.11, 0.31, 0.31], {"d": 0.9985}),
    "cpu": ([0.12, 0.20, 0.15, 0.23, 0.28], {"d + e x ks": 0.977}),
}


def of_kind(shares: object, kind: str) -> Floats:
    return np.asarray(shares[shares["kind"] == kind]["share"])  # type: ignore[index]


def layered(archs: lp.Architectures) -> Floats:
    """Unit 0 counts three times unit 1; kernels of unit 0 only where expansions are large."""
    from tests.profiling.small_spaces import placement_columns

    columns = placement_columns(small_space(), archs)
    first = columns[:, :16].reshape(-1, 4, 4) @ np.array([0.0, 0.0, 1.0, 3.0])
    second = columns[:, 16:25].reshape(-1, 3, 3) @ np.array([0.0, 0.5, 1.0])
    return np.asarray(3 * first.sum(axis=1) + second.sum(axis=1))


def test_shares_are_those_of_the_enumerated_space() -> None:
    archs = small_space().sample(3000, seed=0)
    frames = attribution_frames(small_space(), archs, {"y": layered(archs)})
    everyone = small_population()
    values = layered(everyone.archs)
    weights = everyone.weights
    genes = np.asarray(everyone.archs.genes)
    gates = [c for c, g in enumerate(small_space().genes) if g.group == "d"]

    def explained(keys: Floats) -> float:
        _, group = np.unique(keys, axis=0, return_inverse=True)
        group = group.ravel()
        mass = np.bincount(group, weights)
        means = np.bincount(group, weights * values) / mass
        centre = weights @ values
        return float(mass @ (means - centre) ** 2 / (weights @ (values - centre) ** 2))

    shares = frames["shares"].set_index(["kind", "group"])["share"]
    unit = [c for c, g in enumerate(small_space().genes) if g.unit == 0]
    assert shares["unit", "u0"] == pytest.approx(explained(genes[:, unit]), abs=0.01)
    assert shares["factor", "d"] == pytest.approx(explained(genes[:, gates]), abs=0.02)
    assert of_kind(frames["shares"], "unit").sum() == pytest.approx(1, abs=0.03)
    assert of_kind(frames["shares"], "factor").sum() == pytest.approx(1, abs=0.03)
    crossed = of_kind(frames["shares"], "unit x factor").sum()
    assert crossed == pytest.approx(of_kind(frames["shares"], "factor").sum(), abs=1e-6)
    models = frames["models"].set_index("terms")["r2"]
    assert models["d + e x ks"] == pytest.approx(1, abs=1e-9)
    assert models["d"] < models["d + e"] < models["d + e + ks"] < 1


def test_held_out_r2_is_that_of_leaving_each_out() -> None:
    archs = small_space().sample(60, seed=1)
    y = tangled(archs)
    frames = attribution_frames(small_space(), archs, {"y": y})
    genes = np.asarray(archs.genes)
    gates = [c for c, g in enumerate(small_space().genes) if g.group == "d"][:2]
    x = np.hstack([np.ones((60, 1)), *[genes[:, [g]] == k for g in gates for k in range(3)]])
    errors, base = [], []
    for i in range(60):
        rest = np.arange(60) != i
        errors.append(y[i] - x[i] @ np.linalg.lstsq(x[rest], y[rest], rcond=None)[0])
        base.append(y[i] - y[rest].mean())
    expected = 1 - np.square(errors).sum() / np.square(base).sum()
    assert frames["models"]["r2"][0] == pytest.approx(expected, abs=1e-9)


def test_interactions_are_found_where_they_are() -> None:
    archs = small_space().sample(400, seed=2)
    genes = np.asarray(archs.genes)
    gates = [c for c, g in enumerate(small_space().genes) if g.group == "d"]
    rng = np.random.default_rng(0)
    depths = genes[:, gates[0]] * genes[:, gates[1]]
    y = layered(archs) / 10 + depths + 0.1 * rng.normal(size=400)
    found = attribution_frames(small_space(), archs, {"y": y})["interactions"]
    worst = found[found["kind"] == "pair"].sort_values("p_value").iloc[0]
    assert {worst["first"], worst["second"]} == {"u0.d", "u1.d"}
    blocks = found[(found["kind"] == "block") & (found["p_bh"] < 0.01)]
    names = {f"u0.l{k}.e" for k in range(4)}  # the deeper, the fewer networks say so
    assert {"u0.l0.e", "u0.l1.e"} <= set(blocks["first"]) <= names
    noise = attribution_frames(small_space(), archs, {"y": rng.normal(size=400)})
    p_values = noise["interactions"]["p_value"]
    assert 0.4 < p_values.mean() < 0.6
    assert noise["interactions"]["p_bh"].min() > 0.01


def test_shapley_values_add_up() -> None:
    archs = small_space().sample(500, seed=3)
    frames = attribution_frames(small_space(), archs, {"y": layered(archs)})
    shapley = frames["shapley"]
    assert shapley["value"].sum() == pytest.approx(1, abs=0.03)
    unit = of_kind(frames["shares"], "unit")
    np.testing.assert_allclose(shapley["value"], unit[: len(shapley)], atol=0.01)
    coupled = lp.space("compofa-fixed")
    networks = coupled.sample(500, seed=0)
    y = np.asarray(networks.genes).astype(float).sum(axis=1)
    found = attribution_frames(coupled, networks, {"y": y})
    explained = found["models"]["r2"].max()
    assert found["shapley"]["value"].sum() == pytest.approx(explained, abs=0.05)


def test_values_that_do_not_vary_have_no_shares() -> None:
    archs = small_space().sample(100, seed=0)
    frames = attribution_frames(small_space(), archs, {"y": np.full(100, 2.0)})
    assert (frames["shares"]["share"] == 0).all()
    assert frames["models"]["r2"].isna().all()
    assert (frames["interactions"]["p_value"] == 1).all()


@pytest.fixture(scope="module")
def labelled(data_dir: Path) -> dict[str, object]:
    assert data_dir
    models = {metric: load_surrogate(f"ofa-mbv3-{metric}") for metric in GOLDEN}
    space = next(iter(models.values())).space
    space = space.restrict("one size", allowed={"r": [224]})
    archs = space.sample(3000, seed=0)
    values = {metric: model.predict(archs) for metric, model in models.items()}
    return {"space": space, "archs": archs, "values": values}


def test_shares_and_r2_of_the_published_surrogates(labelled: dict[str, object]) -> None:
    frames = attribution_frames(labelled["space"], labelled["archs"], labelled["values"])  # type: ignore[arg-type]
    for metric, (shares, r2) in GOLDEN.items():
        own = {name: frame[frame["metric"] == metric] for name, frame in frames.items()}
        found = of_kind(own["shares"], "unit")
        np.testing.assert_allclose(found, shares, atol=0.025)
        models = own["models"].set_index("terms")["r2"]
        for terms, expected in r2.items():
            assert models[terms] == pytest.approx(expected, abs=0.006 if expected < 0.9 else 0.003)
