"""A search that may measure: predict where the model is sure, measure where it is not."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from latpred._core import guided as _native
from latpred._core import searching as _searching
from latpred.base.arguments import shown
from latpred.base.progress import with_bar
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, InfeasibleError
from latpred.searching.learning import EVEN, LatencyModel
from latpred.searching.limits import Limits, latency_limit, limit_number
from latpred.searching.measuring_result import MeasuringResult, MeasuringRun
from latpred.searching.problem import reference_values
from latpred.searching.readings import Readings, meter_of
from latpred.spaces import Architectures, Objective, Space, as_objective
from latpred.spaces import space as space_of

__all__ = ["measuring_search"]

WHERE = "measuring_search"
MOST = 2**62  # measurements of a search that has minutes alone
BATCH = 16  # of it


def measuring_search(
    space: Space | str,
    *,
    objective: Any,
    latency: Any,
    meter: Any = None,
    measurements: int | None = None,
    minutes: float | None = None,
    limit_ms: float | None = None,
    limits: Limits | None = None,
    confidence: float = 0.95,
    maximise: bool = True,
    candidates: Architectures | None = None,
    measured: LatencyTable | None = None,
    batch: int = 0,
    first: int = 0,
    reference: Mapping[str, float] | None = None,
    population: int = 100,
    generations: int = 100,
    seed: int = 0,
    clock: Callable[[], float] = time.monotonic,
    progress: bool = True,
) -> MeasuringResult:
    """Find the front of an objective against latency with few measurements.

    Each round predicts the latencies of all candidates with intervals. Where an interval leaves
    open whether a network belongs to the front (or, with `limit_ms`, whether it keeps the limit and
    beats the best network known to), the network may be measured: a batch of those that could add
    most. The model learns from the batch and the next round begins. Where nothing is open, a batch
    of those that are nearest to it is measured: it ends if they confirm the intervals, and goes on
    with wider ones if not. It ends, too, where the budget is used.

    Spaces of up to 200,000 networks are looked at whole; in larger ones the candidates of a round
    are the fronts that NSGA-II (evolution, under a limit) finds for upper bounds, predictions and
    lower bounds.

    Args:
        space: Where to search, or its name.
        objective: What to maximise, or with `maximise=False` to minimise: as of `lp.search`.
        latency: A latency predictor, or a device pack. One that is not fitted begins with networks
            chosen by a D-optimal design. The rows of a fitted one count as measured; one from a
            file is corrected by a Gaussian process from ten measurements on.
        meter: What measures: a `LatencyMeter`, a callable that takes N architectures and returns N
            latencies in ms or a latency table, or a table that has them; that of `latency` where it
            has one. A network that cannot be measured is left out. Readings of a `LatencyMeter` are
            brought to the speed of the first batch by the references beside them.
        measurements: Most networks to measure.
        minutes: Most time, by `clock`; a batch is no longer than what is left for it.
        limit_ms: Largest latency; then only networks within it are of interest.
        limits: {"latency": 20} means the same as limit_ms=20; there are no others.
        confidence: Of the interval's ends, each, .5 to below 1.
        maximise: Whether more of the objective is better.
        candidates: Networks to choose from, instead of the space.
        measured: Rows that are known already, e.g. `table` of an interrupted search; they do not
            count as measurements of this one.
        batch: Networks measured between two fits; 0 means a sixteenth of the budget, 8 or more.
        first: Networks that a model begins with which is not fitted; 0 means 20, or a batch.
        reference: {"objective": …, "latency": …} that hypervolumes count from; by default the worst
            of all candidates at the first fit.
        population, generations: Of each round of NSGA-II or evolution.
        seed: Seed for the design, the fits and evolution.
        clock: Seconds.
        progress: Whether to show a bar.

    Raises:
        InfeasibleError: Where no network is known to keep the limit; `measurements` says after how
            many.
        ConfigError: Without a budget or a meter, or for settings out of range.
        DataError: For measurements that are not positive, and values that are not finite.
        KeyboardInterrupt: On Ctrl-C. This and every error on the way has the result so far as its
            attribute `result`.

    Example:
        >>> found = lp.measuring_search(space, objective="params", latency=lp.FlopsPredictor(),
        ...                             meter=lambda a: 1 + 1e-6 * space.count(a)["macs"],
        ...                             measurements=40, progress=False)
        >>> found.measurements <= 40, len(found.front) == len(found.front.measured)
        (True, True)
    """
    place = space_of(space) if isinstance(space, str) else space
    budget = Budget(measurements, minutes, clock)
    readings = Readings(WHERE, meter_of(WHERE, meter, latency), one_speed=True)
    model = _model(latency, place, confidence).with_rows(measured)
    limit = latency_limit(WHERE, limit_ms, limits)
    options = _given(place, objective, maximise, candidates, model)
    options |= {
        "measure": budget.counting(readings),
        "allowance": budget.allowance,
        "settings": _settings(budget, batch, first, limit, confidence, reference, maximise, seed),
        "evolution": _evolution(population, generations, seed),
    }
    run = MeasuringRun(place, _native.MeasuringState(place), readings, limit, bool(maximise))
    return _searched(run, options, progress)


def _given(
    space: Space,
    objective: Any,
    maximise: bool,
    candidates: Architectures | None,
    model: LatencyModel,
) -> dict[str, Any]:
    return {
        "space": space,
        "objective": _objective(objective),
        "maximise": bool(maximise),
        "candidates": candidates,
        "model": model.native,
        "fitter": model.fitter,
        "measured": model.archs,
        "latency_ms": model.latency_ms,
    }


def _settings(
    budget: Budget,
    batch: int,
    first: int,
    limit: float | None,
    confidence: float,
    reference: Mapping[str, float] | None,
    maximise: bool,
    seed: int,
) -> Any:
    return _native.MeasuringSettings(
        measurements=budget.measurements,
        batch=_count("batch", batch) or budget.batch,
        first=_count("first", first),
        limit=limit,
        confidence=limit_number(WHERE, "confidence", confidence),
        reference=_reference(reference, maximise=maximise),
        seed=_count("seed", seed),
    )


def _searched(run: MeasuringRun, options: dict[str, Any], progress: bool) -> MeasuringResult:
    """Search; whatever ends it early carries the result so far."""
    try:
        with_bar(
            progress,
            "measuring",
            lambda show: _native.search_measuring(run.state, **options, progress=show),
        )
        if run.limit_ms is not None and len(run.state.front) == 0:
            known = [one.value for one in run.state.readings if math.isfinite(one.value)]
            least = min(known, default=math.nan)
            raise InfeasibleError(
                f"{WHERE}: no network is known to keep {run.limit_ms:g} ms after "
                f"{len(run.state.readings)} measurements ({run.state.stopped})",
                least,
                {"latency": least},
            )
    except BaseException as error:
        error.result = run.result()  # type: ignore[attr-defined]
        if isinstance(error, InfeasibleError):
            error.measurements = len(run.state.readings)
        if isinstance(error, KeyboardInterrupt):
            error.add_note(f"{len(run.state.readings)} measurements are in its attribute result")
        raise
    return run.result()


class Budget:
    """Measurements, minutes, or both."""

    def __init__(
        self, measurements: int | None, minutes: float | None, clock: Callable[[], float]
    ) -> None:
        if measurements is None and minutes is None:
            raise ConfigError(f"{WHERE}: a budget expected, measurements= or minutes=")
        self.measurements = MOST if measurements is None else _count("measurements", measurements)
        self.batch = BATCH if measurements is None else 0
        self._clock = clock
        self._end: float | None = None
        if minutes is not None:
            seconds = 60 * limit_number(WHERE, "time, minutes,", minutes)
            self._end = clock() + seconds
            if not 0 < seconds < float("inf"):
                raise ConfigError(f"{WHERE}: minutes={shown(minutes)}, above 0 expected")
        self._spent, self._measured = 0.0, 0

    def counting(self, measure: Callable[[Architectures], Any]) -> Callable[[Architectures], Any]:
        """The same, with the time that it takes noted."""

        def measured(archs: Architectures) -> Any:
            begin = self._clock()
            found = measure(archs)
            self._spent += self._clock() - begin
            self._measured += len(archs)
            return found

        return measured

    def allowance(self, wanted: int) -> int:
        """How many of so many networks there is time to measure."""
        if self._end is None:
            return wanted
        left = self._end - self._clock()
        if left <= 0 or self._spent == 0:
            return wanted if left > 0 else 0
        return min(wanted, int(left / (self._spent / self._measured)))


def _model(latency: Any, space: Space, confidence: float) -> LatencyModel:
    """The model, with intervals where it is fitted."""
    found = LatencyModel.of(latency, space)
    if found is None:
        raise ConfigError(
            f"{WHERE}: latency={shown(latency)}, a latency predictor or a device pack expected"
        )
    if found.native is not None and confidence > EVEN:
        latency.upper_bound(confidence)  # calibrates it where that is still to be done
    return found


def _objective(given: Any) -> Objective:
    return _searching.cost_objective(given) if isinstance(given, str) else as_objective(given)


def _reference(given: Mapping[str, float] | None, *, maximise: bool) -> list[float]:
    """Score and latency; scores of what is minimised have their sign turned."""
    found = reference_values(given, ["objective", "latency"])
    if found is None:
        return []
    score, latency = found
    return [score if maximise else -score, latency]


def _evolution(population: int, generations: int, seed: int) -> Any:
    return _searching.SearchSettings(
        population=_count("population", population),
        generations=_count("generations", generations),
        parent_ratio=0.25,
        mutation_ratio=0.5,
        mutation_rate=0.1,
        seed=_count("seed", seed),
    )


def _count(name: str, value: object) -> int:
    """A whole number from 0 up."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise ConfigError(f"{WHERE}: {name}={shown(value)}, an integer >= 0 expected")
    return int(value)
