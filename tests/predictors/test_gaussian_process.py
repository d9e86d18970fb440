"""The Gaussian process, against the textbook's formulas in SciPy and on the real tables."""

from __future__ import annotations

import pickle
import signal
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from scipy import linalg

from tests.predictors.real_data import read_device

SPACE = lp.space("ofa-mobilenetv3")


def costs(archs: lp.Architectures) -> np.ndarray:
    counts = archs.space.count(archs)
    return 2 + counts["macs"] / 4e7 + 3 * np.sqrt(counts["kernels"] / 60)


@pytest.fixture(scope="module")
def rows() -> tuple[lp.Architectures, np.ndarray]:
    archs = SPACE.sample(160, seed=3, unique=True)
    noise = 1 + 0.01 * np.random.default_rng(0).normal(size=len(archs))
    return archs, costs(archs) * noise


def kept(model: lp.GaussianProcessPredictor, archs: lp.Architectures) -> list[int]:
    """Which of `archs` the rows of the model are."""
    places = {int(value): i for i, value in enumerate(archs.hashes)}
    return [places[int(value)] for value in model.rows_.hashes]


def test_mean_and_deviation_by_the_formulas(rows) -> None:
    archs, values = rows
    test = archs[100:]
    model = lp.GaussianProcessPredictor().fit(archs[:60], values[:60])
    train, known = model.rows_, values[kept(model, archs)]
    native = model._native
    mean = known.mean()
    noise = model.noise_**2 * known / mean / model.row_weights_
    factor = linalg.cho_factor(native.covariance(train, train) + np.diag(noise))
    reached = native.covariance(test, train)
    expected = mean * reached @ linalg.cho_solve(factor, known / mean)
    np.testing.assert_allclose(model.predict(test), expected, rtol=1e-6)
    process = np.diag(native.covariance(test, test)) - np.einsum(
        "ij,ji->i", reached, linalg.cho_solve(factor, reached.T)
    )
    spread = mean * model._native.spread * np.sqrt(process + model.noise_**2 * expected / mean)
    np.testing.assert_allclose(model.predict_std(test), spread, rtol=1e-4)


def test_covariance_is_symmetric_and_positive(rows) -> None:
    archs, values = rows
    model = lp.GaussianProcessPredictor().fit(archs[:40], values[:40])
    matrix = model._native.covariance(archs, archs)
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-9)
    assert linalg.eigvalsh(matrix).min() > -1e-6 * np.trace(matrix)


def test_few_rows_suffice_and_intervals_cover(rows) -> None:
    archs, values = rows
    model = lp.GaussianProcessPredictor().fit(archs[:60], values[:60])
    fresh = SPACE.sample(500, seed=9)
    truth = costs(fresh) * (1 + 0.01 * np.random.default_rng(1).normal(size=500))
    errors = np.abs(model.predict(fresh) - truth)
    assert np.mean(errors / truth) < 0.02
    assert 0.85 < np.mean(errors < 1.645 * model.predict_std(fresh)) < 0.97


def test_source_of_another_width_helps(rows) -> None:
    archs, _ = rows
    wide = lp.space("ofa-mobilenetv3", width=1.2)
    many = wide.sample(600, seed=5)
    same = SPACE.architectures(np.asarray(many.genes))
    twisted = lambda x: costs(x) ** 1.3 / 3 + np.asarray(x.genes)[:, :3].sum(axis=1)  # noqa: E731
    source = lp.AdditivePredictor().fit(many, twisted(same))
    target = twisted(archs) * (1 + 0.002 * np.random.default_rng(2).normal(size=len(archs)))
    fresh = SPACE.sample(300, seed=11)
    truth = twisted(fresh)
    errors = [
        np.abs(
            lp.GaussianProcessPredictor(source=s).fit(archs[:15], target[:15]).predict(fresh)
            - truth
        ).mean()
        for s in (source, None)
    ]
    assert errors[0] < 0.7 * errors[1]


@pytest.mark.parametrize("with_source", [False, True])
def test_file_and_pickle_keep_the_model(rows, tmp_path: Path, with_source: bool) -> None:
    archs, values = rows
    source = lp.AdditivePredictor().fit(archs, values) if with_source else None
    model = lp.GaussianProcessPredictor(source=source).fit(archs[:30], values[:30])
    model.save(tmp_path / "m.latpred")
    for again in (lp.load_predictor(tmp_path / "m.latpred"), pickle.loads(pickle.dumps(model))):  # noqa: S301
        assert isinstance(again, lp.GaussianProcessPredictor)
        np.testing.assert_array_equal(again.predict(archs), model.predict(archs))
        np.testing.assert_array_equal(again.predict_std(archs), model.predict_std(archs))


