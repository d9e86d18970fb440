"""The demo on a machine whose latencies are known: what it does, says and does not hide."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli, demo
from latpred._core.measurement import SlowedClock
from latpred.demo import page as demo_page
from latpred.demo import steps as demo_steps
from latpred.measurement import meter
from matplotlib.figure import Figure
from typer.testing import CliRunner

SMALL = replace(demo.smoke_settings(), train=60, test=12, population=30, generations=15, random=300)


class Machine:
    """Stands for `lp.measure`: latency follows the costs, scaled by `speed` in each campaign."""

    def __init__(self, speeds: tuple[float, ...] = (1.0,), excess: float = 1.0) -> None:
        self.speeds = speeds  # of campaign after campaign, the last one for all later
        self.excess = excess  # of networks from the third campaign on, the winners
        self.campaigns: list[Any] = []
        self.rows = 10**9  # what a campaign has time for

    def __call__(self, archs: Any, meter: Any, **_: Any) -> Any:
        number = len(self.campaigns)
        self.campaigns.append(archs)
        speed = self.speeds[min(number, len(self.speeds) - 1)]
        archs = archs[: self.rows]
        latency = true_latency(archs) * speed * (self.excess if number >= 2 else 1)
        return lp.LatencyTable(
            archs,
            latency,
            device=meter.device.id,
            low_ms=latency * (1 - 1e-6),
            high_ms=latency * (1 + 1e-6),
            status=("converged",) * len(archs),
            meta={
                "reference": {"latency_ms": 20.0 * speed},
                "clean_fraction": 0.8,
                "warnings": ["load <is> high"],
                "environment": {"cpu": "a known one", "load": [0.5], "settings": {}},
            },
        )


def true_latency(archs: Any) -> Any:
    counts = archs.space.count(archs)
    return counts["macs"] / 2e7 + counts["kernels"] / 40 + counts["bytes"] / 2e7


Make = Callable[..., demo.DemoRun]


def run_in(folder: Path, machine: Machine, settings: demo.DemoSettings = SMALL) -> demo.DemoRun:
    lines: list[str] = []
    done = demo.run(folder, settings, say=lines.append, measure=machine)
    done.lines = lines  # type: ignore[attr-defined]
    return done


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Runs demos that draw one small figure in the place of all: `usual` has the real ones."""
    ax = Figure(figsize=(1, 1)).subplots()
    drawn = dict.fromkeys(("limits", "front", "latencies", "encoding", "scatter"), ax)
    drawn |= dict.fromkeys(("residuals", "times", "history"), ax)
    monkeypatch.setattr(demo_page, "_figures", lambda _: drawn)
    return lambda *given: run_in(tmp_path / "demo", *given)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoRun:
    """On a machine that does not change."""
    return run_in(tmp_path_factory.mktemp("usual") / "demo", Machine())


def results(done: demo.DemoRun) -> Any:
    return json.loads((done.out / "results.json").read_text(encoding="utf-8"))


def page(done: demo.DemoRun) -> str:
    return (done.out / "index.html").read_text(encoding="utf-8")


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
    for row in demo_steps.winners(done):
        assert row["predicted_ms"] <= row["asked_ms"] + 1e-9
        assert row["asked_ms"] == pytest.approx(row["limit_ms"] / (1 + done.margin))
        rivals = [other for other in done.candidates if other["limit_ms"] == row["limit_ms"]]
        random = next(other for other in rivals if other["method"] == demo_steps.RANDOM)
        assert row["accuracy_percent"] >= random["accuracy_percent"]


def test_kept_limits_are_said(usual: demo.DemoRun) -> None:
    done = usual
    assert results(done)["first_winners"] == {"under": 2}
    assert results(done)["second_winners"] == {}
    assert "networks found by search are: 2 under." in page(done)
    assert 'class="bad"' not in page(done)


def test_a_missed_limit_is_searched_once_more_and_both_are_told(make: Make) -> None:
    done = make(Machine(excess=1.15))
    last = demo_steps.winners(done)
    assert [row["attempt"] for row in last] == [2, 2]
    assert results(done)["first_winners"] == {"over": 2}
    assert results(done)["second_winners"] == {"under": 2}
    assert "are: 2 over; a second search for those over it: 2 under." in page(done)
    assert page(done).count('class="bad"') == page(done).count('class="good"') == 2
    rows = [row for row in demo_page.candidate_rows(done.candidates) if row["method"] == "search"]
    assert [row["verdict"] for row in rows] == ["over", "under"] * 2
    lines: list[str] = done.lines  # type: ignore[attr-defined]
    rule = next(i for i, line in enumerate(lines) if "Rule, set beforehand" in line)
    assert rule < next(i for i, line in enumerate(lines) if line.startswith("  winners:"))


