"""A model in a file, and what its numbers are by other software."""

from __future__ import annotations

import copy
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred._core.kernels import NetworkModel, fit_network_model, non_negative_solution
from safetensors.numpy import load
from scipy.optimize import nnls

from tests.kernels.synthetic_networks import Device, Measured, Writer, measured

WEIGHTS = np.array([0.5] * 5 + [1, 1, 1, 0.5, 0.7, 0.7, 0.7, 0.7, 2])


@pytest.fixture(scope="module")
def rows() -> Measured:
    return measured(("plain", "inverted", "tokens", "dense"), 10, 3, Device(), blocks=2)


@pytest.fixture(scope="module")
def model(rows: Measured) -> NetworkModel:
    return fit_network_model(rows.graphs, rows.latency_ms, rows.deviation_ms, rows.families)


def test_comes_back_from_a_file(tmp_path: Path, rows: Measured, model: NetworkModel) -> None:
    path = str(tmp_path / "model.latpred")
    model.save(path)
    for same in (NetworkModel.load(path), copy.copy(model), copy.deepcopy(model)):
        assert same.to_bytes() == model.to_bytes()
        assert same.predict(rows.graphs[3]) == model.predict(rows.graphs[3])


def test_damaged_files(tmp_path: Path, model: NetworkModel) -> None:
    content = model.to_bytes()
    path = tmp_path / "model.latpred"
    draw = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(content)
        damaged[int(draw.integers(len(content)))] ^= int(draw.integers(1, 256))
        path.write_bytes(damaged)
        with pytest.raises(lp.LatpredError):
            NetworkModel.load(str(path))
    for length in (0, 7, 100, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(lp.LatpredError):
            NetworkModel.load(str(path))
    with pytest.raises(lp.StorageError):
        NetworkModel.load(str(tmp_path / "nothing"))


def test_another_model(tmp_path: Path) -> None:
    space = lp.space("ofa-mobilenetv3")
    table = lp.AdditivePredictor()
    archs = space.sample(40, seed=0)
    table.fit(archs, np.arange(1.0, 41))
    path = str(tmp_path / "other.latpred")
    table.save(path)
    with pytest.raises(lp.ModelVersionError, match="network-model"):
        NetworkModel.load(path)


def test_non_negative_solution_is_scipys() -> None:
    draw = np.random.default_rng(1)
    for _ in range(30):
        a = draw.normal(size=(30, 12)) * 10.0 ** draw.integers(-3, 4, size=12)
        b = draw.normal(size=30)
        found = np.array(non_negative_solution(a.T @ a, a.T @ b))
        expected, _ = nnls(a, b)
        assert np.linalg.norm(a @ found - b) <= np.linalg.norm(a @ expected - b) * (1 + 1e-9)
        assert (found >= 0).all()


class Dense:
    """The model's file as plain arrays, and its process in NumPy."""

    def __init__(self, content: bytes) -> None:
        held = load(content)
        kinds = held["kernels.kinds"]
        shapes = held["kernels.shapes"].reshape(len(kinds), -1) * WEIGHTS
        terms = held["kernels.terms"].reshape(len(kinds), -1)
        prices = held["mean.prices"].reshape(terms.shape[1], -1).T
        self.latency = held["rows.latency_ms"]
        self.counts = np.zeros((len(self.latency), len(kinds)))
        row = np.repeat(np.arange(len(self.latency)), held["rows.sizes"])
        self.counts[row, held["rows.kernels"]] = held["rows.counts"]
        self.kind, self.wide, self.narrow, self.length, network, family = held["settings"]
        self.mean = (terms * prices[kinds]).sum(1)
        self.shapes, self.same = shapes, kinds[:, None] == kinds[None, :]
        self.squared = ((shapes[:, None] - shapes[None]) ** 2).sum(2)
        self.rest = 1 - (held["mean.overhead_ms"] + self.counts @ self.mean) / self.latency
        own = network**2 + 2e-3**2
        self.noise = (held["rows.deviations"] ** 2 + own) / held["rows.weights"]
        families = held["rows.families"]
        self.related = family**2 * (families[:, None] == families[None, :])
        typical = np.median(held["rows.deviations"])
        self.unseen = network**2 + family**2 + typical**2

    def covariance(self) -> np.ndarray:
        length = 2 * self.length**2
        return self.same * (
            self.kind**2
            + self.wide**2 / (1 + self.squared / length)
            + self.narrow**2 / (1 + 16 * self.squared / length)
        )

    def predict(self, i: int) -> tuple[float, float]:
        """Latency of a row's network, and its relative deviation."""
        sums = self.counts * self.mean / self.latency[:, None]
        rows = sums @ self.covariance() @ sums.T + self.related + np.diag(self.noise)
        asked = self.counts[i] * self.mean
        cross = sums @ self.covariance() @ asked
        latency = self.latency[i] * (1 - self.rest[i]) + cross @ np.linalg.solve(rows, self.rest)
        left = asked @ self.covariance() @ asked - cross @ np.linalg.solve(rows, cross)
        return latency, np.sqrt(left / latency**2 + self.unseen)


def test_predictions_are_those_of_a_dense_computation(rows: Measured, model: NetworkModel) -> None:
    dense = Dense(model.to_bytes())
    reached = []
    for i in range(0, len(dense.latency), 5):
        row = int(np.flatnonzero(rows.latency_ms == dense.latency[i])[0])
        found = model.predict(rows.graphs[row])
        latency, deviation = dense.predict(i)
        assert found["latency_ms"] == pytest.approx(latency, rel=1e-6)
        reached.append(np.log(found["high_ms"] / found["latency_ms"]) / deviation)
    assert reached == pytest.approx([reached[0]] * len(reached), rel=1e-5)


def test_single_kernels_are_scikit_learns_process() -> None:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, RationalQuadratic

    draw = np.random.default_rng(2)
    graphs = []
    for _ in range(30):
        writer = Writer(1, int(draw.integers(4, 200)), *[int(draw.integers(7, 60))] * 2)
        writer.conv(int(draw.integers(4, 200)), 3)
        graphs.append(writer.done())
    latency = np.array([Device().measured_ms(one, draw) for one in graphs])
    names = [str(i) for i in range(30)]
    model = fit_network_model(graphs, latency, 0.01 * latency, names)
    dense = Dense(model.to_bytes())
    order = dense.counts.argmax(1)
    scale = dense.mean[order] / dense.latency
    length = dense.length
    kernel = ConstantKernel(dense.kind**2, "fixed")
    for size, reach in ((dense.wide, length), (dense.narrow, length / 4)):
        kernel += ConstantKernel(max(size**2, 1e-300), "fixed") * RationalQuadratic(
            reach, 1, "fixed", "fixed"
        )
    noise = (dense.noise + np.diag(dense.related)) / scale**2
    process = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None)
    process.fit(dense.shapes[order], dense.rest / scale)
    for i in range(0, 30, 3):
        row = int(np.flatnonzero(latency == dense.latency[i])[0])
        mean = process.predict(dense.shapes[order[i]][None])
        found = model.predict(graphs[row])["kernels"][0]["ms"]
        assert found == pytest.approx(dense.mean[order[i]] * (1 + mean[0]), rel=1e-6)
