"""Profiles from networks drawn for each placement, paired or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import profiling as _native
from latpred.errors import ConfigError
from latpred.profiling.block_profile import frame_of
from latpred.profiling.kept_values import KeptValues
from latpred.profiling.question import Question, Report, attributes
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["effect_rows", "groups_of", "sampled_frames", "spec_text"]

Floats = NDArray[np.float64]

_AT_ONCE = 2**18  # networks drawn at a time
_REMEMBERED = 2**22  # distinct networks of which values are held
_MOST_VALUES = 2**29


class _Sample:
    """The values of random networks and of those of each placement, and which are extreme."""

    def __init__(self, question: Question, paired: bool, kept: KeptValues, report: Any) -> None:
        self.question, self.paired, self.kept, self.report = question, paired, kept, report
        count, places = question.samples, len(question.placements)
        self.total = count * (places + 1) * len(question.metrics)
        self.done = 0
        if self.total > _MOST_VALUES:
            raise ConfigError(
                f"block profile: {count} samples of {places} placements are more than memory is "
                "planned for, fewer samples or a pooled or exact design expected"
            )
        names = [metric.name for metric in question.metrics]
        self.placed = {name: np.empty((places, count)) for name in names}
        self.random: dict[str, Floats] = {}
        self.networks: dict[tuple[str, int, bool], str] = {}
        self._distinct: Any = None
        self._values: dict[str, Floats] = {}

    def run(self) -> _Sample:
        """Draw and evaluate everything, a group of placements at a time."""
        asked = self.question
        base = _native.draw_random(asked.space, asked.samples, seed=asked.seed)
        for name, values in self._evaluate(base).items():
            self.random[name] = values
            self._note_extremes(name, -1, base, values, 0)
        for first, group in self._groups():
            archs = _native.draw_placements(
                asked.space,
                group,
                asked.samples,
                estimand=asked.estimand,
                paired=self.paired,
                seed=asked.seed,
            )
            for name, values in self._evaluate(archs).items():
                rows = values.reshape(len(group), asked.samples)
                for place, row in enumerate(rows):
                    self.placed[name][first + place] = row
                    self._note_extremes(name, first + place, archs, row, place * asked.samples)
        return self

    def _groups(self) -> Iterator[tuple[int, list[Any]]]:
        size = max(1, _AT_ONCE // self.question.samples)
        placements = list(self.question.placements)
        for first in range(0, len(placements), size):
            yield first, placements[first : first + size]

    def _evaluate(self, archs: Architectures) -> dict[str, Floats]:
        """N values of each metric; networks that came before are not asked for again."""
        if self._distinct is None or len(self._distinct) > _REMEMBERED:
            self._distinct = _native.DistinctNetworks(self.question.space)
            self._values = {m.name: np.empty(0) for m in self.question.metrics}
        before = len(self._distinct)
        numbers = self._distinct.add(archs)
        fresh = self._distinct.all[before:]
        for metric in self.question.metrics:
            found = self.kept.evaluate(metric, fresh, self._advance) if len(fresh) else np.empty(0)
            self._values[metric.name] = np.concatenate([self._values[metric.name], found])
        return {name: values[numbers] for name, values in self._values.items()}

    def _advance(self, more: int) -> None:
        self.done += more
        if self.report is not None:
            self.report(min(self.done, self.total), self.total, "")

    def _note_extremes(
        self, name: str, place: int, archs: Architectures, values: Floats, start: int
    ) -> None:
        """Of values that belong to networks from `start` on."""
        for highest in (False, True):
            row = start + int(values.argmax() if highest else values.argmin())
            self.networks[name, place, highest] = archs[[row]].to_strings()[0]


def sampled_frames(
    question: Question, paired: bool, kept: KeptValues, report: Report | None
) -> dict[str, pd.DataFrame]:
    """Frames of a profile by design "paired" or "independent"."""
    sample = _Sample(question, paired, kept, report).run()
    rows: dict[str, list[dict[str, Any]]] = {}
    for metric in question.metrics:
        for name, found in _rows_of(sample, metric.name).items():
            rows.setdefault(name, []).extend(found)
    return {name: frame_of(name, found) for name, found in rows.items()}


def _rows_of(sample: _Sample, metric: str) -> dict[str, list[dict[str, Any]]]:
    asked = sample.question
    values = (sample.random[metric], sample.placed[metric])
    columns = _native.design_effects(
        *values, paired=sample.paired, confidence=asked.confidence, seed=asked.seed
    )
    precision = _precision_rows(asked, metric, columns)
    effects = effect_rows(asked, metric, columns)
    for place, row in enumerate(effects):
        row |= _extremes(sample, metric, place)
    random = _native.random_summary(values[0], confidence=asked.confidence)
    summary = {name: column[0] for name, column in random.items()}
    return {
        "effects": effects,
        "random": [{"metric": metric} | summary | _extremes(sample, metric, -1)],
        "block_means": _group_rows(sample, metric, by_block=True),
        "depth_effects": _group_rows(sample, metric, by_block=False),
        "precision": precision,
    }


def _extremes(sample: _Sample, metric: str, place: int) -> dict[str, str]:
    networks = sample.networks
    return {"highest": networks[metric, place, True], "lowest": networks[metric, place, False]}


def effect_rows(asked: Question, metric: str, columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each placement, with what is said of the block itself."""
    rows = []
    for number, placement in enumerate(asked.placements):
        row: dict[str, Any] = {"metric": metric, "unit": placement.unit, "layer": placement.layer}
        row |= {"place": placement.place, "block": placement.block, "name": placement.name}
        row |= {name: column[number] for name, column in columns.items()}
        row |= {"label": placement.label, "spec": spec_text(placement.specs)}
        rows.append(row | attributes(asked.space, placement))
    return rows


