"""True and False are no numbers, in lists and dicts as little as alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import searching, spaces

OFA = lp.space("ofa-mobilenetv3", resolutions=[224])
CELLS = lp.space("nas-bench-201")
TRUTHS = pytest.mark.parametrize("truth", [True, False, np.True_], ids=repr)


def entries(truth: Any) -> dict[int, dict[str, Any]]:
    keys = lp.LookupTablePredictor.keys(OFA.sample(300, seed=0))
    return {224: {key: 0.1 for network in keys for key in network} | {"one more": truth}}


def settings(**more: Any) -> object:
    given = {"population": 4, "generations": 1, "parent_ratio": 0.5, "mutation_ratio": 0.5}
    return searching.SearchSettings(**{**given, "mutation_rate": 0.1, "seed": 0, **more})


CALLS: dict[str, Callable[[Any], object]] = {
    "a list of integers": lambda truth: lp.graphs.Window([3, truth]),
    "a list behind others": lambda truth: lp.graphs.Window(kernel=[3, 3], padding=[0, 0, 1, truth]),
    "the last of many": lambda truth: settings(reference=[1.5] * 5000 + [truth]),
    "a row of an array": lambda truth: lp.evaluate([1.0, 2.0], [1.0, truth]),
    "values of a dict": lambda truth: OFA.restrict("r", mutation_rates={"d[0]": truth}),
    "values of dicts in a dict": lambda truth: lp.LookupTablePredictor.from_entries(
        entries(truth), OFA
    ),
    "a number": lambda truth: settings(mutation_rate=truth),
    "a device": lambda truth: lp.device_generic.DeviceDescription(truth, 4, 8, 20),
    "a limit of a unit": lambda truth: lp.search(
        OFA, objective="macs", unit_limits={"u1": {"d": truth}}, progress=False
    ),
    "a limit": lambda truth: lp.search(
        OFA, objective="macs", limits=[("params", truth)], progress=False
    ),
    "a seed": lambda truth: CELLS.sample(2, seed=truth),
}


@TRUTHS
@pytest.mark.parametrize("name", CALLS)
def test_compiled_and_other_functions(name: str, truth: object) -> None:
    with pytest.raises(lp.LatpredError) as caught:
        CALLS[name](truth)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 500


def test_a_message_names_item_and_key() -> None:
    with pytest.raises(lp.ArgumentError, match=r"padding is .*item 3 is True"):
        lp.graphs.Window(kernel=[3, 3], padding=[0, 0, 1, True])
    with pytest.raises(lp.ArgumentError, match=r"a dict of numbers \(of 'd\[0\]' it is True\)"):
        OFA.restrict("r", mutation_rates={"d[0]": True})


def test_flags_and_what_is_looked_at_by_nobody_may_be_true() -> None:
    assert len(CELLS.sample(4)[[True, False, True, False]]) == 2
    assert spaces.space_names()
    study = lp.tune(
        lambda trial: float(trial.params["x"]),
        parameters={"x": [True, False]},
        sampler="grid",
        progress=False,
    )
    assert study.best.params == {"x": False}
