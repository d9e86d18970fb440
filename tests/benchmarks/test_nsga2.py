"""The judge of fronts agrees with latpred's own hypervolume, and both sides do the same work."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest

from benchmarks.harness import available
from benchmarks.peers.pymoo_nsga2 import hypervolume, search, undominated
from benchmarks.questions.nsga2 import contestants, our_points
from benchmarks.questions.search import SearchTask


def test_the_judge_agrees_with_latpred():
    points = np.random.default_rng(3).integers(0, 30, (200, 2)).astype(float)
    front = {"up": points[:, 0], "down": points[:, 1]}
    want = lp.hypervolume(front, {"up": 5.0, "down": 25.0}, ["up"])
    assert hypervolume(points, (5.0, 25.0)) == pytest.approx(want, rel=1e-12)
    kept = undominated(points)
    assert (np.diff(kept, axis=0) > 0).all()


@pytest.fixture(scope="module")
def task(data_dir):
    assert data_dir.is_dir()
    return SearchTask()


def test_every_point_is_judged_by_the_peers_models(task):
    ours = our_points(task, 400, seed=0)
    theirs = search(task.peer_accuracy, task.peer_latency, 400, seed=0)
    assert len(theirs) == 400
    for points in (ours, theirs):
        assert ((points[:, 0] > 0.6) & (points[:, 0] < 0.9)).all()
        assert (points[:, 1] > 5).all()
    everyone, reasons = available(*contestants(task, 300, 1))
    assert [c.name for c in everyone] == ["latpred", "pymoo NSGA-II, SBX", "pymoo NSGA-II, UX"]
    assert not reasons
    assert all(c.run(0) > 0 for c in everyone)
