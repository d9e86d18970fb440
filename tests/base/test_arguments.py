"""Wrong arguments of compiled and of Python's functions: one sentence that names the argument."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import base as core
from latpred._core import searching
from latpred.base.arguments import shown

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(6)


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("looked at")

    __str__ = __len__ = __bool__ = __iter__ = __repr__  # type: ignore[assignment]


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(lp.ArgumentError) as caught:
        call()
    text = str(caught.value)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, lp.ConfigError)
    assert "\n" not in text
    assert len(text) < 500
    return text


WRONG = [
    ("3", "'3'"), (None, "None"), (2.5, "2.5"), (math.nan, "nan"), ([1], "a list of 1"),
    ({}, "a dict of 0"), (b"3", "bytes"), (1j, "complex"), (np.float32(2.0), "float32"),
    (np.ones(3), "an array of shape (3)"), ("x" * 10**6, "'xxx"), (Hostile(), "a Hostile"),
    ([0] * 10**6, "a list of 1000000"), (object(), "an object"), (dict, "the class dict"),
    (Fraction(1, 2), "Fraction"), ("a\nb\0", "'a?b?'"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "said"), WRONG, ids=range(len(WRONG)))
def test_a_compiled_function_names_argument_and_value(value: Any, said: str) -> None:
    for call in (lambda: SPACE.sample(value), lambda: SPACE.sample(count=value)):
        text = refused(call)
        assert text.startswith("Space.sample: count is ")
        assert said in text
        assert text.endswith("an integer expected")
    assert "seed is " in refused(lambda: SPACE.sample(2, seed=value))


@pytest.mark.parametrize(
    "seed",
    [-1, 2**64, -(10**30), np.int64(-5), pytest.param(10**6000, id="of many digits")],
)
def test_integers_beyond_their_type(seed: Any) -> None:
    text = refused(lambda: SPACE.sample(2, seed=seed))
    assert text.startswith("Space.sample: seed: integer ")
    assert text.endswith("one from 0 to 18446744073709551615 expected")


@pytest.mark.parametrize("seed", [0, 2**64 - 1, np.uint64(2**64 - 1), np.array(3)])
def test_integers_of_all_kinds(seed: Any) -> None:
    assert len(SPACE.sample(np.int8(2), seed=seed)) == 2


def test_seeds_have_a_default() -> None:
    assert SPACE.sample(3) == SPACE.sample(3, seed=0)
    assert SPACE.mutate(ARCHS) == SPACE.mutate(ARCHS, seed=0)
    assert SPACE.crossover(ARCHS, ARCHS) == SPACE.crossover(ARCHS, ARCHS, seed=0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: SPACE.sample(3, sed=1), "no argument is called 'sed'; did you mean 'seed'?"),
        (lambda: SPACE.sample(3, **{"q" * 9999: 1}), "no argument is called 'qqq"),
        (SPACE.sample, "count is missing, an integer expected"),
        (lambda: SPACE.sample(3, 4, 5), "3 arguments without a name, at most 1 expected"),
        (lambda: SPACE.sample(3, count=4), "count is given twice"),
        (lambda: lp.Device(thread=2), "did you mean 'threads'?"),
        (lambda: lp.Space.sample(None, 3), "self is None, a Space expected"),
        (lambda: lp.Space.sample(ARCHS, 3), "self is an Architectures, a Space expected"),
        (lp.Space, "cannot be called"),
        (lambda: lp.Architectures(3), "cannot be called"),
        (lambda: lp.graphs.Window(kernel=[3, "3"]), "(item 1 is '3')"),
        (lambda: lp.cost_objective(["macs"]), "name is a list of 1, a text expected"),
        (lambda: ARCHS.graph("0"), "row is '0', an integer expected"),
    ],
)  # fmt: skip
def test_names_counts_and_classes(call: Callable[[], Any], said: str) -> None:
    assert said in refused(call)


def test_classes_that_cannot_be_called_stay_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python fills a type's slot anew whenever one of its special methods is set."""
    for owner in (lp.Space, lp.Architectures):
        monkeypatch.setattr(owner, "__init__", owner.__init__)
        assert "cannot be called" in refused(owner)


