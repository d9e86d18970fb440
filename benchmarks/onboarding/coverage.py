"""How good are a pack's predictions on fresh networks, and do its intervals hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np

from benchmarks.onboarding.minutes import JUDGE_SEED, calibration_rows, coverage, fresh
from benchmarks.onboarding.world import Kept, World, scores


def run(world: World, _kept: Kept, *, pack: Path, networks: int = 200) -> dict[str, Any]:
    """Measure the fresh networks at effort `default` and compare."""
    found = lp.load_pack(pack)
    known = set(found.table.archs.to_strings())
    judges = fresh(world.space, networks)
    judges = judges[[i for i, text in enumerate(judges.to_strings()) if text not in known]]
    judged = world.judge("fresh", judges, JUDGE_SEED)
    low, high = (np.asarray(end) for end in found.predict_interval(judged.archs, 0.9))
    inside = int(np.count_nonzero((low <= judged.latency_ms) & (judged.latency_ms <= high)))
    return {
        **scores(judged, np.asarray(found.predict(judged.archs))),
        **coverage(inside, len(judged.archs), calibration_rows(found)),
        "calibration_rows": calibration_rows(found),
        "statuses": {one: judged.status.count(one) for one in sorted(set(judged.status))},
        "findings": list(found.findings),
    }
