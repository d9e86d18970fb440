"""The searches of a study: each target, limit and seed, judged by the true latencies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from latpred._core import guided as _guided
from latpred._core import transfer as _native
from latpred._core.predictors import DeviceFitter
from latpred.base.progress import Progress, with_bar
from latpred.errors import Cancelled, ConfigError, LatpredError
from latpred.predictors.rows import Values
from latpred.spaces import Architectures, Objective
from latpred.transfer.judged_runs import Setting
from latpred.transfer.limited_search import TransferSearch, searched
from latpred.transfer.search_inputs import (
    Known,
    Valued,
    evolution_of,
    limit_settings,
    objective_of,
    ranking,
)
from latpred.transfer.tables import DeviceTables

__all__ = ["METRICS", "Study"]

METRICS = (
    "accuracy",
    "oracle_accuracy",
    "regret",
    "held_percent",
    "excess_percent",
    "measured_percent",
    "measurements",
)


@dataclass(frozen=True)
class Study:
    """What is the same in all searches."""

    tables: DeviceTables
    candidates: Architectures
    accuracies: Values
    options: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        tables: DeviceTables,
        candidates: Architectures | None,
        accuracy: Valued,
        score: Valued | None,
    ) -> Study:
        """Of what a user gives; networks of the tables where there are no candidates."""
        pool = tables.archs if candidates is None else candidates
        if not isinstance(pool, Architectures):
            found = type(pool).__name__
            raise ConfigError(f"search_study: Architectures as candidates expected, got {found}")
        worth = objective_of("accuracy", accuracy, pool).evaluate(pool)
        ranked = ranking(accuracy, score, pool)
        return cls(tables, pool, worth, {"space": tables.space, "candidates": pool, **ranked})

    def run(
        self,
        fitter: DeviceFitter,
        setting: Setting,
        limits: Mapping[str, Sequence[float]],
        counts: tuple[int, int, int],
        progress: bool,
    ) -> tuple[dict[str, Any], ...]:
        """A row for each seed, device and limit. `counts`: seeds, verifications, finalists."""
        seeds, verify, finalists = counts
        asked = [
            (device, limit_settings(limit, setting.confidence, verify, finalists))
            for device, given in limits.items()
            for limit in _listed(given)
        ]

        def rows(report: Progress | None) -> Iterator[dict[str, Any]]:
            for done in range(seeds):
                if report is not None:
                    report(done, seeds, f"seed {setting.seed + done}")
                yield from self._of_seed(fitter, replace(setting, seed=setting.seed + done), asked)

        found = with_bar(progress, "searches", lambda report: tuple(rows(report)))
        errors = [row.pop("error") for row in found]
        if errors and all(errors):
            raise errors[0]
        return found

    def _of_seed(
        self, fitter: DeviceFitter, setting: Setting, asked: list[tuple[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        learnt, measured = _native.learnt_task(
            fitter,
            self.tables.matrix,
            sources=self.tables.columns(setting.sources),
            targets=self.tables.columns(setting.targets),
            samples=setting.samples,
            source_samples=setting.source_samples,
            sampler=setting.sampler,
            seed=setting.seed,
        )
        rows = dict(zip(setting.targets, measured, strict=True))
        truths = {
            device: _guided.listed_values(self.tables.archs, self.tables[device].latency_ms)
            for device in setting.targets
        }
        models = {}
        for device, limit in asked:
            row = {"device": device, "limit_ms": limit.limit, "seed": setting.seed}
            try:
                if device not in models:
                    models[device] = learnt.adapt(*rows[device], seed=setting.seed)
                archs, values = rows[device]
                known = Known(archs, values, models[device], learnt)
                yield row | self._of_limit(known, truths[device], limit, setting.seed)
            except Cancelled:
                raise
            except LatpredError as error:
                lost = dict.fromkeys((*METRICS, "true_ms"), math.nan) | {"held_percent": 0.0}
                yield row | lost | {"architecture": None, "failure": str(error), "error": error}

    def _of_limit(
        self, known: Known, truth: Objective, limit: _guided.LimitSettings, seed: int
    ) -> dict[str, Any]:
        evolution = evolution_of(100, 0, seed)  # there is a list of candidates
        options = {**self.options, "meter": truth, "limit": limit, "evolution": evolution}
        found: TransferSearch = searched(known, options)
        judged = _guided.judge_choice(
            found.architecture,
            self.candidates,
            self.accuracies,
            truth.evaluate(self.candidates),
            limit.limit,
        )
        return {
            "architecture": found.architecture.to_strings()[0],
            "true_ms": judged.latency,
            "accuracy": judged.accuracy,
            "oracle_accuracy": judged.oracle,
            "regret": judged.regret,
            "held_percent": judged.held_percent,
            "excess_percent": judged.excess_percent,
            "measured_percent": 100.0 * found.best.measured,
            "measurements": float(found.measurements),
            "failure": "",
            "error": None,
        }


def _listed(limits: object) -> Sequence[float]:
    if isinstance(limits, str) or not isinstance(limits, Sequence):
        found = type(limits).__name__
        raise ConfigError(f"search_study: a list of limits of each device expected, got {found}")
    return limits
