"""`latpred device-generic`: training and testing from the command line."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pandas as pd
import pytest

from tests.cli.device_generic_world import (
    DEVICES,
    METRICS,
    NEW,
    cells_folder,
    fails,
    run,
    run_json,
    written,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cells_folder(tmp_path_factory.mktemp("cells"))


@pytest.fixture(scope="module")
def model(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "cells.latpred"
    run_json("train", folder, "--out", path, "--seed", 1)
    return path


def test_train_judges_on_networks_that_the_model_never_saw(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.latpred"
    found = run_json("train", folder, "--out", out, "--held-out", 0.25, "--seed", 5)
    assert (found["space"], found["factors"]) == ("nas-bench-201", "a.txt")
    assert (found["fitted_on"], found["judged_on"]) == (45, 15)
    data = lp.device_generic.read_folder(folder)
    model = lp.load_predictor(out)
    assert int(model.notes["split_seed"]) == 5
    table = lp.LatencyTable(data.archs, data.factors)
    _, judged = table.split("architecture", (0.75, 0.25), seed=5)
    expected = lp.evaluate(judged.latency_ms, model.predict(judged.archs))
    assert found["spearman"] == pytest.approx(expected["spearman"])
    assert found["mae"] == pytest.approx(expected["mae_ms"])
    assert "fitted_on" in run("train", folder, "--out", out).output
    whole = run_json("train", folder, "--out", out, "--held-out", 0)
    assert whole["fitted_on"] == 60
    assert "judged_on" not in whole


def test_a_slip_of_the_pen_is_left_out_of_the_fit(tmp_path: Path) -> None:
    folder, out = cells_folder(tmp_path / "f", rows=100), tmp_path / "m.latpred"
    factors = np.loadtxt(folder / "a.txt")
    first = run_json("train", folder, "--out", out)
    assert first["left_out"] == []
    seen = lp.load_predictor(out).notes["trained_on"].split()
    hashes = [f"{one:x}" for one in lp.device_generic.read_folder(folder).archs.hashes.tolist()]
    row = next(row for row in range(100) if hashes[row] in seen)
    factors[row] *= 10
    written(folder, {"a.txt": factors})
    found = run_json("train", folder, "--out", out)
    assert (found["left_out"], found["fitted_on"]) == ([row], 79)
    tested = run_json("test", folder, "--model", out)
    assert (tested["networks"], tested["trained_on"]) == (100, 79)
    kept = run_json("train", folder, "--out", out, "--no-audit")
    assert (kept["left_out"], kept["fitted_on"]) == ([], 80)
    assert kept["mape_percent"] != found["mape_percent"]


FROZEN = pytest.param("frozen-features", marks=pytest.mark.libtorch)


@pytest.mark.parametrize("name", ["best", "pairwise-ridge", "cost-gp", FROZEN])
def test_predictors(folder: Path, tmp_path: Path, name: str) -> None:
    words = ["--epochs", 30] if name == "frozen-features" else []
    out = tmp_path / "m.latpred"
    found = run_json("train", folder, "-o", out, "--predictor", name, *words)
    assert found["predictor"] == name
    rows = run_json("test", folder, "--model", out)["rows"]
    assert len(rows) == 6
    assert all(row.keys() >= METRICS for row in rows)


@pytest.mark.libtorch
def test_settings_of_the_published_network(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.latpred"
    words = ["--predictor", "published", "--epoch", 7, "--lr", 0.05, "--seed", 3]
    run_json("train", folder, "--save_path", out, *words)
    settings = lp.load_predictor(out).get_params()
    assert settings["epochs"] == 7
    assert settings["learning_rate"] == 0.05
    assert settings["seed"] == 3
    assert not settings["standardise"]


def test_factors_from_latencies_where_there_are_none(tmp_path: Path) -> None:
    folder, out = cells_folder(tmp_path / "f", factors=False), tmp_path / "m.latpred"
    found = run_json("train", folder, "--out", out)
    assert found["factors"] == "latencies of board, old phone, phone"
    found = run_json("train", folder, "--out", out, "--train_devices", "phone, board")
    assert found["factors"] == "latencies of phone, board"
    one = run_json("train", folder, "--out", out, "--train-devices", "board")
    assert one["spearman"] != found["spearman"]


def test_test_tells_held_out_networks_from_all(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    found = run_json("test", folder, "--model", model, "--out", out)
    assert (found["networks"], found["trained_on"]) == (60, 48)
    rows = {(row["device"], row["networks"]): row for row in found["rows"]}
    assert len(rows) == 6
    frame = pd.read_csv(out)
    assert len(frame) == 3 * 60
    data = lp.device_generic.read_folder(folder)
    factors = lp.load_predictor(model).predict(data.archs)
    for name, device in data.devices.items():
        part = frame[frame.device == name]
        np.testing.assert_allclose(part.predicted_ms, factors * device.ms_per_factor, rtol=1e-13)
        np.testing.assert_allclose(part.measured_ms, data.latency_ms[name], rtol=1e-13)
        for networks, chosen in {"all": part, "held out": part[~part.trained_on]}.items():
            row = rows[name, networks]
            assert row["count"] == len(chosen) == {"all": 60, "held out": 12}[networks]
            expected = lp.evaluate(chosen.measured_ms.to_numpy(), chosen.predicted_ms.to_numpy())
            assert all(row[one] == pytest.approx(expected[one]) for one in METRICS)
    assert rows["board", "all"]["pearson"] > 0.9


def test_test_of_some_devices(folder: Path, model: Path) -> None:
    found = run_json("test", folder, "--load_path", model, "--test_devices", "phone,old phone")
    assert {row["device"] for row in found["rows"]} == {"phone", "old phone"}
    slower = run_json("test", folder, "--model", model, "--overhead-ms", 500)
    assert slower["rows"][0]["mae_ms"] > 400


def test_a_device_that_was_not_measured_is_predicted(model: Path, tmp_path: Path) -> None:
    folder = cells_folder(tmp_path / "f")
    np.savetxt(folder / "hardware/described.txt", [NEW])
    out = tmp_path / "all.csv"
    found = run_json("test", folder, "--model", model, "--out", out)
    assert len(found["rows"]) == 6
    frame = pd.read_csv(out)
    assert frame[frame.device == "described"].measured_ms.isna().all()
    assert (frame[frame.device == "described"].predicted_ms > 0).all()


def test_bad_input(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.latpred"
    train = ("train", folder, "--out", out)
    assert "known: best" in fails(*train, "--predictor", "oracle")
    assert "fbnetv3" in fails(*train, "--search_space", "fbnetv3")
    assert "tablet" in fails(*train, "--train-devices", "tablet")
    assert "--epochs is of frozen-features" in fails(*train, "--epochs", 5)
    assert "StorageError" in fails("train", tmp_path / "none", "--out", out)
    test = ("test", folder, "--model")
    assert "tablet" in fails(*test, model, "--test-devices", "tablet")
    assert "StorageError" in fails(*test, tmp_path / "none.latpred")
    assert "overhead_ms" in fails(*test, model, "--overhead-ms", -1)
    archs = lp.space("fbnetv3").sample(30, seed=0)
    lp.FlopsPredictor().fit(archs, np.arange(1.0, 31)).save(out)
    assert "SchemaError" in fails(*test, out)
    lp.load_predictor(model).add_notes({"trained_on": "magic"}).save(out)
    assert "CorruptionError" in fails(*test, out)
    for damage in ({"latency/board.txt": [1.0, 2.0]}, {"hardware/board.txt": [(0, 3, 1, 4)]}):
        broken = written(cells_folder(tmp_path / "broken"), damage)
        assert "DataError" in fails("train", broken, "--out", tmp_path / "y.latpred")
        assert "board" in fails("test", broken, "--model", model)


def test_the_spaces_of_dgl_have_their_names(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.latpred"
    for name in ("nasbench201", "nas-bench-201"):
        assert run_json("train", folder, "--out", out, "--search_space", name)["judged_on"] == 12


def test_this_machine() -> None:
    found = run_json("this-machine")
    assert found["frequency_ghz"] > 0
    assert found["ms_per_factor"] > 0
    assert found["sources"]


def test_evaluate(folder: Path) -> None:
    words = ("evaluate", folder, "--repeats", 2)
    found = run_json(*words, "--seed", 3)
    expected = lp.device_generic.evaluate(folder, repeats=2, seed=3)
    assert all(found[one] == expected[one] for one in METRICS)
    assert [row["device"] for row in found["rows"]] == sorted(DEVICES)
    assert found["rows"][0]["mae_ms"] == expected["per_device"]["board"]["mae_ms"]
    few = run_json(*words, "--samples", 8, "--sampler", "random")
    assert (few["samples"], few["repeats"]) == (8, 2)
    assert few["mape_percent"] != found["mape_percent"]
    known = run_json(*words, "--measured")
    assert known["mape_percent"] != found["mape_percent"]
    assert "sampler" in fails(*words, "--samples", 5, "--sampler", "tarot")


def test_devices(tmp_path: Path) -> None:
    rows = run_json("devices")
    assert len(rows) == len(lp.device_generic.devices())
    first = run_json("devices", rows[0]["device"])
    assert first["ms_per_factor"] == rows[0]["ms_per_factor"]
    assert first["sources"]
    own = tmp_path / "mine.txt"
    own.write_text("2.2 10 4 34.1")
    assert run_json("devices", own)["ms_per_factor"] == pytest.approx(0.0521, abs=1e-4)
    assert "ConfigError" in fails("devices", "a device that nobody has")
