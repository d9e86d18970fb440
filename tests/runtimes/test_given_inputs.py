"""What a user may give as inputs, and how it is matched with what a network declares."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.runtimes import DeclaredInput, given_inputs, network_inputs
from latpred.runtimes.given import GivenInputs

TOKENS = DeclaredInput("tokens", ("batch", "words"), "int64")
MASK = DeclaredInput("mask", ("batch", "words"), "float32")
STEP = DeclaredInput("step", (), "float32")
ANCHORS = DeclaredInput("anchors", (9, 4), "float32")
IMAGES = DeclaredInput("images", (None, 3, 32, None), "float16")


def shapes(declared: list[DeclaredInput], given: Any, batch: int = 1, axis: Any = 0) -> list[Any]:
    found = network_inputs(declared, given_inputs(given, axis), batch)
    return [one.array.shape for one in found]


@pytest.mark.parametrize(
    ("given", "count", "named"),
    [
        ((2, 3, 5), 1, False),
        ([2, 3, 5], 1, False),
        (((2, 3, 5), "float16"), 1, False),
        (((2, 3, 5), np.float64), 1, False),
        (np.zeros((2, 3, 5), np.uint8), 1, False),
        ([(2, 3), (5,)], 2, False),
        ([(2, 3), 0.5, True, None], 4, False),
        ({"a": (2, 3), "b": ()}, 2, True),
        ({"a": {"x": (2, 3), "y": [(1,), (2,)]}}, 3, True),
    ],
)
def test_forms(given: Any, count: int, named: bool) -> None:
    found = given_inputs(given)
    assert len(found.leaves) == count
    assert found.named == named


def test_tensors_keep_their_values() -> None:
    import torch

    half = torch.arange(6, dtype=torch.bfloat16).reshape(2, 3).t()
    found = given_inputs(
        {"half": half, "long": torch.tensor([4, 2]), "none": torch.empty(2, 7, device="meta")}
    )
    first, second, third = found.leaves
    assert (first.dtype, first.shape, second.dtype) == ("bfloat16", (3, 2), "int64")
    assert (third.shape, third.values) == ((2, 7), None)
    again = GivenInputs.from_fields(found.fields(), found.values())
    (one, *_) = network_inputs(
        [DeclaredInput("half", (3, 2), "bfloat16")], GivenInputs(again.leaves[:1]), 3
    )
    assert one.tensor().equal(half)
    assert again.leaves[1].values is not None
    assert again.leaves[1].values.tolist() == [4, 2]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("1x3x8x8", "of type str"),
        ([], "of type list"),
        ({"a": "float32"}, "'a': a tensor, an array, a shape"),
        ({"a": (0, 3)}, "'a': shape 0 x 3, sizes of at least 1"),
        ({"a": (70_000, 70_000)}, "more than 4,294,967,296 values"),
        ({"a": ((1, 3), "string")}, "input 'a' is of type string"),
        ({"a": np.array(["x"])}, "is of type str"),
        ({"a": np.array([None])}, "is of type object"),
        ({"a": np.ma.masked_array([1.0], [True])}, "masked"),
        ({2.5: (1, 3)}, "names as keys"),
        ({"a": np.ones((0, 4))}, "'a': shape 0 x 4, sizes of at least 1"),
        ([np.zeros((2,), [("x", "f4")])], "is of type void"),
        ([np.array(["2026"], "M8[D]")], "is of type datetime64"),
        ({"a": {"b": object()}}, r"'a'\['b'\]"),
    ],
)
def test_what_is_none_is_named(given: Any, text: str) -> None:
    with pytest.raises(lp.ConfigError, match=text):
        given_inputs(given)


@pytest.mark.filterwarnings("ignore")
def test_tensors_that_are_no_plain_ones_are_named() -> None:
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        fake = torch.ones(1, 4)
    dense = torch.ones(2, 3)
    for given, text in [
        (torch.nested.nested_tensor([torch.ones(4), torch.ones(2)], layout=torch.jagged), "dense"),
        (dense.to_sparse_csr(), "'x': a dense tensor"),
        (fake, "FakeTensor, the values of which cannot be read"),
        (torch.empty(0, 3), "shape 0 x 3, sizes of at least 1"),
        (torch.empty(2, 0, device="meta"), "shape 2 x 0"),
        (torch.quantize_per_tensor(dense, 1.0, 0, torch.qint8), "of type qint8"),
        (dense.to(torch.float8_e5m2), "of type float8_e5m2"),
    ]:
        with pytest.raises(lp.ConfigError, match=text):
            given_inputs({"x": given})


@pytest.mark.parametrize(
    "array",
    [
        np.arange(8, dtype=">f4").reshape(2, 4),
        np.arange(8, dtype="<f4").reshape(2, 4)[::-1, ::-1],
        np.arange(8, dtype=np.float32).reshape(4, 2).T,
        np.broadcast_to(np.float32(3), (2, 4)),
        np.arange(16, dtype=">f4").reshape(2, 8)[:, ::2],
    ],
    ids=["big-endian", "backwards", "turned", "spread", "every other"],
)
def test_arrays_of_any_layout_reach_the_network(array: Any) -> None:
    expected = array.tolist()
    given = given_inputs([array])
    if array.flags.writeable:
        array[...] = 99  # what was given is what was there when it was given
    (one,) = network_inputs([DeclaredInput("x", (2, 4), "float32")], given, 2)
    assert one.tensor().tolist() == expected


@pytest.mark.parametrize(
    ("axis", "text"),
    [
        (-1, "batch_axis is -1, a number of an axis or None expected"),
        (0.5, r"batch_axis is 0\.5, an integer or None expected"),
        ("0", "batch_axis is '0', an integer or None expected"),
        (True, "batch_axis is True, an integer or None expected"),
    ],
)
def test_batch_axis(axis: Any, text: str) -> None:
    with pytest.raises(lp.ConfigError, match=text):
        given_inputs(None, axis)


def test_open_sizes() -> None:
    """The batch is the device's; one name has one size everywhere; side inputs need no batch."""
    assert shapes([TOKENS, MASK, STEP, ANCHORS], {"mask": (2, 6)}, 2) == [
        (2, 6),
        (2, 6),
        (),
        (9, 4),
    ]
    assert shapes([TOKENS], [(3, 6)], 3) == [(3, 6)]
    assert shapes([IMAGES, ANCHORS], [(4, 3, 32, 40), (9, 4)], 4) == [(4, 3, 32, 40), (9, 4)]
    assert shapes([DeclaredInput("x", None, "bool")], {"x": (1, 2)}) == [(1, 2)]
    assert shapes([DeclaredInput("x", ("b", 7), "bool")], None, 5) == [(5, 7)]


