"""The built-in networks that one's own networks are measured beside."""

from __future__ import annotations

import tempfile
from pathlib import Path

from latpred._core import measurement as _native
from latpred.devices.device import Device
from latpred.errors import MeasurementError
from latpred.runtimes.command import CommandLine, CommandRunnable
from latpred.spaces import Architectures, define_space
from latpred.worker.graphs import onnx_bytes

__all__ = ["built_in_references", "nearest_by_command"]


def built_in_references() -> Architectures:
    """Networks of inverted residuals from about 2 to 2,500 million MACs, each about twice the
    one before: what own networks are measured beside."""
    units = [
        {"block": "mbconv", "channels": [24], "expand": [3], "depth": [2], "stride": 2},
        {"block": "mbconv", "channels": [48], "expand": [4], "depth": [2], "stride": 2},
        {"block": "mbconv", "channels": [96], "expand": [4], "depth": [2], "stride": 2},
        {"block": "mbconv", "channels": [160], "expand": [6], "depth": [2], "stride": 1},
    ]
    sizes = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768]
    stem, head = {"channels": 16, "stride": 2}, {"channels": 960, "classes": 1000}
    ladder = define_space(
        "latpred-references", units=units, resolutions=sizes, stem=stem, head=head
    )
    return ladder.enumerate()


def nearest_by_command(
    name: str, path: Path, device: Device, command: CommandLine
) -> Architectures:
    """The built-in network whose latency is nearest to that of an ONNX file.

    The smallest where the command fails with the file: measuring it says what is wrong.

    Raises:
        MeasurementError: Where the command fails with a built-in network.
    """
    clock = _native.SyntheticClock()
    turns: list[object] = []
    ladder = built_in_references()
    with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
        file = Path(folder, "reference.onnx")

        def reference_ms(number: int) -> float:
            file.write_bytes(onnx_bytes(ladder[number], device.batch_size))
            work = CommandRunnable("built-in reference", lambda: file, command, clock, turns)
            try:
                return _native.quick_ms(clock, work)
            except RuntimeError as error:
                raise MeasurementError(
                    f"the built-in reference network: the command {error}"
                ) from error

        try:
            work = CommandRunnable(name, lambda: path, command, clock, turns)
            wanted = _native.quick_ms(clock, work)
        except RuntimeError:
            return ladder[0]  # the campaign will say what is wrong with it
        chosen, nearest = _native.match_references(wanted, len(ladder), reference_ms)
    return ladder[chosen[nearest]]