@pytest.mark.parametrize("value", ["x", None, [1, 2], 2.5, Hostile()], ids=range(5))
def test_constructors_and_setters(value: Any) -> None:
    text = refused(lambda: searching.SearchSettings(population=value))
    assert "SearchSettings" in text


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: lp.search("ofa-mobilenetv3", objective="macs"),
         "search: space is 'ofa-mobilenetv3', a Space expected, e.g. lp.space('ofa-mobilenetv3')"),
        (lambda: lp.search(SPACE, objective="macs", latency="macs", limit_ms="20"),
         "search: limit_ms is '20', a number or None expected"),
        (lambda: lp.search(SPACE, objektive="macs"), "did you mean 'objective'?"),
        (lambda: lp.search(objective="macs"), "search: space is missing"),
        (lambda: lp.search(SPACE, "macs"), "2 arguments without a name, at most 1 expected"),
        (lambda: lp.search(SPACE, space=SPACE), "space is given twice"),
        (lambda: lp.search(SPACE, objective="macs", progress="no"), "True or False expected"),
        (lambda: lp.search(SPACE, objective="macs", seed=1.5), "seed is 1.5, an integer expected"),
        (lambda: lp.LatencyTable("archs", [1.0]), "archs is 'archs', an Architectures expected"),
        (lambda: lp.space(3), "space: name is 3, a name or a path expected"),
        (lambda: lp.space("fbnet", image_size=[224]), "image_size is a list of 1"),
        (lambda: lp.load_predictor("a\0b"), "path is 'a?b', a path expected"),
        (lambda: lp.load_predictor("b" * 9999), "a path expected"),
        (lambda: lp.load_predictor(3), "path is 3, a path expected"),
        (lambda: lp.FlopsPredictor(3), "FlopsPredictor: 1 arguments without a name"),
        (lambda: lp.AdditivePredictor(ridje=1), "AdditivePredictor: no argument is called 'ridje'"),
        (lambda: lp.audit_splits(SPACE, 3), "part 0 is a Space, a latency table"),
        (lp.transfer.evaluate, "is missing"),
    ],
)  # fmt: skip
def test_functions_of_python(call: Callable[[], Any], said: str) -> None:
    assert said in refused(call)


def test_own_errors_of_a_function_stay() -> None:
    def objective(_: Any) -> Any:
        raise TypeError("mine")

    with pytest.raises(TypeError, match=r"^mine$"):
        lp.search(SPACE, objective=objective, population=4, generations=1, progress=False)


def test_functions_are_what_they_were() -> None:
    assert list(inspect.signature(lp.search).parameters)[:3] == ["space", "objective", "objectives"]
    assert lp.search.__name__ == "search"
    assert (lp.search.__doc__ or "").startswith("Find the architectures")
    assert pickle.loads(pickle.dumps(lp.search)) is lp.search  # noqa: S301
    assert lp.searching.search is lp.search
    assert inspect.signature(lp.AdditivePredictor).parameters.keys() >= {"ridge"}
    assert copy.deepcopy(lp.FlopsPredictor()).get_params() == {}


def test_subclasses_take_their_own_arguments() -> None:
    class Own(lp.FlopsPredictor):
        def __init__(self, extra: int = 3) -> None:
            super().__init__()
            self.extra = extra

    assert Own("any").get_params() == {"extra": "any"}
    with pytest.raises(TypeError, match="unexpected keyword"):
        Own(other=3)


def test_values_are_shown_in_short() -> None:
    for value in (Hostile(), [Hostile()], {"a": Hostile()}, "x" * 10**7, 10**9999):
        assert len(shown(value)) < 100
        assert len(core.shown(value)) < 100


def test_long_messages_are_cut_in_the_middle() -> None:
    text = str(lp.DataError("a" * 5000 + "the end"))
    assert len(text) <= 1003
    assert text.endswith("the end")
    assert str(lp.StorageError("b" * 5000)).count("b") <= 1000


# --- sizes and memory -----------------------------------------------------------------------------


