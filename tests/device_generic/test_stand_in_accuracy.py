"""The stand-in for FBNetV3's accuracy: its curve, its anchors, and what its docstring claims."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import device_generic as core
from scipy.optimize import least_squares

TOP1 = np.array([79.574, 80.206, 80.826, 81.042, 81.254, 82.062, 82.794])  # A to G
SIZES = np.array([224, 248, 248, 248, 264, 272, 320])
CHAIN = lp.space("fbnetv3")


def costs(name: str) -> Any:
    anchors = lp.spaces.fbnetv3_published()
    return np.asarray(anchors.space.count(anchors)[name], dtype=float)


def curve(found: tuple[float, float, float], macs: Any) -> Any:
    floor, scale, exponent = found
    return 100 - floor - scale * (macs / 600e6) ** -exponent


def left_out(values: Any) -> Any:
    """Errors of each anchor, predicted from the other six."""
    errors = []
    for i in range(7):
        rest = np.arange(7) != i
        errors.append(curve(core.fit_accuracy_curve(values[rest], TOP1[rest]), values[i]) - TOP1[i])
    return np.abs(errors)


def test_the_errors_that_the_docstring_names() -> None:
    text = " ".join(str(lp.device_generic.fbnetv3_accuracy.__doc__).split())
    claimed = re.search(
        r"error of ([\d.]+) points and ([\d.]+) at most; by MACs scaled to 224 pixels it would be "
        r"([\d.]+), by parameters ([\d.]+)\.",
        text,
    )
    assert claimed is not None
    macs = costs("macs")
    at_own_size = left_out(macs)
    found = [
        at_own_size.mean(),
        at_own_size.max(),
        left_out(macs * (224 / SIZES) ** 2).mean(),
        left_out(costs("params") * 60).mean(),
    ]
    np.testing.assert_allclose(found, [float(x) for x in claimed.groups()], atol=0.006)


def test_the_curve_is_that_of_least_squares() -> None:
    macs = costs("macs")
    found = core.fit_accuracy_curve(macs, TOP1)
    best = least_squares(lambda p: curve(tuple(p), macs) - TOP1, [15.0, 4.0, 0.5], xtol=1e-12)
    np.testing.assert_allclose(found, best.x, rtol=2e-3)
    assert ((curve(found, macs) - TOP1) ** 2).sum() <= 2 * best.cost * (1 + 1e-5)
    known = curve((12.0, 5.0, 0.7), macs)
    np.testing.assert_allclose(core.fit_accuracy_curve(macs, known), (12, 5, 0.7), rtol=2e-2)


def test_accuracies_rise_with_the_macs_and_stay_near_the_anchors() -> None:
    model = lp.device_generic.fbnetv3_accuracy()
    archs = CHAIN.sample(500, seed=0)
    macs = np.asarray(CHAIN.count(archs)["macs"], dtype=float)
    values = model.predict(archs)
    order = np.argsort(macs)
    assert (np.diff(values[order]) >= 0).all()
    np.testing.assert_allclose(values, curve(core.fit_accuracy_curve(costs("macs"), TOP1), macs))
    between = np.interp(np.log(macs), np.log(costs("macs")), TOP1)
    assert np.abs(values - between).max() < 0.25
    assert model.unit == "%"
    assert "stand-in" in model.notes["source"]


def test_it_is_kept_in_a_file_and_serves_other_input_sizes(tmp_path: Path) -> None:
    large = lp.space("fbnetv3", image_size=288)
    model = lp.device_generic.fbnetv3_accuracy(large)
    archs = large.sample(20, seed=1)
    model.save(tmp_path / "accuracy.latpred")
    again = lp.load_predictor(tmp_path / "accuracy.latpred")
    assert type(again) is type(model)
    np.testing.assert_array_equal(again.predict(archs), model.predict(archs))
    small = lp.device_generic.fbnetv3_accuracy().predict(CHAIN.architectures(archs.genes))
    assert (model.predict(archs) > small).all()
    with pytest.raises(lp.SchemaError):
        model.predict(CHAIN.sample(1, seed=0))


@pytest.mark.parametrize("space", ["nas-bench-201", "fbnetv3-published", 3, None])
def test_other_spaces_are_refused(space: Any) -> None:
    with pytest.raises(lp.ConfigError, match="fbnetv3"):
        lp.device_generic.fbnetv3_accuracy(space)


@pytest.mark.parametrize(
    ("macs", "percents"),
    [
        ([1e8, 2e8], [70.0, 71.0]),
        ([1e8, 2e8, 3e8], [70.0, 71.0]),
        ([1e8, 2e8, 0.0], [70.0, 71.0, 72.0]),
        ([1e8, 2e8, 3e8], [70.0, np.nan, 72.0]),
        ([1e8, 2e8, 3e8], [72.0, 71.0, 70.0]),
    ],
)
def test_anchors_that_make_no_curve(macs: list[float], percents: list[float]) -> None:
    with pytest.raises(lp.DataError, match="accuracy curve"):
        core.fit_accuracy_curve(macs, percents)
