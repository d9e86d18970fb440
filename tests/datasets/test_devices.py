"""Tables of different devices do not mix, and files of earlier versions mean what they meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

OLD = "board:libtorch-plain-t1-b1-fp32"
RUNNER = lp.Device(mode="plain", name="board").id
EAGER = lp.Device(program="eager", name="board").id
SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(40, seed=0)


def table(device: str | None, rows: slice = slice(None)) -> lp.LatencyTable:
    latency = SPACE.count(ARCHS)["macs"] / 1e7 + 1.0
    return lp.LatencyTable(ARCHS[rows], latency[rows], device=device)


def written(path: Path, devices: list[str], **columns: list[str]) -> Path:
    """A CSV file of some rows with those devices."""
    texts = ARCHS[: len(devices)].to_strings()
    head = ",".join(["architecture", "latency_ms", "device", *columns])
    rows = [
        ",".join([f'"{text}"', str(1.5 + i), device, *(cells[i] for cells in columns.values())])
        for i, (text, device) in enumerate(zip(texts, devices, strict=True))
    ]
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def test_old_texts_are_the_runners(tmp_path: Path) -> None:
    read = lp.read_latency_table(written(tmp_path / "t.csv", [OLD, RUNNER, "", OLD]), SPACE)
    assert read.device == RUNNER
    table(OLD).to_csv(tmp_path / "u.csv")
    assert lp.read_latency_table(tmp_path / "u.csv", SPACE).device == RUNNER
    for given in (OLD, RUNNER):
        assert lp.read_latency_table(tmp_path / "u.csv", SPACE, device=given).device == RUNNER
    # A name of one's own may stand for any device.
    assert lp.read_latency_table(tmp_path / "u.csv", SPACE, device="mine").device == "mine"


def test_a_file_of_two_devices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(lp.DataError, match="several devices") as error:
        lp.read_latency_table(written(tmp_path / "t.csv", [OLD, EAGER]), SPACE)
    assert EAGER in str(error.value)
    assert RUNNER in str(error.value)


def test_a_file_is_not_read_as_another_device(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [OLD, OLD])
    with pytest.raises(lp.DataError, match=f"{RUNNER}.*{EAGER}"):
        lp.read_latency_table(path, SPACE, device=EAGER)


def test_labels_of_earlier_versions_are_labelled(tmp_path: Path) -> None:
    columns = {
        "low_ms": ["nan", "1.4", "", "nan", "nan"],
        "high_ms": ["nan", "3.6", "", "nan", "nan"],
        "status": ["converged", "converged", "converged", "budget", "labelled"],
    }
    read = lp.read_latency_table(written(tmp_path / "t.csv", [OLD] * 5, **columns), SPACE)
    assert read.status == ("labelled", "converged", "labelled", "budget", "labelled")
    # Without a column of intervals nothing says that one is missing.
    bare = written(tmp_path / "u.csv", [OLD] * 2, status=["converged", "drift"])
    assert lp.read_latency_table(bare, SPACE).status == ("converged", "drift")


def test_models_of_earlier_versions_are_the_runners(tmp_path: Path) -> None:
    model = lp.AdditivePredictor().fit(table(OLD))
    assert model.device_name == OLD
    model.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    assert again.device_name == RUNNER
    np.testing.assert_array_equal(again.predict(ARCHS), model.predict(ARCHS))
    named = lp.AdditivePredictor().fit(table("note10"))
    named.save(tmp_path / "n.latpred")
    assert lp.load_predictor(tmp_path / "n.latpred").device_name == "note10"


def model_of(device: str | None) -> lp.AdditivePredictor:
    return lp.AdditivePredictor().fit(table(device, slice(20)))


USES: dict[str, Callable[[Any, Any], object]] = {
    "calibrate": lambda first, second: model_of(first).calibrate(table(second, slice(20, 40))),
    "calibrate in folds": lambda first, second: model_of(first).calibrate(
        table(second, slice(20, 40)), folds=3
    ),
    "learning curve": lambda first, second: lp.learning_curve(
        lp.FlopsPredictor(),
        table(first, slice(20)),
        sizes=(5, 10),
        repeats=1,
        test=table(second, slice(20, 40)),
    ),
    "compare": lambda first, second: lp.compare_predictors(
        {"flops": lp.FlopsPredictor()},
        {"t": (table(first, slice(20)), table(second, slice(20, 40)))},
    ),
    "validation": lambda first, second: lp.MlpPredictor(hidden=(4,), epochs=1).fit(
        table(first, slice(20)), validation=table(second, slice(20, 40)), progress=False
    ),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("first", "second"), [(RUNNER, EAGER), ("phone", RUNNER), ("a", "b")])
def test_rows_of_another_device_are_refused(use: str, first: str, second: str) -> None:
    if use == "validation":
        pytest.importorskip("torch")
    with pytest.raises(lp.DataError, match=r"latencies of device") as error:
        USES[use](first, second)
    assert repr(first) in str(error.value)
    assert repr(second) in str(error.value)


@pytest.mark.parametrize("use", [use for use in USES if use != "validation"])
@pytest.mark.parametrize(("first", "second"), [(OLD, RUNNER), (None, EAGER), ("a", None)])
def test_rows_of_the_same_device_or_of_none_are_taken(use: str, first: Any, second: Any) -> None:
    USES[use](first, second)


def test_look_up_tables_know_their_device(tmp_path: Path) -> None:
    parts = lp.fit_lookup_table(table(OLD), by="layer")
    parts.write_csv(tmp_path / "parts.csv")
    again = lp.LookupMeasurement.read_csv(tmp_path / "parts.csv", SPACE)
    assert again.device == RUNNER
    meter = lp.LatencyMeter(lp.Device(program="eager", name="board"), "dataset")
    with pytest.raises(lp.DataError, match=f"{EAGER}.*{RUNNER}"):
        again.additivity(ARCHS[:8], meter)
    with pytest.raises(lp.DataError, match=f"{RUNNER}.*{EAGER}"):
        lp.fit_lookup_table(table(EAGER), by="layer", alone=again)