def test_a_batch_is_its_rows(rows) -> None:
    archs, values = rows
    source = lp.AdditivePredictor().fit(archs, values)
    many = SPACE.sample(530, seed=1)
    for model in (
        lp.GaussianProcessPredictor().fit(archs[:31], values[:31]),
        lp.GaussianProcessPredictor(source=source).fit(archs[:67], values[:67]),
    ):
        for method in (model.predict, model.predict_std):
            whole = method(many)
            order = np.random.default_rng(0).permutation(len(many))
            np.testing.assert_array_equal(method(many[order]), whole[order])
            for begin, end in [(0, 1), (1, 8), (255, 258), (300, 530), (529, 530)]:
                np.testing.assert_array_equal(method(many[begin:end]), whole[begin:end])
        assert model.predict(many[:0]).shape == (0,)


def test_outliers_lose_weight(rows) -> None:
    archs, values = rows
    wrong = values.copy()
    wrong[[4, 40, 80]] *= 1.4
    for options, bound in [({}, 0.2), ({"evidence_rows": 80}, 0.3)]:
        model = lp.GaussianProcessPredictor(**options).fit(archs, wrong)
        weights = np.empty(len(archs))
        weights[kept(model, archs)] = model.row_weights_
        assert weights[[4, 40, 80]].max() < bound
    assert len(lp.GaussianProcessPredictor(most_rows=50).fit(archs, wrong).row_weights_) == 50


def test_bad_input(rows) -> None:
    archs, values = rows
    with pytest.raises(lp.ConfigError, match="most_rows 3"):
        lp.GaussianProcessPredictor(most_rows=3).fit(archs, values)
    with pytest.raises(lp.DataError):
        lp.GaussianProcessPredictor().fit(archs[:0], values[:0])
    with pytest.raises(lp.DataError):
        lp.GaussianProcessPredictor().fit(archs, np.where(values > 9, np.nan, values))
    other = lp.AdditivePredictor().fit(
        lp.space("ofa-resnet50").sample(20, seed=0), np.linspace(1, 2, 20)
    )
    with pytest.raises(lp.SchemaError, match="source"):
        lp.GaussianProcessPredictor(source=other).fit(archs, values)
    with pytest.raises(lp.NotFittedError):
        lp.GaussianProcessPredictor(source=lp.AdditivePredictor()).fit(archs, values)


@pytest.mark.parametrize("options", [{"most_rows": 5001}, {"evidence_rows": 1501}])
def test_rows_beyond_memory_are_refused(rows, options: dict[str, int]) -> None:
    with pytest.raises(lp.ConfigError, match="8 to 1500 evidence_rows, 8 to 5000 most_rows"):
        lp.GaussianProcessPredictor(**options).fit(*rows)


def test_rows_sorted_by_resolution_are_thinned_evenly() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[160, 176, 192, 208, 224])
    genes = np.tile(space.sample(100, seed=2, unique=True).genes, (5, 1))
    genes[:, -1] = np.repeat(np.arange(5), 100)  # every kept row would be of one resolution
    archs = space.architectures(genes.reshape(5, 100, -1).swapaxes(0, 1).reshape(500, -1))
    model = lp.GaussianProcessPredictor(most_rows=100, evidence_rows=50).fit(archs, costs(archs))
    fresh = space.sample(200, seed=3)
    truth = costs(fresh)
    assert np.abs(model.predict(fresh) - truth).mean() < 0.1 * truth.std()


def test_measurements_of_one_network(rows) -> None:
    archs, values = rows
    again = np.r_[np.arange(40), np.arange(0, 40, 2), np.arange(0, 40, 4)]
    shifted = np.r_[values[:40], 1.01 * values[0:40:2], 0.99 * values[0:40:4]]
    model = lp.GaussianProcessPredictor().fit(archs[again], shifted)
    assert len(model.row_weights_) == 70
    np.testing.assert_allclose(model.predict(archs[:40]), values[:40], rtol=0.03)
    assert np.isfinite(model.predict_std(archs)).all()
    exact = lp.GaussianProcessPredictor().fit(archs[again], values[again])
    assert len(exact.row_weights_) == 40


