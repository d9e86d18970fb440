"""Pickles and copies of whatever is public: they come back equal, in other processes too."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import multiprocessing
import pickle
import runpy
from collections.abc import Callable, Mapping
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.base.extras import has_torch
from latpred.base.live import Live
from latpred.measurement import ScriptedRunnable, SyntheticClock, SystemClock
from latpred.tuning import Float

from tools import example_rules as rules

# An object of each public class, made of the names that examples start from.
MADE = {
    "Architectures": "archs[:5]",
    "Space": "space",
    "Gene": "space.genes[0]",
    "Place": "space.places[1]",
    "OpGraph": "archs[0].graph()",
    "Window": "lp.graphs.Window([3, 5], stride=2, padding=[1, 1, 2, 2], groups=2)",
    "GraphBatch": "lp.graphs.graph_batch([archs[0].graph()])",
    "Device": "lp.Device(threads=2)",
    "LatencyTable": "lp.LatencyTable(archs, table.latency_ms, 'board', meta={'a': 1})",
    "AuditReport": "lp.audit_splits(table[:40], table[30:])",
    "Finding": "lp.audit_splits(table[:40], table[30:]).findings[0]",
    "DeviceTables": "devices",
    "DeviceDescription": "lp.device_generic.DeviceDescription(2.0, 4, 8, 20)",
    "Evaluation": "lp.evaluate(table.latency_ms, table.latency_ms + 0.1)",
    "SearchResult": "found",
    "Front": "found.front",
    "LimitSearch": "lp.device_generic.search(ms_of(space), 'params', 2.0, budget=60, space=space)",
    "Attainment": "lp.attainment([found, found], goals=('macs', 'params'))",
    "Study": "study",
    "Trial": "study.best",
    "StudySettings": "study.settings",
    "Float": "Float(1e-4, 1, log=True)",
    "Integer": "lp.tuning.Integer(1, 8)",
    "Choice": "lp.tuning.Choice([1, 'a', None])",
    "Fixed": "lp.tuning.Fixed(0.9)",
    "FlopsPredictor": "lp.FlopsPredictor().fit(table)",
    "AdditivePredictor": "lp.AdditivePredictor().fit(table)",
    "GaussianProcessPredictor": "lp.GaussianProcessPredictor().fit(table[:20])",
    "EnsemblePredictor": "lp.EnsemblePredictor(lp.FlopsPredictor(), members=2).fit(table)",
    "LookupMeasurement": "lp.fit_lookup_table(table)",
    "LookupEntry": "lp.fit_lookup_table(table).entries[0]",
    "Candidates": "lp.transfer.Candidates(archs[:1], np.array([70.0]), np.array([0.1]), 1.5)",
    "TransferEvaluation": "judged",
    "NetworkFeatures": "lp.NetworkFeatures(archs, np.ones((60, 2), np.float32), name='two')",
    "LatencyMeter": "lp.LatencyMeter(effort='fast', seed=3)",
    "SystemClock": "SystemClock()",
    "NetworkResult": "measured[0]",
    "BlockProfile": "profile",
    "Metric": "lp.profiling.Metric('m', 'macs')",
    "ZeroCostFeatures": "lp.ZeroCostFeatures(['zen']).fit(archs, {'zen': np.arange(60.0)})",
    "Network": "lp.Network(archs[0], seed=3)",
}
NEEDS_TORCH = {"Network", "ZeroCostFeatures", "NetworkFeatures"}


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    given = runpy.run_path(str(rules.SETUP))
    space, archs = given["space"], given["archs"]
    goals = {"macs": "macs", "params": "params"}
    given["found"] = lp.search(
        space, objectives=goals, maximise=["params"], population=8, generations=2, progress=False
    )
    given["study"] = lp.tune(parabola, parameters={"x": Float(-1, 3)}, trials=4, progress=False)
    clock = SyntheticClock()
    meter = lp.LatencyMeter(clock=clock, effort="fast")
    slow, fast = (ScriptedRunnable(str(ms), clock, [ms]) for ms in (2.0, 1.0))
    given["measured"] = meter.measure_callables([slow], fast)
    given["judged"] = lp.transfer.evaluate(
        lp.transfer.TransferTask("t", "own", ("p", "q", "r"), ("s",)),
        "nearest-device",
        10,
        2,
        tables=given["devices"],
    )
    given["profile"] = lp.profile_blocks(space, metrics={"m": "macs"}, samples=40, progress=False)
    given |= {"Float": Float, "SystemClock": SystemClock, "ms_of": ms_of}
    assert len(archs)
    return given


def ms_of(space: lp.Space) -> Callable[[lp.Architectures], Any]:
    """Latencies that nothing can pickle."""
    return lambda archs: space.count(archs)["macs"] * 1e-6


def parabola(trial: Any) -> float:
    """An objective that other processes can import."""
    return (trial.params["x"] - 1) ** 2


def made(name: str, names: Mapping[str, Any]) -> Any:
    if name in NEEDS_TORCH and not has_torch():
        pytest.skip("a build without LibTorch")
    return eval(MADE[name] or "None", dict(names))  # noqa: S307 - the texts above


def same(one: Any, other: Any) -> bool:
    """Equality, also of what holds arrays and frames and of objects without one of their own."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, pd.DataFrame):
        return one.equals(other)
    if isinstance(one, float):
        return one == other or (one != one and other != other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if type(one).__eq__ is not object.__eq__ and not dataclasses.is_dataclass(one):
        return bool(one == other)
    return same(plain(one), plain(other))


def plain(value: Any) -> Any:
    """What an object is made of."""
    if isinstance(value, lp.graphs.OpGraph):
        return value.layers()
    if isinstance(value, lp.Predictor):
        return value.get_params(), value._native and value._native.to_bytes()
    if isinstance(value, lp.Network):
        return value.graph.layers(), value.state_dict(), value.mode
    if isinstance(value, lp.Study):
        return value.ledger_hash, [dataclasses.astuple(trial) for trial in value.trials]
    if hasattr(value, "fields") and not dataclasses.is_dataclass(value):
        return value.fields()
    if hasattr(value, "__dict__"):
        left_out = ("_scaling", "_inputs")
        return {key: part for key, part in vars(value).items() if key not in left_out}
    properties = inspect.getmembers(type(value), lambda member: isinstance(member, property))
    return {name: getattr(value, name) for name, _ in properties}


@pytest.mark.parametrize("name", [name for name, text in MADE.items() if text])
def test_pickled_and_copied(name: str, names: dict[str, Any]) -> None:
    one = made(name, names)
    assert type(one).__name__ == name
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert same(one, pickle.loads(pickle.dumps(one, protocol)))  # noqa: S301
    assert same(one, copy.copy(one))
    assert same(one, copy.deepcopy(one))


@pytest.mark.parametrize("name", ["ofa-resnet50", "nas-bench-201", "ofa-mobilenetv3", "fbnetv3"])
def test_built_in_and_narrowed_spaces(name: str) -> None:
    space = lp.space(name)
    gene = space.genes[0]
    narrow = space.restrict("narrow", allowed={gene.name: gene.choices[:1]})
    for each in (space, narrow):
        again = pickle.loads(pickle.dumps(each))  # noqa: S301
        assert again.same_family(each)
        assert again.name == each.name
        drawn, redrawn = each.sample(5, seed=1), again.sample(5, seed=1)
        assert drawn == redrawn
        assert pickle.loads(pickle.dumps(drawn)) == drawn  # noqa: S301


def length(value: Any) -> int:
    return len(value)


def test_another_process_reads_them(names: dict[str, Any]) -> None:
    given = [names["archs"][:7], names["table"], names["devices"], names["found"].front]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(length, given) == [len(each) for each in given]


def test_joblib_reads_them(names: dict[str, Any]) -> None:
    joblib = pytest.importorskip("joblib")
    table = names["table"]
    work = [joblib.delayed(length)(table[:n]) for n in (3, 5)]
    assert joblib.Parallel(n_jobs=1)(work) == [3, 5]
    assert joblib.hash(table) == joblib.hash(copy.deepcopy(table))


ERRORS = [each for each in vars(lp.errors).values() if inspect.isclass(each)]


@pytest.mark.parametrize("kind", [each for each in ERRORS if issubclass(each, lp.LatpredError)])
def test_errors_travel(kind: type[lp.LatpredError]) -> None:
    again = pickle.loads(pickle.dumps(kind("what was expected")))  # noqa: S301
    assert type(again) is kind
    assert str(again) == "what was expected"


def test_errors_keep_what_they_hold() -> None:
    error = lp.InfeasibleError("no", 3.5, {"latency": 3.5})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (again.minimum_ms, again.minima) == (3.5, {"latency": 3.5})


def test_what_cannot_be_pickled_says_so() -> None:
    clock = SyntheticClock()
    for each in (lp.graphs.GraphBuilder(), lp.cost_objective("macs"), clock, Live()):
        for call in (pickle.dumps, copy.copy, copy.deepcopy, lambda one: pickle.dumps(one, 0)):
            with pytest.raises(lp.ArgumentError, match="cannot be pickled or copied") as caught:
                call(each)
            assert isinstance(caught.value, TypeError)
            assert len(str(caught.value)) < 160


@pytest.mark.parametrize(
    "state",
    [(), (1, 2), ("no space", "x", "", (None,) * 5, ((), (), (), ())), ([],) * 5, (None,) * 5],
)
def test_states_of_no_space(state: tuple[Any, ...]) -> None:
    with pytest.raises((lp.LatpredError, IndexError, RuntimeError)):
        lp.Space.__new__(lp.Space).__setstate__(state)


def test_pickled_genes_are_checked(names: dict[str, Any]) -> None:
    archs = names["archs"][:2]
    hostile = lp.Architectures.__new__(lp.Architectures)
    with pytest.raises(lp.ArchitectureError):
        hostile.__setstate__((archs.space, np.full_like(archs.genes, 99)))


def test_a_study_goes_on_after_its_pickle() -> None:
    whole = lp.tune(parabola, parameters={"x": Float(-1, 3)}, trials=6, progress=False)
    begun = lp.Study(parabola, {"x": Float(-1, 3)}, dataclasses.replace(whole.settings))
    again = pickle.loads(pickle.dumps(begun)).run(progress=False)  # noqa: S301
    assert again.ledger_hash == whole.ledger_hash
    assert pickle.loads(pickle.dumps(again)).ledger_hash == whole.ledger_hash  # noqa: S301
