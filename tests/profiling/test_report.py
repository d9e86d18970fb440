"""What a profile says, draws and writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import latpred as lp
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from latpred.base.json import json_text
from latpred.errors import ConfigError, StorageError
from matplotlib.figure import Figure

from tests.profiling.made_profile import MadeProfile


@pytest.fixture(autouse=True)
def no_windows() -> Any:
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def said(profile: MadeProfile, metric: str = "latency") -> str:
    return " ".join(profile.findings(metric))


def test_findings_name_what_matters_most() -> None:
    text = said(MadeProfile())
    assert "100 random networks have 10 ms on average (9.8 to 10.2 ms)." in text
    assert "Unit u1 decides most: 60% of the variance (others: u0 30%)." in text
    assert "by being there is u1.l1: +1.35 ms (1.33 to 1.37 ms)." in text
    assert "highest for e6k7, 10.9 ms (10.88 to 10.92 ms); lowest for e3k3, 10.6 ms" in text
    assert "e6k7 at u1.l1 raises it most: +1.5 ms (1.35 to 1.65 ms)." in text
    # 0 and .1 of 16 are within .15 of zero.
    assert "2 of 16 effects are not distinguishable from zero" in text
    assert "held out, by terms of the model: depth + expand x kernel 91.0%." in text


def test_no_block_is_sure_to_change_it() -> None:
    profile = MadeProfile()
    unsure = profile.effects.assign(family_low=-9.0, family_high=9.0)
    text = said(replace(profile, effects=unsure))
    largest = "the largest such effect, e6k7 at u1.l1, is +1.5 ms (-9 to 9 ms)."
    assert f"No block is sure to raise it; {largest}" in text
    assert "it most: " not in text


def test_findings_of_what_falls() -> None:
    text = said(MadeProfile(), "accuracy")
    assert "e6k7 at u1.l1 lowers it most: -1.5 %" in text
    assert "raises it most" not in text  # the largest effect is 0


def test_large_numbers_are_written_out() -> None:
    profile = MadeProfile()
    random = profile.random.assign(mean=2.5e8, low=2.4e8, high=2.6e8)
    text = said(replace(profile, random=random, units={}))
    assert "have 250,000,000 on average (240,000,000 to 260,000,000)." in text


def test_no_order_where_intervals_overlap() -> None:
    profile = MadeProfile()
    wide = profile.effects.assign(low=lambda f: f["effect"] - 0.3, high=lambda f: f["effect"] + 0.3)
    text = said(replace(profile, effects=wide))
    rivals = "e6k3 at u1.l1, e3k7 at u1.l1, e3k3 at u1.l1, e6k7 at u1.l0 and 2 more"
    assert f"intervals overlap with {rivals}, so the order among them is open" in text
    close = profile.block_means.assign(low=0.0, high=99.0)
    text = said(replace(profile, block_means=close))
    assert "highest for e6k7, 10.9 ms (0 to 99 ms), not told apart from e6k3" in text


def test_one_layer_is_not_said_to_matter_most() -> None:
    profile = MadeProfile()
    text = said(replace(profile, depth_effects=profile.depth_effects.iloc[:1]))
    assert "by being there" not in text


def test_all_differ_and_none_known() -> None:
    profile = MadeProfile()
    sure = profile.effects.assign(family_low=1.0, family_high=2.0)
    assert "All 16 effects differ from zero" in said(replace(profile, effects=sure))
    unknown = profile.effects.assign(family_low=np.nan)
    text = said(replace(profile, effects=unknown))
    assert "zero" not in text
    assert "nan" not in text


def alone(**settings: str) -> MadeProfile:
    """Random networks without placements."""
    empty = pd.DataFrame()
    frames = dict.fromkeys(("block_means", "depth_effects", "shares", "models"), empty)
    made = MadeProfile()
    return replace(made, **frames, effects=made.effects.iloc[:0], **settings)


def test_random_networks_alone() -> None:
    assert len(alone().findings()) == 1
    assert "What was found" in alone().report("alone.html").read_text()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_page_has_sources_design_and_figures() -> None:
    profile = MadeProfile()
    text = profile.report("deep/profile.html").read_text()
    for part in ("board.latpred", "conditional", "paired", "1,700", "cpu", "ofa-mobilenetv3"):
        assert part in text
    assert "uniform over those in which its layer exists" in text
    assert "what the choice of the block decides" in text
    # Two of several metrics, a share of either kind, six of each metric.
    assert text.count("<img ") == 2 + 2 + 2 * 6
    assert not plt.get_fignums()
    for sentence in profile.findings("accuracy"):
        assert sentence in text


def test_the_page_says_that_legacy_is_off() -> None:
    text = alone(estimand="legacy").report("legacy.html").read_text()
    assert "Use the conditional ones to decide by" in text


def test_foreign_text_is_no_markup() -> None:
    bad = '<script>alert("1")</script>'
    profile = MadeProfile()
    frames = {
        name: frame.replace("latency", bad).replace("e6k7", bad) for name, frame in profile.frames()
    }
    named = {"metrics": (bad, "accuracy"), "units": {bad: bad}, "sources": {bad: bad}}
    text = replace(profile, **named, **frames).report("bad.html").read_text()
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_page_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        alone().report(tmp_path / "file" / "page.html")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_read_back(tmp_path: Path, form: str) -> None:
    profile = MadeProfile()
    if form == "parquet":
        pytest.importorskip("pyarrow")
    folder = profile.to_csv(tmp_path / "a/tables", form=form)
    read = pd.read_csv if form == "csv" else pd.read_parquet
    assert {path.stem for path in folder.iterdir()} == {name for name, _ in profile.frames()}
    for name, frame in profile.frames():
        pd.testing.assert_frame_equal(read(folder / f"{name}.{form}"), frame, check_dtype=False)


def test_tables_of_no_form_and_no_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="csv or parquet"):
        MadeProfile().to_csv(tmp_path, form="xlsx")
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        MadeProfile().to_csv(tmp_path / "file")


def test_a_document_for_programs() -> None:
    document = json.loads(json_text(MadeProfile().to_dict()))
    assert document["sources"] == {"latency": "board.latpred"}
    assert len(document["effects"]) == 32
    assert document["findings"]["latency"][0].startswith("100 random networks")


@pytest.mark.parametrize(
    ("draw", "drawn"),
    [
        (lambda p, ax: p.plot_placements("accuracy", ax=ax), "effect on accuracy (%)"),
        (lambda p, ax: p.plot_depth(ax=ax), "effect on latency (ms)"),
        (lambda p, ax: p.plot_effects(count=3, ax=ax), "effect on latency (ms)"),
        (lambda p, ax: p.plot_shares(kind="factor", ax=ax), "share of the variance"),
        (lambda p, ax: p.plot_devices("latency", "accuracy", ax=ax), "standard deviations"),
    ],
)
def test_figures_draw_where_they_are_told(draw: Callable[..., Any], drawn: str) -> None:
    ax = Figure().subplots()
    assert draw(MadeProfile(), ax) is ax
    assert drawn in ax.get_xlabel() + ax.get_ylabel()


def test_maps() -> None:
    profile = MadeProfile()
    assert len(profile.plot_heatmaps().axes) == 2
    (only,) = profile.plot_heatmaps("accuracy").axes
    assert only.get_title("left") == "accuracy (%)"
    assert "range" in profile.plot_layers(show="range").get_title("left")
    assert len(profile.plot_devices(agreement=True).texts) == 4
    with pytest.raises(ConfigError, match="no metric 'power'; known: latency, accuracy"):
        profile.plot_layers("power")


@pytest.mark.parametrize("design", ["paired", "independent"])
def test_a_profile_of_random_networks_alone(design: str) -> None:
    space = lp.space("compofa-fixed")
    asked = {"design": design, "samples": 30, "progress": False}
    found = lp.profile_blocks(space, {"macs": "macs"}, blocks=[], **asked)
    (row,) = found.random.to_dict("records")
    some = lp.profile_blocks(space, {"macs": "macs"}, blocks=["u0.l0=e3k3"], **asked)
    assert row == some.random.to_dict("records")[0]
    assert found.effects.empty
    assert found.evaluations <= 30
    assert found.log_lines(every=False)[2:3] == ["Sampling 30 random architectures"]


def test_a_profile_of_the_library_has_everything() -> None:
    unit = {"channels": [8], "kernel": [3, 5], "expand": [3, 6], "depth": [1, 2]}
    space = lp.define_space("tiny", resolutions=[32], units=[unit, {**unit, "stride": 2}])
    metrics = {"macs": "macs", "count": lambda archs: archs.genes.sum(axis=1)}
    found = lp.profile_blocks(space, metrics, design="paired", samples=20, progress=False)
    text = found.report("page.html").read_text()
    assert "counted macs of the networks&#39; graphs" in text
    assert {path.stem for path in found.to_csv("tables").iterdir()} >= {"effects", "precision"}
    assert len(found.log_lines()) == 4 + 1 + 16
    assert "raises it most" in " ".join(found.findings("macs"))
