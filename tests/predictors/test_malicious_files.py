"""Model files made to harm (rows 32 and 33 of the fault matrix): refused, and nothing happens."""

from __future__ import annotations

import json
import pickle
import struct
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.predictors.damaged_files import rebuild, seal, small_table
from tests.predictors.real_data import skip_if_unavailable

from_bytes = _core.predictors.predictor_from_bytes
SPACE = lp.space("ofa-mobilenetv3", resolutions=[160])


class Canary:
    """Unpickling this would write a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.write_text, (self.path, "escaped"))


def with_header(length: int, body: bytes) -> bytes:
    return struct.pack("<Q", length) + body


def text_file(text: str) -> bytes:
    return with_header(len(text.encode()), text.encode())


BODIES = {
    "length 2^63": with_header(2**63, b"{}"),
    "length 2^64-1": with_header(2**64 - 1, b"{}"),
    "length beyond the file": with_header(10**6, b"{}"),
    "deep arrays": text_file("[" * 100_000 + "]" * 100_000),
    "deep objects": text_file('{"a":' * 100_000 + "1" + "}" * 100_000),
    "million keys": text_file("{" + ",".join(f'"{i}":0' for i in range(10**5)) + "}"),
    "zip bomb": zlib.compress(b"\0" * 10**6, 9),
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "empty": b"",
    "huge number": text_file('{"a":{"dtype":"F64","shape":[1e400],"data_offsets":[0,0]}}'),
    "no text": text_file('{"__metadata__":[]}'),
    "not utf-8": with_header(4, b'{"\xff}'),
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_harmful_bodies(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.latpred"
    path.write_bytes(BODIES[name])
    tracemalloc.start()
    with pytest.raises(lp.CorruptionError):
        lp.load_predictor(path)
    assert tracemalloc.get_traced_memory()[1] < 2 * len(BODIES[name]) + 10**6
    tracemalloc.stop()


def test_pickles_are_not_run(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    path = tmp_path / "m.latpred"
    path.write_bytes(pickle.dumps(Canary(canary)))
    seen: list[str] = []
    watching = True

    def watch(event: str, _: Any) -> None:
        if watching and event.startswith(("socket.", "subprocess.", "os.system", "pickle.")):
            seen.append(event)

    sys.addaudithook(watch)
    with pytest.raises(lp.CorruptionError):
        lp.load_predictor(path)
    watching = False
    assert not canary.exists()
    assert seen == []
    assert [p.name for p in tmp_path.iterdir()] == ["m.latpred"]


@pytest.mark.parametrize("name", ["../../escape", "/etc/passwd", "a\0b", "values/../x", "C:\\x"])
def test_names_like_paths_are_names(name: str, tmp_path: Path) -> None:
    """A tensor is never a file: the name is unknown, the one that is needed is missing."""
    content = small_table([1.0, 2.0, 3.0]).to_bytes()
    renamed = rebuild(content, lambda h: h.update({name: h.pop("values")}))
    with pytest.raises(lp.CorruptionError):
        from_bytes(renamed)
    assert list(tmp_path.iterdir()) == []


def fitted(kind: str) -> lp.predictors.Predictor:
    skip_if_unavailable(kind)
    archs = SPACE.sample(30, seed=0)
    costs = np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    model: Any = {
        "additive": lp.AdditivePredictor(),
        "flops": lp.FlopsPredictor(),
        "ensemble": lp.EnsemblePredictor(lp.FlopsPredictor(), members=2),
        "gaussian-process": lp.GaussianProcessPredictor(),
    }.get(kind)
    if model is None:
        model = lp.MlpPredictor(hidden=(4,), epochs=1)
    settings = {"progress": False} if kind == "mlp" else {}
    fitted_model: lp.predictors.Predictor = model.fit(archs, costs, **settings)
    return fitted_model.calibrate(SPACE.sample(20, seed=1), np.linspace(1, 2, 20))


KINDS = ["additive", "flops", "ensemble", "gaussian-process", "mlp"]


@pytest.mark.parametrize("kind", KINDS)
def test_weights_must_be_finite(kind: str) -> None:
    """Every number of every tensor of floats, one after the other, becomes NaN."""
    content = fitted(kind)._fitted().to_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    checked = 0
    for name, tensor in header.items():
        if name == "__metadata__" or tensor["dtype"] != "F64":
            continue
        begin, end = (8 + length + offset for offset in tensor["data_offsets"])
        for at in sorted({begin, (begin + end) // 16 * 8 + begin % 8, end - 8}):
            at = min(max(at, begin), end - 8)
            damaged = content[:at] + struct.pack("<d", float("nan")) + content[at + 8 :]
            with pytest.raises(lp.LatpredError):
                from_bytes(seal(damaged))
            checked += 1
    assert checked > 0


@pytest.mark.parametrize("kind", KINDS)
def test_models_of_another_space_are_refused(kind: str, tmp_path: Path) -> None:
    model = fitted(kind)
    model.save(tmp_path / "m.latpred")
    same = lp.load_predictor(tmp_path / "m.latpred")
    others = [
        lp.space("ofa-mobilenetv3"),
        lp.space("ofa-mobilenetv3", resolutions=[176]),
        lp.space("ofa-mobilenetv3", resolutions=[160], width=1.2),
        lp.space("ofa-proxyless"),
        lp.space("nas-bench-201"),
        lp.space("fbnet"),
        lp.space("fbnetv3"),
    ]
    for other in others:
        for ask in (same.predict, same.predict_interval):
            with pytest.raises(lp.SchemaError):
                ask(other.sample(2, seed=0))


def nested(content: bytes) -> bytes:
    """A file of an ensemble whose only member is another file."""
    plain = _core.predictors.make_ensemble([fitted("flops")._fitted()]).to_bytes()
    (length,) = struct.unpack("<Q", plain[:8])
    header = json.loads(plain[8 : 8 + length])
    header["member0"].update(shape=[len(content)], data_offsets=[0, len(content)])
    text = json.dumps(header, separators=(",", ":")).encode()
    return seal(with_header(len(text), text + content))


def test_models_in_models_have_an_end() -> None:
    content = fitted("flops")._fitted().to_bytes()
    for _ in range(5):
        content = nested(content)
    assert from_bytes(content).members == 1
    for _ in range(20):
        content = nested(content)
    with pytest.raises(lp.CorruptionError, match="in each other"):
        from_bytes(content)


def test_what_could_not_be_read_again_is_not_written() -> None:
    native = fitted("flops")._fitted()
    for _ in range(20):
        native = _core.predictors.make_ensemble([native])
    with pytest.raises(lp.ConfigError, match="in each other"):
        native.to_bytes()


@pytest.mark.parametrize("scores", [[], [2.0, 1.0], [-1.0, 1.0]])
def test_calibrations_must_be_scores(scores: list[float]) -> None:
    model = fitted("flops")._fitted()
    count = len(_core.predictors.calibration(model)[0])
    content = model.to_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    begin = 8 + length + header["calibration.scores"]["data_offsets"][0]
    numbers = np.array([*scores, *range(3, 3 + count - len(scores))], dtype="<f8").tobytes()
    damaged = content[:begin] + numbers + content[begin + len(numbers) :]
    if scores:
        with pytest.raises(lp.CorruptionError, match="scores"):
            from_bytes(seal(damaged))
    else:
        assert _core.predictors.calibration(from_bytes(seal(damaged)))[0][0] == 3
