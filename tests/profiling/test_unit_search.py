"""Search by unit mutations: budgets, limits, fronts, resuming."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import latpred as lp
import numpy as np
import pytest
from latpred.profiling import unit_search

from tests.searching.made_up import macs, weighted_genes

MB = lp.space("ofa-mobilenetv3", resolutions=[224])
NAS = lp.space("nas-bench-201")
GOALS = {"objectives": {"score": weighted_genes, "macs": macs}, "maximise": ["score"]}
SMALL = {"initial": 20, "iterations": 4, "children": 15, "progress": False}


class Asked:
    """An objective that notes every network it was asked for."""

    def __init__(self, of):
        self.of, self.rows = of, []

    def __call__(self, archs):
        self.rows += archs.to_strings()
        return self.of(archs)


def front_of(values, maximise):
    points = np.column_stack([values[name] * (1 if up else -1) for name, up in maximise.items()])
    no_worse = (points[:, None] >= points).all(axis=2)
    better = (points[:, None] > points).any(axis=2)
    return ~(no_worse & better).any(axis=0)


@pytest.mark.parametrize("name", [n for n in lp.space_names() if n != "fbnetv3-published"])
def test_every_space_is_searched_with_the_exact_budget(name) -> None:
    space = lp.space(name)
    score, cost = Asked(weighted_genes), Asked(macs)
    found = unit_search(
        space, objectives={"score": score, "macs": cost}, maximise=["score"], **SMALL
    )
    assert found.evaluations == 20 + 4 * 15
    assert len(score.rows) == len(set(score.rows)) == found.evaluations
    assert found.history["evaluations"].tolist() == [20, 35, 50, 65, 80]
    seen = space.architectures(score.rows)  # inside the space
    kept = front_of({"score": weighted_genes(seen), "macs": macs(seen)}, found.front.maximise)
    assert set(found.front.archs.to_strings()) == {
        row for row, k in zip(score.rows, kept, strict=True) if k
    }


def test_the_hypervolume_grows_and_is_that_of_the_front() -> None:
    found = unit_search(MB, **GOALS, **SMALL)
    volumes = found.history["hypervolume"]
    assert (np.diff(volumes) >= 0).all()
    assert volumes[-1] == pytest.approx(lp.hypervolume(found.front, found.reference), rel=1e-12)
    given = unit_search(MB, **GOALS, **SMALL, reference={"score": -1e6, "macs": 1e12})
    assert given.reference == {"score": -1e6, "macs": 1e12}


def test_the_same_seed_gives_the_same_result_and_another_another() -> None:
    a, b, c = (unit_search(MB, **GOALS, **SMALL, seed=s) for s in (3, 3, 4))
    np.testing.assert_array_equal(a.front.archs.genes, b.front.archs.genes)
    np.testing.assert_array_equal(a.history["hypervolume"], b.history["hypervolume"])
    assert a.front.archs.to_strings() != c.front.archs.to_strings()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_mutating_parents_beats_random_networks(seed) -> None:
    mine = unit_search(
        MB, objective=weighted_genes, method="max-accuracy", seed=seed, progress=False
    )
    other = lp.search(MB, objective=weighted_genes, method="random", population=22, generations=9,
                      seed=seed, progress=False)  # fmt: skip
    assert mine.evaluations == other.evaluations == 220
    assert mine.objective > other.objective


def test_more_fronts_are_more_parents() -> None:
    one, three = (unit_search(MB, **GOALS, **SMALL, fronts=n) for n in (1, 3))
    assert one.history["hypervolume"][-1] != three.history["hypervolume"][-1]


def test_children_beyond_the_limits_are_not_replaced() -> None:
    limit = float(np.quantile(macs(MB.sample(500, seed=0)), 0.3))
    score, cost = Asked(weighted_genes), Asked(macs)
    found = unit_search(MB, objective=score, limits=[(cost, limit)], method="max-accuracy",
                        initial=10, iterations=5, children=30, progress=False)  # fmt: skip
    assert found.evaluations == len(set(score.rows)) < 10 + 5 * 30
    assert (macs(MB.architectures(score.rows)) <= limit + 1e-5).all()
    rounds = np.diff(found.history["evaluations"])
    assert (rounds <= 30).all()
    first = len(cost.rows) - 5 * 30  # of the first networks: those are replaced
    assert first >= 10
    assert len(cost.rows) == len(set(cost.rows)) == found.queries


def test_limits_may_be_exceeded_by_the_tolerance() -> None:
    arch = MB.sample(1, seed=0)
    constant = lambda archs: np.full(len(archs), 10.0 + 5e-6)  # noqa: E731
    options = {"objective": weighted_genes, "latency": constant, "limit_ms": 10.0, "first": arch}
    found = unit_search(MB, **options, **SMALL)
    assert found.latency_ms == 10.0 + 5e-6
    with pytest.raises(lp.InfeasibleError):
        unit_search(MB, **options, **SMALL, tolerance=1e-6)


def test_a_round_of_nothing_but_rejected_children_does_not_end_the_search() -> None:
    start = MB.sample(3, seed=1)
    known = set(start.to_strings())

    def only_the_first(archs):
        return np.array([0.0 if row in known else 1.0 for row in archs.to_strings()])

    found = unit_search(MB, objective=weighted_genes, limits=[(only_the_first, 0.5)], first=start,
                        method="max-accuracy", initial=3, iterations=3, children=7,
                        progress=False)  # fmt: skip
    assert found.evaluations == 3
    assert found.history["evaluations"].tolist() == [3, 3, 3, 3]
    assert found.queries == 3 + 21


def test_a_small_space_is_seen_whole_and_no_more() -> None:
    tiny = lp.define_space(
        "tiny-units",
        resolutions=[32],
        units=[{"channels": [16, 24], "expand": [2, 3], "depth": [1, 2]}],
    )
    score = Asked(weighted_genes)
    found = unit_search(
        tiny,
        objectives={"score": score, "macs": macs},
        maximise=["score"],
        initial=4,
        iterations=20,
        children=10,
        progress=False,
    )
    assert found.evaluations == len(set(score.rows)) == tiny.size
    assert "seen" in found.stopped


def test_named_probabilities_fix_units() -> None:
    p = dict.fromkeys(["u0", "u1", "u2", "u3"], 0) | {"u4": 1.0}
    start = MB.sample(2, seed=5)
    found = unit_search(
        MB,
        **GOALS,
        first=start,
        initial=2,
        iterations=3,
        children=20,
        mutation_probabilities=p,
        progress=False,
    )
    units = np.array([g.unit for g in MB.genes])
    rest = {tuple(row[units != 4]) for row in found.front.archs.genes}
    assert rest <= {tuple(row[units != 4]) for row in start.genes}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"method": "best"}, "method"),
        ({"initial": 1}, "initial"),
        ({"initial": 2.5}, "initial"),
        ({"children": 0}, "children"),
        ({"children": -1}, "children"),
        ({"top": True}, "top"),
        ({"fronts": 0}, "fronts"),
        ({"mutation_depth": 0}, "mutation_depth"),
        ({"mutation_probabilities": {"u9": 0.5}}, "u9"),
        ({"mutation_probabilities": "often"}, "probabilities is 'often', a number or a dict"),
        ({"mutation_probabilities": [0.5]}, "probabilities"),
        ({"mutation_probabilities": 0}, "probability"),
        ({"mutation_probabilities": 2}, "probability"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"tolerance": -1}, "tolerance"),
        ({"reference": {"macs": 1}}, "reference"),
        ({"objectives": {"macs": "macs"}, "maximise": []}, "one goal"),
    ],
)
def test_wrong_settings_are_refused(more, said) -> None:
    with pytest.raises(lp.ConfigError, match=said):
        unit_search(MB, **(GOALS | SMALL | more))


def test_what_is_no_space_is_refused() -> None:
    with pytest.raises(lp.ConfigError, match="space"):
        unit_search("ofa-mobilenetv3", **GOALS)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_objectives_that_are_no_numbers_are_refused(value) -> None:
    with pytest.raises(lp.DataError, match="score"):
        unit_search(
            MB,
            objectives={"score": lambda a: np.full(len(a), value), "macs": "macs"},
            maximise=["score"],
            progress=False,
        )


def test_ctrl_c_ends_the_search() -> None:
    code = """
        import os, signal, threading, latpred as lp, numpy as np
        from latpred.profiling import unit_search
        space = lp.space("ofa-mobilenetv3")
        threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            unit_search(space, objectives={"macs": "macs", "params": "params"},
                        maximise=["params"], iterations=100000, progress=False)
        except KeyboardInterrupt:
            print("stopped")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == "stopped"


