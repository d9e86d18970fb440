"""pymoo's NSGA-II on accuracy and latency, whole generations evaluated at once."""

from __future__ import annotations

import numpy as np

from benchmarks.harness import Unavailable
from benchmarks.peers.numpy_evolution import Model
from benchmarks.peers.numpy_mbv3 import CHOICES, Floats, canonical

try:
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.indicators.hv import HV
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.crossover.ux import UX
    from pymoo.operators.mutation.pm import PM
    from pymoo.operators.repair.rounding import RoundingRepair
    from pymoo.operators.sampling.rnd import IntegerRandomSampling
    from pymoo.optimize import minimize
except ImportError as error:
    raise Unavailable("pymoo is not installed") from error


class FrontProblem(Problem):
    """46 integers, accuracy up, latency down; remembers all that was evaluated."""

    def __init__(self, accuracy: Model, latency: Model) -> None:
        super().__init__(n_var=46, n_obj=2, xl=0, xu=CHOICES - 1, vtype=int)
        self.accuracy, self.latency = accuracy, latency
        self.seen: list[Floats] = []

    def _evaluate(
        self, x: np.ndarray, out: dict[str, np.ndarray], *_: object, **__: object
    ) -> None:
        genes = canonical(x.astype(np.int16))
        out["F"] = np.column_stack([-self.accuracy(genes), self.latency(genes)])
        self.seen.append(out["F"])


def crossover(name: str) -> SBX | UX:
    """pymoo's default for integers ("SBX"), or uniform crossover as in its own GA recipes."""
    if name == "SBX":
        return SBX(prob=0.9, eta=15, vtype=float, repair=RoundingRepair())
    return UX(repair=RoundingRepair())


def search(
    accuracy: Model, latency: Model, evaluations: int, seed: int, operator: str = "SBX"
) -> Floats:
    """All evaluated points (N x 2: accuracy, latency in ms), which hold the front."""
    spread = 20.0 if operator == "SBX" else 3.0
    algorithm = NSGA2(
        pop_size=100,
        sampling=IntegerRandomSampling(),
        crossover=crossover(operator),
        mutation=PM(prob=1.0, eta=spread, vtype=float, repair=RoundingRepair()),
        eliminate_duplicates=True,
    )
    problem = FrontProblem(accuracy, latency)
    minimize(problem, algorithm, ("n_eval", evaluations), seed=seed, verbose=False)
    points: Floats = np.vstack(problem.seen) * (-1, 1)
    return points


def undominated(points: Floats) -> Floats:
    """Of N x 2 points (first up, second down) those that no other beats, fastest first."""
    ordered = points[np.lexsort((-points[:, 0], points[:, 1]))]
    best = np.maximum.accumulate(ordered[:, 0])
    better = np.append(True, ordered[1:, 0] > best[:-1])
    front: Floats = ordered[better]
    return front


def hypervolume(points: Floats, reference: tuple[float, float]) -> float:
    """Area between the points' front and the reference (accuracy, ms), by pymoo."""
    volume = HV(ref_point=np.array(reference) * (-1, 1))
    return float(volume(undominated(points) * (-1, 1)))
