"""Optuna's samplers in a study, and studies in Optuna's form; needs the extra `optuna`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from latpred.base.extras import require
from latpred.tuning.ledger import Ledger, Trial
from latpred.tuning.parameters import Choice, Fixed, Float, Integer, Parameters, choices_of

if TYPE_CHECKING:
    import optuna

__all__ = ["ask", "to_optuna"]

Scalar = bool | int | float | str


def ask(
    space: Parameters,
    trials: Sequence[Trial],
    make: Callable[[int], Any] | None,
    seed: int,
    count: int,
) -> list[dict[str, Any]]:
    """Return the values of `count` new trials from a sampler that knows `trials`.

    Args:
        space: The hyper-parameters.
        trials: Those before, by number.
        make: Gives a sampler of Optuna for a seed; None for `TPESampler`.
        seed: For the sampler.
        count: How many; they do not learn from each other.
    """
    optuna = require("optuna", "the sampler tpe")
    sampler = optuna.samplers.TPESampler(seed=seed) if make is None else make(seed)
    study = _new_study(optuna, space, trials, sampler)
    forms = _distributions(optuna, space)
    return [_from_optuna(space, study.ask(forms).params) for _ in range(count)]


def to_optuna(study: Ledger) -> optuna.Study:
    """Return an `optuna.Study` in memory with all trials that are over.

    For Optuna's own figures, as `optuna.visualization.matplotlib.plot_param_importances(…)`.
    """
    return _new_study(
        require("optuna", "to_optuna"), Parameters(study.parameters), study.trials, None
    )


def _new_study(optuna: Any, space: Parameters, trials: Sequence[Trial], sampler: Any) -> Any:
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study(direction="minimize", sampler=sampler)
    finally:
        optuna.logging.set_verbosity(before)
    forms = _distributions(optuna, space)
    states = optuna.trial.TrialState
    kinds = {"done": states.COMPLETE, "stopped": states.PRUNED, "failed": states.FAIL}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # experimental notes, and steps of failed trials
        for trial in trials:
            if trial.state in kinds:
                made = optuna.trial.create_trial(
                    state=kinds[trial.state],
                    params=_to_optuna(space, trial.params),
                    distributions=forms,
                    value=trial.loss if trial.state == "done" else None,
                    intermediate_values={i + 1: float(x) for i, x in enumerate(trial.losses)},
                    user_attrs={"number": trial.number, "reason": trial.reason},
                )
                study.add_trial(made)
    return study


def _distributions(optuna: Any, space: Parameters) -> dict[str, Any]:
    forms = {}
    for name, d in space.distributions.items():
        if isinstance(d, Float):
            forms[name] = optuna.distributions.FloatDistribution(d.low, d.high, log=d.log)
        elif isinstance(d, Integer):
            forms[name] = optuna.distributions.IntDistribution(d.low, d.high, log=d.log)
        else:
            forms[name] = optuna.distributions.CategoricalDistribution(_labels(d))
    return forms


def _labels(distribution: Choice | Fixed) -> list[Scalar]:
    """The choices themselves, where Optuna can hold them and tell them apart, else as text."""
    choices = list(choices_of(distribution))
    plain = all(isinstance(choice, bool | int | float | str) for choice in choices)
    return choices if plain and len(set(choices)) == len(choices) else [repr(c) for c in choices]


def _to_optuna(space: Parameters, values: dict[str, Any]) -> dict[str, Any]:
    numbers = space.configuration(values)
    items = zip(space.distributions.items(), numbers, strict=True)
    return {
        name: values[name] if isinstance(d, Float | Integer) else _labels(d)[int(number)]
        for (name, d), number in items
    }


def _from_optuna(space: Parameters, values: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, d in space.distributions.items():
        if isinstance(d, Fixed):
            found[name] = d.value
        elif isinstance(d, Choice):
            found[name] = d.values[_labels(d).index(values[name])]
        else:
            found[name] = values[name]
    return found
