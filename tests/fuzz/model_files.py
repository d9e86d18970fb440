"""Valid model files of every kind, and files like them with other numbers, counts and texts."""

from __future__ import annotations

import contextlib
import json
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

import latpred as lp
import numpy as np
from latpred import _core

from tests.fuzz import mutations
from tests.fuzz.mutations import Rng
from tests.predictors.damaged_files import seal
from tests.profiling.surrogate_arrays import random_arrays

SPACE = lp.space("ofa-mobilenetv3", resolutions=[160, 224])
OWN = {
    "name": "own",
    "resolutions": [64, 96],
    "units": [{"depth": [1, 2], "channels": [8, 16], "kernel": [3, 5], "expand": [1, 2.5]}],
}
TYPES = {"F64": "<f8", "F32": "<f4", "I32": "<i4", "I64": "<i8", "I16": "<i2", "U8": "u1"}
NAMES = {np.dtype(kind).str: name for name, kind in TYPES.items()}

NO_FILE = (ValueError, TypeError, KeyError, AttributeError, struct.error)

Tensors = dict[str, np.ndarray]


def unpack(content: bytes) -> tuple[dict[str, str], Tensors]:
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    notes = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = np.frombuffer(content[begin:end], TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return notes, tensors


def pack(notes: dict[str, str], tensors: Tensors, shapes: dict[str, Any] | None = None) -> bytes:
    header: dict[str, Any] = {"__metadata__": notes}
    data = b""
    for name, values in tensors.items():
        end = len(data) + values.nbytes
        header[name] = {
            "dtype": NAMES[values.dtype.str],
            "shape": (shapes or {}).get(name, list(values.shape)),
            "data_offsets": [len(data), end],
        }
        data += values.tobytes()
    body = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(body)) + body + data


def sealed(content: bytes) -> bytes:
    return seal(content) if b'"sha256":"' in content else content


def _other_note(notes: dict[str, str], rng: Rng) -> None:
    """A text that holds JSON is changed as what it says."""
    name = mutations.pick(rng, list(notes))
    try:
        said = json.loads(notes[name])
    except (ValueError, RecursionError):
        notes[name] = mutations.text(rng, notes[name])
        return
    notes[name] = mutations.json_text(said, rng)


def mutated(content: bytes, rng: Rng, depth: int = 0) -> bytes:
    """None to three changes of tensors, of their shapes or of what the file says of itself."""
    notes, tensors = unpack(content)
    shapes: dict[str, Any] = {}
    for _ in range(int(rng.integers(0, 4))):
        name = mutations.pick(rng, list(tensors)) if tensors else ""
        what = rng.random()
        if what < 0.25 and notes:
            _other_note(notes, rng)
        elif not name:
            continue
        elif tensors[name].dtype.str == "|u1" and tensors[name].size > 100 and depth < 3:
            with contextlib.suppress(*NO_FILE):  # the change before left none
                nested = mutated(tensors[name].tobytes(), rng, depth + 1)
                tensors[name] = np.frombuffer(nested, "u1")
        elif what < 0.8:
            flat = mutations.array(tensors[name], rng)
            same = flat.size == tensors[name].size
            tensors[name] = flat.reshape(tensors[name].shape) if same else flat
        elif what < 0.87:
            other = mutations.pick(rng, [name + "0", "member1", "source", "calibration.scores"])
            tensors[other] = tensors[name] if rng.random() < 0.5 else tensors.pop(name)
        elif what < 0.92:
            tensors.pop(name)
        else:
            shapes[name] = mutations.tree(list(tensors[name].shape), rng)
    return sealed(pack(notes, tensors, shapes))


def _costs(archs: lp.Architectures) -> np.ndarray:
    return np.asarray(archs.space.count(archs)["macs"], dtype=float) * 1e-8


def _trees() -> Any:
    archs = SPACE.sample(3, seed=0)
    nodes = {
        "roots": np.array([0, 3]),
        "features": np.array([0, -1, -1, -1]),
        "left": np.array([1, 0, 0, 0]),
        "right": np.array([2, 0, 0, 0]),
        "thresholds": np.array([0.5, 1.0, 2.0, 3.0]),
    }
    return _core.predictors.make_trees(archs, _costs(archs), **nodes, device="")


def _hardware(form: str) -> Any:
    devices = {
        n: lp.DeviceParameters(*map(float, p)) for n, p in {"a": (9, 4, 3), "b": (5, 8, 2)}.items()
    }
    rows = {
        name: (SPACE.sample(40, seed=i), _costs(SPACE.sample(40, seed=i)))
        for i, name in enumerate("ab")
    }
    settings = {} if form == "additive" else {"epochs": 1, "hidden": (4,)}
    return lp.HardwareAwarePredictor(form=form, devices=devices, **settings).fit(rows)._fitted()