class Stopping(Asked):
    """Ends the search at the third question."""

    calls = 0

    def __call__(self, archs):
        self.calls += 1
        if self.calls == 3:
            raise KeyboardInterrupt
        return super().__call__(archs)


def test_a_stopped_search_goes_on_with_its_store(tmp_path) -> None:
    store = tmp_path / "kept.db"

    def goals(score):
        score.source = "the same"
        return {"objectives": {"score": score, "macs": macs}, "maximise": ["score"]}

    first = Stopping(weighted_genes)
    with pytest.raises(KeyboardInterrupt):
        unit_search(MB, **goals(first), **SMALL, store=store)
    second, whole = Asked(weighted_genes), Asked(weighted_genes)
    resumed = unit_search(MB, **goals(second), **SMALL, store=store)
    plain = unit_search(MB, **goals(whole), **SMALL)
    assert not set(first.rows) & set(second.rows)
    assert set(first.rows) | set(second.rows) == set(whole.rows)
    assert resumed.front.archs.to_strings() == plain.front.archs.to_strings()
    assert resumed.evaluations == plain.evaluations


def test_a_store_of_other_objectives_is_refused(tmp_path) -> None:
    store = tmp_path / "kept.db"
    unit_search(MB, **GOALS, **SMALL, store=store)
    other = {"objectives": {"score": "params", "macs": macs}, "maximise": ["score"]}
    unit_search(MB, **other, **SMALL, store=store)  # counted costs are not kept
    with pytest.raises(lp.ConfigMismatchError, match="score"):
        unit_search(MB, objectives={"score": macs, "macs": macs}, maximise=["score"], **SMALL,
                    store=store)  # fmt: skip


def test_resnet_s_late_units_are_searched_as_reduced() -> None:
    space = lp.space("ofa-resnet50", resolutions=[224])
    reduction = lp.profiling.insight_space(space, "max-accuracy")
    found = unit_search(reduction, objective="params", method="max-accuracy", progress=False)
    assert reduction.space.architectures(found.architecture.to_strings())
    assert found.evaluations == 220
