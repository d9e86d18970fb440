"""Networks that people have: outputs of any class, stubborn modes, files of other programs."""

from __future__ import annotations

import dataclasses
import logging
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.network_export import exported_program
from latpred.measurement.network_source import Sources, own_networks
from latpred.runtimes import ProgramRunnable, given_inputs


@dataclasses.dataclass
class Found:
    scores: Any
    hidden: Any = None


class Pair(NamedTuple):
    mean: Any
    rest: Any


class ModelOutput(OrderedDict[str, Any]):
    """As transformers' outputs are: a dict of a class of its own."""


OUTPUTS = {
    "dataclass": lambda x: Found(x, [x]),
    "dataclass inside": lambda x: {"all": (Found(x), None)},
    "named tuple": lambda x: Pair(x, Found(x)),
    "dict of a class": lambda x: ModelOutput(logits=x, loss=None),
    "list": lambda x: [x, [x, (x,)]],
    "nothing": lambda _: None,
    "number": lambda x: (x, 3, True),
}


def linear() -> Any:
    import torch

    return torch.nn.Linear(4, 4)


def module_with(output: Any) -> Any:
    import torch

    class Odd(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            return output(self.layer(x))

    return Odd()


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_of_any_class(name: str, tmp_path: Path) -> None:
    module = module_with(OUTPUTS[name])
    (own,) = own_networks([(module, (1, 4))], None, 0)
    place = Sources(tmp_path, far=False).source(own, lp.Device(program="exported"))["path"]
    runnable = ProgramRunnable("odd", Path(place), lp.Device(mode="plain"), own.given)
    runnable.prepare()
    runnable.run()
    assert not module._forward_hooks
    assert module.training


def test_states_as_recurrent_networks_take_them(tmp_path: Path) -> None:
    import torch

    module = torch.nn.LSTM(4, 6, batch_first=True)
    given = [(1, 3, 4), ((1, 1, 6), (1, 1, 6))]
    (own,) = own_networks([(module, given)], None, 0)
    place = Sources(tmp_path, far=False).source(own, lp.Device(program="exported"))["path"]
    runnable = ProgramRunnable("lstm", Path(place), lp.Device(mode="plain"), own.given)
    runnable.prepare()
    runnable.run()
    assert [one["shape"] for one in runnable.inputs] == [[1, 3, 4], [1, 1, 6], [1, 1, 6]]


def test_a_module_that_refuses_its_mode_has_it_again() -> None:
    import torch

    class Frozen(torch.nn.Linear):
        def train(self, mode: bool = True) -> Frozen:
            if mode:
                raise NotImplementedError("this part is never trained")
            return super().train(mode)

    class Half(torch.nn.Sequential):
        """A backbone that stays in evaluation whatever is asked."""

        def train(self, mode: bool = True) -> Half:
            super().train(mode)
            self[0].eval()
            return self

    module = torch.nn.Sequential(Frozen(4, 4), Half(torch.nn.BatchNorm1d(4), torch.nn.Dropout()))
    module[1].train()
    shared = torch.nn.ModuleList([module[1][1]])
    before = [one.training for one in module.modules()]
    assert before == [True, True, True, False, True]
    exported_program(module, given_inputs((1, 4)), lp.Device())
    assert [one.training for one in module.modules()] == before
    assert shared[0].training


def test_statistics_are_not_touched() -> None:
    import torch

    class Counting(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = torch.nn.BatchNorm1d(4)
            self.register_buffer("calls", torch.zeros(()))

        def forward(self, x: Any) -> Any:
            self.calls += 1
            return self.norm(x)

    module = Counting()
    before = {name: one.clone() for name, one in module.state_dict().items()}
    exported_program(module, given_inputs((1, 4)), lp.Device())
    after = module.state_dict()
    assert all(torch.equal(one, after[name]) for name, one in before.items())


@pytest.mark.filterwarnings("ignore")
def test_modules_that_are_none_are_named() -> None:
    import torch

    scripted = torch.nn.Sequential(torch.nn.ReLU(), torch.jit.script(torch.nn.Linear(4, 4)))
    for module, text in [
        (scripted, "the module's 1 is TorchScript, which is refused"),
        (torch.compile(linear()), r"compiled by torch\.compile; .*program=\"compiled\""),
        (torch.nn.Sequential(torch.compile(linear())), "module's 0 is compiled"),
        (torch.nn.Linear(4, 4, device="meta"), r"is on meta; .*to_empty\(device='cpu'\)"),
    ]:
        with pytest.raises(lp.ConfigError, match=text):
            exported_program(module, given_inputs((1, 4)), lp.Device())


def test_pytorch_reports_nothing_beside_the_error(capfd: pytest.CaptureFixture[str]) -> None:
    level = logging.getLogger("torch").level
    with pytest.raises(lp.ConfigError, match="cannot export the module"):
        exported_program(linear(), given_inputs((1, 5)), lp.Device())
    assert "Traceback" not in "".join(capfd.readouterr())
    assert logging.getLogger("torch").level == level


def scaling(tmp_path: Path) -> Path:
    import torch

    class Scaled(torch.nn.Module):
        def forward(self, x: Any, power: int, flag: Any = None) -> Any:  # noqa: ARG002
            return x**power

    program = torch.export.export(Scaled(), (torch.ones(1, 3), 2), {"flag": True})
    torch.export.save(program, tmp_path / "scaled.pt2")
    return tmp_path / "scaled.pt2"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, ""),
        ([(1, 3)], ""),
        ({"x": (1, 3), "power": 2}, ""),
        ({"power": 2, "flag": True}, ""),
        ([(1, 3), 2, True], ""),
        ([(1, 3), 3, True], "input 'power': 3 is given, but .* exported with 2 as a constant"),
        ({"x": (1, 3), "power": 3}, "input 'power': 3 is given"),
        ({"flag": False}, "input 'flag': False is given, .* with True"),
        ({"power": np.ones(())}, "input 'power': a tensor is given"),
        ({"x": (1, 3), "powr": 2}, "no input 'powr'"),
        ([(1, 3), 2], "2 inputs are given, but the network has 1"),
    ],
)
def test_constants_of_a_program(given: Any, text: str, tmp_path: Path) -> None:
    runnable = ProgramRunnable(
        "scaled", scaling(tmp_path), lp.Device(mode="plain"), given_inputs(given)
    )
    if text:
        with pytest.raises(lp.ConfigError, match=text):
            runnable.prepare()
    else:
        runnable.prepare()
        runnable.run()


def test_damaged_programs_are_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = scaling(tmp_path)
    content = bytearray(path.read_bytes())
    middle = content.index(b'"nodes"')
    content[middle : middle + 40] = b"\0" * 40
    path.write_bytes(content)
    with pytest.raises(lp.ConfigError, match=r"scaled\.pt2: PyTorch .* cannot read it as an"):
        ProgramRunnable("scaled", path, lp.Device(mode="plain")).prepare()
    assert "Traceback" not in "".join(capfd.readouterr())
