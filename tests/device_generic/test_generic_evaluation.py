"""`lp.device_generic.evaluate`: what it may know, and what it tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import device_generic as native

from tests.device_generic import folders
from tests.device_generic.worlds import other_unit, shuffled, with_parts, world

dg = lp.device_generic


def same(one: Any, two: Any, names: dict[str, str] | None = None) -> None:
    """Bit for bit, device by device."""
    for device, found in one.per_device.items():
        assert found == two.per_device[(names or {}).get(device, device)]


@pytest.fixture(scope="module")
def plain() -> Any:
    return world(60, 3)


@pytest.fixture(scope="module")
def found(plain: Any) -> Any:
    return dg.evaluate(plain, repeats=2)


def test_what_it_tells(found: Any) -> None:
    assert found["spearman"] > 0.95
    assert found["mape_percent"] < 8
    assert sorted(found["per_device"]) == ["d0", "d1", "d2"]
    metrics = set(found) - {"per_device"}
    assert metrics == set(found.runs)
    assert {"pearson", "spearman", "kendall", "rmse_ms", "mae_ms", "mape_percent"} < metrics
    for name in metrics:
        assert found.runs[name].shape == (3, 2)
        mean = np.mean([found["per_device"][device][name] for device in found.devices])
        assert found[name] == pytest.approx(mean)
    assert len(found.to_frame()) == 6
    assert len(found) == len(list(found))
    assert "3 unseen devices" in str(found)
    with pytest.raises(KeyError, match="no metric"):
        found["nothing"]


@pytest.mark.parametrize("samples", [0, 5])
def test_order_names_and_threads_carry_nothing(plain: Any, samples: int) -> None:
    base = dg.evaluate(plain, samples, repeats=2, workers=1)
    other = dg.evaluate(shuffled(plain), samples, repeats=2, workers=2)
    same(base, other, {"d2": "renamed 0", "d1": "renamed 1", "d0": "renamed 2"})


def test_seeds_and_splits(plain: Any, found: Any) -> None:
    later = dg.evaluate(plain, repeats=1, seed=1)
    assert later.runs["mape_percent"][:, 0].tolist() == found.runs["mape_percent"][:, 1].tolist()
    assert len(set(found.runs["mape_percent"][0].tolist())) == 2
    assert list(found.per_seed) == [0, 1]


def test_latencies_of_the_target_are_not_seen(plain: Any, found: Any) -> None:
    """At no samples: three times slower, the same correlations, and the errors that follow. Of the
    other devices only what they are judged by stays out."""
    slower = {**plain.latency_ms, "d1": 3 * plain.latency_ms["d1"]}
    other = dg.evaluate(with_parts(plain, latency_ms=slower), repeats=2)
    for name in ("pearson", "spearman", "kendall"):
        np.testing.assert_allclose(other.runs[name][1], found.runs[name][1], rtol=1e-12)
    np.testing.assert_allclose(other.runs["mape_percent"][1], 200 / 3, rtol=0.15)
    assert other.runs["mape_percent"][0].tolist() != found.runs["mape_percent"][0].tolist()


def held_out(data: Any) -> np.ndarray:
    """Rows that the first split judges by: those whose latency changes what is found."""
    base = native_runs(data)
    rows = []
    for row in range(len(data)):
        changed = data.latency_ms["d1"].copy()
        changed[row] *= 1.5
        one = native_runs(with_parts(data, latency_ms={**data.latency_ms, "d1": changed}))
        rows.append(one != base)
    return np.flatnonzero(rows)


def native_runs(data: Any, target: int = 1, **settings: Any) -> list[float]:
    fast = dg.FactorPredictor("cost-gp")
    found = dg.evaluate(data, repeats=1, factors=fast, **settings)
    return [float(found.runs[name][target, 0]) for name in ("rmse_ms", "mae_ms", "width_percent")]


@pytest.fixture(scope="module")
def small() -> Any:
    return world(30, 2)


@pytest.fixture(scope="module")
def out(small: Any) -> np.ndarray:
    return held_out(small)


def test_a_fifth_is_held_out(out: np.ndarray) -> None:
    assert len(out) == 6


@pytest.mark.parametrize("measured", [False, True])
def test_networks_held_out_are_seen_nowhere(small: Any, out: np.ndarray, measured: bool) -> None:
    """Neither their factors nor their latencies on other devices, unless asked for."""
    factors, elsewhere = small.factors.copy(), small.latency_ms["d0"].copy()
    factors[out] *= 1.3
    elsewhere[out] *= 0.7
    base = native_runs(small, measured=measured)
    for other in (
        with_parts(small, factors=factors),
        with_parts(small, latency_ms={**small.latency_ms, "d0": elsewhere}),
    ):
        assert (native_runs(other, measured=measured) == base) is not measured


@pytest.mark.parametrize("sampler", ["method", "random"])
def test_samples_are_of_other_networks(small: Any, out: np.ndarray, sampler: str) -> None:
    """Predictions do not follow the latencies that they are judged by: widths of intervals in ms
    stay, whatever those latencies are."""
    changed = small.latency_ms["d1"].copy()
    changed[out] *= 2.0
    other = with_parts(small, latency_ms={**small.latency_ms, "d1": changed})
    base, moved = (native_runs(data, samples=5, sampler=sampler)[2] for data in (small, other))
    assert moved == pytest.approx(base / 2, rel=1e-9)


def test_samples_help(plain: Any) -> None:
    """Devices that are slower than their numbers say."""
    slower = {
        name: ms * (1.6, 0.6, 1.4)[i] for i, (name, ms) in enumerate(plain.latency_ms.items())
    }
    data = with_parts(plain, latency_ms=slower)
    none, some = (dg.evaluate(data, samples, repeats=1)["mape_percent"] for samples in (0, 10))
    assert some < 0.4 * none
    assert dg.evaluate(data, 10, repeats=1, sampler="random")["mape_percent"] < 0.5 * none


def test_unit_of_the_frequency(plain: Any, found: Any) -> None:
    scaled = dg.evaluate(with_parts(plain, devices=other_unit(plain.devices)), repeats=2)
    assert scaled["mape_percent"] == pytest.approx(found["mape_percent"], abs=1)
    assert scaled["spearman"] == pytest.approx(found["spearman"], abs=0.002)


def test_folders_and_tables(tmp_path: Path, plain: Any) -> None:
    """The same data as files in another order, and as tables."""
    content = folders.files(count=40)
    base = dg.evaluate(folders.write(tmp_path / "one", content), repeats=1)
    backwards = dict(reversed(list(content.items())))
    same(base, dg.evaluate(folders.write(tmp_path / "two", backwards), repeats=1))
    joint = lp.transfer.DeviceTables(
        plain.archs, np.stack(list(plain.latency_ms.values()), 1), list(plain.latency_ms)
    )
    tables = {n: lp.LatencyTable(plain.archs, ms) for n, ms in plain.latency_ms.items()}
    one = dg.evaluate(joint, 5, repeats=1, devices=plain.devices)
    same(one, dg.evaluate(tables, 5, repeats=1, devices=plain.devices))
    assert dg.evaluate(joint, 5, repeats=1)["mape_percent"] < 15


def test_a_device_of_few_networks_that_are_held_out(plain: Any) -> None:
    """Some split leaves none of them to learn from."""
    few = plain.archs[:2]
    tables = {n: lp.LatencyTable(plain.archs, ms) for n, ms in plain.latency_ms.items()}
    tables["few"] = lp.LatencyTable(few, plain.latency_ms["d0"][:2])
    rows = dg.device_learning.device_rows(tables, plain.devices)[1]
    plan = native.GenericPlan(
        samples=0, repeats=1, test_fraction=0.9, measured=False, sampler="method", confidence=0.9
    )
    described = [(n, a, ms, numbers or rows[0][3]) for n, a, ms, numbers in rows]
    with pytest.raises(lp.errors.DataError) as caught:
        native.judge_devices(None, described, fitter=None, plan=plan, seed=0, threads=1)
    assert "empty" not in str(caught.value)


def test_what_is_refused(tmp_path: Path, plain: Any) -> None:
    config, data, storage = lp.errors.ConfigError, lp.errors.DataError, lp.errors.StorageError
    for error, settings in (
        (config, {"samples": -1}),
        (config, {"samples": 1.5}),
        (config, {"repeats": 0}),
        (config, {"seed": -1}),
        (config, {"workers": 0}),
        (config, {"test_fraction": 0.0}),
        (config, {"test_fraction": float("nan")}),
        (config, {"test_fraction": "half"}),
        (config, {"confidence": 1.0}),
        (config, {"sampler": "best"}),
        (config, {"sampler": 3}),
        (config, {"devices": {}}),
        (config, {"devices": 5}),
        (data, {"samples": 49}),
        (data, {"test_fraction": 0.95}),
    ):
        with pytest.raises(error) as caught:
            dg.evaluate(plain, **{"repeats": 1, **settings})
        assert len(str(caught.value)) < 300
    with pytest.raises(storage):
        dg.evaluate(tmp_path / "nowhere")
    content = {k: v for k, v in folders.files().items() if not k.startswith("latency/")}
    with pytest.raises(data, match="latency"):
        dg.evaluate(folders.write(tmp_path / "silent", content))
    with pytest.raises(config):
        dg.evaluate({})


def published(data_dir: Path, space: str) -> Any:
    return dg.read_folder(data_dir / "device_generic" / space)


def test_published_phones_nas_bench_201(data_dir: Path) -> None:
    """Unseen: by their data sheets, by ten networks each, and with networks known elsewhere."""
    data = published(data_dir, "nasbench201")
    assert dg.evaluate(data, repeats=3)["pearson"] >= 0.96
    assert dg.evaluate(data, 10, repeats=1)["mape_percent"] <= 7
    assert dg.evaluate(data, 10, repeats=1, measured=True)["mape_percent"] <= 5


def test_published_phones_fbnetv3(data_dir: Path) -> None:
    data = published(data_dir, "fbnetv3")
    assert dg.evaluate(data, repeats=2)["pearson"] >= 0.9
    assert dg.evaluate(data, 10, repeats=2)["mape_percent"] <= 6