def _tuned(method: str) -> Any:
    archs = SPACE.sample(40, seed=5)
    source = lp.AdditivePredictor().fit(archs, _costs(archs))
    model = lp.FineTunedPredictor(source, method=method)
    return model.fit(archs[:12], 1.5 * _costs(archs[:12]))._fitted()


def _few_shot() -> Any:
    archs = SPACE.sample(40, seed=5)
    latency_ms = _costs(archs)
    sources = lp.transfer.DeviceTables(archs, np.c_[latency_ms, latency_ms**0.5], ["a", "b"])
    return lp.TransferPredictor(sources).fit(archs[:8], 2 * latency_ms[:8])._fitted()


def _surrogate() -> Any:
    settings = {"unit": "ms", "factor": 1.0, "device": "", "any_resolution": True, "notes": {}}
    return _core.predictors.make_chain_surrogate(random_arrays(), **settings)


def _device_generic() -> Any:
    generic = lp.device_generic
    archs = SPACE.sample(40, seed=5)
    phone = generic.DeviceDescription(2.2, 10, 4, 34.1)
    table = lp.LatencyTable(archs, _costs(archs))
    model = generic.DeviceGenericPredictor().fit({"a": table}, {"a": phone})
    return model.adapt(phone, archs[:6], 2 * _costs(archs)[:6])._fitted()


def _fitted(model: Any, space: Any = SPACE, **settings: Any) -> Any:
    archs = space.sample(40, seed=0)
    model.fit(archs, _costs(archs), **settings)
    model.calibrate(archs, 1.1 * _costs(archs))
    return model._fitted()


MODELS: dict[str, Callable[[], Any]] = {
    "additive": lambda: _fitted(lp.AdditivePredictor(interactions=("depths",))),
    "additive-own": lambda: _fitted(lp.AdditivePredictor(), lp.define_space(**OWN)),
    "flops": lambda: _fitted(lp.FlopsPredictor()),
    "gaussian-process": lambda: _fitted(lp.GaussianProcessPredictor()),
    "ensemble": lambda: _fitted(lp.EnsemblePredictor(lp.FlopsPredictor(), members=3)),
    "surrogate": _surrogate,
    "trees": _trees,
    "architecture-factor": lambda: _fitted(lp.device_generic.FactorPredictor()),
    "device-generic": _device_generic,
    "frozen-features": lambda: _fitted(
        lp.FrozenFeaturesPredictor(body=(6, 5), head=3, epochs=2), progress=False
    ),
    "graph": lambda: _fitted(lp.GraphPredictor(hidden=(4,), head=3, epochs=1), progress=False),
    "mlp": lambda: _fitted(lp.MlpPredictor(hidden=(4, 3), epochs=1), progress=False),
    "factor-latency": lambda: lp.device_generic.FactorLatencyPredictor(
        lp.FlopsPredictor().fit(SPACE.sample(40, seed=0), _costs(SPACE.sample(40, seed=0))),
        lp.device_generic.DeviceDescription(2.2, 10, 4, 34.1),
    )._fitted(),
    "hardware-additive": lambda: _hardware("additive"),
    "hardware-mlp": lambda: _hardware("mlp"),
    "few-shot": _few_shot,
    "tuned-affine": lambda: _tuned("affine"),
    "tuned-feature": lambda: _tuned("feature"),
}


@cache
def content_of(kind: str) -> bytes:
    content: bytes = MODELS[kind]().to_bytes()
    return content


def check(content: bytes) -> bool:
    """Whether it is a model; then it predicts finite values, or says why not."""
    try:
        model = _core.predictors.predictor_from_bytes(content)
    except lp.LatpredError as error:
        mutations.bounded(error)
        return False
    archs = model.space.sample(70, seed=0)
    for ask in (
        lambda: model.evaluate(archs),
        lambda: model.evaluate(SPACE.sample(2, seed=0)),
        lambda: np.concatenate(_core.predictors.predict_interval(model, archs[:3], 0.9)),
        lambda: model.deviations(archs[:3]) if hasattr(model, "deviations") else np.zeros(1),
        lambda: model.for_device("a").evaluate(archs) if hasattr(model, "for_device") else 0.0,
    ):
        try:
            values = ask()
        except lp.LatpredError as error:
            mutations.bounded(error)
        else:
            assert np.isfinite(values).all(), values
    same = _core.predictors.predictor_from_bytes(model.to_bytes())
    assert same.to_bytes() == model.to_bytes()
    return True
