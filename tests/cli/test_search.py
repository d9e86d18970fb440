"""`latpred search` with several objectives, further limits, and files of the front."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from typer.testing import CliRunner

SMALL = ("--population", 20, "--generations", 4, "--seed", 3)


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["search", *map(str, arguments)])


def call_json(*arguments: object) -> Any:
    done = call(*arguments, *SMALL, "--json")
    assert done.exit_code == 0, done.output + str(done.exception)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An additive predictor of latencies that follow the operations."""
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(60, seed=3, unique=True)
    counts = space.count(archs)
    path = tmp_path_factory.mktemp("model") / "m.latpred"
    lp.AdditivePredictor().fit(archs, counts["macs"] / 2e7 + counts["kernels"] / 50).save(path)
    return path


def assert_front(rows: list[dict[str, Any]], maximised: set[str]) -> None:
    """No row is at least as good as another in all goals."""
    names = [name for name in rows[0] if name != "architecture"]
    cost = np.array([[-r[n] if n in maximised else r[n] for n in names] for r in rows])
    for i, row in enumerate(cost):
        no_worse = (cost <= row).all(axis=1) & (cost < row).any(axis=1)
        assert not no_worse.any(), rows[i]


def test_the_front_is_the_librarys(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "front.json"
    document = call_json(model, "--objectives", "accuracy,latency,params", "--out", out)
    assert json.loads(out.read_text(encoding="utf-8")) == document
    predictor = lp.load_predictor(model)
    accuracy = lp.load_accuracy("ofa-distilled")
    found = lp.search(
        predictor.space,
        objectives={"accuracy": accuracy, "latency": predictor, "params": "params"},
        maximise=["accuracy"],
        population=20,
        generations=4,
        seed=3,
        progress=False,
    )
    rows = document["rows"]
    assert [row["architecture"] for row in rows] == found.front.archs.to_strings()
    assert document["maximise"] == ["accuracy"]
    assert document["minimise"] == ["latency", "params"]
    assert document["hypervolume"] == pytest.approx(found.history["hypervolume"][-1])
    archs = predictor.space.architectures([row["architecture"] for row in rows])
    assert np.allclose([row["latency"] for row in rows], predictor.predict(archs))
    assert [row["params"] for row in rows] == predictor.space.count(archs)["params"].tolist()
    assert_front(rows, {"accuracy"})


def test_limits_hold_on_the_whole_front(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "front.csv"
    bounds = ("--limits", "macs=3.2e8", "--limits", "latency=16")
    document = call_json(model, "--objectives", "accuracy", "--objectives", "params", *bounds)
    space = lp.load_predictor(model).space
    archs = space.architectures([row["architecture"] for row in document["rows"]])
    assert (space.count(archs)["macs"] <= 3.2e8).all()
    assert (lp.load_predictor(model).predict(archs) <= 16).all()
    assert set(document["rows"][0]) == {"architecture", "accuracy", "params"}
    same = call_json(
        model, "--objectives", "accuracy,params", "--limits", "macs=3.2e8", "--limit-ms", 16,
        "--out", out,
    )  # fmt: skip
    assert same == document
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["architecture"] for line in lines] == [r["architecture"] for r in same["rows"]]
    assert [float(line["accuracy"]) for line in lines] == [r["accuracy"] for r in same["rows"]]
    assert_front(same["rows"], {"accuracy"})


def test_another_predictor_and_another_sense(model: Path) -> None:
    document = call_json(model, "--objectives", f"slow={model},macs", "--maximise", "slow")
    assert document["maximise"] == ["slow"]
    assert document["minimise"] == ["macs"]
    assert_front(document["rows"], {"slow"})


def test_one_objective_under_further_limits(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "fronts.csv"
    flags = ("--limit-ms", 14, "--limit-ms", 16, "--limits", "params=6e6", "--out", out)
    rows = call_json(model, *flags)
    assert [row["limit_ms"] for row in rows] == [14, 16]
    assert all(row["params"] <= 6e6 and row["latency_ms"] <= row["limit_ms"] for row in rows)
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    for row in rows:
        front = [line for line in lines if float(line["limit_ms"]) == row["limit_ms"]]
        assert max(float(line["accuracy"]) for line in front) == pytest.approx(row["accuracy"])
    assert call_json(model, "--limits", "latency=14,params=6e6")[0] == rows[0]


@pytest.fixture(scope="module")
def calibrated(model: Path) -> Path:
    """The same with noise in its rows, and with intervals."""
    space = lp.load_predictor(model).space
    archs = space.sample(80, seed=5, unique=True)
    noise = np.random.default_rng(0).normal(1, 0.05, len(archs))
    values = space.count(archs)["macs"] / 2e7 * noise
    path = model.with_name("intervals.latpred")
    lp.AdditivePredictor().fit(archs, values).calibrate(archs, values, folds=5).save(path)
    return path


def test_verdicts_by_interval(calibrated: Path, tmp_path: Path) -> None:
    """Of rows, of the front in files, of several goals, and as people see them."""
    out, predictor = tmp_path / "fronts.csv", lp.load_predictor(calibrated)
    rows = call_json(calibrated, "--limit-ms", 14, "--limit-ms", 900, "--out", out)
    for row in rows:
        arch = predictor.space.architectures([row["architecture"]])
        low, high = predictor.predict_interval(arch)
        assert (row["low_ms"], row["high_ms"]) == pytest.approx((low[0], high[0]))
        ends = [row["latency_ms"]], low, high
        assert [row["verdict"]] == lp.metrics.limit_verdicts(row["limit_ms"], *ends)
    assert [row["verdict"] for row in rows] == ["not distinguishable", "under"]
    with out.open(encoding="utf-8", newline="") as file:
        words = {line["verdict"] for line in csv.DictReader(file) if line["limit_ms"] == "14.0"}
    assert words <= {"under", "not distinguishable"}
    front = call_json(calibrated, "--objectives", "accuracy,latency", "--limit-ms", 14)
    assert {row["verdict"] for row in front["rows"]} <= {"under", "not distinguishable"}
    free = call_json(calibrated, "--objectives", "accuracy,latency")
    assert set(free["rows"][0]) == {"architecture", "accuracy", "latency"}
    said = call(calibrated, "--limit-ms", 14, *SMALL)
    assert "not distinguishable" in said.stdout
    assert "no intervals" not in said.stderr


def test_without_intervals_there_is_no_verdict(model: Path) -> None:
    (row,) = call_json(model, "--limit-ms", 16)
    assert row["verdict"] == "no interval"
    assert "low_ms" not in row
    done = call(model, "--limit-ms", 16, *SMALL)
    assert "latpred fit --intervals" in done.stderr
    done = call(model, "--objectives", "accuracy,latency", "--limit-ms", 16, *SMALL)
    assert "latpred fit --intervals" in done.stderr


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "--limit-ms, --limits latency=… or --objectives expected"),
        (["--limits", "latency"], "NAME=NUMBER expected"),
        (["--limits", "macs=1e9,macs=2e9"], "macs has two limits"),
        (["--limit-ms", 20, "--maximise", "macs"], "--maximise needs --objectives"),
        (["--objectives", "accuracy,accuracy"], "each once expected"),
        (["--objectives", "accuracy,colour"], "colour"),
        (["--objectives", "accuracy,macs", "--maximise", "params"], "maximise names"),
        (["--objectives", "accuracy,macs", "--limit-ms", 2, "--limit-ms", 3], "one limit"),
        (["--objectives", "accuracy,macs", "--method", "evolution"], "nsga2"),
        (["--limit-ms", 20, "--out", "front.xml"], "ending .csv or .json expected"),
    ],
)
def test_errors_are_typed(model: Path, words: list[object], text: str) -> None:
    done = call(model, *words, *SMALL)
    assert isinstance(done.exception, lp.ConfigError), done.exception
    assert text in str(done.exception)


