"""Operators of transformers and larger planes: how they are built, and what PyTorch computes."""

from __future__ import annotations

import torch
from latpred.graphs import GraphBuilder, Window
from torch import Tensor
from torch.nn import functional as fn

from tests.networks.operator_cases import Case, conv
from tests.networks.small_graphs import Parameters

ONE = Window()


def layer_norm(x: Tensor, p: Parameters, axes: int, eps: float = 1e-5) -> Tensor:
    return fn.layer_norm(x, x.shape[-axes:], p["norm.weight"], p.get("norm.bias"), eps)


def channel_norm(x: Tensor, p: Parameters) -> Tensor:
    """As ConvNeXt's authors write it: mean and variance by hand."""
    mean = x.mean(1, keepdim=True)
    normed = (x - mean) / ((x - mean).square().mean(1, keepdim=True) + 1e-5).sqrt()
    return p["norm.weight"][:, None, None] * normed + p["norm.bias"][:, None, None]


def class_token(b: GraphBuilder, i: int) -> int:
    return b.concat([b.parameter(12, 1, 7, part="token"), i], axis=1)


def residual_of_swapped(b: GraphBuilder, i: int) -> int:
    """Fused into one step where weights are packed, though the value is a view."""
    swapped = b.transpose(i, (0, 2, 1))
    y = b.conv(swapped, 12, Window((3, 3), padding=(1, 1, 1, 1)))
    return b.activation(b.add([y, swapped]), "relu")


TOKENS: dict[str, Case] = {
    "matmul": (
        lambda b, i: b.matmul(i, b.transpose(i, (0, 2, 1))),
        lambda x, _: x @ x.transpose(2, 3),
    ),
    "matmul, second transposed": (
        lambda b, i: b.matmul(i, i, transpose_b=True),
        lambda x, _: torch.einsum("nchk,nclk->nchl", x, x),
    ),
    "matmul of one channel": (
        lambda b, i: b.matmul(b.crop(i, 1, Window((0, 0))), i, transpose_b=True),
        lambda x, _: torch.einsum("nhk,nclk->nchl", x[:, 0], x),
    ),
    "softmax of channels": (lambda b, i: b.softmax(i, axis=0), lambda x, _: x.softmax(1)),
    "softmax of rows": (lambda b, i: b.softmax(i, axis=-2), lambda x, _: x.softmax(2)),
    "softmax": (lambda b, i: b.softmax(i), lambda x, _: x.softmax(3)),
    "layer norm": (lambda b, i: b.layer_norm(i, eps=1e-2), lambda x, p: layer_norm(x, p, 1, 1e-2)),
    "layer norm of two axes": (
        lambda b, i: b.layer_norm(i, axes=2, bias=False),
        lambda x, p: layer_norm(x, p, 2),
    ),
    "layer norm of all": (lambda b, i: b.layer_norm(i, axes=3), lambda x, p: layer_norm(x, p, 3)),
    "layer norm of channels": (lambda b, i: b.layer_norm(i, axes="channels"), channel_norm),
    "layer norm of a vector": (
        lambda b, i: b.layer_norm(b.flatten(i), axes="channels"),
        lambda x, p: layer_norm(x.flatten(1), p, 1),
    ),
    "reshape": (lambda b, i: b.reshape(i, (7, 12, 9)), lambda x, _: x.reshape(2, 7, 12, 9)),
    "transpose": (lambda b, i: b.transpose(i, (2, 0, 1)), lambda x, _: x.permute(0, 3, 1, 2)),
    "scale": (lambda b, i: b.scale(i, 0.125), lambda x, _: x / 8),
    "scale of a vector": (
        lambda b, i: b.activation(b.scale(b.flatten(i), -2), "relu"),
        lambda x, _: (-2 * x).relu().flatten(1),
    ),
    "positions": (
        lambda b, i: b.activation(b.add([b.parameter(12, 9, 7, part="places"), i]), "relu"),
        lambda x, p: (x + p["places.weight"]).relu(),
    ),
    "class token": (
        class_token,
        lambda x, p: torch.cat([p["token.weight"].expand(2, 12, 1, 7), x], 2),
    ),
    "activation of a parameter": (
        lambda b, i: b.multiply(i, b.activation(b.parameter(12, 1, 1, part="gate"), "sigmoid")),
        lambda x, p: x * p["gate.weight"].sigmoid(),
    ),
    "concat of columns": (
        lambda b, i: b.concat([i, b.activation(i, "relu")], axis=2),
        lambda x, _: torch.cat([x, x.relu()], 3),
    ),
    "linear of the last axis": (
        lambda b, i: b.linear(i, 5),
        lambda x, p: x @ p["linear.weight"].T + p["linear.bias"],
    ),
    "linear of the last axis without bias": (
        lambda b, i: b.linear(b.transpose(i, (1, 2, 0)), 1, bias=False),
        lambda x, p: x.permute(0, 2, 3, 1) @ p["linear.weight"].T,
    ),
    "convolution of a transposed value": (
        lambda b, i: b.conv(b.transpose(i, (1, 0, 2)), 4, Window((3, 3), padding=(1, 1, 1, 1))),
        lambda x, p: conv(x.transpose(1, 2), p, padding=1),
    ),
    "convolution of a reshaped value": (
        lambda b, i: b.conv(
            b.reshape(b.conv(i, 6, Window(), part="first"), (2, 27, 7)), 4, Window()
        ),
        lambda x, p: conv(fn.conv2d(x, p["first.weight"]).reshape(2, 2, 27, 7), p),
    ),
    "residual of a transposed value": (
        residual_of_swapped,
        lambda x, p: (conv(x.transpose(2, 3), p, padding=1) + x.transpose(2, 3)).relu(),
    ),
    "residual of a parameter": (
        lambda b, i: b.add([b.conv(i, 12, Window()), b.parameter(12, 9, 7, part="places")]),
        lambda x, p: conv(x, p) + p["places.weight"],
    ),
    "normed convolution in place": (
        lambda b, i: b.activation(
            b.scale(b.layer_norm(b.conv(i, 8, Window()), axes="channels"), 3), "relu"
        ),
        lambda x, p: (3 * channel_norm(conv(x, p), p)).relu(),
    ),
}


