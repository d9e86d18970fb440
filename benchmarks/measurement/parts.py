"""What the meter is asked on this machine, beside the originals' protocol in the same run."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import latpred as lp
import numpy as np
from latpred.networks import Network
from numpy.typing import NDArray

Result = dict[str, Any]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """Sizes and time of one run.

    Attributes:
        minutes: Of measuring in a part, shared out among its campaigns.
        pairs, pair_networks: Pairs to order, from so many networks.
        twice: Networks entered twice.
        sample: Networks of the two campaigns that are compared.
        cost: Networks whose cost is averaged.
        true_effort: Effort of the campaign that decides which order is true.
        efforts: The two efforts compared by tau.
        hogs: Busy processes while loaded.
        resolutions: Of the space; None: the usual ones.
    """

    minutes: float = 60.0
    pairs: int = 50
    pair_networks: int = 40
    twice: int = 100
    sample: int = 200
    cost: int = 12
    true_effort: str = "gold"
    efforts: tuple[str, str] = ("gold", "default")
    hogs: int = 1
    resolutions: tuple[int, ...] | None = None
    seed: int = 0

    def space(self) -> lp.Space:
        """OFA-MobileNetV3 of width 1.2."""
        sizes = None if self.resolutions is None else list(self.resolutions)
        return lp.space("ofa-mobilenetv3", width=1.2, resolutions=sizes)


QUICK = Plan(
    minutes=1.0,
    pairs=5,
    pair_networks=6,
    twice=4,
    sample=8,
    cost=2,
    true_effort="fast",
    efforts=("default", "fast"),
    resolutions=(112, 128),
)


@contextmanager
def hogs(count: int) -> Iterator[None]:
    """So many busy processes meanwhile."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def originals(archs: lp.Architectures) -> Vector:
    """The originals' protocol: 5 warm-ups, then the mean of 10 forwards of zeros, in ms."""
    found = []
    for arch in archs:
        size = int(arch.to_dicts()[0]["r"][0])
        network = Network(arch, threads=1)
        image = np.zeros((1, 3, size, size), dtype=np.float32)
        for _ in range(5):
            network.forward(image)
        start = time.time()
        for _ in range(10):
            network.forward(image)
        found.append((time.time() - start) * 100)
    return np.array(found)


def campaign(archs: lp.Architectures, effort: str, minutes: float, seed: int = 0) -> Any:
    """The meter after a campaign over all of them."""
    meter = lp.LatencyMeter(effort=effort, seed=seed, budget_seconds=60 * minutes)
    lp.measure(archs, meter)
    return meter


def latencies(meter: Any) -> Vector:
    """In the order of the architectures; NaN where one has none."""
    return np.array([row.latency_ms for row in meter.last_campaign])


def about(meter: Any) -> Result:
    """What a campaign was like."""
    rows, meta = meter.last_campaign, meter.last_table.meta
    return {
        "effort": meter.effort,
        "networks": len(rows),
        "status": {s: [r.status for r in rows].count(s) for s in sorted({r.status for r in rows})},
        "mean_visits": float(np.mean([row.visits for row in rows])),
        "fallback_share": float(np.mean([row.time != "wall" for row in rows])),
        "clean_fraction": meta["clean_fraction"],
        "quarantined": meta["quarantined"],
        "changes": meta["changes"],
        "wall_s": meta["wall_seconds"],
        "cpu_s": meta["cpu_seconds"],
        "cpu_s_each": meta["cpu_seconds"] / len(rows),
    }


def true_pairs(truth: Vector, count: int, seed: int) -> list[tuple[int, int]]:
    """Random pairs (faster, slower) that differ by 5 to 25 %."""
    pairs = [
        (i, j)
        for i in range(len(truth))
        for j in range(len(truth))
        if 1.05 <= truth[j] / truth[i] <= 1.25
    ]
    order = np.random.default_rng(seed).permutation(len(pairs))
    return [pairs[k] for k in order[:count]]


def _right(ms: Vector, pairs: list[tuple[int, int]]) -> float:
    return 100 * float(np.mean([ms[i] < ms[j] for i, j in pairs])) if pairs else math.nan


