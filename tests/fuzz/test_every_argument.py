"""Every public function and constructor, with what does not belong there in each place."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import latpred as lp
import matplotlib.pyplot as plt
import pytest

from tests.fuzz.arguments import complaint
from tools import example_rules as rules

ROOMS = (
    lp.datasets, lp.device_generic, lp.encodings, lp.graphs, lp.metrics, lp.plots, lp.profiling,
    lp.sampling, lp.spaces, lp.transfer, lp.tuning,
)  # fmt: skip
PUBLIC = {
    name: value
    for name, value in rules.public_names([lp, *ROOMS]).items()
    if not (inspect.isclass(value) and issubclass(value, BaseException))
}
# What all of these are is refused before anything is run, whatever stands beside it.
WRONG: dict[str, Any] = {
    "a text": "no such thing",
    "a truth value": True,
    "nan": math.nan,
    "a huge number": 2**200,
    "mixed values": [1.5, "a"],
    "a dict": {"a": 1},
    "an object": object(),
    "a class": dict,
}
# With nothing else wrong they may run for long: with a seed, a flag or a name of theirs that fits.
RUN = {"latpred.doctor", "latpred.example_table"}
NAMED_TUPLES = {"latpred.spaces.Place"}  # Python makes their constructors


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Those with a name; none where Python does not know, as of compiled functions."""
    try:
        known = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return []
    return [one for one in known if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]


def calls(function: Callable[..., Any]) -> Iterator[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """What is wrong, and the arguments."""
    known = parameters(function)
    needed = [one.name for one in known if one.default is one.empty]
    for one in known:
        if not needed:
            break  # all the others are right
        for kind, wrong in WRONG.items():
            others = {name: object() for name in needed if name != one.name}
            if others or one.name in needed:
                yield f"{one.name} is {kind}", (), {**others, one.name: wrong}
    if not known:
        for kind, wrong in WRONG.items():
            yield f"the first is {kind}", (wrong,), {}
    yield "an argument of no such name", (), {"colour": 1}


@pytest.mark.parametrize("room", sorted({name.rpartition(".")[0] for name in PUBLIC}))
def test_one_sentence(room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = []
    for name, function in PUBLIC.items():
        if name.rpartition(".")[0] != room or name in RUN | NAMED_TUPLES:
            continue
        for what, args, keywords in calls(function):
            said = complaint(function, args, keywords)
            found += [f"{name}: {what}: {said}"] if said else []
            plt.close("all")
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("wrong", [True, 2**40, 10**12, -3, 1.0, "3", math.nan])
def test_counts(wrong: Any) -> None:
    """Compiled functions, Python's, and settings of predictors that are checked when they fit."""
    table = lp.example_table()[:30]
    space = table.space
    counted: list[Callable[[Any], object]] = [
        space.sample,
        lambda n: lp.Device(threads=n),
        lambda n: lp.Device(batch_size=n),
        lambda n: lp.search(space, objective="macs", population=n, progress=False),
        lambda n: lp.search(space, objective="macs", generations=n, progress=False),
        lambda n: lp.AdditivePredictor().fit(table).calibrate(table, folds=n),
        lambda n: lp.EnsemblePredictor(members=n).fit(table),
        lambda n: lp.AutoPredictor(folds=n).fit(table),
        lambda n: lp.MlpPredictor(epochs=n).fit(table),
        lambda n: lp.MlpPredictor(batch_size=n).fit(table),
        lambda n: lp.learning_curve(lp.FlopsPredictor(), table, sizes=(5,), repeats=n),
        lambda n: lp.learning_curve(lp.FlopsPredictor(), table, sizes=(n,), repeats=1),
        lambda n: lp.profile_blocks(space, {"macs": "macs"}, samples=n, progress=False),
        lambda n: lp.transfer.make_task({"a": table, "b": table}, sources=n),
        lambda n: lp.tune(lp.FlopsPredictor, table, trials=n),
    ]
    for number, call in enumerate(counted):
        try:
            call(wrong)
        except lp.LatpredError as error:
            text = str(error)
        else:
            raise AssertionError(f"number {number} takes it")
        assert "\n" not in text, number
        assert len(text) < 420, number
