"""The verb `latpred device-generic test`: predictions for described devices, and their errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import Json, show
from latpred.cli.device_generic_inputs import (
    Folder,
    ModelOption,
    OverheadMs,
    SearchSpace,
    devices_named,
    folder_of,
    on_device,
)
from latpred.cli.device_generic_train import TRAINED_ON
from latpred.cli.outputs import output, refuse_inputs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["judge", "register"]

METRICS = ("pearson", "spearman", "kendall", "rmse_ms", "mae_ms", "mape_percent")

TestDevices = Annotated[
    str | None,
    typer.Option(
        "--test-devices",
        "--test_devices",
        help="Devices of hardware/ to predict for, such as a,b; all of them if left out.",
    ),
]
Out = Annotated[
    Path | None,
    output(
        "--out",
        "-o",
        "--save-path",
        "--save_path",
        help="CSV file for all predictions, in ms, beside the measurements.",
    ),
]


def judge(
    folder: Folder,
    model: ModelOption,
    test_devices: TestDevices = None,
    search_space: SearchSpace = None,
    overhead_ms: OverheadMs = 0.0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Predict latencies of described devices, and judge them.

    They are judged where they were measured. Errors are told apart: over the networks that the
    model was not fitted to, and over all.
    """
    refuse_inputs(out, model)
    data = folder_of(folder, search_space)
    factors = lp.load_predictor(model)
    seen = _seen(factors, data.archs)
    names = devices_named(test_devices, sorted(data.devices), "--test-devices")
    rows: list[dict[str, Any]] = []
    written: list[dict[str, Any]] = []
    for name in names:
        latency = on_device(factors, data.devices[name], overhead_ms).predict(data.archs)
        measured = data.latency_ms.get(name)
        rows += _errors(name, latency, measured, seen)
        written += _rows(name, data.archs, latency, measured, seen)
    if out is not None:
        from latpred.base.tables import write_rows

        write_rows(out, written)
    document = {"space": data.space.name, "predictor": factors.kind, "networks": len(data)}
    import numpy as np

    document |= {"trained_on": int(np.count_nonzero(seen))}
    show(document | {"rows": rows}, as_json)


def _seen(model: lp.Predictor, archs: lp.Architectures) -> NDArray[np.bool_]:
    """Which networks the model was fitted to, as its file says."""
    noted = model.notes.get(TRAINED_ON, "")
    try:
        hashes = {int(word, 16) for word in noted.split()}
    except ValueError:
        raise lp.CorruptionError(f"{model.kind}: damaged list of training networks") from None
    import numpy as np

    return np.array([number in hashes for number in archs.hashes.tolist()], dtype=bool)


def _errors(
    name: str,
    latency: NDArray[np.float64],
    measured: NDArray[np.float64] | None,
    seen: NDArray[np.bool_],
) -> list[dict[str, Any]]:
    """A row for held-out networks and one for all; none where nothing was measured."""
    rows = []
    import numpy as np

    parts = {"held out": ~seen, "all": np.ones(len(seen), dtype=bool)}
    for part, chosen in parts.items():
        count = np.count_nonzero(chosen)
        if measured is None or count < 2:
            continue
        found = lp.evaluate(measured[chosen], latency[chosen])
        metrics = {metric: found[metric] for metric in METRICS}
        rows.append({"device": name, "networks": part, "count": int(count)} | metrics)
    return rows


def _rows(
    name: str,
    archs: lp.Architectures,
    latency: NDArray[np.float64],
    measured: NDArray[np.float64] | None,
    seen: NDArray[np.bool_],
) -> list[dict[str, Any]]:
    known = [None] * len(latency) if measured is None else measured.tolist()
    columns = zip(archs.to_strings(), latency.tolist(), known, seen.tolist(), strict=True)
    return [
        {"device": name, "row": row, "architecture": text}
        | {"predicted_ms": ms, "measured_ms": true, "trained_on": trained}
        for row, (text, ms, true, trained) in enumerate(columns)
    ]


def register(app: typer.Typer) -> None:
    """Add the verb to `latpred device-generic`."""
    app.command("test")(judge)
