"""What no model of a device can be expected to pass."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.errors import ConfigError
from scipy import stats
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_predict

from tests.transfer.judged_world import SPACE, noisy, world

core = _core.transfer
ROOT = Path(__file__).parents[2]


def ceilings(archs: lp.Architectures, values: np.ndarray, columns: list[int]) -> np.ndarray:
    return core.ceilings(core.DeviceMatrix(archs, values), columns)


def test_devices_without_noise_have_a_ceiling_of_1() -> None:
    archs, values = world(600, 3)
    logs = SPACE.encode(archs, "one-hot") @ np.random.default_rng(0).uniform(0, 1, (30, 3))
    assert ceilings(archs, np.exp(logs), [0, 1, 2]) == pytest.approx(1, abs=1e-3)
    noise = np.exp(np.random.default_rng(1).standard_normal(values.shape))
    assert np.all(abs(ceilings(archs, noise, [0, 1, 2])) < 0.2)


def test_it_is_that_of_a_ridge_of_scikit_learn() -> None:
    archs, values = world(800, 4)
    values *= np.exp(0.3 * np.random.default_rng(2).standard_normal(values.shape))
    features = np.column_stack(
        [SPACE.encode(archs, "one-hot"), np.log(values[:, 1:]), SPACE.encode(archs, "stage-costs")]
    )
    features = (features - features.mean(0)) / np.where(features.std(0) > 0, features.std(0), 1)
    folds = KFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(Ridge(alpha=30), features, np.log(values[:, 0]), cv=folds)
    expected = stats.spearmanr(values[:, 0], predicted).statistic
    assert ceilings(archs, values, [0])[0] == pytest.approx(expected, abs=0.03)


def test_names_and_order_do_not_matter() -> None:
    """In two processes, as one remembers what it has computed."""
    code = (
        "import numpy as np; from latpred import _core;"
        "from tests.transfer.judged_world import noisy;"
        "archs, values = noisy(); order = np.random.default_rng(0).permutation(120);"
        "matrix = _core.transfer.DeviceMatrix(archs[order], values[order][:, ::-1]);"
        "print(_core.transfer.ceilings(matrix, [2, 0]).tolist())"
    )
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert json.loads(said) == ceilings(*noisy(), [0, 2]).tolist()


def test_a_twin_gives_nothing_away() -> None:
    archs, values = noisy()
    twin = ceilings(archs, np.column_stack([values, values[:, 0]]), [0])
    assert twin == pytest.approx(ceilings(archs, values, [0]), abs=1e-9)


def test_too_few_networks_have_none() -> None:
    archs, values = world(19)
    assert np.isnan(ceilings(archs, values, [0])[0])
    with pytest.raises(ConfigError, match="device 5 of 5"):
        ceilings(archs, values, [5])


def test_known_ceilings(data_dir: Path) -> None:
    """Spec, from trees and ridges on thousands of networks: .947 and .805; s7 about .78."""
    held = np.load(data_dir / "transfer" / "fbnet_latency.npz")
    archs = lp.space("fbnet").architectures(held["arch_ops"].astype(int))
    columns = [
        list(held["devices"]).index(name) for name in ("1080ti_1", "essential_ph_1", "samsung_s7")
    ]
    found = ceilings(archs, held["latency_ms"].astype(float), columns)
    assert found == pytest.approx([0.947, 0.805, 0.78], abs=0.01)