TOO_LARGE = [
    "s.sample(20_000_000_000)",
    "s.sample(2**31 - 1)",
    "s.sample(2**31 - 1, unique=True)",
    "lp.space('ofa-mobilenetv3').sample(10**9)",
    "lp.space('darts').enumerate(limit=10**18)",
    "draw_random(s, 2**28, seed=0)",
    "lp.sampling.choose(s.sample(5), 10**12)",
    "lp.search(s, objective='macs', population=10**9, progress=False)",
]


def test_sizes_are_held_against_memory() -> None:
    """In a process that may take little: what they did was to end it."""
    script = f"""
import resource
import latpred as lp
from latpred._core.profiling import draw_random
s = lp.space("fbnet")
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**30, used + 2**30))
for call in {TOO_LARGE!r}:
    try:
        eval(call)
    except lp.LatpredError as error:
        print(len(str(error)), error)
    else:
        print("done:", call)
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    lines = done.stdout.splitlines()
    assert len(lines) == len(TOO_LARGE)
    assert all(line.split()[0].isdigit() and int(line.split()[0]) < 300 for line in lines), lines


def test_free_memory_is_known() -> None:
    assert 0 < core.free_memory_bytes() < 2**60
    assert Path("/proc/meminfo").exists()


# --- infinite values ------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_objectives_are_finite(value: float) -> None:
    def objective(archs: lp.Architectures) -> Any:
        return np.where(archs.hashes % 3 == 0, value, 1.0)

    native = lp.spaces.as_objective(objective)
    with pytest.raises(lp.DataError, match="finite number expected"):
        native.evaluate(SPACE.sample(30))
    for goals in ({"objective": objective}, {"objectives": {"a": objective, "b": "macs"},
                                              "maximise": ["a"]}):  # fmt: skip
        with pytest.raises(lp.DataError, match="finite number expected"):
            lp.search(SPACE, **goals, population=30, generations=1, progress=False)


def test_a_limited_quantity_is_not_minus_infinite() -> None:
    limits = {"q": (lambda archs: np.full(len(archs), -np.inf), 3.0)}
    with pytest.raises(lp.DataError, match="q is -inf"):
        lp.search(SPACE, objective="macs", limits=limits, population=4, generations=1,
                  progress=False)  # fmt: skip


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_fronts_and_margins_are_finite(value: float) -> None:
    front = {"ms": [1.0, value], "top1": [70.0, 75.0]}
    reference = {"ms": 3.0, "top1": 60.0}
    with pytest.raises(lp.DataError, match="row 1, goal 0"):
        lp.hypervolume(front, reference, maximise=["top1"])
    with pytest.raises(lp.DataError, match="row 1, goal 0"):
        lp.attainment([front], maximise=["top1"])
    fine = {"ms": [1.0, 2.0], "top1": [70.0, 75.0]}
    with pytest.raises(lp.LatpredError, match="finite"):
        lp.hypervolume(fine, {"ms": value, "top1": 60.0}, maximise=["top1"])
    with pytest.raises(lp.ConfigError, match="finite"):
        lp.search(SPACE, objectives={"macs": "macs", "params": "params"}, maximise=[],
                  reference={"macs": value, "params": 1.0}, progress=False)  # fmt: skip
    with pytest.raises(lp.DataError, match="both above 0 and finite expected"):
        lp.metrics.safety_margin([1.0, abs(value)], [1.0, 1.0])


@pytest.mark.parametrize(
    ("front", "reference"),
    [
        (3, {"ms": 1.0}), ("front", {"ms": 1.0}), ({"ms": ["a"]}, {"ms": 1.0}),
        ({"ms": [1.0], "top1": [1.0, 2.0]}, {"ms": 1.0, "top1": 0.0}), ({}, {"ms": 1.0}),
        ({"ms": [1.0]}, {"ms": "a"}), ({"ms": [1.0]}, {"m" * 10**5: 1.0}),
    ],
)  # fmt: skip
def test_what_is_no_front(front: Any, reference: Any) -> None:
    with pytest.raises(lp.LatpredError) as caught:
        lp.hypervolume(front, reference, maximise=[])
    assert len(str(caught.value)) < 500
