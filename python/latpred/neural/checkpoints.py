"""Neural predictors."""

from __future__ import annotations

import os
from typing import Any

from latpred._core import neural as _native
from latpred.base.weights import read_weights_only
from latpred.errors import ConfigError, CorruptionError, DataError
from latpred.neural.mlp import MlpPredictor
from latpred.predictors.base import Predictor
from latpred.spaces import space

__all__ = ["MlpModel", "load_accuracy_checkpoint", "load_latency_checkpoint"]


class MlpModel(Predictor):
    """The originals' network: one-hot encoding, dense layers with ReLU, one number out.

    Example:
        >>> from latpred.neural import MlpModel
        >>> MlpModel.kind
        'mlp'
    """

    kind = "mlp"


def load_accuracy_checkpoint(path: str | os.PathLike[str]) -> MlpModel:
    """OFA's accuracy predictor (`acc_predictor.pth`, 128-400-400-400-1), in percent.

    The file is read weights-only: no code in it is run. Its values are those that OFA trained it
    for, accuracy on 10,000 images held out of ImageNet's training set at width 1.2; ImageNet's
    validation top-1 is 3 to 5 points lower.

    Raises:
        StorageError: Where the file cannot be read.
        CorruptionError: Where it holds no dense layers that fit the one-hot encoding.

    Example:
        >>> import torch
        >>> from latpred.neural import load_accuracy_checkpoint
        >>> from torch.nn import Linear, ReLU, Sequential
        >>> layers = Sequential(Linear(128, 4), ReLU(), Linear(4, 1))
        >>> torch.save(layers.state_dict(), "accuracy.pth")
        >>> load_accuracy_checkpoint("accuracy.pth").unit
        '%'
    """
    source = "mit-han-lab/once-for-all accuracy predictor (MIT)"
    native = _published(path, source, width=1.2, scale=100.0, unit="%", any_width=True)
    return MlpModel._of_native(native)


def load_latency_checkpoint(
    path: str | os.PathLike[str], *, width: float = 1.0, device: str = ""
) -> MlpPredictor:
    """A latency network of the OFA tutorial's successor, in ms: its `.pt` files, fine-tuned or not.

    The file is read weights-only: no code in it is run. It may be the `source` of
    `FineTunedPredictor`.

    Args:
        width: Channel multiplier of the networks it was trained on (the Note10 tables: 1.2).
        device: What it predicts for, as free text.

    Raises:
        StorageError: Where the file cannot be read.
        CorruptionError: Where it holds no dense layers that fit the one-hot encoding.

    Example:
        >>> import torch
        >>> from torch.nn import Linear, ReLU, Sequential
        >>> layers = Sequential(Linear(128, 4), ReLU(), Linear(4, 1))
        >>> torch.save(layers.state_dict(), "latency.pt")
        >>> lp.load_latency_checkpoint("latency.pt", device="phone").device_name
        'phone'
    """
    source = "RhythmSyed/NAS_PerformanceEstimation latency predictor (Apache-2.0)"
    native = _published(path, source, width=width, scale=1.0, unit="ms", any_width=False)
    native.device = device
    return MlpPredictor._of_native(native)


def _published(path: str | os.PathLike[str], source: str, *, width: float, **settings: Any) -> Any:
    """The perceptron of a published checkpoint; CorruptionError where its layers do not fit."""
    layers = _dense_layers(path)
    try:
        return _native.make_mlp(
            space("ofa-mobilenetv3", width=width), layers, notes={"source": source}, **settings
        )
    except (ConfigError, DataError) as error:
        raise CorruptionError(f"{path}: {error}") from error


def _read_state(path: str | os.PathLike[str]) -> dict[str, Any]:
    state = read_weights_only(path)
    if not isinstance(state, dict):
        raise CorruptionError(f"{path}: a state dict expected, got {type(state).__name__}")
    return state


def _dense_layers(path: str | os.PathLike[str]) -> list[tuple[Any, Any]]:
    """(weight, bias) arrays, in the order in which the file names them."""
    state = _read_state(path)
    prefixes = [name[: -len("weight")] for name in state if str(name).endswith(".weight")]
    try:
        layers = [
            (state[f"{p}weight"].float().numpy(), state[f"{p}bias"].float().numpy())
            for p in prefixes
        ]
    except (KeyError, AttributeError) as error:
        raise CorruptionError(f"{path}: a weight without its bias: {error}") from error
    if not layers or len(layers) * 2 != len(state):
        raise CorruptionError(
            f"{path}: dense layers ('0.weight', '0.bias', …) expected, got {list(state)[:6]}"
        )
    return layers
