"""A small supernet that tests train in PyTorch within a second, and its form for latpred."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import latpred as lp
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tests.networks.elastic_reference import Choice, ElasticMobileNet, Stage

ELASTIC = {"depth": [1, 2, 3], "kernel": [3, 5, 7], "expand": [3, 4, 6]}
STAGES = [Stage(16, 3, 2, nn.ReLU, False), Stage(24, 3, 1, nn.Hardswish, True)]
PLACES = {
    "first_conv": "stem", "final_expand_layer": "head", "classifier.linear": "classifier",
    "inverted_bottleneck": "expand", "depth_conv.se.fc": "se", "depth_conv": "depthwise",
    "point_linear": "project",
}  # fmt: skip


def elastic_space(classes: int, resolutions: Sequence[int] = (32,)) -> lp.Space:
    """A fixed unit and two elastic ones of up to three blocks."""
    return lp.define_space(
        "elastic",
        resolutions=resolutions,
        stem={"channels": 8, "stride": 2, "activation": "h_swish"},
        units=[
            {"channels": [8]},
            {"channels": [16], "stride": 2, **ELASTIC},
            {"channels": [24], "activation": "h_swish", "squeeze_excite": True, **ELASTIC},
        ],
        head={"channels": 32, "classes": classes, "activation": "h_swish"},
    )


def our_name(name: str) -> str:
    """The entry for an original name of the small supernet."""
    if block := re.match(r"blocks\.(\d+)\.conv\.(.*)", name):
        number = int(block[1])
        unit, layer = (0, 0) if number == 0 else (1 + (number - 1) // 3, (number - 1) % 3)
        return f"u{unit}.l{layer}." + our_name(block[2])
    for theirs, ours in PLACES.items():
        if name.startswith(theirs + "."):
            return ours + re.sub(
                r"(\.conv)+(?=\.)", "", re.sub(r"(\.bn)+", ".bn", name[len(theirs) :])
            )
    raise KeyError(name)


def state_of(model: ElasticMobileNet) -> dict[str, NDArray[Any]]:
    """What `lp.Supernet` takes."""
    return {our_name(name): np.asarray(each) for name, each in model.state_dict().items()}


def choice_of(arch: lp.Architectures) -> Choice:
    """The genes of one of `elastic_space` in the reference's form."""
    form = arch.to_dicts()[0]
    kernels, ratios = form["ks"], form["e"]
    return Choice(form["d"][1:], [kernels[1:4], kernels[4:]], [ratios[1:4], ratios[4:]])


def largest(space: lp.Space) -> lp.Architectures:
    """At the smallest resolution."""
    genes = [len(gene.choices) - 1 for gene in space.genes]
    genes[-1] = 0
    return space.architectures(np.array([genes]))


def trained(
    classes: int, steps: Iterable[tuple[lp.Architectures, Tensor, Tensor]], rate: float = 0.02
) -> ElasticMobileNet:
    """After a step for each network with its pictures and their classes."""
    torch.manual_seed(0)
    model = ElasticMobileNet(8, STAGES, 32, None, classes, (nn.Hardswish, nn.ReLU, nn.Hardswish))
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum=0.9)
    for arch, images, labels in steps:
        loss = nn.functional.cross_entropy(model(images, choice_of(arch)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()
