"""Graph predictors of AutoBuild against their published outputs and a forward pass in float64."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import base
from latpred.profiling import SURROGATES, SurrogatePredictor, load_surrogate

from tests.profiling.surrogate_arrays import Arrays, random_arrays, references

SIZES = [192, 208, 224]


def spaces(sizes: list[int] | None = None) -> dict[str, lp.Space]:
    chosen = sizes or SIZES
    return {
        "mbv3": lp.space("ofa-mobilenetv3", width=1.2, resolutions=chosen),
        "pn": lp.space("ofa-proxyless", resolutions=chosen),
    }


def save(folder: Path, arrays: Arrays, name: str = "latency_npu.npz") -> Path:
    path = folder / name
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> lp.Predictor:
    return load_surrogate(save(tmp_path_factory.mktemp("made"), random_arrays()))


def error_of(name: str, values: Any, expected: Any) -> float:
    """Of a fraction for accuracies, relative for latencies."""
    if name.endswith("accuracy"):
        return float(np.abs(values - expected).max() / 100)
    return float(np.abs(values / expected - 1).max())


@pytest.mark.parametrize("name", SURROGATES)
def test_published_outputs(name: str, data_dir: Path) -> None:
    content = json.loads((data_dir / "block_profiling/golden_vectors.json").read_text())
    prefix, metric = name.split("-")[1:]
    model = load_surrogate(name)
    assert model.unit == ("%" if metric == "accuracy" else "ms")
    place = spaces()[prefix]
    key = "acc" if metric == "accuracy" else metric
    factor = 100 if metric == "accuracy" else 1
    for network in content[prefix]:
        for size, outputs in network["autobuild"].items():
            one = {**{gene: network[gene] for gene in ("ks", "e", "d")}, "r": [int(size)]}
            value = model.predict(place.architectures([one]))
            assert error_of(name, value, np.array([outputs[key]]) * factor) < 1e-5


@pytest.mark.parametrize("name", ["ofa-mbv3-cpu", "ofa-mbv3-npu", "ofa-pn-npu", "ofa-pn-accuracy"])
def test_published_models_against_float64(name: str, data_dir: Path) -> None:
    archs = spaces()[name.split("-")[1]].sample(500, seed=3)
    with np.load(data_dir / SURROGATES[name].arrays) as file:
        arrays = dict(file)
    factor = 100 if name.endswith("accuracy") else 1
    expected = references(arrays, archs) * factor
    assert error_of(name, load_surrogate(name).predict(archs), expected) < 1e-5


def test_original_and_its_arrays_are_one_model(data_dir: Path) -> None:
    pytest.importorskip("torch")
    published = SURROGATES["ofa-mbv3-npu"]
    original = load_surrogate(data_dir / published.original)
    archs = spaces()["mbv3"].sample(50, seed=0)
    np.testing.assert_array_equal(
        original.predict(archs), load_surrogate(data_dir / published.arrays).predict(archs)
    )
    assert original.device_name == "Kirin 9000 NPU"
    assert float(original.notes["test_mae"]) == pytest.approx(0.5386, abs=1e-4)
    assert float(original.notes["test_mape_percent"]) == pytest.approx(5.77, abs=1e-2)
    assert float(original.notes["test_spearman"]) == pytest.approx(0.960, abs=1e-3)


@pytest.mark.parametrize("prefix", ["mbv3", "pn"])
def test_random_weights(prefix: str, tmp_path: Path) -> None:
    arrays = random_arrays(prefix == "pn", seed=1)
    archs = spaces([160, 176, 192, 224])[prefix].sample(60, seed=1)
    model = load_surrogate(save(tmp_path, arrays, "acc.npz"), any_resolution=True)
    expected = 100 * references(arrays, archs)
    np.testing.assert_allclose(model.predict(archs), expected, rtol=1e-4, atol=1e-3)
    assert model.notes["test_mae"] == "0.1"


def test_values_do_not_depend_on_company(made: lp.Predictor) -> None:
    archs = spaces()["mbv3"].sample(700, seed=2)
    values = made.predict(archs)
    order = np.random.default_rng(0).permutation(700)
    np.testing.assert_array_equal(made.predict(archs[order]), values[order])
    for part in (slice(0, 1), slice(1, 18), slice(18, 700)):
        np.testing.assert_array_equal(made.predict(archs[part]), values[part])


def test_width_and_choice_of_resolutions_do_not_matter(made: lp.Predictor) -> None:
    archs = spaces()["mbv3"].sample(20, seed=4)
    narrow = lp.space("ofa-mobilenetv3", width=1.0)
    same = narrow.architectures(archs.to_dicts())
    np.testing.assert_array_equal(made.predict(same), made.predict(archs))
    with pytest.raises(lp.SchemaError, match="ofa-proxyless"):
        made.predict(lp.space("ofa-proxyless").sample(2, seed=0))


def test_other_resolutions(made: lp.Predictor, tmp_path: Path) -> None:
    archs = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160]).sample(2, seed=0)
    with pytest.raises(lp.DataError, match=r"resolution 160.*192, 208, 224"):
        made.predict(archs)
    bold = load_surrogate(save(tmp_path, random_arrays()), any_resolution=True)
    bold.save(tmp_path / "bold.latpred")
    again = lp.load_predictor(tmp_path / "bold.latpred")
    np.testing.assert_array_equal(again.predict(archs), bold.predict(archs))


def test_model_file(made: lp.Predictor, tmp_path: Path) -> None:
    archs = spaces()["mbv3"].sample(40, seed=5)
    made.add_notes({"mine": 1}).save(tmp_path / "model.latpred")
    for again in (
        lp.load_predictor(tmp_path / "model.latpred"),
        load_surrogate(tmp_path / "model.latpred"),
        pickle.loads(pickle.dumps(made)),  # noqa: S301
    ):
        assert isinstance(again, SurrogatePredictor)
        np.testing.assert_array_equal(again.predict(archs), made.predict(archs))
        assert (again.unit, again.device_name, again.notes["mine"]) == ("ms", made.device_name, "1")


def test_interrupt(made: lp.Predictor) -> None:
    archs = spaces()["mbv3"].sample(50, seed=0)
    with base.PollProbe(interrupt_at=1), pytest.raises(KeyboardInterrupt):
        made.predict(archs)
    assert made.predict(archs).shape == (50,)


def test_search(made: lp.Predictor) -> None:
    place = spaces([224])["mbv3"]
    found = lp.search(
        place, objective="macs", latency=made, limit_ms=1e9, population=20, generations=3
    )
    assert found.latency_ms == made.predict(found.architecture)[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a.pop("regressor.bias"), "no array 'regressor.bias' of 1"),
        (lambda a: a.update(more=np.zeros(3, np.float32)), "'more': none of that name"),
        (
            lambda a: a.update({"post_proj.3.weight": np.zeros((128, 64), np.float32)}),
            "'post_proj.3.weight': 128 x 64 given, 128 x 128 expected",
        ),
        (lambda a: a["post_proj.3.bias"].__setitem__(5, np.nan), "'post_proj.3.bias': a number"),
        (
            lambda a: a["encoder.bns.2.module.running_var"].__setitem__(0, -1),
            "running_var': a variance below 0",
        ),
        (
            lambda a: a.update({"mlp_moments": np.array(["a", "b"])}),
            "'mlp_moments': <U1 given, float32",
        ),
        (lambda a: a.update({"mlp_moments": np.array([1, 2])}), "'mlp_moments': I64 given, floats"),
        (lambda a: a.clear(), "no array"),
    ],
)
def test_wrong_arrays(change: Any, said: str, tmp_path: Path) -> None:
    arrays = random_arrays()
    change(arrays)
    with pytest.raises(lp.CorruptionError, match=said):
        load_surrogate(save(tmp_path, arrays))


def test_wrong_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "npu.npz").write_bytes(b"PK")
    with pytest.raises(lp.CorruptionError, match="npz"):
        load_surrogate(tmp_path / "npu.npz")
    np.savez(tmp_path / "gpu.npz", a=np.array([{}], object))
    with pytest.raises(lp.CorruptionError, match="npz"):
        load_surrogate(tmp_path / "gpu.npz")
    with pytest.raises(lp.StorageError):
        load_surrogate(tmp_path / "none-cpu.npz")
    with pytest.raises(lp.ConfigError, match="ofa-mbv3-npu, "):
        load_surrogate("ofa-mbv3-tpu")
    with pytest.raises(lp.ConfigError, match="metric= expected"):
        load_surrogate(save(tmp_path, random_arrays(), "model.npz"))
    with pytest.raises(lp.ConfigError, match="metric 'speed': one of accuracy"):
        load_surrogate(tmp_path / "model.npz", metric="speed")
    other = load_surrogate(tmp_path / "model.npz", metric="latency", device="phone")
    assert (other.unit, other.device_name) == ("ms", "phone")
    lp.load_accuracy("ofa-top1").save(tmp_path / "table.latpred")
    with pytest.raises(lp.ConfigError, match="kind 'accuracy', 'chain-surrogate' expected"):
        load_surrogate(tmp_path / "table.latpred")
    monkeypatch.setenv("LATPRED_DATA", str(tmp_path))
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path))
    with pytest.raises(lp.DataError, match="latpred data fetch autobuild-models"):
        load_surrogate("ofa-pn-gpu")


def test_checkpoints_of_something_else(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    for content in ([1, 2], {"a": 1}, {"a": torch.zeros(2)}, {"a": torch.zeros(2).to_sparse()}):
        torch.save(content, tmp_path / "cpu.pt")
        with pytest.raises(lp.CorruptionError):
            load_surrogate(tmp_path / "cpu.pt")


def test_names_are_those_of_the_catalogue() -> None:
    from latpred.downloads import catalogue

    offered = {file.place for file in catalogue()["autobuild-models"].files}
    assert {published.original for published in SURROGATES.values()} == offered
