"""Do reduced spaces help? Searches in several spaces, with equal numbers of evaluations."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

from latpred.base.counts import integer_setting
from latpred.base.progress import progress_bar
from latpred.errors import ConfigError
from latpred.profiling.compared_spaces import SpaceComparison
from latpred.profiling.derived_spaces import reduce_space
from latpred.profiling.insight_spaces import insight_names, insight_space, random_control
from latpred.profiling.objectives import Metric
from latpred.profiling.reduction import Reduction
from latpred.profiling.unit_searches import unit_search
from latpred.searching.engine import Front
from latpred.searching.fronts import hypervolume
from latpred.spaces import Space, as_objective

__all__ = ["compare_spaces", "derived_arm"]

Arm = Space | Reduction | Callable[[int], Space | Reduction]

_PROFILE_SEED = 7_919
"""Added to the seed of a search for that of the profile behind it."""


def derived_arm(
    space: Space,
    objectives: Mapping[str, Any],
    *,
    maximise: Collection[str],
    samples: int = 300,
    **rule: Any,
) -> Callable[[int], Reduction]:
    """An arm of `compare_spaces`: the space derived from a new profile for each seed.

    Args:
        space: To be reduced.
        objectives: Of the search, and of the profile.
        maximise: Names of those of which more is better.
        samples: Networks of the profile, which count in the arm's budget.
        rule: Settings of `reduce_space`.

    Example:
        >>> arm = lp.profiling.derived_arm(space, {"macs": "macs", "params": "params"},
        ...                                maximise=["params"], samples=200)
        >>> callable(arm)
        True
    """
    from latpred.profiling.blocks import profile_blocks

    @lru_cache(maxsize=1024)
    def derived(seed: int) -> Reduction:
        profile = profile_blocks(
            space, objectives, samples=samples, seed=seed + _PROFILE_SEED, progress=False
        )
        return reduce_space(profile, maximise=maximise, **rule)

    return derived


def compare_spaces(
    space: Space,
    objectives: Mapping[str, Any],
    *,
    maximise: Collection[str],
    arms: Mapping[str, Arm] | None = None,
    seeds: int = 10,
    first_seed: int = 0,
    budget: int = 2100,
    initial: int = 100,
    iterations: int = 10,
    samples: int = 300,
    reference: Mapping[str, float] | None = None,
    progress: bool = True,
) -> SpaceComparison:
    """Search several spaces by `unit_search` with the same number of evaluations.

    Args:
        space: The full space, which is the first arm, "full".
        objectives: Two goals or more by name.
        maximise: Names of those of which more is better.
        arms: Further spaces by name: a space, a `Reduction`, or a callable that makes one of a
            seed. Where None: the insight spaces that the family has, "derived" from a profile of
            each seed, and "random control", as many blocks and depths as the derived one drawn at
            random.
        seeds: Number of searches in each.
        first_seed: Of the seeds.
        budget: Evaluations of a search, those of the profile behind a reduction among them.
        initial: Random networks that a search begins with.
        iterations: Rounds of children, which share the rest of the budget.
        samples: Networks of the profile behind "derived".
        reference: The point that hypervolumes count from; the worst values of 1,000 random
            networks of the full space where None.
        progress: Whether to show a bar.

    Raises:
        ConfigError: For an arm called "full", settings out of range, a budget that the profile
            uses up, and what else `unit_search` refuses.
        DataError: As objectives raise.

    Example:
        >>> found = lp.profiling.compare_spaces(
        ...     space, {"params": "params", "macs": "macs"}, maximise=["params"], seeds=2,
        ...     arms={"again": space}, budget=60, initial=20, iterations=4, progress=False)
        >>> found.arms
        ['full', 'again']
    """
    _at_least(1, seeds=seeds, iterations=iterations)
    _at_least(2, budget=budget, initial=initial)
    if arms is None:
        arms = _usual_arms(space, objectives, maximise, samples)
    if "full" in arms:
        raise ConfigError('space comparison: "full" is the space itself, another name expected')
    point = _reference(space, objectives, maximise, first_seed) if reference is None else reference
    every: dict[str, Arm] = {"full": space, **arms}
    options = {"objectives": objectives, "maximise": maximise, "reference": dict(point)}
    rows: list[dict[str, Any]] = []
    fronts: dict[str, list[Front]] = {arm: [] for arm in every}
    with progress_bar(progress, "searches", total=len(every) * seeds) as report:
        for seed in range(first_seed, first_seed + seeds):
            for name, arm in every.items():
                made = arm(seed) if callable(arm) else arm
                row, front = _run(name, made, seed, budget, initial, iterations, options)
                rows.append(row)
                fronts[name].append(front)
                if report is not None:
                    report(len(rows), len(every) * seeds, name)
    return _comparison(rows, fronts, dict(point), maximise, budget)


def _at_least(least: int, **given: Any) -> None:
    for name, value in given.items():
        integer_setting("space comparison", name, value, least)


def _usual_arms(
    space: Space, objectives: Mapping[str, Any], maximise: Collection[str], samples: int
) -> dict[str, Arm]:
    derived = derived_arm(space, objectives, maximise=maximise, samples=samples)
    arms: dict[str, Arm] = {
        f"{name} insight": insight_space(space, name) for name in insight_names(space)
    }
    arms["derived"] = derived
    arms["random control"] = lambda seed: random_control(derived(seed), space, seed)
    return arms


def _reference(
    space: Space, objectives: Mapping[str, Any], maximise: Collection[str], seed: int
) -> dict[str, float]:
    """The worst values of random networks of the full space."""
    from latpred.searching import cost_objective

    archs = space.sample(1000, seed=seed + _PROFILE_SEED)
    point = {}
    for name, given in objectives.items():
        behind = given.objective if isinstance(given, Metric) else given
        objective = cost_objective(behind) if isinstance(behind, str) else as_objective(behind)
        values = objective.evaluate(archs)
        point[name] = float(values.min() if name in maximise else values.max())
    return point


def _run(
    name: str,
    arm: Space | Reduction,
    seed: int,
    budget: int,
    initial: int,
    iterations: int,
    options: Mapping[str, Any],
) -> tuple[dict[str, Any], Front]:
    charged = arm.evaluations if isinstance(arm, Reduction) else 0
    children, rest = divmod(budget - charged - initial, iterations)
    if children < 1:
        raise ConfigError(
            f"space comparison: {name[:60]}: of {budget} evaluations {charged} are of the profile "
            f"and {initial} the first of the search; one a round at least expected to be left"
        )
    found = unit_search(
        arm,
        initial=initial + rest,
        iterations=iterations,
        children=children,
        seed=seed,
        progress=False,
        **options,
    )
    size = arm.space.size if isinstance(arm, Reduction) else arm.size
    row = {
        "arm": name,
        "seed": seed,
        "hypervolume": hypervolume(found.front, options["reference"]),
        "evaluations": found.evaluations + charged,
        "profile_evaluations": charged,
        "log10_size": math.log10(size),
    }
    return row, found.front


def _comparison(
    rows: list[dict[str, Any]],
    fronts: Mapping[str, list[Front]],
    reference: dict[str, float],
    maximise: Collection[str],
    budget: int,
) -> SpaceComparison:
    import pandas as pd

    kept = {arm: tuple(found) for arm, found in fronts.items()}
    return SpaceComparison(pd.DataFrame(rows), kept, reference, tuple(maximise), budget)
