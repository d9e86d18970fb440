"""Spaces, batches and what holds them go to other processes and are copied."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spaces.drawn_spaces import own_spaces, restrictions


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301


def same_space(a: lp.Space, b: lp.Space) -> bool:
    facts = (
        "name",
        "family",
        "definition",
        "width",
        "resolutions",
        "image_size",
        "classes",
        "size",
    )
    return a.same_family(b) and all(getattr(a, fact) == getattr(b, fact) for fact in facts)


@pytest.mark.parametrize("name", lp.spaces.space_names())
def test_built_in_spaces(name: str) -> None:
    space = lp.space(name)
    archs = space.sample(30, seed=2)
    found = again(archs)
    assert same_space(found.space, space)
    assert found == archs
    assert found.to_strings() == archs.to_strings()
    assert np.array_equal(found.hashes, archs.hashes)
    # Restrictions are kept: sampling goes the same way.
    assert found.space.sample(30, seed=3) == space.sample(30, seed=3)


def test_options() -> None:
    space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[128, 196])
    assert same_space(again(space), space)
    assert again(space).resolutions == [128, 196]


def moves(space: lp.Space) -> tuple[lp.Architectures, lp.Architectures]:
    """What sampling and mutation draw, which restrictions and rates decide."""
    archs = space.sample(20, seed=0)
    return archs, space.mutate(archs, rate=0.5, seed=4)


@settings(max_examples=30)
@given(st.data())
def test_own_and_restricted_spaces(data: st.DataObject) -> None:
    space = data.draw(own_spaces())
    try:
        narrow = space.restrict("narrow", **data.draw(restrictions(space)))
        moves(narrow)
    except lp.ConfigError:  # contradicting, or hardly anything is left
        narrow = space.restrict("narrow", mutation_rates={"ks": 2.0})
    for one in (space, narrow):
        found = again(one)
        assert same_space(found, one)
        assert moves(found) == moves(one)


def test_one_space_stays_one() -> None:
    archs = lp.space("nas-bench-201").sample(4, seed=0)
    first, second = again((archs[:2], archs[2:]))
    assert first + second == archs
    space, batch = again((archs.space, archs))
    assert batch.space is space


def test_copies_share_the_space() -> None:
    archs = lp.space("ofa-resnet50").sample(3, seed=0)
    for copied in (copy.copy(archs), copy.deepcopy(archs)):
        assert copied == archs
    assert copy.deepcopy(archs.space) is archs.space
    assert copy.deepcopy(archs[0].graph()).costs == archs[0].graph().costs


def test_an_empty_batch() -> None:
    empty = lp.space("nas-bench-201").sample(2, seed=0)[:0]
    assert len(again(empty)) == 0
    assert again(empty).space.name == "nas-bench-201"


def test_tables_devices_meters_and_results() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(20, seed=0)
    table = lp.LatencyTable(archs, np.linspace(1, 2, 20), device="d", low_ms=np.ones(20))
    found = again(table)
    assert found.archs == archs
    assert np.array_equal(found.latency_ms, table.latency_ms)
    assert np.array_equal(found.low_ms, table.low_ms)
    assert found.device == "d"
    device = lp.Device("libtorch", 2, 4, mode="plain", name="board")
    assert again(device) == device
    assert copy.deepcopy(device) == device
    result = lp.search(
        space, objective=lambda a: a.genes.sum(1), generations=2, population=8, progress=False
    )
    assert again(result).architecture == result.architecture


@pytest.mark.libtorch
def test_meters() -> None:
    meter = lp.LatencyMeter(lp.Device(threads=2), effort="fast", seed=3)
    for found in (again(meter), copy.deepcopy(meter)):
        assert (found.device, found.effort, found.seed) == (meter.device, "fast", 3)


def total(archs: lp.Architectures) -> list[float]:
    return [float(value) for value in archs.space.count(archs)["macs"]]


def test_another_process_takes_them() -> None:
    archs = lp.space("compofa-fixed").sample(6, seed=0)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(total, archs).result() == total(archs)
