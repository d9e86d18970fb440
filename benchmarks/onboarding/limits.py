"""Do the networks that a search finds keep their limit, without and with measuring them?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
from latpred.errors import InfeasibleError

from benchmarks.onboarding.world import Kept, World

SEARCH_SEED, JUDGE_SEED = 190_011, 190_012
METHODS = {"plain": False, "verified": True}


def limits_of(pack: Any, space: lp.Space, count: int) -> list[float]:
    """At random between the 10th and the 90th percentile of what the pack predicts."""
    predicted = np.asarray(pack.predict(space.sample(2000, seed=SEARCH_SEED)))
    low, high = np.quantile(predicted, (0.1, 0.9))
    return np.random.default_rng(SEARCH_SEED).uniform(low, high, count).round(3).tolist()


def run(
    world: World,
    kept: Kept,
    *,
    pack: Path,
    searches: int = 10,
    confidence: float = 0.95,
    population: int = 100,
    generations: int = 200,
) -> dict[str, Any]:
    """Search at each limit by both methods, then measure all winners anew."""
    found = lp.load_pack(pack)
    kept.setdefault("limits_ms", limits_of(found, world.space, searches))
    kept.save()
    for number, limit in enumerate(kept["limits_ms"]):
        for method, verify in METHODS.items():
            world.need()
            settings = {
                "limit_ms": limit,
                "confidence": confidence,
                "population": population,
                "generations": generations,
                "seed": number,
            }
            kept.once(method, number, lambda s=settings, v=verify: _search(world, found, s, v))
    return {"confidence": confidence, **_judged(world, kept)}


def _judged(world: World, kept: Kept) -> dict[str, Any]:
    """All winners, measured anew."""
    limits = kept["limits_ms"]
    winners = {
        method: [kept[method][str(number)] for number in range(len(limits))] for method in METHODS
    }
    texts = [one["network"] for each in winners.values() for one in each if one["network"]]
    judged = world.judge("winners", world.space.architectures(texts), JUDGE_SEED)
    names = judged.archs.to_strings()
    rows: dict[str, int] = {name: names.index(name) for name in names}
    report: dict[str, Any] = {}
    for method, each in winners.items():
        lines = [
            _verdict(one, limit, judged, rows) for one, limit in zip(each, limits, strict=True)
        ]
        returned = [line for line in lines if line["network"]]
        report[method] = {
            "searches": len(lines),
            "returned": len(returned),
            "holds": sum(bool(line["holds"]) for line in returned),
            "verdicts": [line.get("verdict") for line in lines],
            "measurements": sum(line["measurements"] for line in lines),
            "rows": lines,
        }
    return report


def _search(world: World, pack: Any, settings: dict[str, Any], verify: bool) -> dict[str, Any]:
    more = {"verify": True, "meter": world.meter("default", 2)} if verify else {}
    begin = world.seconds()
    try:
        found: Any = lp.search(
            world.space,
            objective=world.accuracy,
            latency=pack,
            progress=False,
            **settings,
            **more,
        )
    except InfeasibleError as error:
        return {"network": "", "why": str(error), "measurements": error.measurements}
    return {
        "network": found.architecture.to_strings()[0],
        "objective": float(found.objective),
        "predicted_ms": float(found.latency_ms),
        "measurements": int(found.measurements) if verify else 0,
        "seconds": world.seconds() - begin,
    }


def _verdict(
    one: dict[str, Any], limit: float, judged: Any, rows: dict[str, int]
) -> dict[str, Any]:
    line = {**one, "limit_ms": limit, "holds": None}
    if one["network"] not in rows:
        return line
    row = rows[one["network"]]
    values = [float(column[row]) for column in (judged.latency_ms, judged.low_ms, judged.high_ms)]
    line |= dict(zip(("measured_ms", "low_ms", "high_ms"), values, strict=True))
    line["holds"] = values[0] <= limit
    line["verdict"] = lp.metrics.limit_verdicts(limit, *([value] for value in values))[0]
    return line
