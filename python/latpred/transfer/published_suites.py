"""The suites that compare published methods: quick and full, under both protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from latpred.base.extras import has_torch
from latpred.transfer.suite_plan import SuitePlan, Tables, plan_of

__all__ = ["PUBLISHED_METHODS", "PUBLISHED_TASKS", "full_suite", "quick_suite"]

PUBLISHED_TASKS = ("FD", "F1", "F2", "F3", "F4", "FA", "ND")
"""NASFLAT's tasks whose devices are all among the named data."""
PUBLISHED_METHODS = (
    *("nasflat", "nasflat-gin", "multipredict", "brp-nas", "help", "combined"),
    *("best", "layer-wise", "flops"),
)
"""Methods of the comparison, those that train a network first."""
_SAMPLES, _SEEDS = 20, 3
_QUICK_NETWORKS = 100
_SHORT: Mapping[str, Any] = {"settings": {"epochs": 40}}
# Name -> what its class is given in the quick form: honest, and by the published protocol, where
# the authors' form stays but for the number of epochs. What is not here takes no time.
_QUICK: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "nasflat": ({"preset": "quick"}, _SHORT),
    "nasflat-gin": ({"preset": "gin-quick"}, _SHORT),
    "multipredict": ({"preset": "quick"}, _SHORT),
    "brp-nas": ({"preset": "quick"}, {"preset": "quick"}),
    "help": ({"preset": "quick"}, {"settings": {"episodes": 300, "learning_rate": 1e-3}}),
    "combined": ({"preset": "quick"}, {"preset": "quick"}),
}


def quick_suite(
    tasks: object = PUBLISHED_TASKS,
    methods: Sequence[str] | None = None,
    *,
    seeds: object = _SEEDS,
    sampler: str = "random",
    tables: Tables = None,
) -> tuple[SuitePlan, SuitePlan]:
    """The plans of the comparison in its quick form: honest ones, then under the old protocol.

    Budgets are equal: each method knows the same 100 networks of each source and 20 of the target
    and trains for at most 40 epochs (HELP: 300 episodes), with three seeds. By the published
    protocol each has its authors' form, but for these numbers, and the samples that it wishes for.

    Args:
        tasks, seeds, tables: As of `suite`.
        methods: Of `PUBLISHED_METHODS`; those of them that this build has where None.
        sampler: How the samples of the honest comparison are chosen, the same for all methods.

    Returns:
        Two plans for `suite`.

    Raises:
        ConfigError: As `suite`.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=1)
        >>> honest, legacy = lp.transfer.quick_suite(task, ["best", "flops"], tables=devices)
        >>> honest.source_samples, legacy.protocol
        (100, ('legacy',))
    """
    return _plans(tasks, _compared(methods), _QUICK, seeds, sampler, _QUICK_NETWORKS, tables)


def full_suite(
    tasks: object = PUBLISHED_TASKS,
    methods: Sequence[str] | None = None,
    *,
    seeds: object = _SEEDS,
    sampler: str = "random",
    tables: Tables = None,
) -> tuple[SuitePlan, SuitePlan]:
    """The plans of the comparison in full: published numbers of networks and epochs; hours.

    Honest methods know the same 800 (FBNet) or 900 networks of each source, those under the
    published protocol as many as their authors gave them; see `quick_suite` for the rest.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=1)
        >>> honest, _ = lp.transfer.full_suite(task, ["best"], seeds=5, tables=devices)
        >>> honest.seeds, honest.source_samples
        ((0, 1, 2, 3, 4), None)
    """
    return _plans(tasks, _compared(methods), {}, seeds, sampler, None, tables)


def _compared(methods: Sequence[str] | None) -> list[str]:
    """The methods to compare: those asked for, or those of all that this build has."""
    from latpred.transfer.few_shot import methods as simple
    from latpred.transfer.network_methods import trained_methods

    here = (*simple(), *(trained_methods() if has_torch() else ()))
    return [name for name in PUBLISHED_METHODS if name in here] if methods is None else [*methods]


def _plans(
    tasks: object,
    names: Sequence[str],
    settings: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]],
    seeds: object,
    sampler: str,
    source_samples: int | None,
    tables: Tables,
) -> tuple[SuitePlan, SuitePlan]:
    def plan(place: int, way: str, protocol: str) -> SuitePlan:
        forms = {
            name: {"method": name, **settings[name][place]} if name in settings else name
            for name in names
        }
        return plan_of(
            tasks, forms, _SAMPLES, seeds, samplers=way, source_samples=source_samples,
            protocol=protocol, tables=tables,
        )  # fmt: skip

    return plan(0, sampler, "honest"), plan(1, "method", "legacy")
