"""Block profiles: what a block at a layer does to the networks of a space."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from latpred.base.progress import progress_bar
from latpred.errors import ConfigError
from latpred.profiling.block_profile import FRAMES, BlockProfile, frame_of
from latpred.profiling.exact import exact_frames
from latpred.profiling.kept_values import KeptValues
from latpred.profiling.objectives import Metric, metrics_of
from latpred.profiling.pooled_design import pooled_design_frames
from latpred.profiling.question import (
    DESIGNS,
    ESTIMANDS,
    Fix,
    Question,
    Report,
    at_resolution,
    confidence_setting,
    count_setting,
    one_of,
    placements_of,
    space_setting,
)
from latpred.profiling.sampled import sampled_frames
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["profile_blocks"]


def profile_blocks(
    space: Space,
    metrics: Mapping[str, Any],
    *,
    samples: int = 500,
    design: object = "pooled",
    estimand: object = "conditional",
    blocks: Sequence[Fix] | None = None,
    resolution: object = None,
    confidence: float = 0.95,
    seed: int = 0,
    validation: Mapping[str, Any] | None = None,
    store: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> BlockProfile:
    """Profile the blocks of a space: the effect of each block at each layer on each metric.

    The effect of a block at a layer is the mean of networks that have it there minus the mean of
    random networks (Mills et al., CIKM 2021, eq. 1 and 2). Results depend on the seed and on
    nothing else: not on threads, nor on which other placements are asked for, nor on a stop in
    between.

    Args:
        space: Whose blocks; of restricted spaces those that the restriction leaves.
        metrics: Objectives by name: a fitted predictor, `load_accuracy(…)`, a cost such as
            "macs" (see `lp.search`), a `LatencyMeter`, or a callable that takes N
            `Architectures` and returns N numbers.
        samples: Networks: altogether for "pooled", base networks for "paired", of each
            placement for "independent".
        design: "pooled": one sample, one regression gives all effects. "paired": each base
            network gets every block (common random numbers). "independent": new networks for
            each placement, as the original. "exact": no sampling, for metrics that are sums
            over genes (look-up tables, additive predictors, counts).
        estimand: "conditional": depths are uniform over those in which the layer exists.
            "legacy": as the original's code, which leaves a quarter to two thirds of the
            networks without the layer.
        blocks: What to fix; None takes all placements, an empty list random networks alone. Specs
            as the original writes them ([1, 0, 7, 6] is unit, layer, kernel, expansion; a
            resolution may follow), texts such as "u1.l0=e6k7" or "d[0]=2", or lists of those,
            which are fixed at once.
        resolution: Input size in pixels of all networks; that of each drawn where None.
        confidence: Of all intervals.
        seed: Of everything drawn.
        validation: Of a metric, architectures and measured values that its predictor was not
            fitted to: its error enters the intervals of "pooled".
        store: File that keeps values: a stopped profile goes on with it.
        progress: Whether to show a bar.

    Raises:
        ConfigError: For a unit, layer, block or resolution that the space has not, no metrics,
            and settings out of range.
        DataError: Where a metric gives other than N finite numbers; it names metric and network.
        SchemaError: For a predictor, or a store, of another space.

    Example:
        >>> found = lp.profile_blocks(space, {"macs": "macs"}, design="paired", progress=False)
        >>> len(found.effects), found.units, found.sources["macs"]
        (16, {'macs': ''}, "counted macs of the networks' graphs")
    """
    space_setting(space)
    sampling = one_of("design", design, DESIGNS)
    chosen = metrics_of(metrics)
    narrowed = at_resolution(space, resolution)
    question = Question(
        space=narrowed,
        metrics=chosen,
        placements=placements_of(narrowed, blocks),
        samples=count_setting("samples", samples, 2),
        estimand=one_of("estimand", estimand, ESTIMANDS),
        confidence=confidence_setting(confidence),
        seed=count_setting("seed", seed, 0),
    )
    if validation is not None and sampling != "pooled":
        raise ConfigError("block profile: validation belongs to design 'pooled'")
    with KeptValues(store, space) as kept, progress_bar(progress, "profile") as report:
        frames = _frames(question, sampling, kept, report, validation)
        asked = kept.asked
    return _profile(question, sampling, frames, asked)


def _frames(
    question: Question,
    design: str,
    kept: KeptValues,
    report: Report | None,
    validation: Mapping[str, Any] | None,
) -> dict[str, pd.DataFrame]:
    if design in ("paired", "independent"):
        return sampled_frames(question, design == "paired", kept, report)
    if design == "exact":
        return exact_frames(question, kept)
    rows = _validation_rows(question.metrics, validation)
    return pooled_design_frames(question, kept, report, rows)


def _validation_rows(
    metrics: Sequence[Metric], validation: Mapping[str, Any] | None
) -> dict[str, tuple[Architectures, Any, Any]] | None:
    """Architectures, measured and predicted values, by metric."""
    if validation is None:
        return None
    if not isinstance(validation, Mapping):
        found_type = type(validation).__name__
        raise ConfigError(f"block profile: validation: a mapping expected, got {found_type}")
    known = {metric.name: metric for metric in metrics}
    found = {}
    for name, given in validation.items():
        if name not in known:
            names = ", ".join(known)
            raise ConfigError(
                f"block profile: validation of {str(name)[:60]!r}, of {names} expected"
            )
        pair = isinstance(given, Sequence) and len(given) == 2
        if not pair or not isinstance(given[0], Architectures):
            raise ConfigError(
                f"block profile: validation of {name[:60]}: architectures and measured values "
                "expected"
            )
        archs, measured = given
        found[name] = archs, measured, known[name](archs)
    return found


def _profile(
    question: Question, design: str, frames: Mapping[str, pd.DataFrame], asked: int
) -> BlockProfile:
    complete = {name: frames.get(name, frame_of(name, [])) for name in FRAMES}
    metrics = question.metrics
    return BlockProfile(
        space=question.space,
        metrics=tuple(metric.name for metric in metrics),
        units={metric.name: metric.unit for metric in metrics},
        sources={metric.name: metric.source for metric in metrics},
        estimand=question.estimand,
        design=design,
        samples=question.samples,
        evaluations=asked,
        seed=question.seed,
        confidence=question.confidence,
        **complete,
    )
