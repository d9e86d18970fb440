"""Does a space that is reduced by its own profile help a search?

2,100 evaluations of `unit_search` in OFA-MobileNetV3 at 224 pixels, AutoBuild's surrogates of
accuracy and of a device's latency; seeds 0 to 9. The derived space comes of a profile of 300
networks, another one for each seed, which count among the 2,100. Merit: the hypervolume from the
worst of 1,000 random networks. "random control" is a space of as many blocks and depths as the
derived one, drawn at random; "insight space" what Mills et al. (CIKM 2021) reduced by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import latpred as lp

from benchmarks.harness import Contestant
from benchmarks.question import OURS, Question, Row, set_goal

DEVICES = ("npu", "gpu", "cpu")
SEEDS = 10
SAMPLES = 300
FIRST, ROUNDS = 100, 10  # random networks, rounds of children


class Task:
    """A device, the space, and the ways to reduce it."""

    def __init__(self, device: str, quick: bool) -> None:
        self.space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[224])
        self.goals = {
            "accuracy": lp.profiling.load_surrogate("ofa-mbv3-accuracy"),
            "ms": lp.profiling.load_surrogate(f"ofa-mbv3-{device}"),
        }
        self.budget = 600 if quick else 2100
        derived = lp.profiling.derived_arm(
            self.space, self.goals, maximise=["accuracy"], samples=SAMPLES
        )
        random = self.space.sample(1000, seed=0)
        self.worst = {
            "accuracy": float(self.goals["accuracy"].predict(random).min()),
            "ms": float(self.goals["ms"].predict(random).max()),
        }
        insight = lp.profiling.insight_space(self.space, device)
        self.arms: dict[str, Callable[[int], lp.Space | lp.profiling.Reduction]] = {
            OURS: derived,
            "full space": lambda _: self.space,
            "insight space": lambda _: insight,
            "random control": lambda seed: lp.profiling.random_control(
                derived(seed), self.space, seed
            ),
        }

    def hypervolume(self, name: str, seed: int) -> float:
        """What one search reaches; the profile behind its space counts in the budget."""
        arm = self.arms[name](seed)
        charged = SAMPLES if name == OURS else 0
        children, rest = divmod(self.budget - charged - FIRST, ROUNDS)
        found = lp.profiling.unit_search(
            arm, objectives=self.goals, maximise=["accuracy"], reference=self.worst,
            initial=FIRST + rest, iterations=ROUNDS, children=children, seed=seed, progress=False,
        )  # fmt: skip
        assert found.evaluations + charged == self.budget
        return lp.hypervolume(found.front, self.worst)


def rows(ask: Question) -> list[Row]:
    """A row a device and space; the derived one is expected to beat the full one."""
    seeds = 2 if ask.quick else SEEDS
    found: list[Row] = []
    for device in DEVICES:
        task = Task(device, ask.quick)
        everyone = [Contestant(name, partial(task.hypervolume, name), seeds) for name in task.arms]
        case = f"{device}, {task.budget:,} evaluations, {seeds} seeds (merit: hypervolume)"
        these = ask.of_rounds(seeds).compare(case, everyone, work=task.budget, unit="evaluations")
        full = next(row.merit for row in these if row.contestant == "full space")
        text = "hypervolume above the full space's"
        found += set_goal(these, text, lambda row, full=full: row.merit > full)
    return found
