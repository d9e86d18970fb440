"""What the verbs of `latpred device-generic` share: folders, devices, models of factors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import latpred as lp
from latpred.base.names import did_you_mean

__all__ = [
    "Folder",
    "ModelOption",
    "OverheadMs",
    "SearchSpace",
    "devices_named",
    "folder_of",
    "on_device",
]

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", help="Folder with net.txt, a.txt, latency/ and hardware/, as DGL's."
    ),
]
SearchSpace = Annotated[
    str | None,
    typer.Option(
        "--search-space",
        "--search_space",
        help="Space that the folder must be of: nasbench201 or fbnetv3. It is read off net.txt.",
    ),
]
ModelOption = Annotated[
    Path,
    typer.Option(
        "--model", "--load-path", "--load_path", help="File that `train` saved (.latpred)."
    ),
]
OverheadMs = Annotated[
    float, typer.Option(help="ms added to each latency; DGL's search in FBNetV3 adds 15.")
]

_SPACES = {"nasbench201": "nas-bench-201"}  # DGL's names of spaces


def folder_of(folder: Path, search_space: str | None) -> lp.device_generic.DeviceGenericData:
    """Read the folder; ConfigError where it is of another space than was asked for."""
    data = lp.device_generic.read_folder(folder)
    wanted = search_space and _SPACES.get(search_space, search_space)
    if wanted and wanted != data.space.name:
        raise lp.ConfigError(
            f"{folder}: networks of {data.space.name}, of {wanted[:60]} expected by --search-space"
        )
    return data


def devices_named(text: str | None, known: Sequence[str], what: str) -> list[str]:
    """Names separated by commas, each of the known ones; all of those where none is given."""
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise lp.ConfigError(
                f"{what}: unknown device {name[:60]!r}; known: {listed[:400]}"
                f"{did_you_mean(name, known)}"
            )
    return names or list(known)


def on_device(
    model: lp.Predictor, device: lp.device_generic.DeviceDescription, overhead_ms: float
) -> lp.Predictor:
    """The model of factors as latencies on a device."""
    return lp.device_generic.FactorLatencyPredictor(model, device, overhead_ms)
