"""Model files that need no LibTorch: any build writes them, one without it reads and fits them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import _core

SPACE = lp.space("ofa-mobilenetv3")
ARCHS = SPACE.sample(60, seed=0, unique=True)
VALUES = 2 + np.asarray(SPACE.count(ARCHS)["macs"], dtype=float) * 1e-8
DEVICES = {"a": {"cores": 4.0}, "b": {"cores": 8.0}, "c": {"cores": 16.0}}


def source() -> lp.AdditivePredictor:
    return lp.AdditivePredictor().fit(ARCHS, VALUES)


def hardware() -> lp.HardwareAwarePredictor:
    tables = {name: (ARCHS, VALUES * 8 / of["cores"]) for name, of in DEVICES.items()}
    return lp.HardwareAwarePredictor(devices=DEVICES).fit(tables)


def fine_tuned(method: str) -> Callable[[], lp.predictors.Predictor]:
    few = ARCHS[:20]
    return lambda: lp.FineTunedPredictor(source(), method).fit(few, VALUES[:20] * 3)


MODELS: dict[str, Callable[[], lp.predictors.Predictor]] = {
    "hardware-additive": hardware,
    **{method: fine_tuned(method) for method in ("affine", "feature", "gaussian-process", "auto")},
}


@pytest.mark.parametrize("name", MODELS)
def test_they_are_written_and_read(tmp_path: Path, name: str) -> None:
    model = MODELS[name]()
    model.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    assert type(again) is type(model)
    if isinstance(model, lp.HardwareAwarePredictor):
        model, again = model.for_device("b"), again.for_device("b")
    np.testing.assert_array_equal(again.predict(ARCHS), model.predict(ARCHS))


def test_their_rooms_are_torch_free() -> None:
    """The compiled classes live in submodules that every build has."""
    for model in MODELS.values():
        room = type(model()._fitted()).__module__
        assert room in {"latpred._core.predictors", "latpred._core.transfer"}
    for method in ("auto", "gaussian-process", "feature", "affine"):
        assert method in _core.transfer.fine_tuning_methods()


def test_python_faces_import_no_neural_room() -> None:
    code = (
        "import sys, latpred as lp; lp.FineTunedPredictor; lp.HardwareAwarePredictor; "
        "lp.fine_tuning_curve; sys.exit('latpred.neural' in sys.modules or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_leaving_one_device_out_needs_none_either() -> None:
    tables = {name: (ARCHS, VALUES * 8 / of["cores"]) for name, of in DEVICES.items()}
    with pytest.warns(UserWarning, match="two devices"):
        found = lp.leave_one_device_out(tables, lp.HardwareAwarePredictor(devices=DEVICES))
    assert list(found) == list(DEVICES)
    assert all(each.spearman > 0.9 for each in found.values())
