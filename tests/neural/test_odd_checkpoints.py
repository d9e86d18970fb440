"""Checkpoints as others may have written them: read where the numbers are plain, else refused."""

from __future__ import annotations

import itertools
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch

SPACE = lp.space("ofa-mobilenetv3")
ARCHS = SPACE.sample(5, seed=0)
State = OrderedDict[str, Any]


def state_of(*sizes: int, name: str = "{}.") -> State:
    """Of dense layers with ReLU between them, as `Sequential` names them."""
    generator = torch.Generator().manual_seed(7)
    state: State = OrderedDict()
    for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        prefix = name.format(2 * number)
        state[f"{prefix}weight"] = torch.randn(outputs, inputs, generator=generator) / 9
        state[f"{prefix}bias"] = torch.randn(outputs, generator=generator)
    return state


def predicted(path: Path, state: object) -> list[float]:
    torch.save(state, path)
    model = lp.load_latency_checkpoint(path, device="p40")
    return model.predict(ARCHS).tolist()


@pytest.mark.parametrize(
    "change",
    [
        torch.nn.Parameter,
        torch.Tensor.double,
        lambda one: one.t().contiguous().t() if one.dim() == 2 else one,
        lambda one: torch.cat([one.flatten(), torch.zeros(99)])[: one.numel()].view_as(one),
    ],
    ids=["parameters", "double", "column order", "part of a storage"],
)
@pytest.mark.parametrize("inputs", [128, 131])
def test_plain_numbers_in_any_form(
    tmp_path: Path, change: Callable[[torch.Tensor], torch.Tensor], inputs: int
) -> None:
    state = state_of(inputs, 6, 1)
    changed = OrderedDict((name, change(one)) for name, one in state.items())
    assert predicted(tmp_path / "b.pt", changed) == predicted(tmp_path / "a.pt", state)


def test_half_precision(tmp_path: Path) -> None:
    state = state_of(131, 6, 1)
    half = OrderedDict((name, one.bfloat16()) for name, one in state.items())
    exact = OrderedDict((name, one.float()) for name, one in half.items())
    assert predicted(tmp_path / "b.pt", half) == predicted(tmp_path / "a.pt", exact)


@pytest.mark.parametrize("name", ["{}.", "module.net.{}."])
def test_layers_in_the_order_of_their_numbers(tmp_path: Path, name: str) -> None:
    """Files that were sorted have 10 before 2; layers of equal sizes fit in that order."""
    state = state_of(128, 5, 5, 5, 5, 5, 1, name=name)
    expected = predicted(tmp_path / "a.pt", state)
    sorted_state = OrderedDict(sorted(state.items()))
    assert list(sorted_state) != list(state)
    assert predicted(tmp_path / "b.pt", sorted_state) == expected


def test_layers_with_names_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    named = dict(zip(("stem.", "body.", "answer."), ("0.", "2.", "4."), strict=True))
    state = state_of(128, 5, 5, 1)
    renamed = OrderedDict(
        (f"{name}{kind}", state[f"{number}{kind}"])
        for name, number in named.items()
        for kind in ("weight", "bias")
    )
    assert predicted(tmp_path / "b.pt", renamed) == predicted(tmp_path / "a.pt", state)


def with_entry(name: str, value: object) -> State:
    return OrderedDict(state_of(131, 4, 1) | {name: value})


ODD: dict[str, object] = {
    "complex": with_entry("0.weight", torch.ones(4, 131, dtype=torch.complex64)),
    "truth values": with_entry("0.weight", torch.ones(4, 131, dtype=torch.bool)),
    "sparse": with_entry("0.weight", torch.ones(4, 131).to_sparse()),
    "without data": with_entry("2.bias", torch.ones(1, device="meta")),
    "a list": with_entry("0.weight", [[0.0] * 131] * 4),
    "a text": with_entry("0.bias", "x" * 10_000),
    "None": with_entry("0.bias", None),
    "NaN": with_entry("0.bias", torch.full((4,), torch.nan)),
    "beyond float32": with_entry("0.bias", torch.full((4,), 1e300, dtype=torch.float64)),
    "one number that claims to be many": with_entry("0.weight", torch.ones(1).expand(10**6, 131)),
    "another entry": with_entry("epoch", torch.tensor(3)),
    "no bias": OrderedDict(list(state_of(131, 4, 1).items())[:3]),
    "a bias of another name": OrderedDict([("a\nb.weight", torch.ones(1, 131)), ("c.bias", 1)]),
    "two outputs": state_of(131, 4, 2),
    "a convolution": with_entry("0.weight", torch.ones(4, 131, 1, 1)),
    "inputs of another encoding": state_of(130, 4, 1),
    "names that are none": {0: torch.ones(1), (1, 2): torch.ones(1)},
    "nothing": {},
    "a list of tensors": [torch.ones(3)],
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_such_network_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "odd.pt"
    torch.save(ODD[name], path)
    for call in (lp.load_latency_checkpoint, lp.neural.load_accuracy_checkpoint):
        with pytest.raises(lp.CorruptionError) as caught:
            call(path)
        text = str(caught.value)
        assert text.startswith(str(path))
        assert "\n" not in text
        assert len(text) < 400 + len(str(path))


@pytest.mark.parametrize("left", [0.0, 0.02, 0.5, 0.97, 0.999])
@pytest.mark.parametrize("form", ["archive", "before 1.6", "pickle"])
def test_files_that_were_cut_off(tmp_path: Path, left: float, form: str) -> None:
    path = tmp_path / "cut.pt"
    if form == "pickle":
        path.write_bytes(pickle.dumps({"0.weight": np.ones((1, 131))}))
    else:
        torch.save(state_of(131, 4, 1), path, _use_new_zipfile_serialization=form == "archive")
    content = path.read_bytes()
    path.write_bytes(content[: int(left * len(content))])
    with pytest.raises(lp.CorruptionError) as caught:
        lp.load_latency_checkpoint(path)
    text = str(caught.value).removeprefix(str(path))
    assert 10 < len(text) < 300
    assert "\x1b" not in text
    assert "Invalid argument" not in text
