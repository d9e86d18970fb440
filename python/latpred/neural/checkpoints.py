"""Neural predictors."""

from __future__ import annotations

import os
import re
import reprlib
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from latpred._core import neural as _native
from latpred.base.weights import dense_array, read_weights_only
from latpred.devices.hardware import KNOWN_DEVICES, plain
from latpred.errors import ConfigError, CorruptionError, DataError
from latpred.neural.mlp import MlpPredictor
from latpred.predictors.base import Predictor
from latpred.spaces import ArchitecturesLike, Space, space

__all__ = [
    "GeneralizedModel",
    "MlpModel",
    "is_latency_checkpoint",
    "load_accuracy_checkpoint",
    "load_latency_checkpoint",
]

Layers = list[tuple[NDArray[np.float32], NDArray[np.float32]]]
_RESNET_INPUTS = 82
_ONE_HOT, _HARDWARE = 128, 3  # inputs of the generalised network
_LATENCY_SOURCE = "RhythmSyed/NAS_PerformanceEstimation latency predictor (Apache-2.0)"


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
    validation top-1 is 3 to 5 points lower. So are those of its sister for "ofa-resnet50"
    (`ofa_resnet50_acc_predictor.pth`, 82-400-400-400-1 and a constant), which has not seen 208
    pixels: there its first layer is taken halfway between 192 and 224.

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
    state = _read_state(path)
    settings: dict[str, Any] = {"scale": 100.0, "unit": "%", "any_width": True}
    if "base_acc" in state:
        layers = _resnet_layers(path, state)
        settings |= {"place": space("ofa-resnet50"), "encoding": "ofa-one-hot"}
    else:
        layers = _dense_layers(path, state)
        settings["place"] = space("ofa-mobilenetv3", width=1.2)
    native = _published(path, layers, source, **settings)
    return MlpModel._of_native(native)


class GeneralizedModel:
    """The tutorial's generalised network: one model of an RTX 2080 Ti and a Tesla P40, in ms.

    Beside the one-hot encoding it takes cores, memory and bandwidth. It was trained on those two
    devices only, so the three numbers are one choice between two, and nothing follows for a third.

    Example:
        >>> import torch
        >>> from torch.nn import Linear, ReLU, Sequential
        >>> torch.save(Sequential(Linear(131, 4), ReLU(), Linear(4, 1)).state_dict(), "both.pt")
        >>> both = lp.load_latency_checkpoint("both.pt")
        >>> both.for_device("p40").device_name, both.devices[:2]
        ('p40', ('rtx', 'rtx2080ti'))
    """

    def __init__(self, path: str | os.PathLike[str], layers: Layers, place: Space) -> None:
        self._path, self._layers, self._place = path, layers, place

    @property
    def devices(self) -> tuple[str, ...]:
        """Names of the two devices; several are of the same."""
        return tuple(KNOWN_DEVICES)

    @property
    def space(self) -> Space:
        """The space of the networks."""
        return self._place

    def for_device(self, device: str) -> MlpPredictor:
        """The plain predictor of one of the two devices.

        Raises:
            DataError: For another device: two devices say nothing of a third.
        """
        if device not in KNOWN_DEVICES:
            known = ", ".join(KNOWN_DEVICES)
            raise DataError(f"device {device!r:.60}: the network knows two, as {known}")
        hardware = np.array(list(plain(KNOWN_DEVICES[device]).values()))
        weight, bias = self._layers[0]
        shift = weight[:, _ONE_HOT:].astype(np.float64) @ hardware
        first = (weight[:, :_ONE_HOT], (bias + shift).astype(np.float32))
        return _latency_model(self._path, [first, *self._layers[1:]], self._place, device)

    def predict(self, archs: ArchitecturesLike, device: str) -> NDArray[np.float64]:
        """Predict for N architectures on one of the two devices: N float64, ms."""
        return self.for_device(device).predict(archs)

    __call__ = predict

    def __repr__(self) -> str:
        """Space and devices."""
        return f"GeneralizedModel({self._place}, rtx and p40)"


@overload
def load_latency_checkpoint(
    path: str | os.PathLike[str], *, width: float = 1.0, device: str
) -> MlpPredictor: ...


@overload
def load_latency_checkpoint(
    path: str | os.PathLike[str], *, width: float = 1.0, device: str = ""
) -> MlpPredictor | GeneralizedModel: ...


def load_latency_checkpoint(
    path: str | os.PathLike[str], *, width: float = 1.0, device: str = ""
) -> MlpPredictor | GeneralizedModel:
    """A latency network of the OFA tutorial's successor, in ms: its `.pt` files, fine-tuned or not.

    The file is read weights-only: no code in it is run. It may be the `source` of
    `FineTunedPredictor`. The generalised network (131 inputs: beside the one-hot encoding cores,
    memory and bandwidth) is a model of its two devices: `device="rtx"` or `"p40"` gives that one's,
    `model.for_device(name)` does so later.

    Args:
        width: Channel multiplier of the networks it was trained on (the Note10 tables: 1.2).
        device: What it predicts for, as free text; of the generalised network one of
            `KNOWN_DEVICES`, or none.

    Raises:
        StorageError: Where the file cannot be read.
        CorruptionError: Where it holds no dense layers that fit the one-hot encoding.
        DataError: For another device than the two of the generalised network.

    Example:
        >>> import torch
        >>> from torch.nn import Linear, ReLU, Sequential
        >>> layers = Sequential(Linear(128, 4), ReLU(), Linear(4, 1))
        >>> torch.save(layers.state_dict(), "latency.pt")
        >>> lp.load_latency_checkpoint("latency.pt", device="phone").device_name
        'phone'
    """
    layers, place = _dense_layers(path, _read_state(path)), space("ofa-mobilenetv3", width=width)
    if layers[0][0].shape[1:] != (_ONE_HOT + _HARDWARE,):
        return _latency_model(path, layers, place, device)
    model = GeneralizedModel(path, layers, place)
    first = model.for_device(device or "rtx")  # says where the other layers do not fit
    return first if device else model


