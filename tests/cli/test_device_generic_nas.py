"""`latpred device-generic nas`: searches under a limit from the command line."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pandas as pd
import pytest

from tests.cli.device_generic_world import NEW, cells_folder, fails, run_json, written


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cells_folder(tmp_path_factory.mktemp("cells"))


@pytest.fixture(scope="module")
def model(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "cells.latpred"
    run_json("train", folder, "--out", path, "--seed", 1)
    return path


@pytest.mark.libtorch
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
    assert found["accuracy"] > np.asarray(space.count(drawn)["params"])[inside].mean()
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
