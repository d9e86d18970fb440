"""The verb `latpred search`: one objective under latency limits, or fronts of several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from latpred.cli.common import Json, Limits, Seed, limits_of, show, split
from latpred.cli.outputs import refuse_inputs
from latpred.cli.search_goals import accuracy_of, limits_ms, objective_of, space_of
from latpred.cli.search_options import (
    Accuracy,
    Confidence,
    LimitMs,
    Maximise,
    Method,
    Model,
    Objectives,
    Out,
    Space,
    Verify,
)
from latpred.cli.search_verdicts import has_intervals, judged, verdict_columns

if TYPE_CHECKING:
    import latpred as lp

KEPT = ("upper_ms", "measured_ms", "verdict", "measurements")  # how the limit is kept
MOST_ROWS = 10  # of a front that people are shown

__all__ = ["check_ending", "front_rows", "register", "search", "write_front"]


def search(
    model: Model,
    limit_ms: LimitMs = None,
    objectives: Objectives = None,
    limits: Limits = None,
    maximise: Maximise = None,
    confidence: Confidence = None,
    verify: Verify = 0,
    accuracy: Accuracy = None,
    space: Space = None,
    method: Method = None,
    population: Annotated[int, typer.Option(min=4, help="Networks of a generation.")] = 100,
    generations: Annotated[int, typer.Option(min=0, help="Number of generations.")] = 500,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Find the most accurate network under a latency limit.

    Under each limit that is given; with --objectives, the front of several goals.
    """
    import latpred as lp

    check_ending(out, model)
    predictor = _predictor(model)
    own = predictor.space
    place = own if space is None else space_of(space, own)
    given: dict[str, Any] = {"latency": predictor, "accuracy": lambda: accuracy_of(accuracy, place)}
    common: dict[str, Any] = {"method": method, "population": population, "seed": seed}
    common |= {"generations": generations, "progress": not as_json}
    bounds, names = limits_of(limits), split(objectives or [])
    if names:
        _refuse_for_fronts(confidence, verify)
        found, limit = _front(place, names, given, bounds, limit_ms or [], maximise, common)
        written = _judged_front(found, limit, predictor, seed)
        write_front(out, written)
        show(written if as_json else _few(written, out), as_json)
        return
    if maximise:
        raise lp.ConfigError("search: --maximise needs --objectives, none is given")
    common |= {"confidence": confidence, "verify": verify or False}
    shown, fronts = _best(place, given, bounds, limit_ms or [], common)
    write_front(out, {"seed": seed, "rows": fronts})
    show(shown, as_json)


def _predictor(model: Path) -> lp.Predictor | lp.DevicePack:
    """A model file, or the pack of a search space."""
    import latpred as lp

    if not model.is_dir():
        return lp.load_predictor(model)
    found = lp.load_pack(model)
    if isinstance(found, lp.NetworkPack):
        raise lp.ConfigError(
            f"{model}: a pack of networks of any kind, that of a search space expected; in Python "
            "lp.search(space, latency=pack) takes it"
        )
    return found


def _refuse_for_fronts(confidence: float | None, verify: int) -> None:
    import latpred as lp

    if confidence is not None or verify:
        raise lp.ConfigError("search: --confidence and --verify are for one accuracy")


def _judged_front(
    found: lp.SearchResult, limit: float | None, model: lp.Predictor | lp.DevicePack, seed: int
) -> dict[str, Any]:
    """The front as a document, with verdicts where there is a limit and the model can tell."""
    written = _document(found, seed)
    if limit is not None and has_intervals(model):
        written["rows"] = judged(written["rows"], model, found.front.archs, limit)
    return written


