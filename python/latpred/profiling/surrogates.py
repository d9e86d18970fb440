"""AutoBuild's graph predictors of accuracy and latency as predictors of latpred."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latpred._core import predictors as _native
from latpred.base.arrays import read_arrays
from latpred.base.names import did_you_mean
from latpred.base.weights import read_weights_only
from latpred.downloads import data_file
from latpred.errors import ConfigError, CorruptionError, DataError
from latpred.predictors.base import Predictor
from latpred.predictors.registry import load_predictor
from latpred.predictors.rows import StrPath

__all__ = ["SURROGATES", "SurrogatePredictor", "is_surrogate", "load_surrogate"]

_DATA = "autobuild-models"  # as `latpred data fetch` calls them
_SOURCE = "graph predictor of Ascend-Research/AutoBuild (MIT)"
_DEVICES = {
    "npu": "Kirin 9000 NPU",
    "gpu": "RTX 2080 Ti",
    "cpu": "Threadripper 2990WX",
}
_METRIC = re.compile(r"(?:^|[_\-.])(accuracy|acc|npu|gpu|cpu)(?=[_\-.]|$)")
_TELLING = "embed_layer.moment_tsr"  # an array that no other checkpoint has
_MOST_BYTES = 2**25  # of an unpacked file; the published ones have 0.7 MB


@dataclass(frozen=True)
class Published:
    """Where a published surrogate lies below the folder of data.

    Attributes:
        metric: "accuracy", "npu", "gpu" or "cpu".
        original: The checkpoint.
        arrays: Its arrays as NumPy's file.
    """

    metric: str
    original: str
    arrays: str


def _published(prefix: str, metric: str) -> Published:
    short, long = ("acc", "acc") if metric == "accuracy" else (f"latency_{metric}",) * 2
    inner = "" if metric == "accuracy" else f"_{short}"
    stem = f"minMAE_ofa_{prefix}{inner}_custom_{long}_GraphConv_sum_directed_srcc1_predictor"
    return Published(
        metric, f"block_profiling/{stem}.pt", f"block_profiling/autobuild_ofa_{prefix}_{short}.npz"
    )


SURROGATES: Mapping[str, Published] = {
    f"ofa-{prefix}-{metric}": _published(prefix, metric)
    for prefix in ("mbv3", "pn")
    for metric in ("npu", "gpu", "cpu", "accuracy")
}
"""The published surrogates by name."""


class SurrogatePredictor(Predictor):
    """A graph predictor of AutoBuild (Mills et al., CVPR 2024), in ms or percent top-1.

    It predicts networks of "ofa-mobilenetv3" or "ofa-proxyless" at any width and with any choice
    of resolutions; see `load_surrogate` for those that it was trained on.

    Example:
        >>> from latpred.profiling import SurrogatePredictor
        >>> SurrogatePredictor.kind
        'chain-surrogate'
    """

    kind = "chain-surrogate"


def load_surrogate(
    path_or_name: StrPath,
    *,
    metric: str | None = None,
    device: str | None = None,
    any_resolution: bool = False,
) -> Predictor:
    """Load one of AutoBuild's graph predictors: latency in ms, or accuracy in percent top-1.

    The networks have 10 to 21 inverted bottlenecks; a node of the graph is one of them, four graph
    convolutions go along the chain. They were trained on 3,000 networks of a space, at resolutions
    of 192, 208 and 224 pixels; held-out errors are in `notes`.

    Args:
        path_or_name: One of `SURROGATES` ("ofa-mbv3-npu", "ofa-pn-accuracy", …), which is sought
            in `$LATPRED_DATA` and in the cache of `latpred data fetch autobuild-models`; or the
            original checkpoint (`.pt`), its arrays (`.npz`) or a model file (`.latpred`).
        metric: What a `.pt` or `.npz` predicts: "accuracy", or "npu", "gpu" or "cpu" for the
            latency of the published devices, or "latency" on another one. By the file's name
            where None.
        device: Name of the device, as free text; that of the published ones where None.
        any_resolution: Whether to predict beyond the three resolutions too: the formula takes any,
            but latencies of the NPU do not even rise with the resolution, so that its values there
            are not to be trusted.

    Returns:
        A predictor with `unit` "ms" or "%". Its `predict` raises DataError for networks of other
        resolutions unless `any_resolution`.

    Raises:
        ConfigError: For a name that is neither known nor a file, and a metric that is not known.
        DataError: For a name whose file is not here; says how to get it.
        StorageError: For an unreadable file.
        CorruptionError: For a file with wrong, missing or unknown arrays; names them.

    Example:
        >>> from latpred.profiling import load_surrogate
        >>> try:
        ...     load_surrogate("ofa-mbv3-tpu")
        ... except lp.ConfigError as error:
        ...     print(str(error).partition(":")[0])
        surrogate 'ofa-mbv3-tpu'
    """
    name = os.fspath(path_or_name)
    if name in SURROGATES:
        published = SURROGATES[name]
        metric, path = metric or published.metric, _file_of(published)
    else:
        path = Path(name)
    ending = path.suffix.lower()
    if ending not in {".pt", ".pth", ".npz", ".latpred"}:
        raise ConfigError(
            f"surrogate {name[:80]!r}: a .pt, .npz or .latpred file or one of "
            f"{', '.join(SURROGATES)} expected"
        )
    if ending == ".latpred":
        return _model(path)
    chosen = _metric_of(path) if metric is None else metric
    arrays = read_arrays(path, _MOST_BYTES) if ending == ".npz" else _tensors(path)
    return _made(path, arrays, chosen, device, any_resolution)


def is_surrogate(path: StrPath) -> bool:
    """Whether a file is one of AutoBuild's: all `.npz`, and checkpoints with arrays of its names.

    Raises:
        StorageError, CorruptionError: As `load_surrogate`, for checkpoints.

    Example:
        >>> from latpred.profiling import is_surrogate
        >>> is_surrogate("no such file")
        False
    """
    if not Path(path).is_file():
        return False
    if Path(path).suffix.lower() == ".npz":
        return True
    state = read_weights_only(path)
    return isinstance(state, dict) and _TELLING in state


def _file_of(published: Published) -> Path:
    """The arrays where they are here, which need no PyTorch; else the original."""
    try:
        return data_file(published.arrays, _DATA)
    except DataError:
        return data_file(published.original, _DATA)


def _model(path: Path) -> Predictor:
    model = load_predictor(path)
    if not isinstance(model, SurrogatePredictor):
        said = f"a model of kind {type(model).kind[:40]!r}"
        raise ConfigError(f"{path}: {said}, {SurrogatePredictor.kind!r} expected")
    return model


def _metric_of(path: Path) -> str:
    """What a file of the published names predicts."""
    found = set(_METRIC.findall(path.stem))
    if len(found) != 1:
        raise ConfigError(
            f"{path}: the name does not say what it predicts, metric= expected: "
            '"accuracy", "npu", "gpu", "cpu" or "latency"'
        )
    return "accuracy" if (one := found.pop()) == "acc" else str(one)


def _tensors(path: Path) -> dict[str, Any]:
    """The tensors of a state dict as arrays."""
    state = read_weights_only(path)
    if not isinstance(state, dict) or not all(hasattr(one, "numpy") for one in state.values()):
        raise CorruptionError(f"{path}: a state dict of tensors expected")
    try:
        return {str(name): tensor.detach().numpy() for name, tensor in state.items()}
    except (TypeError, RuntimeError) as error:  # of a type or layout that NumPy does not have
        raise CorruptionError(f"{path}: dense tensors of floats expected") from error


def _made(
    path: Path, arrays: dict[str, Any], metric: str, device: str | None, any_resolution: bool
) -> Predictor:
    if metric not in {"accuracy", "latency", *_DEVICES}:
        known = ", ".join(("accuracy", "latency", *_DEVICES))
        raise ConfigError(
            f"surrogate metric {metric[:40]!r}: one of {known} expected"
            f"{did_you_mean(metric, ('accuracy', 'latency', *_DEVICES))}"
        )
    accuracy = metric == "accuracy"
    said = "top-1" if accuracy else "latency"
    named = _DEVICES.get(metric, "") if device is None else device
    said += f" on {named}" if named and not accuracy else ""
    try:
        native = _native.make_chain_surrogate(
            arrays,
            unit="%" if accuracy else "ms",
            factor=100.0 if accuracy else 1.0,
            device=named,
            any_resolution=any_resolution,
            notes={"source": f"{_SOURCE}, {said}", "file": path.name},
        )
    except DataError as error:
        raise CorruptionError(f"{path}: {error}") from error
    return SurrogatePredictor._of_native(native)
