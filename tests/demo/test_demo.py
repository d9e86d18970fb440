"""The demo on a machine whose latencies are known: what it does, says and does not hide."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli, demo
from latpred._core.measurement import SlowedClock
from latpred.demo import steps as demo_steps
from latpred.demo import winners as demo_winners
from latpred.measurement import meter
from typer.testing import CliRunner

from tests.demo.machine import SMALL, Machine, Make, page, results, true_latency


def test_leaves_what_it_says(usual: demo.DemoRun) -> None:
    done = usual
    names = {path.name for path in done.out.iterdir()}
    wanted = "index.html results.json training.csv held_out.csv winners.csv model.latpred figures"
    assert set(wanted.split()) <= names
    assert len(list((done.out / "figures").glob("*.png"))) == page(done).count("<img ") == 8
    assert "load &lt;is&gt; high" in page(done)


def test_tables_hold_what_was_measured(usual: demo.DemoRun) -> None:
    done = usual
    read = lp.read_latency_table(done.out / "training.csv", done.space)
    assert np.allclose(read.latency_ms, true_latency(read.archs))
    with (done.out / "winners.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    archs = done.space.architectures([row["architecture"] for row in rows])
    assert np.allclose([float(row["measured_ms"]) for row in rows], true_latency(archs))
    predicted = lp.load_predictor(done.out / "model.latpred").predict(archs)
    assert np.allclose([float(row["predicted_ms"]) for row in rows], predicted)


def test_no_held_out_network_was_learnt_from(usual: demo.DemoRun) -> None:
    done = usual
    assert not set(done.train.archs.hashes.tolist()) & set(done.test.archs.hashes.tolist())
    assert len(done.train) == 60
    assert len(done.test) == 12


def test_metrics_are_those_of_the_held_out_rows(usual: demo.DemoRun) -> None:
    done = usual
    expected = lp.evaluate(done.test.latency_ms, done.model.predict(done.test.archs))
    assert results(done)["metrics"]["additive"] == pytest.approx(dict(expected))
    assert expected["mape_percent"] < results(done)["metrics"]["MACs, linear"]["mape_percent"]


def test_winners_are_searched_below_the_limit(usual: demo.DemoRun) -> None:
    done = usual
    for row in demo_winners.winners(done):
        assert row["predicted_ms"] <= row["asked_ms"] + 1e-9
        assert row["asked_ms"] == pytest.approx(row["limit_ms"] / (1 + done.margin))
        rivals = [other for other in done.candidates if other["limit_ms"] == row["limit_ms"]]
        random = next(other for other in rivals if other["method"] == demo_steps.RANDOM)
        assert row["accuracy_percent"] >= random["accuracy_percent"]


def test_a_margin_wider_than_the_space_is_cut(make: Make) -> None:
    class Jumpy(Machine):
        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            table = super().__call__(archs, meter, **options)
            if len(self.campaigns) == 2:  # the held-out rows, of which a few came out badly
                latency = table.latency_ms * np.where(np.arange(len(table)) < 3, 5, 1)
                meta = {"device": table.device, "meta": table.meta}
                table = lp.LatencyTable(
                    table.archs, latency, low_ms=latency, high_ms=latency, **meta
                )
            return table

    done = make(Jumpy())
    assert done.margin > 3
    least = max(done.cloud[0].min(), done.model.predict(compofa(done)).min())
    assert {row["asked_ms"] for row in done.candidates} == {least}
    assert all(row["predicted_ms"] <= least for row in done.candidates)
    assert sum("none is fast enough" in line for line in done.lines) == 2  # type: ignore[attr-defined]
    assert page(done).count("none is fast enough") == 1


def compofa(done: demo.DemoRun) -> Any:
    small = lp.space("compofa-fixed", width=done.settings.width)
    return done.space.architectures(small.enumerate())


def test_drift_of_the_machine_is_taken_out(make: Make, usual: demo.DemoRun) -> None:
    rows = [row["measured_ms"] for row in usual.candidates]
    drifting = make(Machine(speeds=(1.0, 1.1, 1.25)))
    assert np.allclose([row["measured_ms"] for row in drifting.candidates], rows)
    assert [row["drift (%)"] for row in drifting.campaigns] == pytest.approx([0, 10, 25])


def test_what_the_time_did_not_allow_is_said(make: Make) -> None:
    machine = Machine()
    machine.rows = 40
    done = make(machine)
    assert len(done.train) == 40
    assert "the time was over after 40 of 60 networks" in page(done)


def test_a_slow_machine_measures_enough_to_learn_from(make: Make) -> None:
    class Slow(Machine):
        """Measures three networks in a time box, or none at all in the second one."""

        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            boxed = np.isfinite(meter.settings().budget_seconds)
            self.rows = 3 if boxed else 10**9
            if boxed and len(self.campaigns) == 2:
                self.campaigns.append(archs)
                raise lp.MeasurementError("no network could be measured")
            return super().__call__(archs, meter, **options)

    done = make(Slow())
    assert [row["measured"] for row in done.campaigns][:2] == [20, 12]
    assert sum("too few here" in line for line in done.lines) == 2  # type: ignore[attr-defined]
    assert "the time was over after 20 of 60 networks" in page(done)


def test_same_seed_same_winners(make: Make, usual: demo.DemoRun) -> None:
    second = make(Machine())
    texts = [[row["arch"].to_strings() for row in done.candidates] for done in (usual, second)]
    assert texts[0] == texts[1]


def test_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(lp.StorageError, match="cannot be created"):
        demo.run(tmp_path / "file" / "demo", SMALL)


@pytest.mark.slow
def test_smoke_on_a_slow_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "SystemClock", lambda: SlowedClock(30))
    words = ["demo", "--smoke", "--json", "--out", str(tmp_path / "demo")]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    # A loaded machine may have no time left for the winners: the page then says so.
    assert {row["campaign"] for row in document["campaigns"]} >= {"training", "held out"}
    assert len({row["limit_ms"] for row in document["candidates"]}) == 2
    assert all(row["measured_ms"] > 0 for row in document["candidates"] if row["measured_ms"])
    assert (tmp_path / "demo" / "index.html").is_file()
