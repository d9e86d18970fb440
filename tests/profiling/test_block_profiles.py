"""The profile itself: settings, sources, files."""

from __future__ import annotations

import json
from pathlib import Path

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.profiling.block_profile import FRAMES

from .test_draws import own_space


def profile(space: lp.Space | None = None, **kw: object) -> lp.BlockProfile:
    given = {"samples": 20, "design": "paired", "progress": False} | kw
    return lp.profile_blocks(space or own_space(), {"m": "macs", "p": "params"}, **given)


@pytest.mark.parametrize("name", ["own", "compofa-elastic", "restricted"])
def test_a_profile_survives_its_file(tmp_path: Path, name: str) -> None:
    own = own_space()
    spaces = {
        "own": own,
        "compofa-elastic": lp.space("compofa-elastic", width=1.2),
        "restricted": own.restrict("few", bans=[{"ks[0]": 3, "e[0]": 6}], allowed={"r": [32]}),
    }
    found = profile(spaces[name])
    found.save(tmp_path / "p.json")
    again = lp.BlockProfile.load(tmp_path / "p.json")
    assert repr(again) == repr(found)
    assert (
        again.space.sample(20, seed=3).to_strings() == found.space.sample(20, seed=3).to_strings()
    )
    assert (again.metrics, again.sources, again.seed) == (found.metrics, found.sources, found.seed)
    for frame in FRAMES:
        pd.testing.assert_frame_equal(
            getattr(again, frame), getattr(found, frame), check_exact=True, check_dtype=False
        )


def test_frames_have_their_columns_and_go_to_csv(tmp_path: Path) -> None:
    found = profile()
    for name, columns in FRAMES.items():
        assert list(getattr(found, name).columns)[: len(columns)] == list(columns)
    found.to_csv(tmp_path / "new" / "tables")
    files = {path.stem for path in (tmp_path / "new" / "tables").iterdir()}
    assert files == {"effects", "random", "block_means", "depth_effects", "precision"}
    read = pd.read_csv(tmp_path / "new" / "tables" / "effects.csv")
    assert (read["effect"] == found.effects["effect"]).all()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "latpred-block-profile-1"}', "\xff"])
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text, encoding="latin-1")
    with pytest.raises(lp.CorruptionError):
        lp.BlockProfile.load(tmp_path / "p.json")
    with pytest.raises(lp.StorageError):
        lp.BlockProfile.load(tmp_path / "none.json")


def test_a_damaged_profile_is_refused(tmp_path: Path) -> None:
    profile().save(tmp_path / "p.json")
    document = json.loads((tmp_path / "p.json").read_text())
    for change in (
        {"space": ["x"]},
        {"effects": 3},
        {"space": None},
        {"random": {"a": [1], "b": []}},
    ):
        (tmp_path / "q.json").write_text(json.dumps(document | change))
        with pytest.raises(lp.CorruptionError):
            lp.BlockProfile.load(tmp_path / "q.json")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"samples": 1}, "samples is 1"),
        ({"samples": 2.5}, r"samples is 2\.5, an integer expected"),
        ({"samples": "many"}, "samples is 'many', an integer expected"),
        ({"design": "best"}, "pooled, paired, independent, exact"),
        ({"design": ["paired"]}, "pooled"),
        ({"estimand": "wrong"}, "conditional, legacy"),
        ({"confidence": 1.0}, "below 1"),
        ({"confidence": "0.9"}, r"confidence is '0\.9', a number expected"),
        ({"confidence": float("nan")}, "below 1"),
        ({"resolution": 200}, "32, 48"),
        ({"resolution": "large"}, "32, 48"),
        ({"seed": -1}, "seed"),
        ({"samples": 10**8}, "memory"),
    ],
)
def test_wrong_settings_are_refused_in_a_sentence(settings: dict[str, object], said: str) -> None:
    with pytest.raises(lp.ConfigError, match=said) as caught:
        profile(**settings)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "metrics", [{}, [], None, {"m": 3}, {"m": None}, {"": "macs"}, {"m": "no such"}, {3: "macs"}]
)
def test_wrong_metrics_are_refused(metrics: object) -> None:
    with pytest.raises(lp.ConfigError):
        lp.profile_blocks(own_space(), metrics, samples=5, design="paired", progress=False)


def test_sources_say_what_stands_behind_a_metric() -> None:
    space = own_space()
    archs = space.sample(40, seed=0)
    model = lp.AdditivePredictor().fit(
        lp.LatencyTable(archs, np.arange(40.0) + 1, device="toaster")
    )

    def mine(a: lp.Architectures) -> np.ndarray:
        return np.ones(len(a))

    found = lp.profile_blocks(
        space, {"ms": model, "mine": mine, "m": "macs", "bytes": "bytes"}, samples=5,
        design="paired", progress=False,
    )  # fmt: skip
    assert "toaster" in found.sources["ms"]
    assert "mine" in found.sources["mine"]
    assert found.units == {"ms": "ms", "mine": "", "m": "", "bytes": "B"}


def test_one_resolution_for_all_and_one_for_a_block() -> None:
    space = own_space()
    kw = {"samples": 300, "design": "paired", "progress": False, "seed": 2}
    small = lp.profile_blocks(space, {"m": "macs"}, resolution=32, **kw)
    assert all("r=32" in text for text in small.random["highest"])
    spec = [[1, 0, 5, 6, 48]]
    fixed = lp.profile_blocks(
        lp.space("ofa-mobilenetv3"), {"m": "macs"}, blocks=[[1, 0, 7, 6, 224]], **kw
    )
    assert "r=224" in fixed.effects["lowest"][0]
    assert fixed.effects["spec"][0] == "[[1, 0, 7, 6, 224]]"
    assert spec
    with pytest.raises(lp.ConfigError, match="no resolutions"):
        lp.profile_blocks(lp.space("fbnet"), {"m": "macs"}, resolution=64, **kw)
    assert len(lp.profile_blocks(lp.space("fbnet"), {"m": "macs"}, resolution=32, **kw).random) == 1


def test_several_fixes_at_once() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[224])
    both = [[4, 0, 7, 6], [4, 1, 7, 6]]
    found = lp.profile_blocks(
        space, {"m": "macs"}, blocks=[both[0], both[1], both], samples=200, design="paired",
        progress=False,
    )  # fmt: skip
    one, two, together = found.effects["effect"]
    assert together == pytest.approx(one + two)  # MACs of layers add up, and the pairs are the same
    assert len(found.block_means) == 1  # of single blocks


def test_a_meter_is_a_metric() -> None:
    space = lp.define_space(
        "two", resolutions=[16], units=[{"channels": [8], "expand": [1, 2], "depth": [1]}]
    )
    meter = lp.LatencyMeter(effort="dataset", reference=space.enumerate()[:1])
    found = lp.profile_blocks(space, {"here": meter}, samples=4, design="paired", progress=False)
    assert found.units == {"here": "ms"}
    assert "measured on" in found.sources["here"]
    assert (found.effects["mean"] > 0).all()
    assert found.evaluations <= 2
