"""What a block profile found: frames of effects with their intervals."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred._core import profiling as _native
from latpred.base.equal import Compared
from latpred.base.files import other_kind, write
from latpred.base.json import json_document, json_text
from latpred.base.names import did_you_mean
from latpred.base.numbers import number_or_none
from latpred.errors import ConfigError, CorruptionError, LatpredError, StorageError
from latpred.profiling.profile_figures import ProfileFigures
from latpred.spaces import Space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FRAMES", "BlockProfile", "frame_of"]

StrPath = str | os.PathLike[str]

_FORMAT = "latpred-block-profile-1"
# What a document of other types runs into; the core's casts are RuntimeErrors.
_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, RuntimeError, LatpredError)
_KINDS: dict[str, type] = {
    **dict.fromkeys(("units", "sources"), dict),
    **dict.fromkeys(("estimand", "design"), str),
    **dict.fromkeys(("samples", "evaluations", "seed"), int),
    "metrics": list,
    "confidence": float,
}
_STATISTICS = "sd q01 q05 q95 q99 minimum maximum highest lowest"
FRAMES: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "effects": "metric unit layer place block n mean effect standard_error low high family_low "
        f"family_high p_value p_holm p_bh {_STATISTICS} label spec expand kernel width operation",
        "random": f"metric n mean standard_error low high {_STATISTICS}",
        "block_means": "metric block mean standard_error low high expand kernel width operation",
        "depth_effects": "metric unit layer effect standard_error low high",
        "contrasts": "metric unit layer place block reference effect standard_error low high "
        "p_value",
        "shares": "metric group kind share",
        "models": "metric terms r2 samples",
        "interactions": "metric first second effect share",
        "shapley": "metric unit value low high",
        "precision": "metric design deviation terms evaluations",
    }.items()
}
"""Columns that every frame has, in their order."""


def frame_of(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the frame of that name: columns that they lack are NaN, further ones come last."""
    import pandas as pd

    further = [c for c in dict.fromkeys(c for row in rows for c in row) if c not in FRAMES[name]]
    return pd.DataFrame(list(rows), columns=[*FRAMES[name], *further])


