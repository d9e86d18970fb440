"""Every kind of operator alone, in every mode, against torch.nn.functional."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.graphs import Window
from torch.nn import functional as fn

from tests.networks.operator_cases import ACTIVATIONS, CONVOLUTIONS, POOLS, REST, conv, norm
from tests.networks.small_graphs import check


@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_convolution(case: str) -> None:
    check(*CONVOLUTIONS[case])


@pytest.mark.parametrize("case", POOLS)
def test_pool(case: str) -> None:
    check(*POOLS[case])


@pytest.mark.parametrize("case", REST)
def test_other(case: str) -> None:
    check(*REST[case])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation(name: str) -> None:
    check(lambda b, i: b.activation(i, name), lambda x, _: ACTIVATIONS[name](x))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_convolution_with_norm_and_activation(name: str) -> None:
    check(
        lambda b, i: b.activation(
            b.batch_norm(b.conv(i, 8, Window((3, 3)), bias=True), eps=1e-2), name
        ),
        lambda x, p: ACTIVATIONS[name](norm(conv(x, p), p, 1e-2)),
    )


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(1, 4),
    stride=st.integers(1, 5),
    padding=st.integers(0, 2),
    ceil=st.booleans(),
    include=st.booleans(),
    maximum=st.booleans(),
)
def test_pool_sizes_agree_with_pytorch(
    kernel: int, stride: int, padding: int, ceil: bool, include: bool, maximum: bool
) -> None:
    padding = min(padding, kernel // 2)
    window = Window((kernel, kernel), stride, (padding,) * 4)
    if maximum:
        check(
            lambda b, i: b.max_pool(i, window, ceil_mode=ceil),
            lambda x, _: fn.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil),
        )
    else:
        check(
            lambda b, i: b.avg_pool(i, window, ceil_mode=ceil, count_include_pad=include),
            lambda x, _: fn.avg_pool2d(x, kernel, stride, padding, ceil, include),
        )