def _latency_model(
    path: str | os.PathLike[str], layers: Layers, place: Space, device: str
) -> MlpPredictor:
    settings = {"scale": 1.0, "unit": "ms", "any_width": False}
    native = _published(path, layers, _LATENCY_SOURCE, place=place, **settings)
    native.device = device
    return MlpPredictor._of_native(native)


def is_latency_checkpoint(path: str | os.PathLike[str]) -> bool:
    """Whether a file of torch holds one of the tutorial's latency networks, by its names.

    Example:
        >>> import torch
        >>> torch.save({"model.0.weight": torch.zeros(2, 2)}, "latency.pt")
        >>> from latpred.neural import is_latency_checkpoint
        >>> is_latency_checkpoint("latency.pt")
        True
    """
    state = read_weights_only(path)
    names = [str(name) for name in state] if isinstance(state, dict) else []
    return bool(names) and names[0] in ("model.0.weight", "0.0.weight")


def _published(
    path: str | os.PathLike[str], layers: Layers, source: str, *, place: Space, **settings: Any
) -> Any:
    """The perceptron of a published checkpoint; CorruptionError where its layers do not fit."""
    try:
        return _native.make_mlp(place, layers, notes={"source": source}, **settings)
    except (ConfigError, DataError) as error:
        raise CorruptionError(f"{path}: {error}") from error


def _read_state(path: str | os.PathLike[str]) -> dict[str, Any]:
    state = read_weights_only(path)
    if not isinstance(state, dict):
        raise CorruptionError(f"{path}: a state dict expected, got {type(state).__name__}")
    return state


def _dense_layers(path: str | os.PathLike[str], state: dict[str, Any]) -> Layers:
    """(weight, bias) arrays, in the order of their numbers or else of the file."""
    weights = [name for name in map(str, state) if name.endswith(".weight")]
    prefixes = _in_order([name[: -len("weight")] for name in weights])
    if not prefixes or 2 * len(prefixes) != len(state):
        found = reprlib.repr(list(state)[:6])
        raise CorruptionError(
            f"{path}: dense layers ('0.weight', '0.bias', …) expected, got {found}"
        )
    lacking = [prefix for prefix in prefixes if f"{prefix}bias" not in state]
    if lacking:
        raise CorruptionError(f"{path}: {lacking[0][:80]!r} has a weight, but no bias")
    return [
        (
            dense_array(path, f"{prefix}weight", state[f"{prefix}weight"]),
            dense_array(path, f"{prefix}bias", state[f"{prefix}bias"]),
        )
        for prefix in prefixes
    ]


def _in_order(prefixes: list[str]) -> list[str]:
    """By their numbers where they differ in nothing else, however a file sorts them."""
    if len({re.sub(r"\d+", "", prefix) for prefix in prefixes}) != 1:
        return prefixes
    return sorted(prefixes, key=lambda prefix: list(map(int, re.findall(r"\d+", prefix))))


def _resnet_layers(path: str | os.PathLike[str], state: dict[str, Any]) -> Layers:
    """Those of OFA's predictor for ResNet50, for the resolutions of our space.

    Its inputs: eight image sizes, the stem's residual block, widths and ratios.
    """
    named = {"base_acc": "bias", **{f"layers.{i}.0.bias": "bias" for i in range(3)}}
    named |= {"layers.3.weight": "weight", **{f"layers.{i}.0.weight": "weight" for i in range(3)}}
    lacking = [name for name in named if name not in state]
    if lacking:
        raise CorruptionError(f"{path}: no dense layer {lacking[0]!r}")
    arrays = {name: dense_array(path, name, state[name]) for name in named}
    first = arrays["layers.0.0.weight"]
    if len(named) != len(state) or first.ndim != 2 or first.shape[1] != _RESNET_INPUTS:
        raise CorruptionError(f"{path}: four layers on {_RESNET_INPUTS} inputs expected")
    sizes = first[:, 2:6].T  # 160, 176, 192, 224 pixels
    between = (sizes[2] + sizes[3]) / 2
    columns = np.vstack([sizes[:3], between, sizes[3], first[:, 8:].T])
    layers = [(columns.T, arrays["layers.0.0.bias"])]
    layers += [(arrays[f"layers.{i}.0.weight"], arrays[f"layers.{i}.0.bias"]) for i in (1, 2)]
    return [*layers, (arrays["layers.3.weight"], arrays["base_acc"].reshape(1))]