def test_batches_elsewhere() -> None:
    sequence_first = DeclaredInput("x", (10, "n", 8), "float32")
    assert shapes([sequence_first], None, 2, axis=1) == [(10, 2, 8)]
    assert shapes([DeclaredInput("points", (100, 3), "float32")], None, axis=None) == [(100, 3)]
    with pytest.raises(lp.ConfigError, match="batch_axis=None says that there is no batch"):
        shapes([ANCHORS], None, 2, axis=None)


@pytest.mark.parametrize(
    ("declared", "given", "text"),
    [
        (
            [TOKENS, MASK],
            None,
            r"axis 1 \(words\) of input 'tokens', axis 1 \(words\) of input 'mask'",
        ),
        ([IMAGES], None, r"axis 3 of input 'images'; .* \{'images': \(1, 3, 32, 64\)\}"),
        ([DeclaredInput("x", None, "bool")], None, "the shape of input 'x'"),
        (
            [DeclaredInput("boxes", ("k", 4), "float32"), DeclaredInput("im", ("n", 3), "float32")],
            None,
            r"\(n\)",
        ),
        (
            [TOKENS, MASK],
            {"tokens": (1, 6), "mask": (1, 7)},
            "'words' is 6 in input 'tokens' and 7",
        ),
        ([TOKENS, MASK], {"token": (1, 6)}, "no input 'token'; its inputs are tokens, mask"),
        ([TOKENS, MASK], [(1, 6)], "1 input is given, but the network has 2: tokens, mask"),
        ([ANCHORS], {"anchors": (9, 5)}, "shape 9 x 5 is given, the network declares shape 9 x 4"),
        ([ANCHORS], {"anchors": (9, 4, 1)}, "declares shape 9 x 4"),
        (
            [IMAGES],
            {"images": np.zeros((1, 3, 32, 32))},
            "float64 is given, the network declares float16",
        ),
        ([TOKENS], {"tokens": (4, 6)}, "holds 4 images a call, the device says 1"),
        ([ANCHORS], None, "holds 9 images a call"),
        ([DeclaredInput("n", (), "int64")], {"n": 2.5}, "2.5 is given, the network declares int64"),
    ],
)
def test_contradictions_are_named(declared: list[DeclaredInput], given: Any, text: str) -> None:
    with pytest.raises(lp.ConfigError, match=text):
        shapes(declared, given)


def test_numbers_and_noise() -> None:
    step, number, noise, bits = network_inputs(
        [
            STEP,
            DeclaredInput("n", (), "uint8"),
            DeclaredInput("c", (1, 4), "complex64"),
            DeclaredInput("b", (1, 400), "bfloat16"),
        ],
        given_inputs({"step": 3, "n": 7}),
        1,
    )
    assert (step.array.item(), step.array.dtype, number.array.item()) == (3.0, np.float32, 7)
    assert np.abs(noise.array).min() > 0
    values = bits.tensor().float().numpy()
    assert 0.4 < np.abs(values).mean() < 0.6


def test_an_axis_that_no_input_has_is_named() -> None:
    images = DeclaredInput("images", (1, 3), "float32")
    with pytest.raises(lp.ConfigError, match="no input has an axis 2 for the batch of 1"):
        shapes([images], None, 1, 2)
    assert shapes([STEP], None, 1, 0) == [()]
    assert shapes([images], None, 1, None) == [(1, 3)]