def test_ctrl_c_ends_a_fit() -> None:
    archs = SPACE.sample(600, seed=8, unique=True)
    values = costs(archs)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with pytest.raises(KeyboardInterrupt):
            lp.GaussianProcessPredictor().fit(archs, values)
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("instructions", _core.base.instruction_sets())
def test_every_instruction_set_finds_the_same_process(rows, instructions: str) -> None:
    archs, values = rows
    expected = lp.GaussianProcessPredictor().fit(archs[:80], values[:80])
    before = _core.base.instruction_set()
    _core.base.use_instruction_set(instructions)
    try:
        model = lp.GaussianProcessPredictor().fit(archs[:80], values[:80])
    finally:
        _core.base.use_instruction_set(before)
    np.testing.assert_allclose(model.predict(archs), expected.predict(archs), rtol=1e-7)
    np.testing.assert_allclose(model.predict_std(archs), expected.predict_std(archs), rtol=1e-4)


def test_damaged_file_is_refused(rows, tmp_path: Path) -> None:
    archs, values = rows
    model = lp.GaussianProcessPredictor().fit(archs[:20], values[:20])
    content = bytearray(model._native.to_bytes())
    rng = np.random.default_rng(4)
    for position in rng.integers(0, len(content), 60):
        damaged = bytearray(content)
        damaged[position] ^= 1 << int(rng.integers(8))
        file = tmp_path / "d.latpred"
        file.write_bytes(damaged)
        with pytest.raises((lp.CorruptionError, lp.ModelVersionError)):
            lp.load_predictor(file)


# Goals of few rows on rows 7000-8499: a source fitted on the Note10 look-up table (rows 0-6999).
@pytest.mark.parametrize(("device", "goal"), [("rtx", 0.20), ("p40", 0.18)])
def test_first_700_rows_with_a_source(data_dir: Path, device: str, goal: float) -> None:
    source_archs, source_ms = read_device(data_dir, "note10")
    source = lp.AdditivePredictor().fit(source_archs[:7000], source_ms[:7000])
    archs, values = read_device(data_dir, device)
    model = lp.GaussianProcessPredictor(source=source).fit(archs[:700], values[:700])
    assert np.abs(model.predict(archs[7000:8500]) - values[7000:8500]).mean() <= goal


@pytest.mark.parametrize(("device", "goals"), [("rtx", (0.25, 0.45)), ("p40", (0.50, 0.90))])
def test_few_random_rows_with_a_source(
    data_dir: Path, device: str, goals: tuple[float, float]
) -> None:
    source_archs, source_ms = read_device(data_dir, "note10")
    source = lp.AdditivePredictor().fit(source_archs[:7000], source_ms[:7000])
    archs, values = read_device(data_dir, device)
    for count, goal in zip((100, 20), goals, strict=True):
        errors = []
        for seed in range(5):
            rows = np.random.default_rng(seed).choice(np.arange(100, 7000), count, replace=False)
            model = lp.GaussianProcessPredictor(source=source).fit(archs[rows], values[rows])
            errors.append(np.abs(model.predict(archs[7000:8500]) - values[7000:8500]).mean())
        assert np.mean(errors) <= goal


def test_labels_without_noise() -> None:
    space = lp.space("nas-bench-201")
    archs = space.sample(80, seed=0, unique=True)
    values = 1 + space.count(archs)["macs"] / 1e7
    model = lp.GaussianProcessPredictor().fit(archs, values)
    np.testing.assert_allclose(model.predict(archs), values, rtol=0.02)
    assert np.isfinite(model.predict_std(archs)).all()


def test_cells_that_are_a_sum_over_edges() -> None:
    """Each edge has effects of its own, in every cell and stage alike."""
    space = lp.space("nas-bench-201")
    archs = space.sample(1400, seed=0, unique=True)
    effects = np.random.default_rng(1).gamma(1, 0.5, size=(6, 5))
    values = 2 + np.take_along_axis(effects, np.asarray(archs.genes).T, axis=1).sum(axis=0)
    model = lp.GaussianProcessPredictor().fit(archs[:400], values[:400])
    errors = np.abs(model.predict(archs[400:]) - values[400:])
    assert errors.mean() < 0.05 < 0.04 * values.std()
