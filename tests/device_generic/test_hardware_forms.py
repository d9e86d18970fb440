"""Hardware-aware models: the perceptron's form, model files, and bad input."""

from __future__ import annotations

import pickle
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.device_generic.hardware_world import DEVICES, SPACE, latency, parameters, tables
from tests.predictors.damaged_files import check_damage_is_told

FRESH = SPACE.sample(100, seed=99)
SMALL = {"hidden": (32, 16), "epochs": 4, "devices": parameters()}


def small(names: str = "abcd", **kwargs) -> lp.HardwareAwarePredictor:
    return lp.HardwareAwarePredictor("mlp", **{**SMALL, **kwargs}).fit(tables(names, 120))


def test_perceptron_learns_all_devices() -> None:
    model = lp.HardwareAwarePredictor("mlp", parameters(), hidden=(64, 64), epochs=60)
    model.fit(tables("abcd", 500))
    for name in "abcd":
        truth = latency(FRESH, name)
        assert np.mean(np.abs(model.predict(FRESH, name) / truth - 1)) < 0.05


def test_hardware_enters_as_scaled_logarithms() -> None:
    """Devices share all weights; their first biases are linear in the scaled logarithms."""
    model = small("abcd")
    layers = {}
    for name in "abcdg":
        device = name if name in "abcd" else parameters()[name]
        layers[name] = _core.neural.mlp_layers(model.for_device(device)._native)
    for name in "bcdg":
        for i, (weight, bias) in enumerate(layers[name]):
            np.testing.assert_array_equal(weight, layers["a"][i][0])
            if i > 0:
                np.testing.assert_array_equal(bias, layers["a"][i][1])
    raw = np.log([DEVICES[name] for name in "abcd"])
    z = (np.log([DEVICES[name] for name in "abcdg"]) - raw.mean(axis=0)) / raw.std(axis=0)
    z = np.column_stack([np.ones(5), z])
    biases = np.array([layers[name][0][1] for name in "abcdg"])
    weights = np.linalg.solve(z[:4], biases[:4])
    np.testing.assert_allclose(z[4] @ weights, biases[4], rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(
        model.for_device(parameters()["b"]).predict(FRESH) > 0, np.ones(100, bool)
    )


def test_a_devices_own_parameters_give_its_shape() -> None:
    """Only the mean is another: of the fit by name, of the regression by parameters."""
    model = small("abcd")
    ratio = model.predict(FRESH, parameters()["b"]) / model.predict(FRESH, "b")
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-5)


