"""Profiles by one regression, as `profile_blocks` asks for them."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.profiling.block_profile import FRAMES

from .test_draws import own_space


def test_pooled_profiles_agree_with_the_exact_means() -> None:
    space = own_space()
    kw = {"progress": False, "seed": 3}
    exact = lp.profile_blocks(space, {"m": "macs"}, design="exact", **kw)
    found = lp.profile_blocks(space, {"m": "macs"}, samples=400, **kw)
    both = found.effects.merge(exact.effects, on=["place", "block"], suffixes=("", "_true"))
    assert len(both) == len(found.effects) == len(exact.effects)
    inside = (both["low"] <= both["effect_true"]) & (both["effect_true"] <= both["high"])
    assert inside.mean() > 0.7
    gap = (both["effect"] - both["effect_true"]).abs()
    assert (gap < 5 * both["standard_error"] + 1e-6 * both["mean"]).all()
    assert (found.effects["label"] == exact.effects["label"]).all()
    for name in ("effects", "random", "block_means", "depth_effects", "precision"):
        frame = getattr(found, name)
        assert list(frame.columns)[: len(FRAMES[name])] == list(FRAMES[name])
    assert set(found.block_means["expand"]) == {3.0, 6.0}
    assert found.evaluations <= 400


def test_chosen_placements_are_rows_of_the_whole_profile() -> None:
    space = own_space()
    kw = {"samples": 200, "progress": False}
    whole = lp.profile_blocks(space, {"m": "macs"}, **kw).effects
    few = lp.profile_blocks(space, {"m": "macs"}, blocks=["u1.l0=e6k5", "u1.l2=e3k3"], **kw).effects
    picked = whole[whole["name"].isin(few["name"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, picked)
    for other in (["r=48"], [["u1.l0=e6k5", "u1.l2=e3k3"]], ["d[0]=2"]):
        with pytest.raises(lp.ConfigError, match="more than one block"):
            lp.profile_blocks(space, {"m": "macs"}, blocks=other, **kw)


@pytest.mark.parametrize("name", ["compofa-fixed", "nas-bench-201", "ofa-resnet50", "fbnet"])
def test_pooled_profiles_of_other_spaces(name: str) -> None:
    found = lp.profile_blocks(lp.space(name), {"m": "macs"}, samples=800, progress=False)
    sampled = lp.profile_blocks(
        lp.space(name), {"m": "macs"}, samples=200, progress=False, design="independent"
    )
    both = found.effects.merge(sampled.effects, on=["place", "block"], suffixes=("", "_other"))
    assert len(both) == len(found.effects)
    error = np.hypot(both["standard_error"], both["standard_error_other"])
    assert ((both["effect"] - both["effect_other"]).abs() < 5 * error + 1e-9).all()


def test_validation_is_of_a_metric_that_is_profiled() -> None:
    space = own_space()
    archs = space.sample(20, seed=1)
    for wrong in ({"other": (archs, np.ones(20))}, {"m": archs}, {"m": (archs,)}):
        with pytest.raises(lp.ConfigError, match="validation"):
            lp.profile_blocks(space, {"m": "macs"}, validation=wrong, progress=False)
    given = {"m": (archs, np.ones(20))}
    with pytest.raises(lp.ConfigError, match="validation"):
        lp.profile_blocks(space, {"m": "macs"}, validation=given, design="paired", progress=False)
