"""Folders and files as HELP has them, of random numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

DEVICES = {"phone": (3, 60), "gpu": (0.5, 9.5)}


def save(path: Path, content: object) -> None:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path, _use_new_zipfile_serialization=False)


def latencies(device: str, count: int) -> list[float] | list[int]:
    """Whole numbers on the phone, as there."""
    low, high = DEVICES[device]
    values = np.random.default_rng(len(device)).uniform(low, high, count)
    return np.rint(values).astype(int).tolist() if device == "phone" else values.tolist()


def operations(count: int) -> list[list[int]]:
    return np.random.default_rng(2).integers(0, 9, (count, 22)).tolist()


def fbnet(folder: Path, count: int = 30, save: Callable[[Path, object], None] = save) -> Path:
    """`data/fbnet` with the file beside it that holds no latencies."""
    for device in DEVICES:
        save(folder / "latency" / f"{device}.pt", latencies(device, count))
    save(folder / "arch.pt", operations(count))
    save(folder / "metainfo.pt", {"dataset": "cifar100"})
    return folder


def cells(folder: Path) -> Path:
    """`data/nasbench201`."""
    for device in DEVICES:
        save(folder / "latency" / f"{device}.pt", latencies(device, 15625))
    save(folder / "str_arch2idx.pt", {"|none~0|": 0})
    return folder
