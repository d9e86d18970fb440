"""`latpred device-generic`: training, testing and searching from the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.cli import app
from typer.testing import CliRunner, Result

DEVICES = {"board": (1.5, 3, 1, 4), "phone": (2.2, 10, 4, 34.1), "old phone": (2, 3, 1, 7.46)}
NEW = (3.1, 10, 4, 44)
METRICS = {"pearson", "spearman", "kendall", "rmse_ms", "mae_ms", "mape_percent"}


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["device-generic", *map(str, words)])


def run_json(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def fails(*words: object) -> str:
    """The message of one of our errors."""
    error = run(*words).exception
    assert isinstance(error, lp.LatpredError), error
    assert len(str(error)) < 600
    return f"{type(error).__name__}: {error}"


def cells_folder(folder: Path, rows: int = 60, factors: bool = True) -> Path:
    """Cells whose factors follow their costs, on three devices with 5 % of noise."""
    space = lp.space("nas-bench-201", image_size=224, classes=100)
    archs = space.sample(rows + 40, seed=0, unique=True)
    truth = 1000 + 1e-6 * np.asarray(space.count(archs)["macs"], float)
    files: dict[str, Any] = {"net.txt": archs.genes[:rows] + 1}
    if factors:
        files["a.txt"] = truth[:rows]
    for number, (name, numbers) in enumerate(DEVICES.items()):
        device = lp.device_generic.DeviceDescription(*numbers)
        noise = np.random.default_rng(number).lognormal(0, 0.05, rows)
        files[f"hardware/{name}.txt"] = [numbers]
        files[f"latency/{name}.txt"] = truth[:rows] * noise * device.ms_per_factor
    files |= {"NAS/net.txt": archs.genes[rows:] + 1, "NAS/new.txt": [NEW]}
    files["NAS/acc.txt"] = np.linspace(73, 60, 40)
    return written(folder, files)


def written(folder: Path, files: Mapping[str, Any]) -> Path:
    for name, values in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        np.savetxt(folder / name, np.asarray(values), fmt="%.12g")
    return folder


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


@pytest.mark.parametrize("name", ["best", "pairwise-ridge", "cost-gp", "frozen-features"])
def test_predictors(folder: Path, tmp_path: Path, name: str) -> None:
    words = ["--epochs", 30] if name == "frozen-features" else []
    out = tmp_path / "m.latpred"
    found = run_json("train", folder, "-o", out, "--predictor", name, *words)
    assert found["predictor"] == name
    rows = run_json("test", folder, "--model", out)["rows"]
    assert len(rows) == 6
    assert all(row.keys() >= METRICS for row in rows)


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


def test_nas_among_the_listed_networks(folder: Path, model: Path, tmp_path: Path) -> None:
    data = lp.device_generic.read_folder(folder)
    factors = lp.load_predictor(model).predict(data.search_archs)
    latency = factors * data.search_devices["new"].ms_per_factor
    limit = float(np.median(latency))
    out = tmp_path / "net.safetensors"
    words = ("nas", folder, "--model", model, "--device", "new")
    found = run_json(*words, "--limit-ms", limit, "--out", out)
    best = int(np.argmax(latency <= limit))  # accuracies fall from the first on
    assert found["architecture"] == data.search_archs[best].to_strings()[0]
    assert found["accuracy"] == data.search_accuracy[best]
    assert found["latency_ms"] == pytest.approx(latency[best])
    assert (found["device"], found["limit_ms"]) == ("new", limit)
    assert lp.load_state(out)
    overhead = limit - 1.0001 * latency.min()
    slower = run_json(*words, "--latency_constraint", limit, "--overhead-ms", overhead)
    assert slower["architecture"] == data.search_archs[int(latency.argmin())].to_strings()[0]
    assert slower["latency_ms"] == pytest.approx(latency.min() + overhead)
    assert "InfeasibleError" in fails(*words, "--limit-ms", 1e-3)
    assert "ConfigError" in fails(*words, "--limit-ms", -4)


def test_nas_over_the_whole_space(folder: Path, model: Path, tmp_path: Path) -> None:
    space = lp.space("nas-bench-201", image_size=224, classes=100)
    archs = space.enumerate()
    accuracy = np.asarray(space.count(archs)["params"], float)
    table = tmp_path / "accuracy.csv"
    values = 100 * accuracy / accuracy.max()
    codes = ["".join(map(str, genes)) for genes in archs.genes]
    pd.DataFrame({"code": codes, "c100": values}).to_csv(table, index=False)
    words = ("nas", folder, "--model", model, "--device", "board", "--accuracy", table)
    latency = (
        lp.load_predictor(model).predict(archs)
        * lp.device_generic.read_device(folder / "hardware/board.txt").ms_per_factor
    )
    limit = float(np.median(latency))
    found = run_json(*words, "--column", "c100", "--limit-ms", limit)
    assert found["accuracy"] == pytest.approx(values[latency <= limit].max())
    assert "column" in fails(*words, "--limit-ms", limit)
    alone = {"net.txt": archs.genes[:30] + 1, "a.txt": np.linspace(1000, 2000, 30)}
    bare = ("nas", written(tmp_path / "bare", alone), *words[2:4], "--device", "this-machine")
    assert "give --accuracy" in fails(*bare, "--limit-ms", limit)
    assert "--column" in fails(*words[:-2], "--column", "c100", "--limit-ms", limit)


def test_nas_by_a_genetic_algorithm(tmp_path: Path) -> None:
    space = lp.space("fbnetv3")
    archs = space.sample(60, seed=0)
    values = [[gene.choices[i] for gene, i in zip(space.genes, row, strict=True)]
              for row in archs.genes]  # fmt: skip
    factors = np.asarray(space.count(archs)["macs"], float) / 2e5
    files = {"net.txt": values, "a.txt": factors, "NAS/new.txt": [NEW]}
    folder, model = written(tmp_path / "f", files), tmp_path / "m.latpred"
    run_json("train", folder, "--out", model)
    device = lp.device_generic.DeviceDescription(*NEW)
    limit = float(np.median(factors)) * device.ms_per_factor
    words = ["nas", folder, "--model", model, "--device", "new", "--limit-ms", limit]
    words += ["--accuracy", "params", "--POPULATION_SIZE", 20, "--EPOCH", 15]
    found = run_json(*words, "--CROSSOVER_RATE", 2, "--GENE_LENGTH", 28, "--MUTATION_RATE", 0.05)
    assert found["method"] == "genetic"
    assert found["evaluations"] <= 20 * 16
    assert found["latency_ms"] <= limit
    drawn = space.sample(20, seed=0)
    inside = lp.load_predictor(model).predict(drawn) * device.ms_per_factor <= limit
    assert found["accuracy"] > np.quantile(np.asarray(space.count(drawn)["params"])[inside], 0.75)
    rates = {run_json(*words, "--MUTATION_RATE", rate)["architecture"] for rate in (0, 0.9)}
    seeds = {run_json(*words, "--seed", seed)["architecture"] for seed in (0, 1)}
    assert len(rates) == len(seeds) == 2
    assert "28 genes" in fails(*words, "--GENE_LENGTH", 6)
    usual = run_json(*words[:8], "--population", 10, "--generations", 3)
    assert 75 < usual["accuracy"] < 83  # the published networks' are 79.6 to 82.8
    own = tmp_path / "own.json"
    own.write_text('{"frequency_ghz": 2, "dispatch_width": 4, "cache_mb": 2}')
    assert "memory_gbs is missing" in fails(*words[:4], "--device", own, "--limit-ms", 5)
    assert "ConfigError" in fails(*words[:4], "--device", "a phone from Mars", "--limit-ms", 5)


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
    assert few["mape_percent"] < found["mape_percent"]
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