def test_without_a_second_search_what_was_missed_stays(make: Make) -> None:
    done = make(Machine(excess=1.15), replace(SMALL, second_search=False))
    assert [row["attempt"] for row in demo_steps.winners(done)] == [1, 1]
    assert "every limit is searched once" in results(done)["rule"]


@pytest.mark.parametrize(
    ("reach", "excess", "verdict"),
    [
        (0.2, 0.95, "not distinguishable"),
        (0.2, 1.1, "not distinguishable"),
        (None, 1.1, "no interval"),
    ],
)
def test_what_an_interval_cannot_tell_is_not_searched_again(
    make: Make, reach: float | None, excess: float, verdict: str
) -> None:
    """Whether the latency itself lies over its limit or under it."""

    class Unsure(Machine):
        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            table = super().__call__(archs, meter, **options)
            if len(self.campaigns) < 3:
                return table
            ends = [None if reach is None else table.latency_ms * (1 + x * reach) for x in (-1, 1)]
            given = {"device": table.device, "status": table.status, "meta": table.meta}
            low, high = (np.full(len(table), np.nan) if end is None else end for end in ends)
            return lp.LatencyTable(table.archs, table.latency_ms, low_ms=low, high_ms=high, **given)

    done = make(Unsure(excess=excess))
    assert results(done)["first_winners"] == {verdict: 2}
    assert results(done)["second_winners"] == {}
    assert page(done).count('class="note"') >= 2


def test_the_more_exact_predictor_is_named_where_it_is_the_baseline(make: Make) -> None:
    class ByMacs(Machine):
        """Latency is a line in the multiply-accumulates, with a jump that no block explains."""

        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            table = super().__call__(archs, meter, **options)
            macs = archs.space.count(table.archs)["macs"] / 2e7
            latency = macs * (1 + 0.05 * (table.archs.hashes % 2))
            given = {"device": table.device, "status": table.status, "meta": table.meta}
            return lp.LatencyTable(table.archs, latency, low_ms=latency, high_ms=latency, **given)

    done = make(ByMacs())
    errors = {name: found["mae_ms"] for name, found in done.metrics.items()}
    best = min(errors, key=lambda name: errors[name])
    assert results(done)["most_exact"] == best
    assert f"error on held-out networks has: {best}." in page(done)


def test_a_limit_that_stays_missed_is_not_hidden(make: Make, monkeypatch: Any) -> None:
    # The second search finds nothing better: it is asked for no less than the first.
    real = lp.search
    asked: list[float] = []

    def stubborn(*given: Any, limit_ms: float, method: str, **options: Any) -> Any:
        if method == "evolution":
            asked.append(limit_ms)
            limit_ms = asked[min(len(asked) - 1, 1)]
        return real(*given, limit_ms=limit_ms, method=method, **options)

    monkeypatch.setattr(lp, "search", stubborn)
    done = make(Machine(excess=1.3))
    over = [
        row for row in done.candidates if row["method"] == "search" and row["verdict"] == "over"
    ]
    assert any(row["attempt"] == 2 for row in over)
    assert page(done).count('class="bad"') == len(over)
    assert results(done)["second_winners"]["over"] >= 1


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


def test_a_winner_far_over_its_limit_does_not_end_the_demo(make: Make) -> None:
    done = make(Machine(excess=10))
    last = demo_steps.winners(done)
    assert [row["attempt"] for row in last] == [2, 2]
    assert [row["asked_ms"] for row in last] == [done.least_ms] * 2
    assert {row["verdict"] for row in last} == {"over"}


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


def test_a_winner_that_could_not_be_measured_is_told(make: Make) -> None:
    class Losing(Machine):
        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            lost = 1 if len(self.campaigns) == 2 else 0  # the searched winner of the first limit
            return super().__call__(archs[lost:], meter, **options)

    done = make(Losing())
    (missed,) = (row for row in demo_steps.winners(done) if np.isnan(row["measured_ms"]))
    assert missed["verdict"] == "not measured"
    assert missed["attempt"] == 1  # what has no latency is not over its limit
    assert results(done)["first_winners"] == {"under": 1, "not measured": 1}
    assert page(done).count("could not be measured: not measured.") == 1


def test_a_machine_that_is_gone_before_the_winners_leaves_a_page(make: Make) -> None:
    class Gone(Machine):
        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            if len(self.campaigns) >= 2:
                raise lp.MeasurementError("the time ran out")
            return super().__call__(archs, meter, **options)

    done = make(Gone())
    assert {row["verdict"] for row in demo_steps.winners(done)} == {"not measured"}
    assert "campaign “training”" in page(done)
    assert "campaign “winners”" not in page(done)


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
