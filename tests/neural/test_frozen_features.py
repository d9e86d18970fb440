"""The network of random features: PyTorch as oracle, its statistics, files, failures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core
from latpred.neural.frozen_features import FrozenFeaturesPredictor

from tests.predictors.damaged_files import rebuild

pytestmark = pytest.mark.libtorch

CELLS = lp.space("nas-bench-201")
ARCHS = CELLS.sample(60, seed=0, unique=True)
FRESH = CELLS.sample(70, seed=1)
SMALL: dict[str, Any] = {"body": (24, 20), "head": 7, "epochs": 40, "divisor": 100, "seed": 3}


def factors(archs: lp.Architectures) -> np.ndarray:
    """Architecture factors as DGL's: thousands."""
    return np.asarray(archs.space.count(archs)["macs"], float) / 4e4 + 900.0


def fitted(**changes: Any) -> FrozenFeaturesPredictor:
    model = FrozenFeaturesPredictor(**{**SMALL, **changes})
    return model.fit(ARCHS, factors(ARCHS), progress=False)


def network(layers: list[tuple[np.ndarray, np.ndarray]]) -> torch.nn.Sequential:
    """As plain PyTorch in double precision."""
    parts: list[torch.nn.Module] = []
    for weight, bias in layers:
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        linear.weight.data = torch.tensor(weight, dtype=torch.float64)
        linear.bias.data = torch.tensor(bias, dtype=torch.float64)
        parts += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*parts[:-1])


def genes_of_dgl(archs: lp.Architectures, like: lp.Architectures, scaled: bool) -> torch.Tensor:
    """1 to 5, less the mean, perhaps over the deviation."""
    x, rows = archs.genes + 1.0, like.genes + 1.0
    x = x - rows.mean(axis=0)
    return torch.tensor(x / rows.std(axis=0) if scaled else x)


def descended(standardise: bool, frozen: int) -> torch.nn.Sequential:
    """The same training by PyTorch's autograd and loss."""
    first = _core.neural.first_frozen_layers(
        6, body=list(SMALL["body"]), head=SMALL["head"], seed=SMALL["seed"]
    )
    model = network(first)
    for linear in list(model)[: 2 * frozen]:
        for parameter in linear.parameters():
            parameter.requires_grad_(False)
    x = genes_of_dgl(ARCHS, ARCHS, standardise)
    target = torch.tensor(factors(ARCHS) / 100)
    head = [p for p in model.parameters() if p.requires_grad]
    for _ in range(SMALL["epochs"]):
        loss = torch.nn.functional.smooth_l1_loss(model(x)[:, 0], target)
        for parameter, slope in zip(head, torch.autograd.grad(loss, head), strict=True):
            parameter.data -= 0.1 * slope
    return model


@pytest.mark.parametrize("standardise", [False, True])
def test_training_equals_pytorchs(standardise: bool) -> None:
    expected = descended(standardise, frozen=2)
    model = fitted(standardise=standardise)
    linears = [part for part in expected if isinstance(part, torch.nn.Linear)][2:]
    for (weight, bias), linear in zip(model._fitted().head, linears, strict=True):
        np.testing.assert_allclose(weight, linear.weight.detach(), rtol=2e-4, atol=2e-5)
        np.testing.assert_allclose(bias, linear.bias.detach(), rtol=2e-4, atol=2e-5)
    for archs in (ARCHS, FRESH):
        with torch.no_grad():
            values = 100 * expected(genes_of_dgl(archs, ARCHS, standardise))[:, 0].numpy()
        np.testing.assert_allclose(model.predict(archs), values, rtol=2e-4)


def test_the_published_network_has_its_sizes() -> None:
    published = FrozenFeaturesPredictor.preset("published")
    first = _core.neural.first_frozen_layers(6, body=list(published.body), head=28, seed=0)
    assert [len(bias) for _, bias in first] == [512, 2048, 2048, 2048, 256, 28, 1]
    assert sum(weight.size + bias.size for weight, bias in first[-2:]) == 7225
    assert sum(weight.size + bias.size for weight, bias in first[:-2]) == pytest.approx(
        1e7, rel=0.01
    )
    for weight, bias in first[:-2]:
        bound = weight.shape[1] ** -0.5
        assert max(abs(weight).max(), abs(bias).max()) <= bound
        assert weight.std() == pytest.approx(bound / 3**0.5, rel=0.05)
    assert (published.epochs, published.learning_rate, published.divisor) == (50_000, 0.1, 100)
    assert (published.standardise, FrozenFeaturesPredictor().standardise) == (False, True)


def test_fbnetv3_reads_the_numbers_of_the_genes() -> None:
    space = lp.space("fbnetv3")
    archs = space.sample(40, seed=0)
    model = FrozenFeaturesPredictor(**SMALL).fit(archs, factors(archs), progress=False)
    values = np.array(
        [[gene.choices[i] for gene, i in zip(space.genes, row, strict=True)] for row in archs.genes]
    )
    np.testing.assert_allclose(model._fitted().means, values.mean(axis=0))
    np.testing.assert_allclose(model._fitted().factors, 1 / values.std(axis=0))


def test_search_and_test_share_the_statistics_of_training() -> None:
    model = fitted()
    together = model.predict(FRESH)
    alone = np.concatenate([model.predict(FRESH[i : i + 1]) for i in range(len(FRESH))])
    np.testing.assert_array_equal(alone, together)
    np.testing.assert_array_equal(model.predict(FRESH[13:40]), together[13:40])


