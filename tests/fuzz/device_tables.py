"""Files of several devices: HELP's lists as torch writes them, and .npz files."""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np

from tests.fuzz import mutations
from tests.fuzz.mutations import Rng, bounded, pick
from tests.transfer import help_folders

Files = dict[str, bytes]


def _bytes(content: bytes, rng: Rng) -> bytes:
    """Some bytes changed, cut out, doubled or exchanged for opcodes of pickles."""
    data = bytearray(content)
    for _ in range(int(rng.integers(0, 4))):
        if not data:
            break
        at, end = sorted(int(n) for n in rng.integers(0, len(data) + 1, 2))
        what = int(rng.integers(0, 4))
        if what == 0:
            data[at:end] = b""
        elif what == 1:
            data[at:at] = data[at : min(end, at + 200)]
        else:
            opcodes = [b"c", b"R", b"e", b"(", b"]", b"q\x00", b"h\x01", b"G", b".", b"\xff\xff"]
            data[at : at + 2] = pick(rng, opcodes)
    return bytes(data)


def _pt(content: Any, rng: Rng) -> bytes:
    import torch

    if rng.random() < 0.6:
        content = mutations.tree(content, rng)
    packed = io.BytesIO()
    try:
        torch.save(content, packed, _use_new_zipfile_serialization=bool(rng.random() < 0.3))
    except RecursionError:  # torch writes no list that deep
        return b""
    whole = packed.getvalue()
    return _bytes(whole, rng) if rng.random() < 0.6 else whole


def help_folder(rng: Rng) -> Files:
    return {
        "latency/gpu.pt": _pt(help_folders.latencies("gpu", 8), rng),
        "arch.pt": _pt(help_folders.operations(8), rng),
    }


@cache
def _arrays() -> dict[str, np.ndarray]:
    archs = lp.space("nas-bench-201").sample(8, seed=0, unique=True)
    values = np.random.default_rng(0).uniform(1, 9, (8, 2))
    return {"devices": np.array(["x", "y"]), "latency_ms": values, "arch_ops": archs.genes}


def npz(rng: Rng) -> Files:
    arrays = dict(_arrays())
    name = pick(rng, list(arrays))
    if name != "devices":
        flat = mutations.array(arrays[name], rng)
        same = flat.size == arrays[name].size
        arrays[name] = flat.reshape(arrays[name].shape) if same else flat
    elif rng.random() < 0.5:
        arrays[name] = np.array([mutations.text(rng, "x"), "y"])
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    whole = packed.getvalue()
    return {"t.npz": _bytes(whole, rng) if rng.random() < 0.5 else whole}


def check(files: Files) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place, content in files.items():
            (folder / place).parent.mkdir(exist_ok=True)
            (folder / place).write_bytes(content)
        try:
            tables = lp.transfer.read_tables(folder / "t.npz" if "t.npz" in files else folder)
        except lp.LatpredError as error:
            bounded(error)
            return False
        assert np.isfinite(tables.latency_ms).all()
        assert (tables.latency_ms > 0).all()
        assert tables.latency_ms.shape == (len(tables), len(tables.devices))
        assert len(set(tables.archs.hashes.tolist())) == len(tables)
    return True
