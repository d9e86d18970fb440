"""One sample of networks, one regression: the effects of all blocks of a space at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import profiling as _native
from latpred.base.numbers import numbers
from latpred.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

    from latpred.spaces import Architectures, Space

ESTIMANDS = ("conditional", "legacy")
_TESTS = ["standard_error", "degrees", "low", "high"]


def pooled_frames(
    space: Space,
    archs: Architectures,
    values: Mapping[str, ArrayLike],
    *,
    confidence: float = 0.95,
    seed: int = 0,
    estimand: str = "conditional",
    validation: Mapping[str, tuple[Architectures, ArrayLike, ArrayLike]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Frames of a block profile from one sample, by name.

    A least-squares fit on depths, settings and the joint block of each site. Since "the layer is
    there and block b stands in it" is a sum of its columns, the population's best linear fit has
    exactly the mean E[value | layer there, block b], whatever the values depend on; standard
    errors (HC2, Bell and McCaffrey's degrees of freedom) hold without the model being right.

    Args:
        space: Whose blocks.
        archs: N networks drawn as the space draws them (`space.sample(N, seed)`).
        values: The N values of each metric.
        confidence: Of all intervals.
        seed: Of the draws behind simultaneous intervals.
        estimand: "conditional" or "legacy".
        validation: metric -> (architectures, measured, predicted): rows that the predictor behind
            the metric was not fitted on, with what was measured and what it predicts there.

    Returns:
        "effects", "random", "block_means", "depth_effects" with BlockProfile's columns (standard
        deviation, quantiles and extremes are of the sample's networks that have the placement);
        "contrasts": metric, first, second, difference, its errors and p values; "precision":
        metric, design ("pooled", "paired", "independent"), deviation, largest, terms,
        evaluations: n networks (of each placement but in pooled designs) give effects with half
        widths of about t * deviation / sqrt(n - terms), at n * evaluations evaluations.
        Where N is too small for joint blocks, blocks are sums over their genes: column `terms`
        says "blocks" or "genes".

    Raises:
        DataError: For too few networks, naming how many are needed, and values not finite.
        ConfigError: For another estimand or confidence, and for the legacy one in spaces where no
            regression gives it.
    """
    if estimand not in ESTIMANDS or not 0 < confidence < 1:
        raise ConfigError(
            f"pooled profile: estimand {str(estimand)[:40]!r} and confidence {confidence!r}; one "
            f"of {', '.join(ESTIMANDS)} and a number between 0 and 1 expected"
        )
    rows = [numbers(each, f"pooled profile: values of {name}") for name, each in values.items()]
    found = _native.pooled_effects(
        space, archs, rows, list(values), confidence, seed, estimand == "legacy"
    )
    sites = _native.sites(space)
    texts = archs.to_strings()
    parts = [
        _frames_of(name, metric, found, sites, texts)
        for name, metric in zip(values, found["metrics"], strict=True)
    ]
    return {name: _joined(part[name] for part in parts) for name in parts[0]} if parts else {}


def _joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(list(frames), ignore_index=True)


def _frames_of(
    metric: str,
    columns: dict[str, Any],
    found: dict[str, Any],
    sites: list[_native.Site],
    texts: list[str],
) -> dict[str, pd.DataFrame]:
    import pandas as pd

    blocks = found["blocks"]
    pairs = found["pairs"]
    effects = {
        "metric": metric,
        **_placements(sites, found["placements"]),
        "mean": columns["means"]["value"],
        "effect": columns["effects"].pop("value"),
        **columns["effects"],
        **_with_texts(columns["placements"], texts),
        "terms": "blocks" if found["joint"] else "genes",
    }
    random = {
        "metric": metric,
        "mean": columns["random"]["value"],
        **{name: columns["random"][name] for name in _TESTS},
        **_with_texts(columns["all"], texts),
    }
    depths = {
        "metric": metric,
        "unit": [sites[number].unit for number in found["sites"]],
        "layer": [sites[number].layer for number in found["sites"]],
        "effect": columns["depth_effects"].pop("value"),
        **columns["depth_effects"],
    }
    contrasts = {
        "metric": metric,
        "first": [blocks[first] for first, _ in pairs],
        "second": [blocks[second] for _, second in pairs],
        "difference": columns["contrasts"].pop("value"),
        **columns["contrasts"],
    }
    means = {"metric": metric, "block": blocks, "mean": columns["block_means"]["value"]}
    means |= {name: columns["block_means"][name] for name in _TESTS}
    frames = {
        "effects": effects,
        "random": random,
        "block_means": means,
        "depth_effects": depths,
        "contrasts": contrasts,
        "precision": {"metric": metric, **columns["precision"]},
    }
    return {name: pd.DataFrame(frame) for name, frame in frames.items()}


def _placements(
    sites: list[_native.Site], placements: list[tuple[int, int]]
) -> dict[str, list[Any]]:
    return {
        "unit": [sites[site].unit for site, _ in placements],
        "layer": [sites[site].layer for site, _ in placements],
        "place": [sites[site].name for site, _ in placements],
        "block": [sites[site].blocks[block].name for site, block in placements],
    }


def _with_texts(columns: dict[str, NDArray[Any]], texts: list[str]) -> dict[str, Any]:
    """Architectures as texts; none where no network of the sample has the placement."""
    all_texts = [*texts, ""]
    found: dict[str, Any] = dict(columns)
    for name in ("highest", "lowest"):
        found[name] = [all_texts[row] for row in np.asarray(columns[name]).tolist()]
    return found