def test_equal_seeds_give_equal_models() -> None:
    first, again, other = (small("ab", seed=seed).predict(FRESH, "a") for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0


@pytest.mark.parametrize("form", ["additive", "mlp"])
def test_file_and_pickle_keep_the_model(tmp_path: Path, form: str) -> None:
    model = lp.HardwareAwarePredictor(form, **SMALL).fit(tables("abcd", 80))
    model.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    assert isinstance(again, lp.HardwareAwarePredictor)
    assert again.form == form
    assert again.devices["b"] == {"cores": 2000, "memory_gb": 8, "bandwidth_gbs": 150}
    for copy in (again, pickle.loads(pickle.dumps(model))):  # noqa: S301
        for device in ("a", "d", parameters()["e"]):
            expected = model.predict(FRESH, device)
            np.testing.assert_array_equal(copy.predict(FRESH, device), expected)


@pytest.mark.parametrize("form", ["additive", "mlp"])
def test_damage_is_told(tmp_path: Path, form: str) -> None:
    path = tmp_path / "m.latpred"
    lp.HardwareAwarePredictor(form, **SMALL).fit(tables("ab", 40)).save(path)
    check_damage_is_told(path)


def test_a_device_must_be_named() -> None:
    model = small("ab")
    with pytest.raises(lp.ConfigError, match=r"device=.*'a', 'b'"):
        model.predict(FRESH)
    with pytest.raises(lp.ConfigError, match="no device 'z'"):
        model.predict(FRESH, "z")
    with pytest.raises(lp.ConfigError, match="name a device"):
        model._native.evaluate(FRESH)
    with pytest.raises(lp.NotFittedError):
        lp.HardwareAwarePredictor().predict(FRESH, "a")
    four = small("abcd")
    with pytest.raises(lp.ConfigError, match="watts"):
        four.predict(FRESH, {"watts": 3.0})
    with pytest.raises(lp.ConfigError, match="positive"):
        four.predict(FRESH, lp.DeviceParameters(1, 0, 3))


def test_known_devices_need_no_parameters() -> None:
    rows = tables("ab", 40)
    model = lp.HardwareAwarePredictor().fit({"rtx": rows["a"], "p40": rows["b"]})
    assert model._native.table.values == [[4352, 11, 616], [3840, 24, 347]]
    with pytest.raises(lp.ConfigError, match="no parameters of device 'toaster'"):
        lp.HardwareAwarePredictor().fit({"rtx": rows["a"], "toaster": rows["b"]})


def test_tables_of_other_widths_join_and_of_other_families_do_not() -> None:
    rows = dict(tables("ab", 60))
    wide = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160, 192, 224])
    archs = wide.architectures(np.asarray(rows["b"][0].genes))
    model = lp.HardwareAwarePredictor(devices=parameters()).fit(
        {**rows, "b": (archs, rows["b"][1])}
    )
    same = lp.HardwareAwarePredictor(devices=parameters()).fit(rows)
    np.testing.assert_array_equal(model.predict(FRESH, "b"), same.predict(FRESH, "b"))
    other = lp.space("ofa-proxyless").sample(60, seed=0)
    with pytest.raises(lp.SchemaError, match="family"):
        model.fit({**rows, "b": (other, rows["b"][1])})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"form": "forest"}, "forest"),
        ({"huber": -1.0}, "huber"),
        ({"huber": "much"}, "huber"),
        ({"evidence_rows": 3}, "evidence_rows"),
        ({"form": "mlp", "epochs": 0}, "epochs"),
        ({"form": "mlp", "hidden": [0]}, "hidden"),
        ({"form": "mlp", "encoding": "runes"}, "runes"),
        ({"form": "mlp", "learning_rate": -1.0}, "learning"),
        ({"form": "mlp", "validation_share": 1.0}, "validation_share"),
        ({"devices": {"a": {"cores": 1.0}, "b": {"bandwidth": 2.0}}}, "bandwidth"),
        ({"devices": {"a": {"cores": 1.0}, "b": {"cores": float("nan")}}}, "positive"),
        ({"devices": {"a": {"cores": 1.0}, "b": {"cores": "many"}}}, "numbers"),
        ({"devices": {"a": {}, "b": {}}}, "1 to 64 parameters"),
    ],
)
def test_bad_settings(settings, words: str) -> None:
    rows = tables("ab", 40)
    with pytest.raises(lp.ConfigError, match=words):
        lp.HardwareAwarePredictor(**{"devices": parameters(), **settings}).fit(rows)


def test_a_setting_that_is_wrong_later() -> None:
    model = lp.HardwareAwarePredictor(devices=parameters())
    model.huber = "much"  # type: ignore[assignment]
    with pytest.raises(lp.ConfigError, match="huber='much', a number expected"):
        model.fit(tables("ab", 40))


@pytest.mark.parametrize("form", ["additive", "mlp"])
def test_bad_rows(form: str) -> None:
    model = lp.HardwareAwarePredictor(form, **SMALL)
    rows = tables("ab", 40)
    archs, values = rows["a"]
    with pytest.raises(lp.ConfigError, match="2 to 1024 devices"):
        model.fit({"a": rows["a"]})
    with pytest.raises(lp.ConfigError):
        model.fit({})
    with pytest.raises(lp.DataError, match="39 latencies for 40"):
        model.fit({"a": (archs, values[:39]), "b": rows["b"]})
    with pytest.raises(lp.DataError, match="'b' has no row"):
        model.fit({"a": rows["a"], "b": (archs[:0], values[:0])})
    for bad in (np.nan, 0.0, -2.0):
        broken = np.where(np.arange(40) == 7, bad, values)
        with pytest.raises(lp.DataError, match="7"):
            model.fit({"a": (archs, broken), "b": rows["b"]})
    with pytest.raises(lp.DataError, match="Architectures expected"):
        model.fit({"a": ([1, 2], [1.0, 2.0]), "b": rows["b"]})


@pytest.mark.parametrize("form", ["additive", "mlp"])
def test_a_devices_model_serves_search_and_intervals(form: str) -> None:
    single = lp.HardwareAwarePredictor(form, **SMALL).fit(tables("ab", 200)).for_device("a")
    archs = SPACE.sample(200, seed=7)
    truth = latency(archs, "a")
    single.calibrate(archs, truth)
    low, high = single.predict_interval(FRESH, 0.9)
    inside = (low <= latency(FRESH, "a")) & (latency(FRESH, "a") <= high)
    assert 0.8 < inside.mean() <= 1
    limit = float(np.median(truth))
    result = lp.search(
        SPACE,
        objective=lambda x: SPACE.count(x)["macs"],
        latency=single,
        limit_ms=limit,
        population=20,
        generations=5,
        seed=0,
    )
    assert result.latency_ms == pytest.approx(single.predict(result.architecture)[0])
    assert result.latency_ms <= limit
