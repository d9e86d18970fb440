"""Folders of DGL's form with made-up devices, and the command run on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
from latpred.cli import app
from typer.testing import CliRunner, Result

DEVICES = {"board": (1.5, 3, 1, 4), "phone": (2.2, 10, 4, 34.1), "old phone": (2, 3, 1, 7.46)}
NEW = (3.1, 10, 4, 44)
METRICS = {"pearson", "spearman", "kendall", "rmse_ms", "mae_ms", "mape_percent"}


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["device-generic", *map(str, words)])


def run_json(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def fails(*words: object) -> str:
    """The message of one of our errors."""
    error = run(*words).exception
    assert isinstance(error, lp.LatpredError), error
    assert len(str(error)) < 600
    return f"{type(error).__name__}: {error}"


def cells_folder(folder: Path, rows: int = 60, factors: bool = True) -> Path:
    """Cells whose factors follow their costs, on three devices with 5 % of noise."""
    space = lp.space("nas-bench-201", image_size=224, classes=100)
    archs = space.sample(rows + 40, seed=0, unique=True)
    truth = 1000 + 1e-6 * np.asarray(space.count(archs)["macs"], float)
    files: dict[str, Any] = {"net.txt": archs.genes[:rows] + 1}
    if factors:
        files["a.txt"] = truth[:rows]
    for number, (name, numbers) in enumerate(DEVICES.items()):
        device = lp.device_generic.DeviceDescription(*numbers)
        noise = np.random.default_rng(number).lognormal(0, 0.05, rows)
        files[f"hardware/{name}.txt"] = [numbers]
        files[f"latency/{name}.txt"] = truth[:rows] * noise * device.ms_per_factor
    files |= {"NAS/net.txt": archs.genes[rows:] + 1, "NAS/new.txt": [NEW]}
    files["NAS/acc.txt"] = np.linspace(73, 60, 40)
    return written(folder, files)


def written(folder: Path, files: Mapping[str, Any]) -> Path:
    for name, values in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        np.savetxt(folder / name, np.asarray(values), fmt="%.12g")
    return folder
