"""The zoo: open definitions of networks by name, each with its family; weights are random."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import latpred as lp
import torch
from torch import nn

from benchmarks.any_network import language, vision
from benchmarks.any_network.own_modules import OWN

__all__ = ["Entry", "zoo"]

SPACES = {
    "ofa-mobilenetv3": 4,
    "ofa-proxyless": 3,
    "ofa-resnet50": 2,
    "nas-bench-201": 4,
    "fbnet": 3,
    "fbnetv3": 2,
    "darts": 2,
    "nasnet": 2,
    "amoeba": 2,
    "pnas": 2,
    "enas": 2,
}
Network = tuple[nn.Module, object]


@dataclass(frozen=True)
class Entry:
    """One network.

    Attributes:
        name: Where it comes from, and its name there.
        family: What is left out whole when unseen families judge.
        make: The network and its example inputs.
    """

    name: str
    family: str
    make: Callable[[], Network]

    def network(self) -> Network:
        """The network, in evaluation mode, with weights that its name decides."""
        torch.manual_seed(zlib.crc32(self.name.encode()))
        module, inputs = self.make()
        _vary(module)
        return module.eval(), inputs


def zoo() -> list[Entry]:
    """All networks, those of one family together."""
    found = [Entry(f"pytorchcv/{name}", family, lambda name=name: _image(name))
             for family, name in vision.image_networks()]  # fmt: skip
    found += [Entry(f"transformers/{name}", family, lambda name=name: language.made(name))
              for family, name in language.transformers_networks()]  # fmt: skip
    for (family, variant), made in OWN.items():
        make = made[0]
        found.append(
            Entry(f"own/{family}-{variant}", family, lambda make=make, i=made[1]: (make(), i))
        )
    for space, count in SPACES.items():
        for number in range(count):
            found.append(
                Entry(f"space/{space}-{number}", space, lambda s=space, n=number: _of_space(s, n))
            )
    return found


def _image(name: str) -> Network:
    module = vision.made(name)
    return module, vision.image_shape(module)


def _of_space(name: str, number: int) -> Network:
    architecture = lp.space(name).sample(number + 1, seed=20)[number]
    shape = tuple(architecture.graph().layers()[0]["shape"])
    return lp.to_torch(architecture, seed=number), (1, *shape)


def _vary(module: nn.Module) -> None:
    """Statistics and scales of norms that are not all equal: exporters fold equal ones away."""
    for part in module.modules():
        for name, low, high in (
            ("weight", 0.5, 1.5),
            ("bias", -0.1, 0.1),
            ("running_mean", -0.1, 0.1),
            ("running_var", 0.5, 1.5),
        ):
            value = getattr(part, name, None)
            if "Norm" in type(part).__name__ and isinstance(value, torch.Tensor):
                with torch.no_grad():
                    value.uniform_(low, high)