def spec_text(specs: list[list[float]]) -> str:
    """As the original writes them; empty where it has no such blocks."""
    numbers = [[int(x) if x == int(x) else x for x in spec] for spec in specs]
    return str(numbers) if numbers else ""


def groups_of(placements: Sequence[Any], *, by_block: bool) -> list[list[int]]:
    """Numbers of the placements of each block, or of each layer; of single blocks only."""
    groups: dict[Any, list[int]] = {}
    for number, placement in enumerate(placements):
        if placement.unit >= 0 and placement.single:
            key = placement.block if by_block else (placement.unit, placement.layer)
            groups.setdefault(key, []).append(number)
    return list(groups.values())


def _group_rows(sample: _Sample, metric: str, *, by_block: bool) -> list[dict[str, Any]]:
    """Means over the places of a block, or over the blocks of a layer minus the random mean."""
    asked = sample.question
    groups = groups_of(asked.placements, by_block=by_block)
    columns = _native.group_means(
        sample.random[metric],
        sample.placed[metric],
        paired=sample.paired,
        groups=groups,
        contrast=not by_block,
        confidence=asked.confidence,
    )
    rows = []
    for number, group in enumerate(groups):
        first = asked.placements[group[0]]
        row: dict[str, Any] = {"metric": metric}
        row |= {"block": first.block} if by_block else {"unit": first.unit, "layer": first.layer}
        found = {name: column[number] for name, column in columns.items()}
        if not by_block:
            found["effect"] = found.pop("mean")
        rows.append(row | found | (attributes(asked.space, first) if by_block else {}))
    return rows


def _precision_rows(asked: Question, metric: str, columns: dict[str, Any]) -> list[dict[str, Any]]:
    """The largest spread of a single effect, where the design tells it."""
    given = {"metric": metric, "terms": 1, "evaluations": len(asked.placements) + 1}
    found = {name: columns.pop(f"{name}_deviation") for name in ("paired", "independent")}
    return [
        given | {"design": name, "deviation": value, "largest": value}
        for name, value in found.items()
        if value > 0
    ]
