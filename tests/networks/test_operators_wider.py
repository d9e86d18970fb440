"""Operators of transformers and larger planes, in every mode, against PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import latpred as lp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.graphs import GraphBuilder, OpGraph, Window
from latpred.networks import MODES, Network, NetworkRunnable, random_parameters
from torch import Tensor
from torch.nn import functional as fn

from tests.networks import transformers as small
from tests.networks.small_graphs import HEIGHT, WIDTH, Parameters, check
from tests.networks.wider_cases import WIDER

Reference = Callable[[Tensor, Parameters], Tensor]


@pytest.mark.parametrize("case", WIDER)
def test_operator(case: str) -> None:
    check(*WIDER[case])


def agree(graph: OpGraph, values: np.ndarray, reference: Reference) -> None:
    parameters = random_parameters(graph, seed=3)
    tensors = {name: torch.from_numpy(array) for name, array in parameters.items()}
    want = reference(torch.from_numpy(values), tensors).numpy()
    assert np.abs(want[0] - want[1]).max() > 1e-3 * np.abs(want).max()
    for mode in MODES:
        got = Network(graph, parameters, mode=mode, batch_size=len(values)).forward(values)
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4, err_msg=mode)


def tokens(images: int = 3) -> np.ndarray:
    drawn = np.random.default_rng(4).integers(0, small.VOCABULARY, (images, 1, small.TOKENS, 1))
    return drawn.astype(np.float32)


def test_vision_transformer() -> None:
    images = np.random.default_rng(4).standard_normal((3, 3, 12, 8), dtype=np.float32)
    agree(small.vision_transformer(), images, small.torch_vision_transformer)


def test_encoder() -> None:
    agree(small.encoder(), tokens(), small.torch_encoder)


def test_attention_is_that_of_pytorchs_module() -> None:
    b = GraphBuilder()
    small.attention(b, b.input(1, small.TOKENS, small.DIMENSION), small.TOKENS)

    def reference(x: Tensor, p: Parameters) -> Tensor:
        module = torch.nn.MultiheadAttention(small.DIMENSION, small.HEADS, batch_first=True).eval()
        module.in_proj_weight.data = p["attention.joint.weight"]
        module.in_proj_bias.data = p["attention.joint.bias"]
        module.out_proj.weight.data = p["attention.out.weight"]
        module.out_proj.bias.data = p["attention.out.bias"]
        return module(*[x[:, 0]] * 3, need_weights=False)[0][:, None].detach()

    values = np.random.default_rng(4).standard_normal((2, 1, 6, 8), dtype=np.float32)
    agree(b.build(), values, reference)


@pytest.mark.parametrize(
    ("number", "text"),
    [(11, "11 at place 4 of input 1"), (-1, "-1 at"), (2.5, "2.5 at"), (np.nan, "nan at")],
)
def test_numbers_that_are_no_tokens(number: float, text: str) -> None:
    values = tokens()
    values[1, 0, 4, 0] = number
    network = Network(small.encoder())
    with pytest.raises(lp.DataError, match=f"operator 'words': {text}.*from 0 to 10 expected"):
        network.forward(values)
    network.forward(tokens())


def test_flat_tokens() -> None:
    b = GraphBuilder()
    b.embedding(b.input(4, 1, 1), 5, 3)
    got = Network(b.build(), seed=1).forward(np.array([[0, 4, 2, 2]]).reshape(1, 4, 1, 1))
    weight = random_parameters(b.build(), seed=1)["embedding.weight"]
    np.testing.assert_array_equal(got[0, 0], weight[[0, 4, 2, 2]])
    assert 0.5 < random_parameters(small.encoder())["words.weight"].std() < 1.5


def test_a_measured_network_gets_tokens() -> None:
    runnable = NetworkRunnable(small.encoder(), "encoder", batch_size=4)
    runnable.prepare()
    runnable.run()
    outputs = runnable.output().reshape(4, 3)
    assert np.isfinite(outputs).all()
    assert np.abs(np.diff(outputs, axis=0)).max() > 1e-3


def test_one_image_and_many() -> None:
    network = Network(small.vision_transformer(), seed=2)
    images = np.random.default_rng(1).standard_normal((5, 3, 12, 8), dtype=np.float32)
    single = np.concatenate([network.forward(image[None]) for image in images])
    np.testing.assert_allclose(network.forward(images), single, rtol=1e-4, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.tuples(*[st.integers(1, 6)] * 4),
    channels=st.sampled_from([(1, 1), (3, 3), (1, 4), (5, 1)]),
    transposed=st.booleans(),
)
def test_products(sizes: tuple[int, ...], channels: tuple[int, int], transposed: bool) -> None:
    rows, inner, columns, images = sizes
    b = GraphBuilder()
    joint = b.input(1, 1, channels[0] * rows * inner + channels[1] * inner * columns)
    first = channels[0] * rows * inner
    shape = (channels[1], columns, inner) if transposed else (channels[1], inner, columns)
    left = b.reshape(b.crop(joint, 1, Window((1, first))), (channels[0], rows, inner))
    rest = b.crop(joint, 1, Window((1, inner * columns * channels[1]), padding=(0, first, 0, 0)))
    b.matmul(left, b.reshape(rest, shape), transpose_b=transposed)
    graph = b.build()
    x = np.random.default_rng(1).standard_normal((images, 1, 1, graph.layers()[0]["shape"][2]))
    one = x[..., :first].reshape(images, channels[0], rows, inner)
    two = x[..., first:].reshape(images, *shape)
    want = one @ (two.swapaxes(2, 3) if transposed else two)
    assert graph.layers()[-1]["shape"] == want.shape[1:]
    assert graph.costs["macs"] == want[0].size * inner
    got = Network(graph).forward(x).reshape(want.shape)
    np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    kernel=st.integers(1, 4),
    stride=st.integers(1, 4),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 2),
    more=st.integers(0, 3),
)
def test_transposed_convolutions(
    kernel: int, stride: int, padding: int, dilation: int, more: int
) -> None:
    window = Window((kernel, kernel), stride, (padding,) * 4, dilation=dilation)
    settings_ = {"stride": stride, "padding": padding, "dilation": dilation}
    more = min(more, max(stride, dilation) - 1)

    def reference(x: Tensor, p: Parameters) -> Tensor:
        weight = p["conv_transpose.weight"]
        return fn.conv_transpose2d(x, weight, output_padding=more, **settings_)

    def build(b: GraphBuilder, i: int) -> int:
        return b.conv_transpose(i, 3, window, output_padding=(more, more))

    weight = torch.zeros(12, 3, kernel, kernel)
    try:
        empty = fn.conv_transpose2d(
            torch.zeros(1, 12, HEIGHT, WIDTH), weight, output_padding=more, **settings_
        )
    except RuntimeError:
        empty = torch.zeros(0)
    if empty.numel() == 0:
        with pytest.raises(lp.ConfigError, match="is empty"):
            check(
                lambda b, i: b.conv_transpose(i, 3, window, output_padding=(more, more)), reference
            )
        return
    check(build, reference)


@settings(max_examples=40, deadline=None)
@given(
    size=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    mode=st.sampled_from(["nearest", "bilinear"]),
)
def test_sizes_of_upsampled_planes(size: tuple[int, int], mode: str) -> None:
    check(
        lambda b, i: b.upsample(i, size=size, mode=mode),
        lambda x, _: fn.interpolate(x, size=size, mode=mode).reshape(
            (2, 12, *size) if size != (1, 1) else (2, 12)
        ),
    )
