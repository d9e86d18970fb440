"""The one-hot encoding against the tutorial's own loop, and back."""

from __future__ import annotations

import ast
import csv
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

KERNEL_BIT = {3: 0, 5: 1, 7: 2}
EXPAND_BIT = {3: 0, 4: 1, 6: 2}


def tutorial_encoding(arch: dict[str, Any]) -> np.ndarray:
    """The 128 values as the tutorial lays them out, one architecture and one bit at a time."""
    values = np.zeros(128, dtype=np.float32)
    for block in range(20):
        if block % 4 < arch["d"][block // 4]:
            values[3 * block + KERNEL_BIT[arch["ks"][block]]] = 1
            values[60 + 3 * block + EXPAND_BIT[arch["e"][block]]] = 1
    values[120 + (arch["r"][0] - 112) // 16] = 1
    return values


@pytest.mark.parametrize("name", ["ofa-mobilenetv3", "compofa-fixed", "compofa-elastic"])
def test_equals_the_tutorial(name: str) -> None:
    space = lp.space(name)
    archs = space.sample(200, seed=1)
    expected = np.array([tutorial_encoding(arch) for arch in archs.to_dicts()])
    encoded = space.encode(archs, "one-hot")
    assert encoded.dtype == np.float32
    assert np.array_equal(encoded, expected)


def test_equals_the_tutorial_on_its_own_rows(data_dir: Path) -> None:
    path = data_dir / "ofa/datasets/note10_lookuptable_ofa.csv"
    with path.open(newline="") as file:
        literals = [row["child_arch"] for row in csv.DictReader(file)][:2000]
    space = lp.space("ofa-mobilenetv3", width=1.2)
    expected = np.array([tutorial_encoding(ast.literal_eval(text)) for text in literals])
    assert np.array_equal(space.encode(literals, "one-hot"), expected)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(lp.space_names()))
def test_decodes_to_the_same_architectures(seed: int, name: str) -> None:
    space = lp.space(name)
    archs = space.sample(5, seed=seed)
    assert space.decode(space.encode(archs, "one-hot"), "one-hot") == archs


def test_names_tell_each_bit() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(20, seed=3)
    names = np.array(space.feature_names("one-hot"))
    for row, arch in zip(space.encode(archs, "one-hot"), archs.to_dicts(), strict=True):
        for name in names[row == 1]:
            group, rest = name.split("[")
            slot, value = rest.split("]=")
            assert arch[group][int(slot)] == int(value)


def test_an_off_bin_resolution_is_floored_and_does_not_decode() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[160, 172, 192])
    low, off, high = (space.sample(200, seed=0)[i] for i in resolution_examples(space))
    assert np.array_equal(space.encode(off)[0, 120:], space.encode(low)[0, 120:])
    with pytest.raises(lp.ArchitectureError, match=r"row 0: resolution bin 160 .*160, 172"):
        space.decode(space.encode(off))
    assert space.decode(space.encode(high)) == high


def resolution_examples(space: lp.Space) -> list[int]:
    """Numbers of the first sampled architecture of each resolution."""
    column = space.sample(200, seed=0).genes[:, -1]
    return [int(np.flatnonzero(column == choice)[0]) for choice in range(3)]


def test_out_is_filled_and_returned() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(7, seed=0)
    out = np.full((7, 128), 9, dtype=np.float32)
    assert space.encode(archs, "one-hot", out=out) is out
    assert np.array_equal(out, space.encode(archs, "one-hot"))


@pytest.mark.parametrize(
    "out",
    [
        np.zeros((7, 127), np.float32),
        np.zeros((7, 128), np.float64),
        np.zeros((128, 7), np.float32).T,
        [[0.0]],
    ],
)
def test_a_wrong_out_is_refused(out: Any) -> None:
    space = lp.space("ofa-mobilenetv3")
    with pytest.raises(lp.ConfigError, match="7 x 128"):
        space.encode(space.sample(7, seed=0), "one-hot", out=out)


def test_unknown_names_list_the_known_ones() -> None:
    space = lp.space("ofa-mobilenetv3")
    with pytest.raises(lp.ConfigError, match=r"'two-hot'.*cost-features, ofa-one-hot, one-hot"):
        space.encode(space.sample(1, seed=0), "two-hot")
    assert lp.encoding_names() == [
        "adjacency-ops",
        "cost-features",
        "ofa-one-hot",
        "one-hot",
        "op-counts",
        "stage-costs",
    ]


def test_another_family_is_refused() -> None:
    other = lp.space("ofa-mobilenetv3", width=1.2).sample(2, seed=0)
    with pytest.raises(lp.SchemaError, match=r"width 1\.2"):
        lp.space("ofa-mobilenetv3").encode(other, "one-hot")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({0: 1.0, 1: 1.0}, r"row 2, columns 0 to 2 \(ks\[0\]\): 1 1 . is not one-hot"),
        (
            {60: 0.5, 61: 0.5, 62: 0.0},
            r"row 2, columns 60 to 62 \(e\[0\]\).*is not one-hot",
        ),
        (
            {60: 0.0, 61: 0.0, 62: 0.0},
            r"row 2, columns 60 to 62 \(e\[0\]\): one 1 expected",
        ),
        ({120: float("nan")}, r"row 2, columns 120 to 127 \(r\[0\]\)"),
    ],
)
def test_rows_of_no_architecture_are_named(change: dict[int, float], expected: str) -> None:
    space = lp.space("ofa-mobilenetv3")
    values = space.encode(space.sample(4, seed=0), "one-hot")
    for column, value in change.items():
        values[2, column] = value
    with pytest.raises(lp.DataError, match=expected):
        space.decode(values)


def test_decoding_wants_the_right_width() -> None:
    with pytest.raises(lp.DataError, match=r"N x 128 values expected, got shape \(3, 127\)"):
        lp.space("ofa-mobilenetv3").decode(np.zeros((3, 127), np.float32))
