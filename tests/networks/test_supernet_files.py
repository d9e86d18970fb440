"""Files of supernets: what is saved is loaded with its space, and so are Once-for-all's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch

from tests.networks.original_names import mobilenet_names, older, proxyless_names, resnet_names

pytestmark = pytest.mark.libtorch

UNITS: list[dict[str, Any]] = [
    {"channels": [8]},
    {"channels": [16], "stride": 2, "depth": [1, 2], "kernel": [3, 5], "expand": [3, 6]},
]
SMALL = lp.define_space("small", resolutions=[32, 48], units=UNITS, head={"classes": 3})
Rename = Callable[[str], str]


@pytest.fixture(scope="module")
def proxyless() -> lp.Supernet:
    return lp.Supernet.random(lp.space("ofa-proxyless"), seed=4)


def torch_state(supernet: lp.Supernet, rename: Rename) -> dict[str, torch.Tensor]:
    return {rename(n): torch.from_numpy(each) for n, each in supernet.state_dict().items()}


def assert_same(one: lp.Supernet, other: lp.Supernet) -> None:
    arrays, want = one.state_dict(), other.state_dict()
    assert arrays.keys() == want.keys()
    assert all(np.array_equal(arrays[name], want[name]) for name in want)


@pytest.mark.parametrize(
    "space",
    [
        SMALL,
        lp.space("nas-bench-201", classes=10, image_size=32),
        lp.space("compofa-fixed", width=1.2, resolutions=[112, 224]),
    ],
    ids=lambda space: str(space.name),
)
def test_a_saved_supernet_is_loaded_with_its_space(tmp_path: Path, space: lp.Space) -> None:
    supernet = lp.Supernet.random(space, seed=1)
    supernet.save(tmp_path / "supernet.safetensors")
    again = lp.Supernet.load(tmp_path / "supernet.safetensors")
    assert_same(again, supernet)
    arch = space.sample(1, seed=2)
    assert again.space.name == space.name
    assert again.space.architectures(arch.to_strings()).hashes[0] == arch.hashes[0]
    for settings in ("width", "resolutions", "image_size", "classes", "definition"):
        assert getattr(again.space, settings) == getattr(space, settings)


@pytest.mark.parametrize(
    ("name", "width", "rename", "old"),
    [
        ("ofa-mobilenetv3", 1.0, mobilenet_names, True),
        ("ofa-mobilenetv3", 1.2, mobilenet_names, False),
        ("ofa-resnet50", None, resnet_names, True),
    ],
)
def test_published_files_say_their_space(
    tmp_path: Path, name: str, width: float | None, rename: Rename, old: bool
) -> None:
    """Without an ending, as they are published; older names in a checkpoint beside other things."""
    supernet = lp.Supernet.random(lp.space(name, width=width), seed=3)
    state = torch_state(supernet, rename)
    if old:
        state = {older(entry): tensor for entry, tensor in state.items()}
        state["blocks.1.bn1.num_batches_tracked"] = torch.tensor(7)
    torch.save({"epoch": 3, "state_dict": state}, tmp_path / "published")
    again = lp.Supernet.load(tmp_path / "published")
    assert (again.space.name, again.space.width) == (name, width)
    assert_same(again, supernet)


def test_wrapped_modules_half_numbers_and_chosen_spaces(
    tmp_path: Path, proxyless: lp.Supernet
) -> None:
    state = torch_state(proxyless, proxyless_names)
    torch.save({f"module.{n}": each.half() for n, each in state.items()}, tmp_path / "half.pt")
    again = lp.Supernet.load(tmp_path / "half.pt")
    for name, array in proxyless.state_dict().items():
        np.testing.assert_array_equal(again.state_dict()[name], array.astype(np.float16))
    large = lp.space("ofa-proxyless", resolutions=[112, 128])
    assert lp.Supernet.load(tmp_path / "half.pt", large).space.resolutions == [112, 128]


def test_files_before_pytorch_1_6_are_read(tmp_path: Path) -> None:
    supernet = lp.Supernet.random(SMALL, seed=0)
    state = torch_state(supernet, str)
    torch.save(state, tmp_path / "old", _use_new_zipfile_serialization=False)
    assert_same(lp.Supernet.load(tmp_path / "old", SMALL), supernet)


def damaged(change: Callable[[dict[str, Any]], Any]) -> Callable[[lp.Supernet], Any]:
    def content(supernet: lp.Supernet) -> Any:
        state: dict[str, Any] = torch_state(supernet, proxyless_names)
        return change(state) or state

    return content


BN = "blocks.3.conv.point_linear.bn.bn.weight"
CASES: dict[str, tuple[Any, type[lp.LatpredError], str]] = {
    "missing": (
        lambda s: {n: each for n, each in s.items() if n != BN},
        lp.SchemaError, rf"1 of \d+ .* missing: {BN[:30]}",
    ),
    "extra": (lambda s: {**s, "blocks.9.more": torch.ones(2)}, lp.SchemaError, "blocks.9.more"),
    "not a number": (lambda s: s[BN].fill_(np.nan) is None, lp.DataError, f"'{BN}'.*nan"),
    "classes": (
        lambda s: {**s, "classifier.linear.weight": torch.ones(10, 1664)},
        lp.SchemaError,
        r"'classifier.linear.weight' \(10, 1664\) instead of \(1000, 1664\)",
    ),
    "others": (lambda _: {"conv1.weight": torch.ones(2)}, lp.SchemaError, "none of Once-for-all's"),
    "no tensor": (lambda s: {**s, BN: "text"}, lp.SchemaError, f"'{BN}' is of type str, tensors"),
    "no dict": (lambda _: [torch.ones(2)], lp.SchemaError, "list, tensors by name expected"),
    "sparse": (
        lambda s: {**s, BN: s[BN].to_sparse()}, lp.CorruptionError, "dense tensor of real numbers"
    ),
    "too large": (
        lambda s: {**s, BN: torch.zeros(1).expand(1 << 40)}, lp.CorruptionError, "no supernet is so"
    ),
    "code": (lambda _: {"first_conv": Path()}, lp.CorruptionError, "no weights-only file"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_checkpoints_of_something_else(tmp_path: Path, proxyless: lp.Supernet, case: str) -> None:
    change, error, pattern = CASES[case]
    torch.save(damaged(change)(proxyless), tmp_path / "given.pth")
    with pytest.raises(error, match=pattern) as caught:
        lp.Supernet.load(tmp_path / "given.pth")
    assert "given.pth: " in str(caught.value)
    assert len(str(caught.value)) < 1200


def test_another_space_is_asked_for(tmp_path: Path, proxyless: lp.Supernet) -> None:
    torch.save(torch_state(proxyless, proxyless_names), tmp_path / "given.pth")
    with pytest.raises(lp.SchemaError, match=r"final_expand_layer\.bn\.bias"):
        lp.Supernet.load(tmp_path / "given.pth", lp.space("ofa-mobilenetv3"))
    with pytest.raises(lp.ConfigError, match="space is 'ofa-proxyless', a Space or None expected"):
        lp.Supernet.load(tmp_path / "given.pth", "ofa-proxyless")  # type: ignore[arg-type]


def test_headers_without_a_space(tmp_path: Path) -> None:
    from latpred._core.networks import save_state

    supernet = lp.Supernet.random(SMALL, seed=0)
    file = tmp_path / "given.safetensors"
    heads: list[tuple[dict[str, str], type[lp.LatpredError], str]] = [
        ({}, lp.SchemaError, "does not say of which space"),
        ({"space": "no-such"}, lp.CorruptionError, "its header describes no space"),
        ({"space": "ofa-mobilenetv3", "width": "wide"}, lp.CorruptionError, "describes no space"),
        ({"definition": "[1"}, lp.CorruptionError, "describes no space"),
        ({"definition": '{"names": 1}'}, lp.CorruptionError, "describes no space"),
        ({"definition": "[" * 100_000}, lp.CorruptionError, "describes no space"),
        ({"space": "ofa-resnet50"}, lp.SchemaError, r"given.safetensors: not the state of a sup"),
    ]
    for notes, error, pattern in heads:
        save_state(str(file), supernet.state_dict(), notes)
        with pytest.raises(error, match=pattern):
            lp.Supernet.load(file)
        assert_same(lp.Supernet.load(file, SMALL), supernet)
    with pytest.raises(lp.StorageError):
        lp.Supernet.load(tmp_path / "none.safetensors")
