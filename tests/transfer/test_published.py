"""Published figures as data, the suites that compare with them, and their table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.errors import ConfigError
from latpred.transfer.published_comparison import published_table
from latpred.transfer.published_records import headline, lacking, published
from latpred.transfer.published_suites import PUBLISHED_TASKS, full_suite, quick_suite

from tests.transfer.epochs_world import Tuned
from tests.transfer.judged_world import Task, tables

MANY = tables(150)
# Tasks with made devices under published names.
ND = Task("ND", ("d0", "d1"), ("d2", "d3"))
F1 = Task("F1", ("d3", "d4"), ("d0", "d1"))
METHODS = ("best", "layer-wise", "flops")


def test_headline_figures() -> None:
    frame = published()
    head = frame[frame.study == "headline"].set_index(["task", "method"]).spearman
    nasflat = [head[task, "NASFLAT"] for task in ("FD", "F1", "F2", "F3", "F4", "FA", "ND")]
    assert nasflat == [0.961, 0.809, 0.871, 0.814, 0.734, 0.577, 0.959]
    assert head["F4", "HELP"] == 0.799
    assert head["FA", "MultiPredict"] == 0.45
    assert len(head) == 36
    assert frame.spearman.between(0, 1).all()
    assert (frame.source != "").all()


def test_figures_by_task_and_method() -> None:
    help_nd = published("ND", "help").set_index("device").spearman
    assert help_nd["raspi4"] == 0.89
    assert help_nd["eyeriss"] == 0.94
    assert set(help_nd[""]) == {0.948, 0.932}
    assert set(published("F1").task) == {"F1"}
    assert published("ND", "BRP-NAS").samples.unique().tolist() == [900, 3200]
    ceilings = published(method="ceiling").set_index("task").spearman
    assert ceilings["F4"] == 0.857
    spread = published("F4", "nasflat").set_index("device").deviation
    assert spread["essential_ph_1"] == 0.29
    for bad in (("Z9", None), (None, "magic"), ("F1", "")):
        with pytest.raises(ConfigError, match="no figure"):
            published(*bad)


def test_means_of_published_devices_are_the_published_means() -> None:
    frame = published(method="HELP")
    for task, samples in (("ND", 20), ("FD", 20)):
        rows = frame[(frame.task == task) & (frame.study == "HELP's devices")]
        each = rows[(rows.device != "") & (rows.samples == samples)].spearman
        mean = rows[(rows.device == "") & (rows.samples == samples)].spearman.item()
        assert each.mean() == pytest.approx(mean, abs=0.004)  # FBNet: .910 of .9073


def test_what_is_lacking_is_said() -> None:
    assert lacking("N2", "best") == "4 of 5 targets are not among the named data"
    assert "3 of 5 sources" in lacking("N1", "help")
    assert "not public" in lacking("ND", "nasflat")
    assert "no licence" in lacking("F1", "nasflat")
    assert lacking("F1", "help") == ""
    missing = published("NA").lacking
    assert missing.str.contains("targets").all()


def test_the_headline_of_a_method() -> None:
    assert headline("ND", "nasflat").spearman == 0.959  # type: ignore[union-attr]
    assert headline("ND", "nasflat-gin").spearman == 0.96  # type: ignore[union-attr]
    assert headline("ND", "help").spearman == 0.948  # type: ignore[union-attr]
    assert headline("ND", "brp-nas").samples == 900  # type: ignore[union-attr]
    assert headline("F1", "best") is None


@pytest.mark.libtorch
def test_plans_are_of_equal_budgets() -> None:
    honest, legacy = quick_suite([ND, F1], ["best", "nasflat", "nasflat-gin"], tables=MANY)
    assert (honest.protocol, legacy.protocol) == (("honest",), ("legacy",))
    assert honest.source_samples == 100
    assert honest.samplers == ("random",)
    assert honest.samples == (20,)
    assert len(honest.seeds) == 3
    assert honest.methods["best"] == "best"
    assert honest.methods["nasflat"] == {"method": "nasflat", "preset": "quick"}
    assert legacy.methods["nasflat"]["settings"]["epochs"] <= 40
    full, _ = full_suite([ND], ["best", "nasflat"], seeds=5, tables=MANY)
    assert full.methods == {"best": "best", "nasflat": "nasflat"}
    assert full.source_samples is None
    assert set(METHODS) <= set(quick_suite(ND, tables=MANY)[0].methods)
    assert "N1" not in PUBLISHED_TASKS


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = tmp_path_factory.mktemp("store")
    given: dict[str, Any] = {"tasks": [ND, F1], "methods": METHODS, "tables": MANY}
    found = published_table("quick", **given, store=store, workers=1)
    again = published_table("quick", **given, store=store, workers=1)
    assert found.suite.computed == 2 * 3 * 3 * 2
    assert again.suite.computed == 0
    pd.testing.assert_frame_equal(again.to_frame(), found.to_frame())
    return found


def test_the_table_is_of_the_suites_means(table: Any) -> None:
    frame = table.to_frame()
    assert len(frame) == 3 * (2 + 1)
    row = frame[(frame.task == "ND") & (frame.method == "layer-wise")].iloc[0]
    rows = table.suite.to_frame()
    mine = rows[(rows.task == "ND") & (rows.method == "layer-wise")]
    seeds = mine[mine.protocol == "legacy"].groupby("seed").spearman.mean()
    assert row.legacy == pytest.approx(seeds.mean())
    assert row.legacy_2se == pytest.approx(2 * seeds.std() / np.sqrt(3))
    assert row.honest == pytest.approx(mine[mine.protocol == "honest"].spearman.mean())
    assert row.low < row.honest < row.high
    assert row.published == 0.767
    assert row.agrees == ("yes" if abs(row.legacy - 0.767) <= max(0.03, row.legacy_2se) else "no")
    best = frame[(frame.task == "ND") & (frame.method == "best")].iloc[0]
    assert row.simple == best.honest
    assert best.to_simple == 0
    assert row.to_simple == pytest.approx(row.honest - best.honest)
    assert row.pairs == 2
    assert np.isnan(row.combined)
    assert row.parameters == 181
    every = frame[(frame.task == "all") & (frame.method == "layer-wise")].iloc[0]
    assert every.pairs == 4
    assert every.to_simple_low <= every.to_simple <= every.to_simple_high
    assert 0 < every.p_value <= 1


def test_the_table_as_text_files_and_pages(table: Any, tmp_path: Path) -> None:
    table.to_csv(tmp_path / "table.csv")
    read = pd.read_csv(tmp_path / "table.csv")
    assert len(read) == len(table.rows)
    assert read.honest.tolist() == pytest.approx(table.to_frame().honest.tolist())
    assert "published" in str(table)
    assert "<td>layer-wise</td>" in table.to_html()
    lines = table.to_markdown().splitlines()
    assert len(lines) == 2 + len(table.rows)
    assert len({line.count("|") for line in lines}) == 1


def test_methods_of_ones_own_are_in_no_published_table_but_in_suites() -> None:
    found = lp.transfer.suite(
        ND, {"tuned": Tuned()}, 10, 1, tables=MANY, protocol="legacy", workers=1
    )
    assert np.isfinite(found.summary().spearman.item())


@pytest.mark.parametrize("size", ["small", None, 3])
def test_unknown_sizes(size: Any) -> None:
    with pytest.raises(ConfigError, match="known: quick, full"):
        published_table(size)


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ({"preset": "quick"}, "a method's name as 'method'"),
        ({"method": "best", "preset": "quick"}, "takes no settings"),
        ({"method": "magic"}, "magic"),
        pytest.param({"method": "nasflat", "magic": 1}, "magic", marks=pytest.mark.libtorch),
    ],
)
def test_bad_methods_with_settings(method: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        lp.transfer.evaluate(ND, method, 10, 1, tables=MANY)