def _best(
    place: lp.Space,
    given: dict[str, Any],
    bounds: dict[str, float],
    limit_ms: Sequence[float],
    common: dict[str, Any],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The most accurate network under each latency limit, and all fronts."""
    import latpred as lp

    limit_ms = limits_ms(limit_ms, bounds)
    objective = given["accuracy"]()
    rows, fronts = [], []
    for limit in limit_ms:
        found = lp.search(
            place,
            objective=objective,
            latency=given["latency"],
            limit_ms=limit,
            limits=bounds or None,
            **common,
        )
        _note(found, shown=common["progress"])
        row = {"limit_ms": limit, "latency_ms": found.latency_ms, "accuracy": found.objective}
        row |= verdict_columns(given["latency"], found.architecture, limit)[0]
        row |= {name: found.values[name] for name in bounds if name != "latency"}
        kept = found.to_dict()
        row |= {name: kept[name] for name in KEPT if name in kept}
        row |= {"evaluations": found.evaluations}
        rows.append({**row, "architecture": found.architecture.to_strings()[0]})
        front = front_rows(found, {"objective": "accuracy"})
        front = judged(front, given["latency"], found.front.archs, limit)
        fronts += [{"limit_ms": limit} | one for one in front]
    _say_without(given["latency"], common)
    return rows, fronts


def _front(
    place: lp.Space,
    names: Sequence[str],
    given: dict[str, Any],
    bounds: dict[str, float],
    limit_ms: Sequence[float],
    maximise: list[str] | None,
    common: dict[str, Any],
) -> tuple[lp.SearchResult, float | None]:
    """All goals at once, and the limit of the predictor's latency."""
    import latpred as lp

    if limit_ms:
        if {*limit_ms, bounds.get("latency", limit_ms[0])} != {limit_ms[0]}:
            raise lp.ConfigError("search: with --objectives one limit of the latency expected")
        bounds = {"latency": limit_ms[0]} | bounds
    goals = dict(objective_of(name, given) for name in names)
    if len(goals) < len(names):
        raise lp.ConfigError(f"search: objectives {', '.join(names)}, each once expected")
    limits: dict[str, Any] = {}
    for name, value in bounds.items():
        other = given["latency"] if name == "latency" and name not in goals else None
        limits[name] = value if other is None else (other, value)
    up = split(maximise) if maximise else [name for name in goals if name == "accuracy"]
    found = lp.search(place, objectives=goals, limits=limits or None, maximise=up, **common)
    _note(found, shown=common["progress"])
    if bounds.get("latency") is None:
        return found, None
    _say_without(given["latency"], common)
    return found, bounds["latency"]


def _note(found: lp.SearchResult, *, shown: bool) -> None:
    """What a search has to say of its limits, on standard error."""
    for hint in found.hints if shown else ():
        typer.echo(f"note: {hint}", err=True)


def _say_without(predictor: lp.Predictor, common: dict[str, Any]) -> None:
    """Why there is no verdict, on standard error."""
    if common["progress"] and not has_intervals(predictor):
        typer.echo(
            "note: the predictor has no intervals, so that nothing says how far off its latencies "
            "may be; `latpred fit --intervals`, or calibrate() before it is saved, gives it some",
            err=True,
        )


def _few(document: dict[str, Any], out: Path | None) -> dict[str, Any]:
    """The document with ten rows of the front, from one end to the other."""
    rows = document["rows"]
    if len(rows) <= MOST_ROWS:
        return document
    import numpy as np

    chosen = [rows[place] for place in np.linspace(0, len(rows) - 1, MOST_ROWS).astype(int)]
    where = f"all are in {out}" if out is not None else "--out FILE keeps all"
    shown = f"{MOST_ROWS} of {len(rows):,}; {where}"
    return {**document, "front": shown, "rows": chosen}


def front_rows(found: lp.SearchResult, names: dict[str, str]) -> list[dict[str, Any]]:
    """A row an architecture of the front; some goals get other names."""
    columns = {names.get(name, name): v.tolist() for name, v in found.front.values.items()}
    texts = found.front.archs.to_strings()
    return [
        {"architecture": text} | {name: column[row] for name, column in columns.items()}
        for row, text in enumerate(texts)
    ]


def _document(found: lp.SearchResult, seed: int) -> dict[str, Any]:
    senses = found.front.maximise
    document: dict[str, Any] = {
        "maximise": [name for name, up in senses.items() if up],
        "minimise": [name for name, up in senses.items() if not up],
        "evaluations": found.evaluations,
        "seed": seed,
    }
    if "hypervolume" in found.history:
        document["hypervolume"] = float(found.history["hypervolume"][-1])
    return document | {"rows": front_rows(found, {})}


def check_ending(out: Path | None, *inputs: Path) -> None:
    """ConfigError where `write_front` could not, or should not, write there."""
    import latpred as lp

    refuse_inputs(out, *inputs)
    if out is not None and out.suffix.lower() not in (".csv", ".json"):
        raise lp.ConfigError(f"search: --out {out}: ending .csv or .json expected")


def write_front(out: Path | None, document: dict[str, Any]) -> None:
    """The front's rows as CSV, or all as JSON."""
    from latpred.base.files import write
    from latpred.base.json import json_text
    from latpred.base.tables import write_rows

    if out is None:
        return
    rows = document["rows"]
    if out.suffix.lower() == ".csv":
        write_rows(out, rows)
        return
    write(out, json_text(document) + "\n")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(search)
