"""Small transformers as graphs, and what PyTorch computes with the same parameters."""

from __future__ import annotations

import math

import torch
from latpred.graphs import GraphBuilder, OpGraph, Window
from torch import Tensor
from torch.nn import functional as fn

from tests.networks.small_graphs import Parameters

HEADS, TOKENS, DIMENSION, VOCABULARY = 2, 6, 8, 11


def attention(b: GraphBuilder, x: int, tokens: int, name: str = "attention") -> int:
    """Of several heads, for a value 1 x tokens x DIMENSION; query, key and value in one layer."""
    width = DIMENSION // HEADS
    joint = b.linear(x, 3 * DIMENSION, part=f"{name}.joint")

    def third(which: int, part: str) -> int:
        window = Window((tokens, DIMENSION), padding=(0, which * DIMENSION, 0, 0))
        own = b.crop(joint, 1, window, part=f"{name}.{part}")
        split = b.reshape(own, (tokens, HEADS, width), part=f"{name}.{part}.split")
        return b.transpose(split, (1, 0, 2), part=f"{name}.{part}.heads")

    query, key, value = third(0, "query"), third(1, "key"), third(2, "value")
    scores = b.matmul(query, key, transpose_b=True, part=f"{name}.scores")
    scores = b.scale(scores, 1 / math.sqrt(width), part=f"{name}.scale")
    mixed = b.matmul(b.softmax(scores, part=f"{name}.softmax"), value, part=f"{name}.mix")
    back = b.transpose(mixed, (1, 0, 2), part=f"{name}.back")
    joined = b.reshape(back, (1, tokens, DIMENSION), part=f"{name}.join")
    return b.linear(joined, DIMENSION, part=f"{name}.out")


def block(b: GraphBuilder, x: int, tokens: int) -> int:
    """Attention and two linear layers, each behind a layer norm and beside a shortcut."""
    x = b.add([x, attention(b, b.layer_norm(x, part="norm1"), tokens)], part="add1")
    y = b.linear(b.layer_norm(x, part="norm2"), 4 * DIMENSION, part="grow")
    y = b.linear(b.activation(y, "gelu", part="gelu"), DIMENSION, part="shrink")
    return b.add([x, y], part="add2")


def torch_block(x: Tensor, p: Parameters) -> Tensor:
    """N x T x D."""

    def norm(x: Tensor, name: str) -> Tensor:
        return fn.layer_norm(x, (DIMENSION,), p[f"{name}.weight"], p[f"{name}.bias"])

    def linear(x: Tensor, name: str) -> Tensor:
        return fn.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    parts = linear(norm(x, "norm1"), "attention.joint").chunk(3, dim=2)
    query, key, value = (part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in parts)
    mixed = fn.scaled_dot_product_attention(query, key, value)
    x = x + linear(mixed.transpose(1, 2).flatten(2), "attention.out")
    return x + linear(fn.gelu(linear(norm(x, "norm2"), "grow")), "shrink")


def vision_transformer() -> OpGraph:
    """A patch convolution, a class token, positions, one block, a head on the class token."""
    b = GraphBuilder()
    x = b.conv(b.input(3, 12, 8), DIMENSION, Window((4, 4), 4), bias=True, part="patches")
    x = b.transpose(b.reshape(x, (1, DIMENSION, TOKENS)), (0, 2, 1))
    x = b.concat([b.parameter(1, 1, DIMENSION, part="token"), x], axis=1)
    x = b.add([x, b.parameter(1, TOKENS + 1, DIMENSION, part="places")], part="placed")
    x = b.layer_norm(block(b.place(0, 0), x, TOKENS + 1), part="last")
    first = b.place(-1, -1).crop(x, 1, Window((1, DIMENSION)), part="first")
    b.linear(b.flatten(first), 5, part="head")
    return b.build()


def torch_vision_transformer(images: Tensor, p: Parameters) -> Tensor:
    x = fn.conv2d(images, p["patches.weight"], p["patches.bias"], stride=4).flatten(2)
    token = p["token.weight"].expand(len(images), 1, 1, DIMENSION)[:, 0]
    x = torch.cat([token, x.transpose(1, 2)], 1) + p["places.weight"][0]
    own = {name.removeprefix("u0.l0."): tensor for name, tensor in p.items()}
    x = fn.layer_norm(torch_block(x, own), (DIMENSION,), own["last.weight"], own["last.bias"])
    return fn.linear(x[:, 0], p["head.weight"], p["head.bias"])


def encoder() -> OpGraph:
    """Tokens, an embedding, positions, a block, the mean over the tokens."""
    b = GraphBuilder()
    x = b.embedding(b.input(1, TOKENS, 1), VOCABULARY, DIMENSION, part="words")
    x = b.add([x, b.parameter(1, TOKENS, DIMENSION, part="places")], part="placed")
    x = block(b, x, TOKENS)
    x = b.global_pool(b.transpose(x, (2, 1, 0), part="features"), part="mean")
    b.linear(x, 3, part="head")
    return b.build()


def torch_encoder(tokens: Tensor, p: Parameters) -> Tensor:
    x = fn.embedding(tokens.flatten(1).long(), p["words.weight"]) + p["places.weight"][0]
    return fn.linear(torch_block(x, p).mean(1), p["head.weight"], p["head.bias"])