@dataclass(frozen=True)
class BlockProfile(ProfileFigures, Compared):
    """Which block, layer and unit of a space costs what, as frames of pandas.

    Intervals hold with `confidence`: `low` and `high` each by itself, `family_low` and
    `family_high` all placements of a metric together. Units and layers count from 0; NaN stands
    for what a design does not give.

    Example:
        >>> profile = lp.profile_blocks(space, {"macs": "macs"}, samples=50, design="paired",
        ...                             progress=False)
        >>> worst = profile.effects.sort_values("effect").iloc[-1]
        >>> worst["place"], bool(worst["low"] <= worst["effect"] <= worst["high"])
        ('u0.l0', True)
    """

    space: Space
    metrics: tuple[str, ...]
    units: dict[str, str]
    """Of each metric, "ms" or "%" for example."""
    sources: dict[str, str]
    """Which model, file or meter stands behind each metric."""
    estimand: str
    """"conditional": depths are uniform over those in which the layer exists; "legacy": as Mills
    et al.'s code draws them."""
    design: str
    samples: int
    evaluations: int
    """Networks that metrics were asked for, summed over metrics."""
    seed: int
    confidence: float
    effects: pd.DataFrame
    """A row for each metric and placement: the mean of networks that have the block there, and
    its difference from the mean of random networks."""
    random: pd.DataFrame
    """A row a metric: networks as the space draws them."""
    block_means: pd.DataFrame
    """The unweighted mean over the placements of a block."""
    depth_effects: pd.DataFrame
    """Mean over the blocks of a layer minus the random networks: what its being there does."""
    contrasts: pd.DataFrame
    """Blocks against the first block of the same layer."""
    shares: pd.DataFrame
    """Of the variance, by unit and factor."""
    models: pd.DataFrame
    """How well regressions on blocks predict networks that they were not fitted to."""
    interactions: pd.DataFrame
    shapley: pd.DataFrame
    precision: pd.DataFrame
    """What `required_samples` goes by."""

    def required_samples(self, metric: str, half_width: float) -> dict[str, int]:
        """Samples that give every effect an interval of that half width, by design.

        Of each placement for "independent", of base networks for "paired", and of all for
        "pooled"; judged by the spread in this profile.

        Raises:
            ConfigError: For an unknown metric, a half width that is not above 0, or a design
                without samples.

        Example:
            >>> profile = lp.profile_blocks(space, {"macs": "macs"}, samples=50, progress=False,
            ...                             design="paired")
            >>> needed = profile.required_samples("macs", 1e5)
            >>> needed["paired"] < needed["independent"]
            True
        """
        if metric not in self.metrics:
            known = ", ".join(self.metrics)
            raise ConfigError(
                f"required_samples: no metric {str(metric)[:60]!r}; known: {known}"
                f"{did_you_mean(metric, self.metrics)}"
            )
        if not (number_or_none(half_width) or 0) > 0:
            shown = str(half_width)[:60]
            raise ConfigError(f"required_samples: half width {shown}, above 0 expected")
        rows = self.precision[self.precision["metric"] == metric]
        if rows.empty:
            raise ConfigError(f"required_samples: design {self.design!r} has no samples to judge")
        return {
            str(row.design): _native.required_samples(
                float(row.deviation), float(row.terms), half_width, self.confidence
            )
            for row in rows.itertuples()
        }

    def save(self, path: StrPath) -> None:
        """Write the whole profile as JSON. StorageError where that fails."""
        document: dict[str, Any] = {"format": _FORMAT}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name in FRAMES:
                value = {str(name): value[name].tolist() for name in value}
            elif each.name == "space":
                value = value.__getstate__()
            document[each.name] = value
        write(path, json_text(document))

    @classmethod
    def load(cls, path: StrPath) -> BlockProfile:
        """Read what `save` wrote.

        Raises:
            StorageError: Where the file cannot be read.
            CorruptionError: Where it is no profile.
        """
        try:
            document = json_document(Path(path).read_bytes())
        except OSError as error:
            raise StorageError(f"cannot read {path}: {error.strerror}") from error
        except ValueError as error:
            found = other_kind(path, "a block profile", "JSON", "empty")
            raise CorruptionError(found or f"{path}: no block profile: {error}") from error
        if not isinstance(document, dict) or document.pop("format", None) != _FORMAT:
            raise CorruptionError(f"{path}: no block profile of this version ({_FORMAT})")
        try:
            return cls(**{each.name: _read(each.name, document[each.name]) for each in fields(cls)})
        except _DAMAGE as error:
            raise CorruptionError(f"{path}: damaged block profile: {error!s:.200}") from error

    def __repr__(self) -> str:
        """The design and what it profiled."""
        names = ", ".join(self.metrics)
        return (
            f"BlockProfile({names} of {self.space.name}: {self.design}, {self.samples} samples, "
            f"{self.estimand})"
        )


def _read(name: str, value: Any) -> Any:
    if name in FRAMES:
        import pandas as pd

        columns = {
            column: [math.nan if cell is None else cell for cell in cells]
            for column, cells in value.items()
        }
        if lacking := next((name for name in FRAMES[name] if name not in columns), None):
            raise TypeError(f"{name} lacks the column {lacking}")
        return pd.DataFrame(columns)
    if name == "space":
        space_name, family, definition, settings, restriction = value
        space = Space.__new__(Space)
        state = (space_name, family, definition, tuple(settings), tuple(restriction))
        space.__setstate__(state)
        return space
    if not isinstance(value, _KINDS[name]):
        raise TypeError(f"{name} is of type {type(value).__name__}")
    kept: Any = value
    inner = kept.values() if isinstance(kept, dict) else kept if name == "metrics" else ()
    if not all(isinstance(item, str) for item in inner):
        raise TypeError(f"{name} holds other than texts")
    return tuple(kept) if name == "metrics" else kept
