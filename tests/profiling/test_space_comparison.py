"""Searches in several spaces: equal budgets, paired intervals."""

from __future__ import annotations

from importlib.util import find_spec

import latpred as lp
import numpy as np
import pytest
from latpred.profiling import compare_spaces, insight_space, random_control
from scipy import stats

from tests.searching.made_up import macs, weighted_genes

MB = lp.space("ofa-mobilenetv3", resolutions=[224])
GOALS = {"score": weighted_genes, "macs": macs}
OPTIONS = {"maximise": ["score"], "budget": 130, "initial": 20, "iterations": 5, "progress": False}


@pytest.fixture(scope="module")
def found():
    insight = insight_space(MB, "npu")
    charged = lp.profiling.Reduction(
        insight.space, insight.mutation_probabilities, insight.rules, "charged", evaluations=40
    )
    arms = {
        "npu": insight,
        "charged": charged,
        "plain": insight.space,
        "drawn": lambda seed: random_control(insight, MB, seed),
    }
    return compare_spaces(MB, GOALS, arms=arms, seeds=4, first_seed=7, **OPTIONS)


def test_every_arm_has_the_same_budget(found) -> None:
    assert found.arms == ["full", "npu", "charged", "plain", "drawn"]
    assert (found.runs["evaluations"] == 130).all()
    charged = found.runs.set_index("arm")["profile_evaluations"]
    assert (charged["charged"] == 40).all()
    assert (charged["npu"] == 0).all()
    sizes = found.runs.set_index("arm")["log10_size"]
    assert sizes["full"].iloc[0] == pytest.approx(np.log10(float(MB.size)))


def test_hypervolumes_are_those_of_the_fronts(found) -> None:
    for arm in found.arms:
        again = [lp.hypervolume(front, found.reference) for front in found.fronts[arm]]
        assert found.hypervolumes(arm) == again
    assert found.attainment("npu").runs == 4


def test_intervals_are_paired_student_ones(found) -> None:
    table = found.summary().set_index("arm")
    base = np.array(found.hypervolumes("full"))
    for arm in found.arms[1:]:
        mine = np.array(found.hypervolumes(arm))
        interval = stats.ttest_rel(mine, base).confidence_interval(0.95)
        row = table.loc[arm]
        assert row["difference"] == pytest.approx((mine - base).mean())
        assert (row["difference_low"], row["difference_high"]) == pytest.approx(tuple(interval))
        assert row["percent"] == pytest.approx(100 * (mine - base).mean() / base.mean())
    assert np.isnan(table.loc["full", "difference"])
    assert "%" in str(found)
    assert "4 seeds" in str(found)


def test_runs_are_those_of_their_seeds(found) -> None:
    again = lp.profiling.unit_search(
        MB, objectives=GOALS, maximise=["score"], reference=found.reference, initial=20,
        iterations=5, children=22, seed=8, progress=False,
    )  # fmt: skip
    assert lp.hypervolume(again, found.reference) == found.hypervolumes("full")[1]


def test_the_figure_has_a_row_an_arm(found) -> None:
    ax = found.plot()
    assert [text.get_text() for text in ax.get_yticklabels()] == found.arms


@pytest.mark.skipif(find_spec("latpred.profiling.pooled") is None, reason="no pooled profiles")
def test_the_usual_arms_need_no_names() -> None:
    space = lp.space("ofa-resnet50", resolutions=[224])
    goals = {"params": "params", "macs": "macs"}
    usual = compare_spaces(space, goals, maximise=["params"], seeds=1, budget=260, samples=200,
                           initial=10, iterations=2, progress=False)  # fmt: skip
    assert usual.arms == ["full", "max-accuracy insight", "derived", "random control"]
    assert set(usual.runs["evaluations"]) == {260}
    assert np.isnan(usual.summary()["low"]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"arms": {"full": MB}},
        {"seeds": 0},
        {"budget": 20},
        {"budget": "many"},
        {"initial": 1},
        {"iterations": True},
        {"reference": {"score": 1.0}},
        {"maximise": ["speed"]},
    ],
)
def test_wrong_questions_are_refused(wrong) -> None:
    with pytest.raises(lp.ConfigError):
        compare_spaces(MB, GOALS, **({"arms": {"again": MB}, "seeds": 1} | OPTIONS | wrong))


def test_unknown_arms_are_refused(found) -> None:
    with pytest.raises(lp.ConfigError, match="known"):
        found.hypervolumes("best")
    with pytest.raises(lp.ConfigError, match="known"):
        found.summary(against="best")
