"""Pixels of pictures against PyTorch's and torchvision's, and what random parts may be."""

from __future__ import annotations

import math

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred._core.profiling import training_change, validation_cut
from latpred.profiling import transforms
from PIL import Image
from scipy import stats

torch = pytest.importorskip("torch")

MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
Sizes = st.tuples(st.integers(20, 300), st.integers(20, 300))


def noise(size: tuple[int, int], seed: int = 0) -> Image.Image:
    draw = np.random.default_rng(seed)
    return Image.fromarray(draw.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


@settings(max_examples=30, deadline=None)
@given(size=Sizes, resolution=st.sampled_from([32, 112, 160, 192, 208, 224]))
def test_validation_pixels_are_a_triangle_filters(size: tuple[int, int], resolution: int) -> None:
    """PyTorch's antialiased interpolation in float64, whose bytes differ by rounding alone."""
    picture = noise(size)
    shorter = math.ceil(resolution / 0.875)
    width, height = (
        shorter if side == min(size) else int(shorter * side / min(size)) for side in size
    )
    pixels = torch.tensor(np.asarray(picture)).permute(2, 0, 1)[None].double()
    want = torch.nn.functional.interpolate(
        pixels, (height, width), mode="bilinear", antialias=True, align_corners=False
    )[0]
    top, left = (round((side - resolution) / 2) for side in (height, width))
    want = want[:, top : top + resolution, left : left + resolution].numpy()
    ours = transforms.validation_picture(picture, resolution)
    assert ours.shape == (3, resolution, resolution)
    assert ours.dtype == np.uint8
    assert np.abs(ours - want).max() <= 1.01


def test_numbers_are_normalised_by_channel() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 4), dtype=np.uint8)
    want = (pixels / 255 - np.reshape(MEAN, (3, 1, 1))) / np.reshape(DEVIATION, (3, 1, 1))
    ours = transforms.normalised(pixels)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, want, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    seed=st.integers(0, 2**64 - 1),
    name=st.binary(max_size=9),
)
def test_random_parts_lie_within(size: tuple[int, int], seed: int, name: bytes) -> None:
    (left, top, right, bottom), *_ = training_change(*size, seed, name)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    ours = transforms.training_picture(noise(size), 16, seed=seed, name=name)
    assert (ours.shape, ours.dtype) == ((3, 16, 16), np.dtype("uint8"))
    again = transforms.training_picture(noise(size), 16, seed=seed, name=name)
    assert np.array_equal(ours, again)


def test_changes_are_distributed_as_they_should() -> None:
    """On a square most draws fit, so that areas are uniform but for the largest."""
    changes = [training_change(400, 400, seed, b"") for seed in range(4000)]
    sides = np.array([(box[2] - box[0], box[3] - box[1]) for box, *_ in changes])
    areas, ratios = sides.prod(axis=1) / 160000, sides[:, 0] / sides[:, 1]
    assert 0.078 < areas.min() < 0.1
    assert 0.74 < ratios.min() < 0.76 < 1.32 < ratios.max() < 1.35
    assert abs(areas[areas < 0.5].mean() - 0.29) < 0.01
    assert abs(np.log(ratios).mean()) < 0.02
    mirrored, brightness, saturation, first = np.array([change[1:] for change in changes]).T
    assert abs(mirrored.mean() - 0.5) < 0.04
    assert abs(first.mean() - 0.5) < 0.04
    for factors, most in ((brightness, 32 / 255), (saturation, 0.5)):
        uniform = stats.uniform(1 - most, 2 * most)
        assert stats.kstest(factors, uniform.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(brightness, saturation)[0, 1]) < 0.08


def test_parts_too_long_to_fit_come_from_the_middle() -> None:
    assert training_change(10, 400, 0, b"a")[0] == (0, 193, 10, 206)
    assert training_change(400, 10, 0, b"a")[0] == (193, 0, 206, 10)


def test_a_picture_is_changed_as_its_draw_says() -> None:
    """Cut and scaled by PyTorch, its colours by the formulas of brightness and saturation."""
    picture = noise((70, 50))
    whole = torch.tensor(np.asarray(picture)).permute(2, 0, 1)[None].double()
    for seed in range(12):
        box, mirrored, brightness, saturation, first = training_change(70, 50, seed, b"one")
        part = whole[:, :, box[1] : box[3], box[0] : box[2]]
        want = torch.nn.functional.interpolate(part, (24, 24), mode="bilinear", antialias=True)[0]
        want = want.flip(2) if mirrored else want
        steps = [("brightness", brightness), ("saturation", saturation)]
        for step, factor in reversed(steps) if first else steps:
            grey = torch.tensor([0.299, 0.587, 0.114]).double() @ want.reshape(3, -1)
            ground = grey.reshape(1, 24, 24) if step == "saturation" else torch.zeros(1).double()
            want = (ground + factor * (want - ground)).clamp(0, 255)
        ours = transforms.training_picture(picture, 24, seed=seed, name=b"one")
        assert np.abs(ours - want.numpy()).max() <= 4, "of four roundings to bytes"
        other = transforms.training_picture(picture, 24, seed=seed, name=b"two")
        assert not np.array_equal(ours, other)


def test_sizes_that_are_none_are_refused() -> None:
    for size in ((0, 4), (4, -1)):
        with pytest.raises(lp.ConfigError, match="1 or more expected"):
            training_change(*size, 0, b"")
    with pytest.raises(lp.ConfigError, match="for 0, 1 or more"):
        validation_cut(4, 4, 0)
    with pytest.raises(lp.ConfigError, match="N x 3 x H x W"):
        transforms.normalised(np.zeros((3, 4, 4), np.uint8))
