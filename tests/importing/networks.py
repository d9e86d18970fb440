"""Small networks of many kinds, as users write them in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional


class Convolutions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.line = nn.Conv1d(4, 6, 5, stride=2, padding=1, groups=2)
        self.plane = nn.Conv2d(3, 8, (3, 5), padding="same", dilation=(2, 1), bias=False)
        self.depth = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.up = nn.ConvTranspose2d(8, 6, 3, 2, 1, output_padding=1, groups=2)
        self.room = nn.Conv3d(1, 2, 3)

    def forward(self, line: torch.Tensor, plane: torch.Tensor) -> tuple[torch.Tensor, ...]:
        up = self.up(functional.relu(self.depth(self.plane(plane))))
        return self.line(line), up, self.room(up.unsqueeze(1))


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.SiLU()
        )
        self.body = nn.Sequential(
            nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), nn.BatchNorm2d(8), nn.Hardswish(True)
        )
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 2, 1), nn.ReLU(), nn.Conv2d(2, 8, 1), nn.Sigmoid()
        )
        self.head = nn.Linear(8, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.max_pool2d(self.stem(x), 3, 2, 1)
        y = self.body(x)
        x = x + y * self.gate(y)
        return self.head(x.mean((2, 3)))


class Encoder(nn.Module):
    """Attention as a library has it; words and places learnt, output tied to the words."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(600, 16)
        self.places = nn.Parameter(torch.zeros(1, 12, 16))
        layer = nn.TransformerEncoderLayer(16, 4, 32, activation="gelu", batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(16, 600, bias=False)
        self.head.weight = self.words.weight

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x: torch.Tensor = self.head(self.layers(self.words(ids) + self.places))
        return x


class Attention(nn.Module):
    """Attention as it is written by hand, or fused, with a mask and fewer keys than queries."""

    def __init__(self, fused: bool) -> None:
        super().__init__()
        self.query, self.pair = nn.Linear(16, 16), nn.Linear(16, 32)
        self.fused = fused

    def forward(self, x: torch.Tensor, y: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        query = self.query(x).unflatten(-1, (4, 4)).transpose(1, 2)
        keys, values = (
            one.unflatten(-1, (4, 4)).transpose(1, 2) for one in self.pair(y).chunk(2, -1)
        )
        if self.fused:
            mixed = functional.scaled_dot_product_attention(query, keys, values, attn_mask=mask)
        else:
            scores = query @ keys.transpose(-2, -1) * 0.5 + mask
            mixed = scores.softmax(-1) @ values
        return mixed.transpose(1, 2).flatten(2)


class Pyramid(nn.Module):
    """Two outputs; upsampling, concatenation, padding, slices, norms of groups and instances."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Conv2d(4, 8, 3, 2, 1)
        self.norm = nn.GroupNorm(2, 8)
        self.out = nn.Conv2d(12, 8, 1)
        self.slope = nn.PReLU(8)
        self.alone = nn.InstanceNorm2d(8, affine=True)
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        small = functional.relu(self.norm(self.down(x)))
        large = functional.interpolate(small, scale_factor=2.0, mode="bilinear")
        joined = torch.cat([functional.pad(x, (1, 1, 1, 1))[:, :, 1:-1, 1:-1], large], 1)
        y = self.slope(self.alone(self.out(joined)))
        return {"large": self.shuffle(y), "small": functional.avg_pool2d(small, 2)}


class Mixture(nn.Module):
    """Products written in many ways, reductions, powers, sorting."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(6, 8))
        self.bias = nn.Parameter(torch.zeros(6))
        self.norm = nn.LayerNorm(6)
        self.register_buffer("order", torch.arange(5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x[:, self.order]
        y = self.norm(functional.linear(x, self.weight, self.bias))
        z = torch.einsum("btf,bsf->bts", y, y) / y.shape[-1] ** 0.5
        best = z.topk(3).values.cumsum(-1)
        rest = torch.baddbmm(z, z, z).pow(2).sum(-1, keepdim=True).sqrt()
        return best * torch.where(rest > 1, rest, z.mean(-1, keepdim=True)).log_softmax(1)


Case = tuple[Callable[[], nn.Module], tuple[Any, ...]]

CASES: dict[str, Case] = {
    "convolutions": (Convolutions, (torch.zeros(2, 4, 33), torch.zeros(2, 3, 9, 12))),
    "residual": (Residual, (torch.zeros(2, 3, 32, 32),)),
    "encoder": (Encoder, (torch.zeros(2, 12, dtype=torch.int64),)),
    "attention as written": (
        lambda: Attention(False),
        (torch.zeros(2, 9, 16), torch.zeros(2, 7, 16), torch.zeros(9, 7)),
    ),
    "attention fused": (
        lambda: Attention(True),
        (torch.zeros(2, 9, 16), torch.zeros(2, 7, 16), torch.zeros(9, 7)),
    ),
    "pyramid": (Pyramid, (torch.zeros(1, 4, 16, 16),)),
    "mixture": (Mixture, (torch.zeros(3, 6, 8),)),
}
