"""Results are equal where their contents are: no comparison of arrays is an error."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.base.equal import Compared, same
from latpred.base.shown import Shown

ROOMS = (
    "datasets", "device_generic", "evaluation", "lookup", "measurement", "onboarding", "profiling",
    "searching", "transfer", "tuning",
)  # fmt: skip
VALUES: dict[str, Any] = {
    "array": np.array([1.0, np.nan]),
    "text": "a",
    "frame": pd.DataFrame({"a": [1.0, np.nan]}),
    "nested": {"a": [np.zeros(3), (np.ones(2),)], "b": np.nan},
    "empty": np.zeros((0, 3)),
}


def results() -> Iterator[type[Any]]:
    """Public dataclasses of the rooms that are compared by their contents."""
    for room in ROOMS:
        for module in pkgutil.iter_modules(importlib.import_module(f"latpred.{room}").__path__):
            found = importlib.import_module(f"latpred.{room}.{module.name}")
            for name in getattr(found, "__all__", []):
                kind = getattr(found, name)
                if (
                    isinstance(kind, type)
                    and issubclass(kind, Compared)
                    and dataclasses.is_dataclass(kind)
                ):
                    yield kind


def made(kind: type[Any], value: object) -> Any:
    one = object.__new__(kind)
    for each in dataclasses.fields(kind):
        object.__setattr__(one, each.name, copy.deepcopy(value))
    return one


@pytest.mark.parametrize("value", VALUES)
def test_every_result_can_be_compared(value: str) -> None:
    kinds = list(dict.fromkeys(results()))
    assert len(kinds) > 15
    for kind in kinds:
        by_content = kind.__dataclass_params__.eq
        one, other = made(kind, VALUES[value]), made(kind, VALUES[value])
        assert (one == one) is True, kind
        assert (one == other) is by_content, kind
        assert one != made(kind, np.array([1.0, 2.0, 3.0])), kind
        assert one != "a"
        assert one is not None


@pytest.mark.parametrize("value", VALUES)
def test_values(value: str) -> None:
    assert same(VALUES[value], copy.deepcopy(VALUES[value]))
    for name, other in VALUES.items():
        assert same(VALUES[value], other) is (name == value)


def test_other_arrays_are_others() -> None:
    assert not same(np.zeros(3), np.zeros(4))
    assert not same(np.zeros(3), [0.0, 0.0, 0.0])
    assert not same(np.array(["a"]), np.array(["b"]))
    assert not same([1, 2], (1, 2))
    assert not same({"a": 1}, {"b": 1})


def test_classes_that_say_it_themselves() -> None:
    @dataclass
    class Own(Shown):
        numbers: Any = field(default_factory=lambda: np.zeros(2))

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

        __hash__ = None  # type: ignore[assignment]

    @dataclass(eq=False)
    class Single(Shown):
        number: int = 3

    class Plain(Shown):
        """No dataclass: each is itself alone."""

    plain = Plain()
    assert plain == plain
    assert plain != Plain()
    assert Own() == Own(np.ones(9))
    one = Single()
    assert one == one
    assert one != Single()
    assert len({one, one, Single()}) == 2


def test_searches_and_spaces() -> None:
    units = [{"channels": [8, 12], "depth": [1, 2]}]
    spaces = [lp.define_space("two", resolutions=[24], units=units) for _ in range(2)]
    assert spaces[0] == spaces[1]
    assert hash(spaces[0]) == hash(spaces[1])
    assert spaces[0] != lp.define_space("three", resolutions=[24], units=units)
    assert spaces[0] != spaces[0].restrict("two", allowed={"c": [8]})
    assert lp.space("fbnet") == lp.space("fbnet") != lp.space("fbnet", image_size=224)
    assert lp.space("fbnet") != "fbnet"
    found = [
        lp.search(space, objective="params", population=8, generations=2, progress=False)
        for space in spaces
    ]
    assert found[0] == found[1]
    assert found[0].front == copy.deepcopy(found[0].front)
    other = lp.search(spaces[0], objective="params", maximise=False, population=8, generations=2,
                      progress=False)  # fmt: skip
    assert found[0] != other
