"""Zero-cost proxies as features: NumPy's scaling, no look at other networks, others' files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.networks import proxy_names

FBNET = lp.space("fbnet")
pytestmark = pytest.mark.libtorch
LOGARITHMIC = {"fisher", "flops", "grad_norm", "params", "snip", "synflow"}


def made_up(count: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    columns = {
        name: rng.lognormal(5, 3, count) if name in LOGARITHMIC else rng.normal(-3, 7, count)
        for name in proxy_names()
    }
    return pd.DataFrame(columns)


def test_scaled_as_numpy_does_it() -> None:
    archs, values = FBNET.sample(40, seed=0), made_up(40)
    features = lp.ZeroCostFeatures().fit(archs[:30], values[:30])
    found = features.encode(archs, values)
    assert found.dtype == np.float32
    for column, name in enumerate(features.names):
        raw = values[name].to_numpy()
        raw = np.log1p(raw) if name in LOGARITHMIC else raw
        known = raw[:30]
        want = (raw - known.min()) / (known.max() - known.min())
        if name == "grasp":
            want = (raw - known.mean()) / known.std()
        np.testing.assert_allclose(found[:, column], want, rtol=1e-6, atol=1e-6)
    for name in set(features.names) - {"grasp"}:
        fitted = found[:30, features.names.index(name)]
        assert (fitted.min(), fitted.max()) == (0, 1)


def test_networks_that_are_encoded_change_nothing() -> None:
    archs = FBNET.sample(20, seed=1)
    values, others = made_up(20), made_up(20, seed=5) * 100
    others[list(LOGARITHMIC)] = others[list(LOGARITHMIC)].abs()
    features = lp.ZeroCostFeatures().fit(archs, values)
    before = features.encode(archs, values)
    features.encode(archs, others)
    assert (features.encode(archs, values) == before).all()
    assert (features.encode(archs[7:8], values[7:8]) == before[7]).all()


def test_what_is_not_defined_is_the_mean_and_what_is_constant_nothing() -> None:
    archs = FBNET.sample(4, seed=0)
    values = {"nwot": [1.0, np.nan, 3.0, 5.0], "grasp": [2.0, 2, 2, 2], "zen": [0.0, 1, 2, np.inf]}
    found = lp.ZeroCostFeatures(list(values)).fit(archs, values).encode(archs, values)
    np.testing.assert_allclose(found[:, 0], [0, 0.5, 0.5, 1])
    assert (found[:, 1] == 0).all()
    np.testing.assert_allclose(found[:, 2], [0, 0.5, 1, 0.5])


def test_proxies_are_computed_where_none_are_given(tmp_path: Path) -> None:
    archs = FBNET.sample(3, seed=0)
    features = lp.ZeroCostFeatures(["params", "l2_norm"], seed=1, store=tmp_path / "kept.db")
    found = features.fit(archs).encode(archs)
    values = lp.zero_cost_proxies(archs, ["params", "l2_norm"], seed=1)
    same = lp.ZeroCostFeatures(["params", "l2_norm"]).fit(archs, values).encode(archs, values)
    assert (found == same).all()
    assert (tmp_path / "kept.db").is_file()


def test_tables_for_models() -> None:
    archs, values = FBNET.sample(20, seed=1, unique=True), made_up(20)
    features = lp.ZeroCostFeatures().fit(archs[:12], values[:12])
    table = features.features()
    assert (table.name, table.width) == ("zcp", 13)
    assert (table.encode(archs[:12]) == features.encode(archs[:12], values[:12])).all()
    with pytest.raises(lp.DataError):
        table.encode(archs)
    whole = features.features(archs, values)
    assert (whole.encode(archs[::-1]) == features.encode(archs, values)[::-1]).all()
    size = lp.NetworkFeatures(archs, archs.genes[:, :2], name="size")
    joined = lp.joined_features(size, features, archs=archs[:12])  # asks for `features()`
    assert (joined.name, joined.width) == ("size+zcp", 15)


def test_wrong_values() -> None:
    archs, values = FBNET.sample(3, seed=0), made_up(3)
    with pytest.raises(lp.NotFittedError):
        lp.ZeroCostFeatures().encode(archs, values)
    with pytest.raises(lp.NotFittedError):
        lp.ZeroCostFeatures().features()
    for given, words in (
        (values[:2], "expected"),
        (values.drop(columns="zen"), "'zen' is missing"),
        (values.assign(zen="a"), "numbers expected"),
        (values.assign(zen=np.nan), "defined for no network"),
        (values.assign(synflow=-1.0), "not negative"),
    ):
        with pytest.raises(lp.DataError, match=words):
            lp.ZeroCostFeatures().fit(archs, given)
    with pytest.raises(lp.DataError, match="no networks"):
        lp.ZeroCostFeatures().fit(archs[:0], values[:0])
    with pytest.raises(lp.ConfigError, match="one of synflow"):
        lp.ZeroCostFeatures(["speed"]).fit(archs, {"speed": [1.0, 2, 3]})
    with pytest.raises(lp.ConfigError, match="archs is a list of 2, an Architectures expected"):
        lp.ZeroCostFeatures().fit([1, 2], values)  # type: ignore[arg-type]


# --- files of others ------------------------------------------------------------------------------


def key_of(archs: lp.Architectures, row: int) -> str:
    return "_".join(map(str, archs.genes[row]))


def written(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_file_comes_back(tmp_path: Path) -> None:
    archs, values = FBNET.sample(5, seed=0, unique=True), made_up(5)
    rows = {key_of(archs, i): dict(values.iloc[i]) for i in range(5)}
    for document in ({"fbnet": rows}, rows, {"fbnet": rows, "nb": {"1_2": {"zen": 1}}}):
        read, found = lp.read_zero_cost_file(written(tmp_path / "z.json", document), FBNET)
        assert read == archs
        pd.testing.assert_frame_equal(found, values, check_exact=True)
    scored = {
        key: {n: {"score": v, "time": 1} for n, v in row.items()} for key, row in rows.items()
    }
    for document in ({"any": scored}, scored):
        _, found = lp.read_zero_cost_file(written(tmp_path / "z.json", document), FBNET)
        pd.testing.assert_frame_equal(found, values, check_exact=True)


def test_what_is_missing_and_what_is_no_proxy(tmp_path: Path) -> None:
    archs = FBNET.sample(2, seed=0, unique=True)
    rows = {
        key_of(archs, 0): {"zen": 1, "accuracy": 70.1, "snip": float("inf")},
        key_of(archs, 1): {"snip": 2.5},
    }
    _, found = lp.read_zero_cost_file(written(tmp_path / "z.json", {"fbnet": rows}), FBNET)
    want = pd.DataFrame({"zen": [1.0, np.nan], "snip": [np.nan, 2.5]})
    pd.testing.assert_frame_equal(found, want)


KEY = "_".join(["0"] * 22)


@pytest.mark.parametrize(
    ("document", "error", "words"),
    [
        ([1], lp.CorruptionError, "object"),
        ({}, lp.CorruptionError, "object"),
        ({"fbnet": {}}, lp.CorruptionError, "object"),
        ({"fbnet": {KEY: 1}}, lp.DataError, "no zero-cost proxies"),
        ({"fbnet": {KEY: {"accuracy": 1}}}, lp.DataError, "no zero-cost proxies"),
        ({"fbnet": {KEY: {"zen": "1"}}}, lp.DataError, "zen: a number expected, got str"),
        ({"fbnet": {KEY: {"zen": True}}}, lp.DataError, "number expected, got bool"),
        ({"fbnet": {KEY: {"zen": 1}, "1_2": {"zen": 1}}}, lp.DataError, "22 numbers"),
        ({"fbnet": {KEY.replace("0", "x"): {"zen": 1}}}, lp.DataError, "22 numbers"),
        ({"fbnet": {KEY[:-1] + "9": {"zen": 1}}}, lp.DataError, "0 to 8|9"),
        ({"a": {KEY: {"zen": 1}}, "b": {KEY: {"zen": 1}}}, lp.SchemaError, "'fbnet' expected"),
        ({"x" * 9999: 1, "y": 2}, lp.CorruptionError, "object"),
    ],
)
def test_files_of_other_forms(
    tmp_path: Path, document: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        lp.read_zero_cost_file(written(tmp_path / "z.json", document), FBNET)
    assert len(str(caught.value)) < 400 + len(str(tmp_path))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError):
        lp.read_zero_cost_file(tmp_path / "none.json", FBNET)
    (tmp_path / "z.json").write_text('{"fbnet": {"0')
    with pytest.raises(lp.CorruptionError, match="no JSON"):
        lp.read_zero_cost_file(tmp_path / "z.json", FBNET)
    with pytest.raises(lp.ConfigError, match="space is 'fbnet', a Space expected"):
        lp.read_zero_cost_file(tmp_path / "z.json", "fbnet")  # type: ignore[arg-type]
