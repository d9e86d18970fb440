"""The accuracy of a supernet's networks as a metric of `latpred profile`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from latpred.cli import terminal

__all__ = ["supernet_accuracy"]


def supernet_accuracy(
    file: Path | None, data: Path | None, fast: bool, device: str | None
) -> Any | None:
    """What measures the accuracy of networks on pictures; None without weights.

    Args:
        file: Weights of a supernet.
        data: Folder of pictures, `train/` and `val/`; grey ones are made RGB.
        fast: Whether prepared pictures are kept in a file.
        device: cpu, cuda or cuda:0.

    Raises:
        ConfigError: For another device, and weights without pictures.
    """
    import latpred as lp

    if device is not None and not re.fullmatch(r"cpu|cuda(:\d+)?", device):
        raise lp.ConfigError(
            f"profile: --device {device[:60]!r}: cpu, cuda or cuda:0 expected; the device whose "
            "latency is meant is a metric"
        )
    if file is None:
        if data is not None or fast:
            said = "--data and --fast serve a supernet: its weights by --supernet; none measured"
            terminal.line(f"profile: {said}", "yellow", errors=True)
        return None
    if data is None:
        raise lp.ConfigError("profile: --supernet measures accuracy on pictures: --data expected")
    cache = Path("models", "ImageNetRAM") if fast else None  # where the original has it
    images = lp.profiling.ImageFolder(data, grey="convert")  # as the original: ImageNet has some
    return lp.profiling.SupernetAccuracy(file, images, cache=cache, device=device or "cpu")
