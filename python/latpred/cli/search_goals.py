"""What the goals and the space of `latpred search` mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from latpred.cli.search_options import USUAL_ACCURACY

if TYPE_CHECKING:
    import latpred as lp

__all__ = ["accuracy_of", "limits_ms", "objective_of", "space_of"]


def objective_of(name: str, given: dict[str, Any]) -> tuple[str, Any]:
    """Name and what is meant by it; costs are their own names."""
    import latpred as lp

    name, equals, file = name.partition("=")
    if equals:
        return name, lp.load_predictor(file)
    if name == "accuracy":
        return name, given["accuracy"]()
    if name not in given:
        _require_cost(name, given)
    return name, given.get(name, name)


def _require_cost(name: str, others: Collection[str]) -> None:
    """ConfigError for a name that is no cost; one of the others may have been meant."""
    import latpred as lp
    from latpred.base.names import did_you_mean

    try:
        lp.cost_objective(name)
    except lp.ConfigError:
        if hint := did_you_mean(name, others):
            raise lp.ConfigError(f"search: no objective {name[:60]!r}{hint}") from None
        raise


def limits_ms(given: Sequence[float], bounds: Mapping[str, float]) -> Sequence[float]:
    """The limits of the latency to search under, one after the other; ConfigError without one."""
    import latpred as lp
    from latpred.base.names import did_you_mean

    found = given or [bounds[name] for name in ("latency",) if name in bounds]
    if not found:
        hint = next(filter(None, (did_you_mean(name, ["latency"]) for name in bounds)), "")
        raise lp.ConfigError(
            f"search: --limit-ms, --limits latency=… or --objectives expected{hint}"
        )
    return found


def space_of(space: str, own: lp.Space) -> lp.Space:
    """The space of that name, of the predictor's width, or of that file."""
    import latpred as lp

    return lp.space(space, width=None if lp.spaces.is_space_file(space) else own.width)


def accuracy_of(given: str | None, place: lp.Space) -> object:
    """What accuracy means: what is given, or the usual model in a space that it knows."""
    import latpred as lp

    if given is not None:
        costs = place.count(place.sample(1, seed=0))
        return lp.cost_objective(given) if given in costs else lp.load_accuracy(given)
    model = lp.load_accuracy(USUAL_ACCURACY)
    try:
        model.predict(place.sample(1, seed=0))
    except lp.LatpredError:
        raise lp.ConfigError(
            f"search: no accuracy of networks of {place.name} is known here: --accuracy expected, "
            "a model or table of them or a cost such as macs, or --objectives without accuracy"
        ) from None
    return model