def up_conv(x: Tensor, p: Parameters, **settings: object) -> Tensor:
    weight, bias = p["conv_transpose.weight"], p.get("conv_transpose.bias")
    return fn.conv_transpose2d(x, weight, bias, **settings)


PLANES: dict[str, Case] = {
    "transposed convolution": (
        lambda b, i: b.conv_transpose(i, 8, Window((4, 4), 2, (1, 1, 1, 1))),
        lambda x, p: up_conv(x, p, stride=2, padding=1),
    ),
    "transposed convolution, groups, bias, more at the end": (
        lambda b, i: b.conv_transpose(
            i, 8, Window((3, 2), 2, (1, 0, 1, 0), groups=4), output_padding=(1, 0), bias=True
        ),
        lambda x, p: up_conv(x, p, stride=2, padding=(1, 0), output_padding=(1, 0), groups=4),
    ),
    "transposed convolution, dilation": (
        lambda b, i: b.conv_transpose(i, 5, Window((3, 3), 1, (2, 2, 2, 2), dilation=2)),
        lambda x, p: up_conv(x, p, padding=2, dilation=2),
    ),
    "transposed convolution, uneven padding": (
        lambda b, i: b.conv_transpose(
            i, 8, Window((3, 3), 2, (0, 1, 1, 2)), output_padding=(1, 1), bias=True
        ),
        lambda x, p: up_conv(x, p, stride=2, output_padding=1)[:, :, 0:-1, 1:-2],
    ),
    "upsample": (
        lambda b, i: b.upsample(i, scale=2),
        lambda x, _: fn.interpolate(x, scale_factor=2, mode="nearest"),
    ),
    "upsample by two factors": (
        lambda b, i: b.upsample(i, scale=(3, 2), mode="bilinear"),
        lambda x, _: fn.interpolate(x, scale_factor=(3, 2), mode="bilinear"),
    ),
    "upsample to a size": (
        lambda b, i: b.upsample(i, size=(13, 5)),
        lambda x, _: fn.interpolate(x, size=(13, 5), mode="nearest"),
    ),
    "bilinear to a size": (
        lambda b, i: b.upsample(i, size=(5, 11), mode="bilinear"),
        lambda x, _: fn.interpolate(x, size=(5, 11), mode="bilinear"),
    ),
    "bilinear to one pixel": (
        lambda b, i: b.upsample(i, size=(1, 1), mode="bilinear"),
        lambda x, _: fn.interpolate(x, size=(1, 1), mode="bilinear").flatten(1),
    ),
    "pad": (
        lambda b, i: b.activation(b.pad(i, (1, 2, 0, 3), value=-1.5), "h_swish"),
        lambda x, _: fn.hardswish(fn.pad(x, (2, 3, 1, 0), value=-1.5)),
    ),
    "pad by reflection": (
        lambda b, i: b.pad(i, (8, 2, 0, 3), mode="reflect"),
        lambda x, _: fn.pad(x, (2, 3, 8, 0), mode="reflect"),
    ),
    "pad by the border": (
        lambda b, i: b.pad(i, (1, 12, 10, 3), mode="replicate"),
        lambda x, _: fn.pad(x, (12, 3, 1, 10), mode="replicate"),
    ),
}

WIDER = TOKENS | PLANES
