"""pymoo's genetic algorithm on the same problem, whole generations evaluated at once."""

from __future__ import annotations

import numpy as np

from benchmarks.harness import Unavailable
from benchmarks.peers.numpy_evolution import Model
from benchmarks.peers.numpy_mbv3 import CHOICES, Genes, canonical

try:
    from pymoo.algorithms.soo.nonconvex.ga import GA
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.ux import UX
    from pymoo.operators.mutation.pm import PM
    from pymoo.operators.repair.rounding import RoundingRepair
    from pymoo.operators.sampling.rnd import IntegerRandomSampling
    from pymoo.optimize import minimize
except ImportError as error:
    raise Unavailable("pymoo is not installed") from error


class SearchProblem(Problem):
    """46 integers, accuracy up, latency under the limit."""

    def __init__(self, accuracy: Model, latency: Model, limit_ms: float) -> None:
        super().__init__(n_var=46, n_obj=1, n_ieq_constr=1, xl=0, xu=CHOICES - 1, vtype=int)
        self.accuracy, self.latency, self.limit_ms = accuracy, latency, limit_ms

    def _evaluate(
        self, x: np.ndarray, out: dict[str, np.ndarray], *_: object, **__: object
    ) -> None:
        genes = canonical(x.astype(np.int16))
        out["F"] = -self.accuracy(genes)[:, None]
        out["G"] = (self.latency(genes) - self.limit_ms)[:, None]


def search(
    accuracy: Model, latency: Model, limit_ms: float, evaluations: int, seed: int
) -> tuple[Genes, float]:
    """The best genes (1 x 46) and their accuracy."""
    operators = {
        "sampling": IntegerRandomSampling(),
        "crossover": UX(repair=RoundingRepair()),
        "mutation": PM(prob=1.0, eta=3.0, vtype=float, repair=RoundingRepair()),
    }
    algorithm = GA(pop_size=100, eliminate_duplicates=True, **operators)
    problem = SearchProblem(accuracy, latency, limit_ms)
    result = minimize(problem, algorithm, ("n_eval", evaluations), seed=seed, verbose=False)
    return canonical(np.atleast_2d(result.X).astype(np.int16)), float(-result.F[0])
