"""Every kind of operator: how it is built, and what PyTorch says that it computes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from latpred.graphs import GraphBuilder, Window
from torch import Tensor
from torch.nn import functional as fn

from tests.networks.small_graphs import Parameters

Case = tuple[Callable[[GraphBuilder, int], object], Callable[[Tensor, Parameters], Tensor]]


def conv(x: Tensor, p: Parameters, **settings: object) -> Tensor:
    return fn.conv2d(x, p["conv.weight"], p.get("conv.bias"), **settings)


def norm(x: Tensor, p: Parameters, eps: float = 1e-5) -> Tensor:
    return fn.batch_norm(
        x,
        p["bn.running_mean"],
        p["bn.running_var"],
        p["bn.weight"],
        p["bn.bias"],
        eps=eps,
    )


CONVOLUTIONS: dict[str, Case] = {
    "pointwise": (lambda b, i: b.conv(i, 10, Window()), conv),
    "bias": (lambda b, i: b.conv(i, 10, Window(), bias=True), conv),
    "depthwise, stride": (
        lambda b, i: b.conv(i, 12, Window((5, 5), 2, (2, 2, 2, 2), groups=12)),
        lambda x, p: conv(x, p, stride=2, padding=2, groups=12),
    ),
    "groups, not square": (
        lambda b, i: b.conv(i, 8, Window((1, 3), 1, (0, 1, 0, 1), groups=4)),
        lambda x, p: conv(x, p, padding=(0, 1), groups=4),
    ),
    "dilation": (
        lambda b, i: b.conv(i, 8, Window((3, 3), 1, (2, 2, 2, 2), dilation=2)),
        lambda x, p: conv(x, p, padding=2, dilation=2),
    ),
    "uneven padding": (
        lambda b, i: b.conv(i, 8, Window((3, 3), 2, (0, 1, 1, 2)), bias=True),
        lambda x, p: conv(fn.pad(x, (1, 2, 0, 1)), p, stride=2),
    ),
}


POOLS: dict[str, Case] = {
    "max": (
        lambda b, i: b.max_pool(i, Window((3, 3), 2, (1, 1, 1, 1))),
        lambda x, _: fn.max_pool2d(x, 3, 2, 1),
    ),
    "max, ceil": (
        lambda b, i: b.max_pool(i, Window((2, 2), 2, (0, 0, 0, 0)), ceil_mode=True),
        lambda x, _: fn.max_pool2d(x, 2, 2, ceil_mode=True),
    ),
    "max, uneven padding": (
        lambda b, i: b.max_pool(i, Window((3, 3), 2, (0, 0, 1, 2))),
        lambda x, _: fn.max_pool2d(fn.pad(x, (0, 2, 0, 1), value=-torch.inf), 3, 2),
    ),
    "average": (
        lambda b, i: b.avg_pool(i, Window((3, 3), 1, (1, 1, 1, 1))),
        lambda x, _: fn.avg_pool2d(x, 3, 1, 1),
    ),
    "average, real pixels, ceil": (
        lambda b, i: b.avg_pool(
            i, Window((3, 3), 2, (1, 1, 1, 1)), ceil_mode=True, count_include_pad=False
        ),
        lambda x, _: fn.avg_pool2d(x, 3, 2, 1, True, False),
    ),
    "average, uneven padding": (
        lambda b, i: b.avg_pool(i, Window((2, 2), 2, (0, 0, 1, 1))),
        lambda x, _: fn.avg_pool2d(fn.pad(x, (0, 1, 0, 1)), 2, 2),
    ),
    "average, real pixels, uneven padding": (
        lambda b, i: b.avg_pool(i, Window((2, 2), 2, (0, 0, 1, 1)), count_include_pad=False),
        lambda x, _: fn.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False),
    ),
    "global": (lambda b, i: b.global_pool(i), lambda x, _: x.mean((2, 3))),
}


REST: dict[str, Case] = {
    "batch norm": (
        lambda b, i: b.batch_norm(i, eps=1e-3),
        lambda x, p: norm(x, p, 1e-3),
    ),
    "multiply by plane": (lambda b, i: b.multiply(i, i), lambda x, _: x * x),
    "multiply by channel": (
        lambda b, i: b.multiply(i, b.activation(b.global_pool(i), "sigmoid")),
        lambda x, _: x * x.mean((2, 3), keepdim=True).sigmoid(),
    ),
    "add three": (
        lambda b, i: b.add([i, b.activation(i, "relu"), i]),
        lambda x, _: x + x.relu() + x,
    ),
    "concat": (
        lambda b, i: b.concat([b.activation(i, "relu"), i]),
        lambda x, _: torch.cat([x.relu(), x], 1),
    ),
    "channel shuffle": (
        lambda b, i: b.channel_shuffle(i, 3),
        lambda x, _: fn.channel_shuffle(x, 3),
    ),
    "crop": (
        lambda b, i: b.crop(i, 5, Window((4, 3), 1, (2, 1, 0, 0))),
        lambda x, _: x[:, :5, 2:6, 1:4],
    ),
    "crop of channels": (
        lambda b, i: b.crop(i, 5, Window((0, 0))),
        lambda x, _: x[:, :5],
    ),
    "flatten": (lambda b, i: b.flatten(i), lambda x, _: x.flatten(1)),
    "linear": (
        lambda b, i: b.linear(b.flatten(i), 6),
        lambda x, p: fn.linear(x.flatten(1), p["linear.weight"], p["linear.bias"]),
    ),
    "linear without bias": (
        lambda b, i: b.linear(b.global_pool(i), 6, bias=False),
        lambda x, p: fn.linear(x.mean((2, 3)), p["linear.weight"]),
    ),
    "identity": (lambda b, i: b.identity(i), lambda x, _: x),
    "zero": (lambda b, i: b.zero(i, 4, 2), lambda *_: torch.zeros(2, 4, 5, 4)),
}


ACTIVATIONS = {
    "none": lambda x: x,
    "relu": fn.relu,
    "relu6": fn.relu6,
    "h_swish": fn.hardswish,
    "h_sigmoid": fn.hardsigmoid,
    "sigmoid": fn.sigmoid,
    "swish": fn.silu,
    "tanh": fn.tanh,
    "gelu": fn.gelu,
}
