"""Networks as things to take away: layer tables, PyTorch modules, files.

torch, onnx and pandas are imported at the first call that needs them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.files import write
from latpred.base.images import image_bytes
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.exports.ofa_writer import write_ofa_config
from latpred.exports.onnx import to_onnx
from latpred.exports.pytorch import to_torch
from latpred.graphs import OpGraph
from latpred.networks import Parameters, graph_of, save_state
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["export_network", "layer_table"]


def layer_table(network: OpGraph | Architectures) -> pd.DataFrame:
    """Return one row for each operator, in execution order.

    Args:
        network: An op graph, or one architecture.

    Returns:
        name, kind, activation, inputs (operator numbers, the index of the table), shape of the
        output (channels, height, width), window, place in the network, macs and params.

    Raises:
        ConfigError: Unless exactly one architecture is given.

    Example:
        >>> layers = lp.layer_table(archs[0])
        >>> "macs" in layers.columns, len(layers) == len(archs[0].layers())
        (True, True)
    """
    import pandas as pd

    table = pd.DataFrame(graph_of(network).layers())
    table.index.name = "operator"
    return table


def export_network(
    network: OpGraph | Architectures,
    path: str | os.PathLike[str],
    *,
    seed: int = 0,
    state: Parameters | None = None,
) -> None:
    """Write the network in the format that the file name's ending says.

    Args:
        network: An op graph, or one architecture.
        path: `.onnx` (ONNX, see `to_onnx`), `.pt2` (PyTorch's exported program),
            `.safetensors` (parameters alone), `.json` (OFA's net config, see
            `write_ofa_config`; architectures only), `.csv` (layer table), `.png`, `.svg` or
            `.pdf` (drawing).
        seed: Seed for random weights.
        state: Arrays by name instead of random weights, a safetensors file of them, or a
            `Supernet`.

    Raises:
        ConfigError: For another ending, several architectures, or a network that the format
            cannot hold.
        StorageError: Where the file cannot be written.

    Example:
        >>> lp.export_network(archs[0], "tiny.csv")
        >>> lp.export_network(archs[0], "tiny.safetensors", seed=1)
        >>> Path("tiny.csv").exists(), Path("tiny.safetensors").exists()
        (True, True)
    """
    ending = Path(path).suffix.lower()
    if ending not in _WRITERS:
        raise ConfigError(
            f"{os.fspath(path)}: ending '{ending}', one of {', '.join(_WRITERS)} expected"
            f"{did_you_mean(ending, _WRITERS)}"
        )
    _WRITERS[ending](network, Path(path), {"seed": seed, "state": state})


Writer = Callable[[Any, Path, dict[str, Any]], None]


def _write_program(network: Any, path: Path, weights: dict[str, Any]) -> None:
    import torch

    example = torch.zeros(1, *graph_of(network).layers()[0]["shape"])
    program = torch.export.export(to_torch(network, **weights), (example,))
    content = io.BytesIO()
    torch.export.save(program, content)
    write(path, content.getvalue())


def _write_table(network: Any, path: Path, _: dict[str, Any]) -> None:
    write(path, layer_table(network).to_csv())


def _write_config(network: Any, path: Path, _: dict[str, Any]) -> None:
    write_ofa_config(network, path)


def _write_drawing(network: Any, path: Path, _: dict[str, Any]) -> None:
    from latpred import plots

    ax = plots.network(network)
    write(path, image_bytes(ax, form=path.suffix[1:].lower(), dpi=150, tight=True))


_WRITERS: dict[str, Writer] = {
    ".onnx": lambda network, path, weights: to_onnx(network, path, **weights),
    ".pt2": _write_program,
    ".safetensors": lambda network, path, weights: save_state(network, path, **weights),
    ".json": _write_config,
    ".csv": _write_table,
    ".png": _write_drawing,
    ".svg": _write_drawing,
    ".pdf": _write_drawing,
}