def test_a_gene_that_does_not_vary_says_nothing() -> None:
    genes = ARCHS.genes.copy()
    genes[:, 2] = 4
    archs = CELLS.architectures(genes)
    model = FrozenFeaturesPredictor(**SMALL).fit(archs, factors(archs), progress=False)
    other = FRESH.genes.copy()
    other[:, 2] = 0
    still = other.copy()
    still[:, 2] = 4
    np.testing.assert_array_equal(
        model.predict(CELLS.architectures(other)), model.predict(CELLS.architectures(still))
    )


def test_order_and_repeats_of_rows_change_nothing() -> None:
    expected = fitted().predict(FRESH)
    order = np.random.default_rng(0).permutation(len(ARCHS))
    twice = np.concatenate([order, order[:9]])
    archs = CELLS.architectures(ARCHS.genes[twice])
    model = FrozenFeaturesPredictor(**SMALL).fit(archs, factors(archs), progress=False)
    np.testing.assert_array_equal(model.predict(FRESH), expected)
    assert not np.array_equal(fitted(seed=4).predict(FRESH), expected)


def test_a_file_keeps_the_seed_of_the_body_and_the_settings(tmp_path: Path) -> None:
    model = fitted(body=(200, 300), standardise=False)
    model.save(tmp_path / "factors.latpred")
    assert (tmp_path / "factors.latpred").stat().st_size < 60_000  # the body has 61,800 numbers
    loaded = lp.load_predictor(tmp_path / "factors.latpred")
    assert type(loaded) is FrozenFeaturesPredictor
    settings = {**model.get_params(), "body": list(model.body)}
    assert loaded.get_params() == settings
    np.testing.assert_array_equal(loaded.predict(FRESH), model.predict(FRESH))


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("body_checksum", "1", lp.ModelVersionError),
        ("body_seed", "99", lp.ModelVersionError),
        ("body_seed", "-1", lp.CorruptionError),
        ("body_checksum", "much", lp.CorruptionError),
        ("note.settings", '{"gold": 1}', lp.CorruptionError),
    ],
)
def test_a_body_drawn_otherwise_is_of_another_version(
    tmp_path: Path, key: str, value: str, error: type[Exception]
) -> None:
    def change(header: dict[str, Any]) -> None:
        assert key in header["__metadata__"]
        header["__metadata__"][key] = value

    path = tmp_path / "changed.latpred"
    path.write_bytes(rebuild(fitted()._fitted().to_bytes(), change))
    with pytest.raises(error):
        lp.load_predictor(path)


def test_the_fitter_is_rebuilt_from_its_settings() -> None:
    fitter = fitted()._compiled_fitter()
    again = _core.predictors.fitter_from_settings(fitter.settings)
    assert again.settings == fitter.settings
    np.testing.assert_array_equal(
        again.fit(ARCHS, factors(ARCHS)).evaluate(FRESH), fitted().predict(FRESH)
    )
    plain = _core.predictors.fitter_from_settings('{"kind": "frozen-features"}')
    settings = json.loads(plain.settings)
    usual = FrozenFeaturesPredictor().get_params()
    del usual["seed"]
    usual |= {"kind": "frozen-features", "body": list(usual["body"]), "divisor": 0.0}
    assert settings == usual


@pytest.mark.parametrize(
    "changes",
    [
        {"body": ()},
        {"body": (0,)},
        {"body": (5.5,)},
        {"body": (1 << 20, 1 << 20)},
        {"body": 3},
        {"head": 0},
        {"head": 1 << 40},
        {"divisor": 0.0},
        {"divisor": float("nan")},
        {"divisor": "much"},
        {"epochs": 0},
        {"epochs": 1 << 50},
        {"learning_rate": -1.0},
        {"learning_rate": float("inf")},
        {"seed": -1},
        {"standardise": "perhaps"},
    ],
)
def test_settings_out_of_range(changes: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        fitted(**changes)
    assert len(str(caught.value)) < 400


def test_a_loss_that_is_not_finite_ends_the_training() -> None:
    with pytest.raises(lp.TrainingError, match="epoch"):
        fitted(learning_rate=1e38, epochs=200)


@pytest.mark.parametrize("factor", [1e-6, 1.0, 3e7])
def test_learns_values_of_any_size(factor: float) -> None:
    archs = lp.space("fbnetv3").sample(200, seed=5)
    model = FrozenFeaturesPredictor(body=(64, 64), epochs=3000)
    model.fit(archs[:150], factor * factors(archs[:150]), progress=False)
    found = lp.evaluate(factors(archs[150:]), model.predict(archs[150:]) / factor)
    assert found["spearman"] > 0.9
    assert found["mape_percent"] < 10


def test_scaled_genes_are_what_fbnetv3_needs(data_dir: Path) -> None:
    """The published network memorises its 160 networks; held-out ones it hardly orders."""
    data = lp.device_generic.read_folder(data_dir / "device_generic/fbnetv3")
    assert data.factors is not None
    train, test = lp.LatencyTable(data.archs, data.factors).split(
        "architecture", (0.8, 0.2), seed=1
    )
    found = {}
    for standardise in (False, True):
        model = FrozenFeaturesPredictor.preset("published", epochs=4000, standardise=standardise)
        model.fit(train, progress=False)
        found[standardise] = [
            lp.evaluate(part.latency_ms, model.predict(part.archs))["pearson"]
            for part in (train, test)
        ]
    assert min(found[True]) > 0.9
    assert found[False][0] > found[False][1] + 0.2


def test_unknown_preset() -> None:
    with pytest.raises(lp.ConfigError, match="published"):
        FrozenFeaturesPredictor.preset("unpublished")
