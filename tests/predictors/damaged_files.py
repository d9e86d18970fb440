"""Model files, and changes to them that are noticed or, sealed again, look whole."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core

DIGITS = 64


def small_table(values: list[float], notes: dict[str, str] | None = None) -> Any:
    """A model with one table over the kernel of the first block."""
    space = lp.space("ofa-mobilenetv3", resolutions=[160])
    model = _core.predictors.make_table(
        space, kind="lookup-table", unit="ms", any_width=False, columns=[[0]], values=[values]
    )
    model.notes = notes or {}
    return model


def seal(content: bytes) -> bytes:
    """Put the right checksum in, as somebody could who changes a file on purpose."""
    at = content.index(b'"sha256":"') + 10
    zeros = content[:at] + b"0" * DIGITS + content[at + DIGITS :]
    return content[:at] + hashlib.sha256(zeros).hexdigest().encode() + content[at + DIGITS :]


def rebuild(content: bytes, change: Any) -> bytes:
    """Apply `change` to the header of a file and seal it again."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    change(header)
    text = json.dumps(header, separators=(",", ":")).encode()
    return seal(struct.pack("<Q", len(text)) + text + content[8 + length :])


def check_damage_is_told(path: Path) -> None:
    """A flipped bit anywhere in a saved predictor, or a part of its file, is corruption."""
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in [0, 9, len(content) - 1, *rng.integers(0, len(content), 20)]:
        broken = bytearray(content)
        broken[place] ^= 0x04
        path.write_bytes(bytes(broken))
        with pytest.raises(lp.CorruptionError):
            lp.load_predictor(path)
    for size in (0, 8, 100, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(lp.CorruptionError):
            lp.load_predictor(path)
