"""One sample of networks, one regression: the effects of all blocks of a space at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import profiling as _native
from latpred.base.names import did_you_mean
from latpred.base.numbers import numbers
from latpred.errors import ConfigError
from latpred.profiling.attribution import attribution_frames

if TYPE_CHECKING:
    import pandas as pd

    from latpred.spaces import Architectures, Space

ESTIMANDS = ("conditional", "legacy")


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
            the metric was not fitted on, with what was measured and what it predicts there. Their
            differences correct the means and enter the errors (prediction-powered inference);
            column `correction` of the effects says what was corrected freely, "blocks", "depths"
            or "level": few rows widen intervals for the rest.

    Returns:
        "effects", "random", "block_means", "depth_effects" with BlockProfile's columns (standard
        deviation, quantiles and extremes are of the sample's networks that have the placement);
        "contrasts": blocks against the first one of their layer; "precision": metric, design
        ("pooled", "paired", "independent"), deviation (median: of the median placement), terms,
        evaluations: n networks (of each placement but in pooled designs) give all effects half
        widths of at most about t * deviation / sqrt(n - terms), at n * evaluations evaluations.
        Those of `attribution_frames`. Where N is too small for joint blocks, blocks are sums over
        their genes: column `terms` says "blocks" or "genes".

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
    if not values:
        raise ConfigError("pooled profile: no metrics; values of at least one expected")
    rows = [numbers(each, f"pooled profile: values of {name}") for name, each in values.items()]
    found = _native.pooled_effects(
        space,
        archs,
        rows,
        list(values),
        confidence,
        seed,
        estimand == "legacy",
        _validation_rows(values, validation or {}),
    )
    sites = _native.sites(space)
    texts = archs.to_strings()
    parts: list[dict[str, pd.DataFrame]] = [
        _frames_of(name, metric, found, sites, texts)
        for name, metric in zip(values, found["metrics"], strict=True)
    ]
    frames = {name: _joined(part[name] for part in parts) for name in parts[0]}
    return frames | attribution_frames(space, archs, values, confidence=confidence)


def _validation_rows(
    metrics: Iterable[str],
    validation: Mapping[str, tuple[Architectures, ArrayLike, ArrayLike]],
) -> list[Any]:
    known = list(metrics)
    for name in validation:
        if name not in known:
            raise ConfigError(
                f"pooled profile: validation of {name[:60]!r}, one of {', '.join(known)} expected"
                f"{did_you_mean(name, known)}"
            )
    found: list[Any] = []
    for name in known:
        given = validation.get(name)
        if given is not None:
            archs, measured, predicted = given
            given = (
                archs,
                numbers(measured, f"pooled profile: measured {name}"),
                numbers(predicted, f"pooled profile: predicted {name}"),
            )
        found.append(given)
    return found


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

    numbers_of = [sites[number] for number in found["sites"]]
    layers = {"unit": [s.unit for s in numbers_of], "layer": [s.layer for s in numbers_of]}
    placed = found["placements"]
    contrasted = _placements(sites, [placed[one] for one, _ in found["contrasts"]])
    references = _placements(sites, [placed[other] for _, other in found["contrasts"]])["block"]
    frames = {
        "effects": _placements(sites, placed)
        | {"mean": columns["means"]["value"]}
        | _renamed(columns["effects"], "effect")
        | _with_texts(columns["placements"], texts)
        | {"terms": "blocks" if found["joint"] else "genes"}
        | {"correction": columns["correction"]},
        "random": _renamed(columns["random"], "mean") | _with_texts(columns["all"], texts),
        "block_means": {"block": found["blocks"]} | _renamed(columns["block_means"], "mean"),
        "depth_effects": layers | _renamed(columns["depth_effects"], "effect"),
        "contrasts": contrasted
        | {"reference": references}
        | _renamed(columns["contrasts"], "effect"),
        "precision": columns["precision"],
    }
    return {name: pd.DataFrame({"metric": metric} | frame) for name, frame in frames.items()}


def _renamed(columns: dict[str, Any], value: str) -> dict[str, Any]:
    """Columns of estimates, the value under its name; p values only of differences."""
    kept = {name: column for name, column in columns.items() if name != "value"}
    if value == "mean":
        kept.pop("p_value")
    return {value: columns["value"]} | kept


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