def test_unwritable_front(model: Path, tmp_path: Path) -> None:
    for ending in (".csv", ".json"):
        out = tmp_path / "none" / f"front{ending}"
        done = call(model, "--limit-ms", 20, *SMALL, "--out", out)
        assert isinstance(done.exception, lp.StorageError)


def test_a_bound_keeps_the_limit(model: Path) -> None:
    predictor = lp.load_predictor(model)
    exact = predictor.space.sample(40, seed=9)
    predictor.calibrate(exact, predictor.predict(exact) * np.linspace(0.95, 1.05, 40))
    predictor.save(model)
    limit = float(np.median(predictor.predict(exact)))
    (row,) = call_json(model, "--limit-ms", limit, "--confidence", 0.9)
    assert row["latency_ms"] < row["upper_ms"] <= limit
    assert "measurements" not in row
    failed = call(model, "--limit-ms", limit, "--verify", 3, *SMALL)
    assert isinstance(failed.exception, lp.ConfigError)
    assert "meter=" in str(failed.exception)
    failed = call(model, "--objectives", "accuracy,params", "--confidence", 0.9, *SMALL)
    assert "--confidence" in str(failed.exception)


def test_a_pack_verifies(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pack:
        """What the command needs of a device pack."""

        predictor = lp.load_predictor(model)
        space = predictor.space
        calibration_rows = 0  # of what it says without measuring

        def predict(self, archs: lp.Architectures) -> Any:
            return self.predictor.predict(archs)

        def __call__(self, archs: lp.Architectures) -> Any:
            return self.predict(archs)

        def upper_bound(self, confidence: float) -> Any:
            return self.predictor.upper_bound(confidence)

        def meter(self, archs: lp.Architectures) -> Any:
            return 1.1 * self.predictor.predict(archs)

    pack = Pack()
    exact = pack.space.sample(40, seed=9)
    pack.predictor.calibrate(exact, pack.predictor.predict(exact) * np.linspace(0.97, 1.03, 40))
    monkeypatch.setattr(lp, "load_pack", lambda _: pack, raising=False)
    limit = float(np.median(pack.predictor.predict(exact)))
    (row,) = call_json(tmp_path, "--limit-ms", limit, "--verify", 10)
    assert row["measured_ms"] <= limit
    assert row["verdict"] == "no interval"
    assert 1 < row["measurements"] <= 10
