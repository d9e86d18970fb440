"""What may be fused, and what must not: values that others still read, shared inputs, order."""

from __future__ import annotations

from collections.abc import Callable

import torch
from latpred.graphs import GraphBuilder, Window
from latpred.networks import Network
from torch import Tensor
from torch.nn import functional as fn

from tests.networks.small_graphs import CHANNELS, Parameters, check

SAME = Window((3, 3), 1, (1, 1, 1, 1))


def steps(build: Callable[[GraphBuilder, int], object], mode: str) -> int:
    builder = GraphBuilder()
    build(builder, builder.input(CHANNELS, 8, 8))
    return Network(builder.build(), mode=mode).steps


def same_conv(x: Tensor, p: Parameters, name: str = "conv") -> Tensor:
    return fn.conv2d(x, p[f"{name}.weight"], padding=1)


def residual_block(b: GraphBuilder, i: int) -> int:
    return b.activation(b.add([i, b.conv(i, CHANNELS, SAME)]), "relu")


def test_residual_with_relu_is_one_step() -> None:
    check(residual_block, lambda x, p: (x + same_conv(x, p)).relu())
    assert steps(residual_block, "prepacked") == 1
    assert steps(residual_block, "folded") == 3


def test_residual_of_a_value_nobody_else_reads() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        return b.add([b.conv(i, CHANNELS, SAME), b.activation(i, "tanh")])

    check(build, lambda x, p: same_conv(x, p) + x.tanh())


def test_residual_is_the_input_of_the_convolution() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        x = b.activation(i, "tanh")
        return b.add([x, b.conv(x, CHANNELS, SAME)])

    check(build, lambda x, p: x.tanh() + same_conv(x.tanh(), p))


def test_two_convolutions_meet_in_a_sum() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        first = b.conv(i, 8, SAME, part="first")
        return b.add([first, b.conv(i, 8, SAME, part="second")])

    check(build, lambda x, p: same_conv(x, p, "first") + same_conv(x, p, "second"))
    assert steps(build, "prepacked") == 2


def test_only_relu_follows_a_fused_sum() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        return b.activation(b.add([i, b.conv(i, CHANNELS, SAME)]), "h_swish")

    check(build, lambda x, p: fn.hardswish(x + same_conv(x, p)))
    assert steps(build, "prepacked") == 2


def test_a_value_read_twice_keeps_its_norm_and_activation_apart() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        x = b.conv(i, CHANNELS, SAME)
        y = b.batch_norm(x)
        z = b.activation(y, "relu")
        return b.concat([x, y, z, b.activation(z, "tanh")])

    def expected(x: Tensor, p: Parameters) -> Tensor:
        x = same_conv(x, p)
        y = fn.batch_norm(
            x, p["bn.running_mean"], p["bn.running_var"], p["bn.weight"], p["bn.bias"]
        )
        return torch.cat([x, y, y.relu(), y.relu().tanh()], 1)

    check(build, expected)
    assert steps(build, "prepacked") == 5


def test_views_do_not_leak_into_what_they_show() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        x = b.activation(i, "tanh")
        part = b.activation(b.crop(x, CHANNELS, Window((0, 0))), "relu")
        alias = b.activation(b.identity(x), "relu6")
        return b.add([part, alias, b.identity(x), b.activation(x, "sigmoid")])

    check(build, lambda x, _: 2 * x.tanh().relu() + x.tanh() + x.tanh().sigmoid())


def test_a_sum_of_one_value_with_itself() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        x = b.conv(i, CHANNELS, SAME)
        return b.add([x, x])

    check(build, lambda x, p: 2 * same_conv(x, p))


def test_operators_nobody_reads() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        b.activation(b.conv(i, 4, SAME, part="unused"), "relu", part="unused.act")
        return b.activation(i, "relu")

    check(build, lambda x, _: x.relu())


def test_shuffle_units_and_vectors() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        left = b.crop(i, 6, Window((0, 0)))
        right = b.conv(i, 6, SAME)
        x = b.channel_shuffle(b.concat([left, right]), 2)
        gate = b.activation(b.linear(b.global_pool(x), 12), "h_sigmoid")
        return b.linear(b.flatten(b.multiply(x, gate)), 5, part="out")

    def expected(x: Tensor, p: Parameters) -> Tensor:
        x = fn.channel_shuffle(torch.cat([x[:, :6], same_conv(x, p)], 1), 2)
        gate = fn.hardsigmoid(fn.linear(x.mean((2, 3)), p["linear.weight"], p["linear.bias"]))
        return fn.linear((x * gate[..., None, None]).flatten(1), p["out.weight"], p["out.bias"])

    check(build, expected)
