"""Checkpoints of the originals as latpred's own files, for `latpred convert`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import latpred as lp

__all__ = ["convert_checkpoint", "is_checkpoint"]

ENDINGS = (".pth", ".pt", ".tar", ".npz")


def is_checkpoint(text: str) -> bool:
    """Whether an argument names a checkpoint: by its ending or, as many have none, its bytes."""
    from latpred.base.weights import is_torch_file

    return Path(text).suffix.lower() in ENDINGS or is_torch_file(text)


def convert_checkpoint(
    given: Sequence[str], out: Path, space: lp.Space | None, device: str | None = None
) -> dict[str, Any]:
    """Write one checkpoint as the file that the ending of `out` names; returns the row to show.

    Args:
        given: The inputs, of which one is expected.
        space: Of the supernet, or of the networks of a latency network, where the user gave one.
        device: Of a latency network, where the user gave one.
    """
    import latpred as lp

    ending = out.suffix.lower()
    if len(given) != 1 or ending not in (".latpred", ".safetensors"):
        raise lp.ConfigError(
            f"convert: {len(given)} inputs to '{str(out)[:80]}', one checkpoint expected to a "
            ".latpred file (a predictor) or a .safetensors file (a supernet)"
        )
    if ending == ".latpred":
        row = _predictor(given[0], out, space, device)
    else:
        row = _supernet(given[0], out, space)
    return {"file": str(out), "bytes": out.stat().st_size, **row}


def _predictor(path: str, out: Path, space: lp.Space | None, device: str | None) -> dict[str, Any]:
    """OFA's accuracy predictor, the tutorial's latency networks, AutoBuild's graph predictors."""
    import latpred as lp
    from latpred.base.weights import is_torch_file
    from latpred.neural import is_latency_checkpoint

    arrays = Path(path).suffix.lower() == ".npz"  # an archive too, but none of torch
    if not arrays and is_torch_file(path) and is_latency_checkpoint(path):
        return _latency_model(path, out, space, device)
    if device is not None:
        raise lp.ConfigError(f"convert: --device is of latency networks, {path[:80]} is none")
    graph = lp.profiling.is_surrogate(path)
    model = lp.profiling.load_surrogate(path) if graph else lp.load_accuracy(path)
    model.save(out)
    return {"space": model.space.name, "unit": model.unit}


def _latency_model(
    path: str, out: Path, space: lp.Space | None, device: str | None
) -> dict[str, Any]:
    import latpred as lp
    from latpred.neural import GeneralizedModel

    width = 1.0 if space is None or space.width is None else space.width
    model = lp.load_latency_checkpoint(path, width=width, device=device or "")
    if isinstance(model, GeneralizedModel):
        raise lp.ConfigError(
            f"convert: {path[:80]} is of two devices: --device rtx or --device p40 expected"
        )
    model.save(out)
    return {"space": model.space.name, "width": width, "unit": "ms", "device": device}


def _supernet(path: str, out: Path, space: lp.Space | None) -> dict[str, Any]:
    import latpred as lp

    supernet = lp.Supernet.load(path, space)
    supernet.save(out)
    place = supernet.space
    return {"space": place.name, "width": place.width, "tensors": len(supernet.state_dict())}
