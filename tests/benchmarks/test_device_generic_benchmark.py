"""Searches in FBNetV3's space: what the benchmark compares does the same work, and ranks so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.numpy_genetic import NumpyGenetic
from benchmarks.questions.device_generic import METHODS, Task


@pytest.fixture(scope="module")
def task(data_dir: Path) -> Task:
    assert data_dir.is_dir()
    return Task()


def test_methods_beat_chance_and_the_published_algorithm(task: Task) -> None:
    evaluations, seeds = 10000, range(3)
    best = {name: [task.ours(name, evaluations, seed) for seed in seeds] for name in METHODS}
    published = [task.published(evaluations, seed) for seed in seeds]
    for method in ("genetic", "nsga2", "evolution"):
        assert min(best[method]) > max(best["random"])
        assert min(best[method]) > max(published)


def test_the_published_algorithm_finds_an_easy_optimum() -> None:
    def accuracy(genes: np.ndarray) -> np.ndarray:
        return 70.0 + genes.sum(axis=1)

    def latency(genes: np.ndarray) -> np.ndarray:
        return genes[:, 0].astype(float)

    search = NumpyGenetic([2, 3, 4], accuracy, latency, limit_ms=0.0)
    best, fitness = search.run(40, 20, seed=0)
    assert best.tolist() == [0, 2, 3]
    assert fitness == 5
    hopeless = NumpyGenetic([2, 3, 4], accuracy, latency, limit_ms=-1.0)
    assert hopeless.run(10, 2, seed=0)[1] == 0
