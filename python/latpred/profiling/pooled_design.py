"""Profiles from one sample of random networks and a regression on their blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from latpred._core import profiling as _native
from latpred.errors import ConfigError
from latpred.profiling.block_profile import FRAMES
from latpred.profiling.kept_values import KeptValues
from latpred.profiling.pooled import pooled_frames
from latpred.profiling.question import Question, Report, attributes
from latpred.profiling.sampled import spec_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["pooled_design_frames"]


def pooled_design_frames(
    question: Question,
    kept: KeptValues,
    report: Report | None,
    validation: Mapping[str, tuple[Any, Any, Any]] | None,
) -> dict[str, pd.DataFrame]:
    """Frames of a profile by design "pooled".

    Raises:
        ConfigError: For fixes of several blocks, of resolutions and of genes outside units, which
            a regression on blocks does not tell.
    """
    wanted = _wanted(question)
    archs = _native.draw_random(question.space, question.samples, seed=question.seed)
    distinct = _native.DistinctNetworks(question.space)
    numbers = distinct.add(archs)
    done = [0]
    total = len(distinct) * len(question.metrics)

    def advance(more: int) -> None:
        done[0] += more
        if report is not None:
            report(done[0], total, "")

    frames = pooled_frames(
        question.space,
        archs,
        {m.name: kept.evaluate(m, distinct.all, advance)[numbers] for m in question.metrics},
        confidence=question.confidence,
        seed=question.seed,
        estimand=question.estimand,
        validation=validation,
    )
    frames["effects"] = _described(question, frames["effects"], wanted)
    blocks = {p.block: p for p in question.placements}
    means = frames["block_means"]
    means = means[means["block"].isin(set(blocks))].reset_index(drop=True)
    frames["block_means"] = _with_attributes(question, means, [blocks[b] for b in means["block"]])
    return {name: _ordered(name, frame) for name, frame in frames.items()}


def _wanted(question: Question) -> dict[tuple[str, str], Any]:
    """Placements by layer and block; those of stems only where they are asked for by name."""
    every = _native.all_placements(question.space)
    plain = {p.name for p in every if p.unit >= 0}
    if {p.name for p in question.placements} == {p.name for p in every}:
        return {(p.place, p.block): p for p in question.placements if p.name in plain}
    if other := next((p.name for p in question.placements if p.name not in plain), None):
        raise ConfigError(
            f"block profile: {other[:60]} is more than one block at a layer, for which design "
            "'paired' or 'independent' is expected"
        )
    return {(p.place, p.block): p for p in question.placements}


def _described(
    question: Question, effects: pd.DataFrame, wanted: Mapping[tuple[str, str], Any]
) -> pd.DataFrame:
    """The rows of the placements asked for, with labels and specs."""
    keys = list(zip(effects["place"], effects["block"], strict=True))
    effects = effects[[key in wanted for key in keys]].reset_index(drop=True)
    found = [wanted[key] for key in keys if key in wanted]
    effects["name"] = [p.name for p in found]
    effects["label"] = [p.label for p in found]
    effects["spec"] = [spec_text(p.specs) for p in found]
    return _with_attributes(question, effects, found)


def _with_attributes(
    question: Question, frame: pd.DataFrame, placements: list[Any]
) -> pd.DataFrame:
    import pandas as pd

    rows = [attributes(question.space, placement) for placement in placements]
    return pd.concat([frame, pd.DataFrame(rows, index=frame.index)], axis=1)


def _ordered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of that frame first, NaN where they are missing."""
    columns = FRAMES.get(name, ())
    return frame.reindex(columns=[*columns, *(c for c in frame if c not in columns)])