def pairs(plan: Plan) -> Result:
    """Order of pairs that truly, by a gold campaign, differ by 5 to 25 %."""
    archs = plan.space().sample(plan.pair_networks, seed=plan.seed, unique=True)
    share = plan.minutes / 6
    truth = campaign(archs, plan.true_effort, 3 * share)
    chosen = true_pairs(latencies(truth), plan.pairs, plan.seed)
    result: Result = {"pairs": len(chosen), "truth": about(truth)}
    for name, busy in (("idle", 0), ("loaded", plan.hogs)):
        with hogs(busy):
            before = originals(archs)
            ours = campaign(archs, plan.efforts[1], share, seed=1)
            theirs = [_right(ms, chosen) for ms in (before, originals(archs), originals(archs))]
        result[name] = {
            "latpred_percent_right": _right(latencies(ours), chosen),
            "originals_percent_right": theirs,
            "campaign": about(ours),
        }
    return result


def aa(plan: Plan) -> Result:
    """Networks entered twice in one campaign: does the ratio's interval contain 1?"""
    archs = plan.space().sample(plan.twice, seed=plan.seed, unique=True)
    result: Result = {}
    for name, busy in (("idle", 0), ("loaded", plan.hogs)):
        with hogs(busy):
            meter = campaign(archs + archs, plan.efforts[1], plan.minutes / 2, seed=2)
        rows = meter.last_campaign
        twins = list(zip(rows[: plan.twice], rows[plan.twice :], strict=True))
        good = [(a, b) for a, b in twins if a.ratio_low > 0 and b.ratio_low > 0]
        errors = [abs(math.log(a.ratio / b.ratio)) for a, b in good]
        reach = [
            math.hypot(*(math.log(x.ratio_high / x.ratio_low) / 2 for x in two)) for two in good
        ]
        inside = [error <= width for error, width in zip(errors, reach, strict=True)]
        result[name] = {
            "containment_percent": 100 * float(np.mean(inside)) if good else math.nan,
            "median_error_percent": 100 * median(errors) if good else math.nan,
            "largest_error_percent": 100 * max(errors) if good else math.nan,
            "pairs": len(good),
            "campaign": about(meter),
        }
    return result


def child(plan: Plan, effort: str, seed: int, minutes: float, out: Path) -> None:
    """One campaign in a process of its own; leaves its latencies and the originals' in `out`."""
    archs = plan.space().sample(plan.sample, seed=plan.seed, unique=True)
    theirs = originals(archs)
    meter = campaign(archs, effort, minutes, seed)
    found = {"ms": latencies(meter).tolist(), "originals": theirs.tolist(), "about": about(meter)}
    out.write_text(json.dumps(found), encoding="utf-8")


def _in_process(plan: Plan, effort: str, seed: int, minutes: float) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "campaign.json"
        command = [sys.executable, "-m", "benchmarks.measurement", "--child", effort]
        command += ["--seed", str(seed), "--minutes", str(minutes), "--result", str(out)]
        command += ["--quick"] if plan.resolutions is not None else []
        subprocess.run(command, check=True)
        found: Result = json.loads(out.read_text(encoding="utf-8"))
    return found


def _tau(a: list[float], b: list[float]) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    return float(lp.evaluate(np.array(a)[both], np.array(b)[both])["kendall"])


def tau(plan: Plan) -> Result:
    """Rank correlation of two campaigns in separate processes."""
    gold, default = plan.efforts
    result: Result = {}
    cases = (
        (f"{gold}, idle", gold, 0, 0.3),
        (f"{default}, idle", default, 0, 0.08),
        (f"{default}, loaded", default, plan.hogs, 0.12),
    )
    for name, effort, busy, share in cases:
        with hogs(busy):
            first, second = (
                _in_process(plan, effort, seed, share * plan.minutes) for seed in (11, 12)
            )
        result[name] = {
            "latpred_tau": _tau(first["ms"], second["ms"]),
            "originals_tau": _tau(first["originals"], second["originals"]),
            "campaigns": [first["about"], second["about"]],
        }
    return result


def cost(plan: Plan) -> Result:
    """CPU seconds that a network of 10 ms costs at 2 %."""
    crowd = plan.space().sample(8 * plan.cost, seed=plan.seed, unique=True)
    rough = latencies(campaign(crowd, "dataset", plan.minutes / 5))
    nearest = np.argsort(np.abs(np.log(rough / 10.0)), kind="stable")[: plan.cost]
    result: Result = {}
    for name, busy in (("idle", 0), ("loaded", plan.hogs)):
        with hogs(busy):
            meter = campaign(crowd[np.sort(nearest)], plan.efforts[1], 2 * plan.minutes / 5)
        found = about(meter)
        mean = float(np.nanmean(latencies(meter)))
        scaled = found["cpu_s_each"] * 10.0 / mean
        result[name] = {"mean_ms": mean, "cpu_s_per_10_ms": scaled, "campaign": found}
    return result


PARTS = {"pairs": pairs, "aa": aa, "tau": tau, "cost": cost}
