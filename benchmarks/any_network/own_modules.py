"""Networks written by hand as papers describe them, for what the packages do not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.any_network.own_planes import (
    Points,
    Ranking,
    Skip,
    Speech,
    UNet,
    Wave,
    film,
    generator,
    perceptron,
    style,
    upscaler,
)

__all__ = ["OWN", "Made"]

Made = tuple[Callable[[], nn.Module], object]


class Mixer(nn.Module):
    """MLP-Mixer; with one affine norm and no second activation it is ResMLP."""

    def __init__(self, size: int, patch: int, width: int, depth: int) -> None:
        super().__init__()
        patches = (size // patch) ** 2
        self.stem = nn.Conv2d(3, width, patch, patch)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * depth + 1))
        self.places = nn.ModuleList(_mlp(patches, patches // 2) for _ in range(depth))
        self.channels = nn.ModuleList(_mlp(width, 4 * width) for _ in range(depth))
        self.head = nn.Linear(width, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x).flatten(2).transpose(1, 2)
        for number, (places, channels) in enumerate(zip(self.places, self.channels, strict=True)):
            mixed = places(self.norms[2 * number](x).transpose(1, 2)).transpose(1, 2)
            x = x + mixed
            x = x + channels(self.norms[2 * number + 1](x))
        return self.head(self.norms[-1](x).mean(1))


def _mlp(width: int, inner: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))


class Gated(nn.Module):
    """gMLP: places are mixed by one half of the channels, which gates the other."""

    def __init__(self, length: int, width: int, depth: int) -> None:
        super().__init__()
        self.words = nn.Embedding(8000, width)
        self.rise = nn.ModuleList(nn.Linear(width, 4 * width) for _ in range(depth))
        self.mix = nn.ModuleList(nn.Conv1d(length, length, 1) for _ in range(depth))
        self.fall = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(depth))
        self.norms = nn.ModuleList(nn.LayerNorm(2 * width) for _ in range(depth))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.words(ids)
        for rise, mix, fall, norm in zip(self.rise, self.mix, self.fall, self.norms, strict=True):
            left, right = functional.gelu(rise(x)).chunk(2, -1)
            x = x + fall(left * mix(norm(right)))
        return x


def conv_mixer(width: int, depth: int, kernel: int, patch: int) -> nn.Module:
    """ConvMixer."""

    def last() -> list[nn.Module]:
        return [nn.GELU(), nn.BatchNorm2d(width)]

    layers: list[nn.Module] = [nn.Conv2d(3, width, patch, patch), *last()]
    for _ in range(depth):
        depthwise = nn.Conv2d(width, width, kernel, padding="same", groups=width)
        layers += [Skip(nn.Sequential(depthwise, *last())), nn.Conv2d(width, width, 1), *last()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 1000))


class Transformer(nn.Module):
    """A vision transformer with attention as nn.MultiheadAttention has it."""

    def __init__(self, size: int, patch: int, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.cut = nn.Conv2d(3, width, patch, patch)
        self.first = nn.Parameter(torch.randn(1, 1, width))
        self.places = nn.Parameter(torch.randn(1, (size // patch) ** 2 + 1, width))
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.head = nn.Linear(width, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.cut(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.first.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.head(self.layers(x)[:, 0])


class Translator(nn.Module):
    """Encoder and decoder with a mask, as nn.Transformer has them."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.words = nn.Embedding(4000, width)
        self.body = nn.Transformer(width, 4, depth, depth, 4 * width, batch_first=True)
        self.head = nn.Linear(width, 4000)

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        length = target.shape[1]
        mask = torch.full((length, length), float("-inf")).triu(1)
        return self.head(
            self.body(self.words(source), self.words(target), tgt_mask=mask, tgt_is_causal=False)
        )


class Recurrent(nn.Module):
    """Words to a class by an LSTM or a GRU."""

    def __init__(self, kind: Any, width: int, depth: int, both: bool) -> None:
        super().__init__()
        self.words = nn.Embedding(8000, width)
        self.layers = kind(width, width, depth, batch_first=True, bidirectional=both)
        self.head = nn.Linear(width * (2 if both else 1), 20)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        found, _ = self.layers(self.words(ids))
        return self.head(found.amax(1))


def _image(size: int) -> tuple[int, ...]:
    return (1, 3, size, size)


def _ids(length: int) -> object:
    return ((1, length), "int64")


# Family and variant: how it is made, and what it is run on.
OWN: dict[tuple[str, str], Made] = {
    ("mlp-mixer", "s16@224"): (lambda: Mixer(224, 16, 256, 6), _image(224)),
    ("mlp-mixer", "s8@96"): (lambda: Mixer(96, 8, 192, 8), _image(96)),
    ("gmlp", "4@128"): (lambda: Gated(128, 128, 4), _ids(128)),
    ("conv-mixer", "128x6@160"): (lambda: conv_mixer(128, 6, 7, 8), _image(160)),
    ("conv-mixer", "192x4@224"): (lambda: conv_mixer(192, 4, 9, 16), _image(224)),
    ("vit-by-hand", "tiny@224"): (lambda: Transformer(224, 16, 192, 3, 6), _image(224)),
    ("vit-by-hand", "small@128"): (lambda: Transformer(128, 8, 128, 4, 4), _image(128)),
    ("translator", "2@64"): (lambda: Translator(128, 2), [_ids(64), _ids(48)]),
    ("lstm", "1@64"): (lambda: Recurrent(nn.LSTM, 128, 1, both=True), _ids(64)),
    ("gru", "2@40"): (lambda: Recurrent(nn.GRU, 96, 2, both=False), _ids(40)),
    ("unet-by-hand", "16x3@128"): (lambda: UNet(16, 3), _image(128)),
    ("unet-by-hand", "8x4@192"): (lambda: UNet(8, 4), _image(192)),
    ("upscaler", "32x4@96"): (lambda: upscaler(32, 4, 3), _image(96)),
    ("upscaler", "16x8@128"): (lambda: upscaler(16, 8, 2), _image(128)),
    ("generator", "32"): (lambda: generator(32), (1, 100)),
    ("style", "16x3@128"): (lambda: style(16, 3), _image(128)),
    ("wavenet", "32x12@2000"): (lambda: Wave(32, 12), (1, 1, 2000)),
    ("speech", "128x6@400"): (lambda: Speech(128, 6), (1, 64, 400)),
    ("pointnet", "64@1024"): (lambda: Points(64), (1, 3, 1024)),
    ("ranking", "32x12"): (lambda: Ranking(32, 12), [(16, 13), ((16, 12), "int64")]),
    ("film", "8@56"): (lambda: film(8), (1, 3, 8, 56, 56)),
    ("perceptron", "512x4"): (lambda: perceptron(784, 512, 4), (8, 784)),
}
