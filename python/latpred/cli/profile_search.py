"""The verb `latpred profile-search`: search by mutations of units, in full and reduced spaces.

What `rm_search` of Ascend-Research/BlockProfile does; see docs/block_profiling.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from latpred.cli.common import Json, Limits, Seed, limits_of, show, split
from latpred.cli.outputs import kept_in, output
from latpred.cli.profile_inputs import chosen_metrics, own_models
from latpred.cli.profile_names import OwnModels, ProfiledSpace, Values
from latpred.cli.search import check_ending, front_rows, write_front

if TYPE_CHECKING:
    import latpred as lp

__all__ = ["profile_search", "register"]

Goals = Annotated[
    str,
    typer.Option(
        help="Goals separated by commas; the first is maximised, the others are minimised."
    ),
]
Method = Annotated[
    str,
    typer.Option(help="pareto: the front. max-accuracy: the best first goal within --limit."),
]
Insight = Annotated[
    str | None,
    typer.Option(help="Search the space that people reduced: npu, n10, gpu, cpu, max-accuracy."),
]
Derived = Annotated[
    int | None,
    typer.Option(
        min=2, help="Search the space derived from a profile of so many networks, made first."
    ),
]
Control = Annotated[
    bool, typer.Option("--control", help="Instead, a random space of the same size.")
]
Limit = Annotated[
    float | None,
    typer.Option(help="Largest value of the second goal, with 1e-5 tolerance: ms of a latency."),
]
LimitMs = Annotated[
    float | None, typer.Option(help="Largest value of the goal that is a latency, in ms.")
]
Initial = Annotated[int | None, typer.Option(min=2, help="Random networks to begin with.")]
Iterations = Annotated[int | None, typer.Option(min=0, help="Rounds of children.")]
Children = Annotated[int | None, typer.Option(min=1, help="New networks a round.")]
Top = Annotated[int, typer.Option(min=1, help="Parents of max-accuracy.")]
Fronts = Annotated[int, typer.Option(min=1, help="Successive fronts kept as parents.")]
Depth = Annotated[int, typer.Option(min=1, help="Mutations from a parent to its child.")]
Resolution = Annotated[
    int | None, typer.Option(help="Pixels of all networks. [default: 224 of the original's spaces]")
]
Out = Annotated[
    Path | None, output("--out", "-o", help="Where to write the front (.csv or .json).")
]


def profile_search(
    space: ProfiledSpace = "OFAPred",
    goals: Goals = "accuracy,npu_latency",
    method: Method = "pareto",
    insight: Insight = None,
    derived: Derived = None,
    control: Control = False,
    limit: Limit = None,
    limit_ms: LimitMs = None,
    limits: Limits = None,
    initial: Initial = None,
    iterations: Iterations = None,
    children: Children = None,
    top: Top = 10,
    fronts: Fronts = 1,
    mutation_depth: Depth = 1,
    resolution: Resolution = None,
    model: OwnModels = None,
    store: Values = None,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Search by mutations of whole units.

    Finds the front, or the best within a limit.
    """
    import latpred as lp

    check_ending(out)
    chosen = chosen_metrics(space, split([goals]), own_models(model), None)
    place = _at(chosen.space, chosen.resolution if resolution is None else resolution)
    reduction = _reduced(place, chosen.metrics, insight, derived, control, seed)
    bounds = _bounds(chosen.metrics, limit, limit_ms, limits_of(limits))
    options = _problem(chosen.metrics, bounds, method)
    options |= {"initial": initial, "iterations": iterations, "children": children, "top": top}
    options |= {"fronts": fronts, "mutation_depth": mutation_depth, "store": store, "seed": seed}
    options |= {"method": method, "progress": not as_json}
    with kept_in(store):
        found = lp.profiling.unit_search(reduction or place, **options)
    rows = front_rows(found, {"objective": next(iter(chosen.metrics))})
    document = _document(found, reduction, seed) | {"rows": rows}
    show(document, as_json)
    write_front(out, document)


def _at(place: lp.Space, pixels: int | None) -> lp.Space:
    return place if pixels is None else place.restrict(place.name, allowed={"r": [pixels]})


def _bounds(
    metrics: dict[str, Any], limit: float | None, limit_ms: float | None, given: dict[str, float]
) -> dict[str, float]:
    """Limits by goal: --limit is of the second one, --limit-ms and "latency" of the latency."""
    import latpred as lp

    names = list(metrics)
    if limit is not None and len(names) < 2:
        raise lp.ConfigError("profile-search: --limit needs a second goal in --goals, one is given")
    asked = [] if limit is None else [(names[1], limit)]
    asked += [] if limit_ms is None else [(_latency_of(names), limit_ms)]
    for name, value in given.items():
        asked.append((_latency_of(names) if name == "latency" else name, value))
    found: dict[str, float] = {}
    for name, value in asked:
        if found.setdefault(name, value) != value:
            raise lp.ConfigError(f"profile-search: {name[:60]} has two limits, one expected")
    return found


def _latency_of(names: list[str]) -> str:
    """The goal that is a latency."""
    import latpred as lp

    found = [name for name in names if name == "latency" or name.endswith("_latency")]
    if len(found) != 1:
        raise lp.ConfigError(
            f"profile-search: a limit of the latency, {len(found)} of the goals "
            f"{', '.join(names)[:200]} are one: --limits NAME=VALUE expected"
        )
    return found[0]


def _problem(metrics: dict[str, Any], bounds: dict[str, float], method: str) -> dict[str, Any]:
    """Goals and limits as `unit_search` takes them."""
    best = next(iter(metrics))
    if method != "pareto":
        limits = {name: (metrics.get(name, name), value) for name, value in bounds.items()}
        return {"objective": metrics[best], "limits": limits or None}
    return {"objectives": metrics, "maximise": [best], "limits": bounds or None}


def _reduced(
    place: lp.Space,
    metrics: dict[str, Any],
    insight: str | None,
    derived: int | None,
    control: bool,
    seed: int,
) -> lp.profiling.Reduction | None:
    import latpred as lp

    if insight is not None and derived is not None:
        raise lp.ConfigError("profile-search: --insight or --derived expected, got both")
    if insight is not None:
        found = lp.profiling.insight_space(place, insight)
    elif derived is not None:
        best = [next(iter(metrics))]
        arm = lp.profiling.derived_arm(place, metrics, maximise=best, samples=derived)
        found = arm(seed)
    elif control:
        raise lp.ConfigError("profile-search: --control is of --insight or --derived")
    else:
        return None
    return lp.profiling.random_control(found, place, seed) if control else found


def _document(
    found: lp.SearchResult, reduction: lp.profiling.Reduction | None, seed: int
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "space": "full" if reduction is None else reduction.source,
        "left_out": 0 if reduction is None else len(reduction.rules),
        "profile_evaluations": 0 if reduction is None else reduction.evaluations,
        "evaluations": found.evaluations,
        "seed": seed,
        "best": found.architecture.to_strings()[0],
    }
    if "hypervolume" in found.history:
        document["hypervolume"] = float(found.history["hypervolume"][-1])
    return document


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="profile-search")(profile_search)
