"""State dicts of another supernet: typed errors that name what is wrong, and stay short."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.networks.original_names import proxyless_names
from tests.networks.test_supernet import SPACE

pytestmark = pytest.mark.libtorch

Arrays = dict[str, NDArray[Any]]
MOBILE = lp.space("ofa-mobilenetv3")
PROXYLESS = lp.space("ofa-proxyless")


@pytest.fixture(scope="module")
def good() -> Arrays:
    return lp.Supernet.random(SPACE, seed=0).state_dict()


def without(*names: str) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        for name in names:
            del arrays[name]

    return change


def with_value(name: str, value: float) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name].reshape(-1)[1] = value

    return change


def with_array(name: str, *shape: int) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.update({name: np.zeros(shape, np.float32)})


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            without("u1.l2.expand.weight", "head.bn.bias"),
            lp.SchemaError,
            r"supernet of elastic.*: 2 of 136 entries are missing: head.bn.bias, u1.l2.expand.wei",
        ),
        (
            with_array("u1.l3.expand.weight", 96, 16, 1, 1),
            lp.SchemaError,
            r"1 of 137 entries given are unknown: u1.l3.expand.weight",
        ),
        (
            with_array("u2.l0.expand.weight", 80, 16, 1, 1),
            lp.SchemaError,
            r"1 of 136 entries have another shape: 'u2.l0.expand.weight' \(80, 16, 1, 1\) "
            r"instead of \(96, 16, 1, 1\)",
        ),
        (
            with_array("stem.weight"),
            lp.SchemaError,
            r"'stem.weight' \(\) instead of \(8, 3, 3, 3\)",
        ),
        (
            without("u2.l1.depthwise.5to3_matrix"),
            lp.SchemaError,
            "1 of 136 entries are missing: u2.l1.depthwise.5to3_matrix",
        ),
        (
            with_array("u2.l1.depthwise.7to3_matrix", 9, 9),
            lp.SchemaError,
            "unknown: u2.l1.depthwise.7to3_matrix",
        ),
        (
            with_array("u1.l0.depthwise.7to5_matrix", 9, 9),
            lp.SchemaError,
            r"'u1.l0.depthwise.7to5_matrix' \(9, 9\) instead of \(25, 25\)",
        ),
        (with_value("u1.l0.project.weight", np.nan), lp.DataError, "u1.l0.project.weight.* nan "),
        (with_value("u1.l0.depthwise.5to3_matrix", np.inf), lp.DataError, "5to3_matrix'.* inf "),
        (with_value("stem.bn.running_var", -1), lp.DataError, "stem.bn.running_var.*variance -1"),
        (dict.clear, lp.SchemaError, "124 of 124 entries are missing: classifier.bias"),
    ],
)
def test_a_wrong_state_is_named(
    good: Arrays, change: Callable[[Arrays], None], error: type[Exception], message: str
) -> None:
    arrays = dict(good)
    change(arrays)
    with pytest.raises(error, match=message) as caught:
        lp.Supernet(SPACE, arrays)
    assert len(str(caught.value)) < 600


def test_messages_stay_short(good: Arrays) -> None:
    arrays = {name * 9 + "x" * 5000: array for name, array in good.items()}
    with pytest.raises(lp.SchemaError, match="entries given are unknown") as caught:
        lp.Supernet(SPACE, arrays)
    assert len(str(caught.value)) < 1000
    with pytest.raises(lp.SchemaError) as caught:
        lp.Supernet(SPACE, good | {"stem.weight": np.zeros((1,) * 32, np.float32)})
    assert len(str(caught.value)) < 600


@pytest.fixture(scope="module")
def proxyless() -> Arrays:
    state = lp.Supernet.random(PROXYLESS, seed=0).state_dict()
    return {proxyless_names(name): array for name, array in state.items()}


def test_another_originals_state_is_named_in_its_names(proxyless: Arrays) -> None:
    with pytest.raises(lp.SchemaError) as caught:
        lp.Supernet(MOBILE, proxyless)
    text = str(caught.value)
    assert "supernet of ofa-mobilenetv3 (width 1" in text
    assert len(text) < 1000
    assert "are missing: final_expand_layer.bn.bias" in text
    assert "unknown: blocks.21.conv.depth_conv.bn.bn.bias" in text
    assert "'classifier.linear.weight' (1000, 1664) instead of (1000, 1280)" in text
    with pytest.raises(lp.SchemaError, match=r"unknown: blocks.0.conv.depth_conv.bn.bias"):
        lp.Supernet(lp.space("fbnet"), proxyless)


def test_width_decides() -> None:
    wide = lp.Supernet.random(lp.space("ofa-mobilenetv3", width=1.2), seed=0)
    with pytest.raises(lp.SchemaError, match=r"\(width 1[,)].*another shape: 'classifier.weight'"):
        lp.Supernet(MOBILE, wide.state_dict())
    with pytest.raises(lp.SchemaError, match="one of the same parameters expected"):
        wide.parameters(MOBILE.sample(1, seed=0))


def test_two_spellings_of_an_entry_contradict(proxyless: Arrays) -> None:
    twice = proxyless | {
        "blocks.1.mobile_inverted_conv.point_linear.conv.weight": np.zeros((32, 24, 1, 1))
    }
    with pytest.raises(lp.SchemaError, match=r"'blocks.1.*weight' is there in two spellings"):
        lp.Supernet(PROXYLESS, twice)
    damaged = dict(proxyless)
    damaged["blocks.3.conv.point_linear.bn.bn.running_var"] = np.full(32, -2.0)
    with pytest.raises(lp.DataError, match=r"'blocks.3.conv.point_linear.bn.bn.running_var'.*-2"):
        lp.Supernet(PROXYLESS, damaged)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError):
        lp.Supernet(SPACE, tmp_path / "missing.safetensors")
    (tmp_path / "damaged.safetensors").write_bytes(b"no safetensors")
    with pytest.raises(lp.CorruptionError):
        lp.Supernet(SPACE, tmp_path / "damaged.safetensors")
    with pytest.raises(lp.ConfigError, match="an array of real numbers expected"):
        lp.Supernet(SPACE, {"stem.weight": "a text"})
    with pytest.raises(lp.ConfigError, match="no valid text"):
        lp.Supernet(SPACE, {"\ud800": np.zeros(1)})
