"""A profile made by hand: two metrics, 2 units x 2 layers x 4 blocks, known effects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import latpred as lp
import pandas as pd
from latpred.profiling.profile_figures import ProfileFigures

BLOCKS = {"e3k3": (3, 3), "e3k7": (3, 7), "e6k3": (6, 3), "e6k7": (6, 7)}
METRICS = {"latency": 10.0, "accuracy": 77.0}


def _spread(mean: float) -> dict[str, Any]:
    """Mean and percentiles of what is 1 wide."""
    offsets = {"q01": -2.0, "q05": -1.5, "q95": 1.5, "q99": 2.0, "minimum": -3.0, "maximum": 3.0}
    texts = {"highest": f"high {mean:g}", "lowest": f"low {mean:g}"}
    return {"mean": mean, "sd": 1.0, "n": 100} | {k: mean + v for k, v in offsets.items()} | texts


def random() -> pd.DataFrame:
    rows = [
        {"metric": name, "standard_error": 0.1, "low": mean - 0.2, "high": mean + 0.2}
        | _spread(mean)
        for name, mean in METRICS.items()
    ]
    return pd.DataFrame(rows)


def effects() -> pd.DataFrame:
    """On latency 0, .1, ..., 1.5 in the order of placements; on accuracy the contrary."""
    rows = []
    for name, mean in METRICS.items():
        places = [(u, k, block) for u in (0, 1) for k in (0, 1) for block in BLOCKS]
        for number, (u, k, block) in enumerate(places):
            effect = (0.1 if name == "latency" else -0.1) * number
            row = {"metric": name, "unit": u, "layer": k, "place": f"u{u}.l{k}", "block": block}
            row |= dict(zip(("expand", "kernel"), BLOCKS[block], strict=True))
            row |= {"effect": effect, "standard_error": 0.02, "p_holm": 0.04, "p_bh": 0.03}
            row |= {"low": effect - 0.04, "high": effect + 0.04}
            row |= {"family_low": effect - 0.15, "family_high": effect + 0.15}
            rows.append(row | _spread(mean + effect))
    return pd.DataFrame(rows)


def block_means() -> pd.DataFrame:
    keys = ["metric", "block", "expand", "kernel"]
    means = effects().groupby(keys, as_index=False, sort=False)["mean"].mean()
    return means.assign(standard_error=0.01, low=means["mean"] - 0.02, high=means["mean"] + 0.02)


def depth_effects() -> pd.DataFrame:
    found = effects().groupby(["metric", "unit", "layer"], as_index=False, sort=False)["effect"]
    means = found.mean()
    return means.assign(
        standard_error=0.01, low=means["effect"] - 0.02, high=means["effect"] + 0.02
    )


def shares() -> pd.DataFrame:
    rows = [(name, f"u{u}", "unit", 0.3 + 0.3 * u) for name in METRICS for u in (0, 1)]
    rows += [(name, factor, "factor", 0.4) for name in METRICS for factor in ("depth", "kernel")]
    return pd.DataFrame(rows, columns=["metric", "group", "kind", "share"])


def models() -> pd.DataFrame:
    rows = [(name, "depth + expand x kernel", 0.91, 500) for name in METRICS]
    return pd.DataFrame(rows, columns=["metric", "terms", "r2", "samples"])


@dataclass(frozen=True)
class MadeProfile(ProfileFigures):
    """What a profile holds, by hand."""

    space: Any = field(default_factory=lambda: lp.space("ofa-mobilenetv3"))
    metrics: tuple[str, ...] = tuple(METRICS)
    units: Any = field(default_factory=lambda: {"latency": "ms", "accuracy": "%"})
    sources: Any = field(default_factory=lambda: {"latency": "board.latpred"})
    estimand: str = "conditional"
    design: str = "paired"
    samples: int = 100
    evaluations: int = 1700
    seed: int = 0
    confidence: float = 0.95
    effects: Any = field(default_factory=effects)
    random: Any = field(default_factory=random)
    block_means: Any = field(default_factory=block_means)
    depth_effects: Any = field(default_factory=depth_effects)
    shares: Any = field(default_factory=shares)
    models: Any = field(default_factory=models)
    interactions: Any = field(default_factory=pd.DataFrame)
    shapley: Any = field(default_factory=pd.DataFrame)
