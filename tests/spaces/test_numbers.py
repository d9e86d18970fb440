"""No number is cut silently: what a type cannot hold is refused, by name, before anything else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import latpred as lp
import numpy as np
import pytest

BEYOND = 2**32


def described(**changes: Any) -> lp.Space:
    unit = {"channels": [16], **changes.pop("unit", {})}
    return lp.define_space(**{"name": "own", "resolutions": [32], "units": [unit], **changes})


@pytest.mark.parametrize(
    ("changes", "place", "value"),
    [
        ({"resolutions": [BEYOND + 32]}, "space.resolutions", BEYOND + 32),
        ({"resolutions": [65_536]}, "space.resolutions", 65_536),
        ({"unit": {"channels": [BEYOND + 16]}}, r"units\[0\].channels", BEYOND + 16),
        ({"unit": {"channels": [2**63 + 16]}}, r"units\[0\].channels", 2**63 + 16),
        ({"unit": {"channels": [-(2**63)]}}, r"units\[0\].channels", -(2**63)),
        ({"unit": {"channels": [2**64 + 16]}}, r"units\[0\].channels", ""),
        ({"unit": {"channels": [10**30]}}, r"units\[0\].channels", ""),
        ({"unit": {"kernel": [BEYOND + 3]}}, r"units\[0\].kernel", BEYOND + 3),
        ({"unit": {"depth": [BEYOND + 1]}}, r"units\[0\].depth", BEYOND + 1),
        ({"unit": {"stride": BEYOND + 1}}, r"units\[0\].stride", BEYOND + 1),
        ({"unit": {"groups": BEYOND + 1, "block": "conv"}}, r"units\[0\].groups", BEYOND + 1),
        ({"stem": {"channels": BEYOND + 16}}, "stem.channels", BEYOND + 16),
        ({"stem": {"kernel": BEYOND + 3}}, "stem.kernel", BEYOND + 3),
        ({"stem": {"stride": BEYOND + 1}}, "stem.stride", BEYOND + 1),
        ({"head": {"channels": BEYOND}}, "head.channels", BEYOND),
        ({"head": {"classes": BEYOND + 10}}, "head.classes", BEYOND + 10),
    ],
)  # fmt: skip
def test_descriptions_beyond_an_int(changes: dict[str, Any], place: str, value: Any) -> None:
    with pytest.raises(lp.ConfigError, match=rf"{place}: .*got .*{value}"):
        described(**changes)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ({"channels": list(range(1, 40_001))}, r"units\[0\].channels: .*1 to 32767 of them.*40000"),
        ({"depth": [2**31 - 1]}, "2147483647 blocks, at most 4096 expected"),
        ({"depth": [4000], "kernel": list(range(1, 1001, 2))}, "choices together, at most 1000000"),
    ],
)
def test_too_many_choices_and_blocks(unit: dict[str, Any], words: str) -> None:
    with pytest.raises(lp.ConfigError, match=words):
        described(unit=unit)


def test_as_many_choices_as_an_index_holds() -> None:
    space = described(unit={"block": "conv", "channels": list(range(1, 32_768))})
    last = space.architectures([{"ks": 3, "e": 1, "c": 32_767, "d": 1, "r": 32}])
    assert last.genes[0, 2] == 32_766
    assert space.architectures(last.to_strings()) == last


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": {"channels": [2**31 - 1], "expand": [6], "depth": [2]}},
        {"unit": {"channels": [2**20], "expand": [1e300]}},
        {"unit": {"channels": [2**31 - 16], "block": "conv"}, "resolutions": [65_535]},
        {"unit": {"channels": [2**30], "kernel": [2**31 - 1], "block": "conv"}},
        {"head": {"channels": 2**31 - 1, "classes": 2**31 - 1}},
        {"head": {"classes": 2**31 - 1}, "unit": {"channels": [2**31 - 1], "block": "conv"}},
        {"resolutions": [65_535], "stem": {"stride": 1, "channels": 2**31 - 1},
         "unit": {"channels": [2**31 - 1], "block": "conv"}},
    ],
)  # fmt: skip
def test_shapes_and_costs_beyond_their_types(changes: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError, match=r"expected|64 bits"):
        described(**changes)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (lambda: lp.space("ofa-mobilenetv3", resolutions=[BEYOND + 160]), BEYOND + 160),
        (lambda: lp.space("nas-bench-201", image_size=BEYOND + 32), BEYOND + 32),
        (lambda: lp.space("nas-bench-201", classes=-BEYOND), -BEYOND),
        (lambda: lp.space("nas-bench-201").sample(3, seed=2**64), 2**64),
        (lambda: lp.space("nas-bench-201").sample(3, seed=-1), -1),
        (lambda: lp.space("nas-bench-201").sample(-1, seed=0), -1),
        (lambda: lp.space("nas-bench-201").sample(2**62, seed=0), 2**62),
        (lambda: lp.space("nas-bench-201").enumerate(limit=-1), -1),
        (lambda: lp.space("nas-bench-201").sample(np.int64(-5), seed=0), -5),
        (lambda: search(population=2**40), 2**40),
        (lambda: search(population=-1), -1),
        (lambda: search(generations=2**64), 2**64),
        (lambda: search(seed=2**64), 2**64),
    ],
)
def test_counts_and_seeds_are_named(call: Any, value: int) -> None:
    with pytest.raises(lp.ConfigError, match=rf"(^|\D){value}(\D|$)"):
        call()


def test_an_integer_of_very_many_digits_is_not_shown() -> None:
    with pytest.raises(lp.ConfigError, match="integer of more than 256 bits"):
        lp.space("nas-bench-201").sample(10**6000, seed=0)


@pytest.mark.parametrize("value", [2.5, np.float32(3.7), Decimal("3.7"), "3", np.float64(3.0)])
def test_fractions_are_no_integers(value: Any) -> None:
    with pytest.raises(TypeError):
        lp.space("nas-bench-201").sample(value, seed=0)
    with pytest.raises(lp.ConfigError, match="resolutions: integers expected"):
        lp.space("ofa-mobilenetv3", resolutions=[value])


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_integers_of_any_kind_are_taken(value: Any) -> None:
    assert len(lp.space("nas-bench-201").sample(value, seed=0)) == int(value)


@pytest.mark.parametrize("limit", [10**400, "25", None, [1]])
def test_limits_that_are_no_numbers(limit: Any) -> None:
    with pytest.raises(lp.ConfigError, match=r"search: (limit of )?macs|u0\.d"):
        search(limits={"macs": limit} if limit != "25" else None, unit_limits={"u0": {"d": "4"}})


def search(**options: Any) -> Any:
    space = lp.space("compofa-fixed")
    chosen = {"generations": 1, "population": 10, **options}
    return lp.search(space, objective=lambda a: a.genes.sum(axis=1), progress=False, **chosen)


def test_a_truth_value_is_no_number_of_networks() -> None:
    for call in (lambda n: lp.space("nas-bench-201").sample(n), lambda n: lp.Device(threads=n)):
        with pytest.raises(lp.ConfigError, match="is True, an integer expected"):
            call(True)
