"""What a search under a latency limit is given, in the forms that the compiled core takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from latpred._core import guided as _native
from latpred._core import searching as _searching
from latpred.base.numbers import number_or_none, numbers
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, DataError, NotFittedError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Values, integer_setting
from latpred.spaces import Architectures, Objective, Space, as_objective
from latpred.spaces import space as space_of
from latpred.transfer.few_shot import TransferPredictor

__all__ = [
    "Known",
    "Valued",
    "evolution_of",
    "limit_settings",
    "objective_of",
    "ranking",
    "searched_space",
]

# What gives networks values: an objective, the name of a cost, a table, or numbers of a list.
Valued: TypeAlias = (
    Objective | Predictor | Callable[[Architectures], ArrayLike] | str | LatencyTable | ArrayLike
)
_SMALL_SPACE = 200_000  # whose networks are all looked at


@dataclass(frozen=True)
class Known:
    """Networks measured on the device, its model, and what adapts that to more of them."""

    archs: Architectures
    latency_ms: Values
    model: Any
    learnt: Any

    @classmethod
    def of(
        cls,
        predictor: Predictor,
        meter: Objective | None,
        among: Architectures | Space,
        samples: int,
    ) -> Known:
        """Of a fitted predictor; of another after `samples` measurements by `meter`."""
        if not isinstance(predictor, TransferPredictor) or predictor.sources is None:
            return cls._of_fixed(predictor)
        learnt = predictor._learnt()
        if predictor._rows is not None:
            return cls(*predictor._rows, predictor._fitted(), learnt)
        if meter is None:
            raise NotFittedError("transfer.search: a fitted predictor, or `measure`, expected")
        networks = _networks(predictor, among)
        chosen = learnt.choose(networks, samples)
        archs = networks[chosen.astype(np.intp)]
        return cls(archs, meter.evaluate(archs), None, learnt)

    @classmethod
    def _of_fixed(cls, predictor: Predictor) -> Known:
        native = predictor._fitted()
        if predictor.unit != "ms":
            raise ConfigError(f"transfer.search: a predictor of {predictor.unit}, of ms expected")
        if predictor._rows is not None:
            if predictor.calibration_rows == 0:
                predictor.predict_interval(predictor._rows[0][:1])
            return cls(*predictor._rows, native, None)
        return cls(native.space.architectures([]), np.zeros(0), native, None)


def _networks(predictor: TransferPredictor, among: Architectures | Space) -> Architectures:
    """What samples are chosen from."""
    if isinstance(among, Architectures):
        return among
    if among.size <= _SMALL_SPACE:
        return among.enumerate()
    sources: Any = predictor.sources
    table = sources if hasattr(sources, "archs") else next(iter(sources.values()))
    found: Architectures = table.archs
    return found


def objective_of(
    name: str, given: Valued, candidates: Architectures | None, where: str = "transfer.search"
) -> Objective:
    """An objective; numbers are those of the candidates, a table those of its networks."""
    if isinstance(given, str):
        return _searching.cost_objective(given)
    if isinstance(given, LatencyTable):
        return _native.listed_values(given.archs, numbers(given.latency_ms, f"{where}: {name}"))
    if isinstance(given, (Objective, Predictor)) or callable(given):
        return as_objective(given)
    if candidates is None:
        raise ConfigError(
            f"{where}: {_kind(given)} as {name} without candidates, an objective expected"
        )
    values = numbers(given, f"{where}: {name}")
    if values.ndim != 1:
        raise DataError(f"{where}: {name} of shape {values.shape}, N numbers expected")
    return _native.listed_values(candidates, values)


def ranking(
    accuracy: Valued, score: Valued | None, candidates: Architectures | None
) -> dict[str, Objective | None]:
    """What ranks candidates, and what decides between the best of them where it is another."""
    decides = objective_of("accuracy", accuracy, candidates)
    if score is None:
        return {"score": decides, "accuracy": None}
    return {"score": objective_of("score", score, candidates), "accuracy": decides}


def searched_space(
    space: Space | str | None, predictor: Predictor, candidates: Architectures | None
) -> Space:
    """The space asked for, or that of the predictor; the candidates are checked."""
    if candidates is not None and not isinstance(candidates, Architectures):
        found_kind = _kind(candidates)
        raise ConfigError(
            f"transfer.search: Architectures as candidates expected, got {found_kind}"
        )
    if isinstance(space, str):
        return space_of(space)
    if space is not None and not isinstance(space, Space):
        raise ConfigError(f"transfer.search: {_kind(space)}, a space or its name expected")
    if space is not None:
        return space
    if not isinstance(predictor, Predictor):
        raise ConfigError(f"transfer.search: {_kind(predictor)}, a latency predictor expected")
    if predictor._native is None and isinstance(predictor, TransferPredictor):
        sources: Any = predictor.sources
        tables = list(sources.values()) if isinstance(sources, dict) else [sources]
        if tables and hasattr(tables[0], "archs"):
            found: Space = tables[0].archs.space
            return found
    return predictor.space


def limit_settings(
    limit_ms: object, confidence: object, verify: object, finalists: object
) -> _native.LimitSettings:
    """What is asked of the search; the core says which limits and confidences it takes."""
    return _native.LimitSettings(
        limit=_real("limit_ms", limit_ms),
        confidence=_real("confidence", confidence),
        tests=integer_setting("transfer.search", "verify", verify, 0),
        finalists=integer_setting("transfer.search", "finalists", finalists, 1),
    )


def evolution_of(
    population: object, generations: object, seed: object
) -> _searching.SearchSettings:
    """Settings of evolution, with the rates of `lp.search`."""
    return _searching.SearchSettings(
        population=integer_setting("transfer.search", "population", population, 1),
        generations=integer_setting("transfer.search", "generations", generations, 0),
        seed=integer_setting("transfer.search", "seed", seed, 0),
        parent_ratio=0.25,
        mutation_ratio=0.5,
        mutation_rate=0.1,
    )


def _real(name: str, value: object) -> float:
    found = number_or_none(value)
    if found is None:
        raise ConfigError(f"transfer.search: {name} is {_kind(value)}, a number expected")
    return found


def _kind(value: object) -> str:
    return type(value).__name__
