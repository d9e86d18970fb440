"""Fault 32: model files changed at random, with the right checksum, are models or refused.

More of them: LATPRED_MUTATIONS=100000 (each kind; 300 where unset).
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.predictors.damaged_files import seal
from tests.predictors.real_data import skip_if_unavailable

SPACE = lp.space("ofa-mobilenetv3", resolutions=[160, 224])
COUNT = int(os.environ.get("LATPRED_MUTATIONS", "300"))
PIECES = [b'"', b"{", b"}", b"[", b"]", b"-", b"9" * 20, b"null", b"1e999", b"\xff", b"\0" * 8]

MODELS: dict[str, Any] = {
    "additive": lambda: lp.AdditivePredictor(interactions=("depths",)),
    "flops": lp.FlopsPredictor,
    "gaussian-process": lp.GaussianProcessPredictor,
    "ensemble": lambda: lp.EnsemblePredictor(lp.FlopsPredictor(), members=2),
    "trees": lambda: lp.TreesPredictor(trees=5),
    "mlp": lambda: lp.MlpPredictor(hidden=(4,), epochs=1),
}


@cache
def content_of(kind: str) -> bytes:
    skip_if_unavailable(kind)
    archs = SPACE.sample(70, seed=0)
    costs = np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    model = MODELS[kind]().fit(archs, costs, **({"progress": False} if kind == "mlp" else {}))
    model.calibrate(SPACE.sample(20, seed=1), np.linspace(1, 2, 20))
    content: bytes = model._fitted().to_bytes()
    return content


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """One to four changes of bytes, pieces or stretches; half of them in the header."""
    (length,) = struct.unpack("<Q", content[:8])
    changed = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        end = 8 + length if rng.random() < 0.5 else len(changed)
        at = int(rng.integers(0, max(1, min(end, len(changed)))))
        what = rng.integers(0, 5)
        if what == 0:
            changed[at] ^= 1 << int(rng.integers(0, 8))
        elif what == 1:
            changed[at : at + 8] = rng.bytes(8)
        elif what == 2:
            piece = PIECES[rng.integers(0, len(PIECES))]
            changed[at : at + len(piece)] = piece
        elif what == 3:
            del changed[at : at + int(rng.integers(1, 40))]
        else:
            changed[at:at] = changed[at : at + int(rng.integers(1, 40))]
        if not changed:
            return b""
    try:
        return seal(bytes(changed))
    except ValueError:  # the checksum's place is gone
        return bytes(changed)


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_row_32_mutations_are_refused_or_models(kind: str) -> None:
    content = content_of(kind)
    rng = np.random.default_rng(32)
    archs = SPACE.sample(3, seed=2)
    refused = 0
    for _ in range(COUNT):
        try:
            model = _core.predictors.predictor_from_bytes(mutated(content, rng))
        except lp.LatpredError:
            refused += 1
            continue
        try:
            assert len(model.evaluate(model.space.sample(3, seed=0))) == 3
            assert len(model.evaluate(archs)) == 3
            _core.predictors.predict_interval(model, archs, 0.9)
        except lp.LatpredError:
            pass  # of another space, or without a calibration
    assert refused > COUNT / 2


GREEDY = """
import re, struct, sys
import latpred as lp
from latpred import _core

def peak_kib():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))

def file_of(text, data=b""):
    return struct.pack("<Q", len(text)) + text.encode() + data

bodies = {
    "a million keys": file_of("{" + ",".join(f'"{i}":0' for i in range(10**6)) + "}"),
    "a million texts": file_of(
        '{"__metadata__":{' + ",".join(f'"{i}":"0"' for i in range(10**6)) + "}}"
    ),
    "a million axes": file_of('{"a":{"dtype":"F64","shape":[' + "1," * 10**6 + "1]}}"),
    "as many keys as go in": file_of("{" + ",".join(f'"{i}":0' for i in range(10**5)) + "}"),
    "as many axes as go in": file_of('{"a":{"shape":[' + "1," * 500_000 + "1]}}"),
    "depth": file_of("[" * 10**6),
    "2^63": struct.pack("<Q", 2**63) + b"{}",
    "huge tensor": file_of(
        '{"a":{"dtype":"F64","shape":[1152921504606846975],"data_offsets":[0,8]}}', bytes(8)
    ),
}
for name, body in bodies.items():
    open("/proc/self/clear_refs", "w").write("5")
    before = peak_kib()
    try:
        _core.predictors.predictor_from_bytes(body)
        print(name, "was loaded")
    except lp.CorruptionError:
        print(f"{name}: {len(body)} {1024 * (peak_kib() - before)}")
"""


@pytest.mark.skipif(
    not os.access("/proc/self/clear_refs", os.W_OK), reason="no peak of memory to be read here"
)
def test_row_32_no_file_takes_memory_out_of_proportion(tmp_path: Path) -> None:
    """Twice the file, or what a header of the largest size allowed (1 MiB) takes as JSON."""
    script = tmp_path / "greedy.py"
    script.write_text(GREEDY)
    done = subprocess.run(
        [sys.executable, str(script)], check=True, capture_output=True, text=True, timeout=900
    )
    found = re.findall(r"(.+): (\d+) (\d+)", done.stdout)
    assert len(found) == 8, done.stdout
    for name, size, peak in found:
        assert int(peak) <= max(2 * int(size), 32 << 20), name
