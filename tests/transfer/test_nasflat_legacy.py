"""NASFLAT under the published evaluation: no reset between targets, ranges of whole tables."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.transfer.method_forms import fitter_of

from tests.transfer.judged_world import TASK, Task, tables

pytestmark = pytest.mark.libtorch

MANY = tables(140)
BACKWARDS = Task("made", TASK.sources, TASK.targets[::-1])
SMALL = {"width": 16, "epochs": 3, "transfer_epochs": 4, "folds": 0}
NASFLAT = {"method": "nasflat", "settings": SMALL}


def judged(**other: Any) -> Any:
    given = {"task": TASK, "predictor": NASFLAT, "samples": 10, "repeats": 1, "tables": MANY}
    return lp.transfer.evaluate(**{**given, "protocol": "legacy", **other})


@pytest.fixture(scope="module")
def found() -> Any:
    return judged()


def by_device(found: Any) -> dict[str, float]:
    return {device: of["spearman"] for device, of in found.per_device.items()}


def test_it_is_tuned_by_epochs(found: Any) -> None:
    assert found.remark == ""
    assert found.scored == 128
    assert found.source_samples == 16
    assert np.isfinite(found["spearman"])
    assert np.isnan(found["mae_ms"])
    assert found["parameters"] > 10_000


def test_one_seed_one_result(found: Any) -> None:
    assert by_device(judged()) == by_device(found)
    assert by_device(judged(seed=1)) != by_device(found)


def test_the_order_of_targets_matters_under_legacy_alone(found: Any) -> None:
    assert by_device(judged(task=BACKWARDS)) != by_device(found)
    honest = [by_device(judged(task=task, protocol="honest")) for task in (TASK, BACKWARDS)]
    assert honest[0] == honest[1]


def test_latencies_of_networks_that_were_not_measured_matter_under_legacy_alone() -> None:
    """The least and greatest latency of the whole table are in its scale."""
    rare = np.array(MANY.latency_ms)
    last = np.argmax(rare[128:, 0]) + 128  # not judged
    rare[last] *= 100
    other = lp.transfer.DeviceTables(MANY.archs, rare, MANY.devices)
    legacy = [by_device(judged(tables=held, sampler="random")) for held in (MANY, other)]
    assert legacy[0] != legacy[1]


def test_the_authors_form_is_what_a_name_means_under_legacy() -> None:
    cells = fitter_of("nasflat", "legacy", "nas-bench-201").settings
    assert '"min-max"' in cells
    assert '"cell"' in cells
    assert '"bag"' in fitter_of("nasflat", "legacy", "fbnet").settings
    assert '"min-max"' not in fitter_of("nasflat", "honest", "fbnet").settings
    short = fitter_of(NASFLAT, "legacy", "nas-bench-201").settings
    assert '"min-max"' in short
    assert fitter_of("nasflat-gin", "legacy", "fbnet").kind == "nasflat"


def test_fine_tuning_goes_on_from_the_last_target() -> None:
    """The first target of two has the result that it has alone, the second one another."""
    alone = {
        name: by_device(judged(task=Task("t", TASK.sources, (name,)))) for name in ("d2", "d3")
    }
    both = by_device(judged())
    assert both["d2"] == alone["d2"]["d2"]
    assert both["d3"] != alone["d3"]["d3"]
