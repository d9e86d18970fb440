"""Files of Gaussian processes made to harm: refused before anything large is allocated."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.predictors.damaged_files import seal

from_bytes = _core.predictors.predictor_from_bytes
DTYPES = {"I32": np.int32, "F64": np.float64}
Change = Callable[[np.ndarray], np.ndarray]


def changed(content: bytes, changes: dict[str, Change]) -> bytes:
    """The file with other tensors, sealed again."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    body = b""
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        data = np.frombuffer(content[8 + length + begin : 8 + length + end], DTYPES[entry["dtype"]])
        data = changes.get(name, lambda values: values)(data.reshape(entry["shape"]))
        entry["shape"] = list(data.shape)
        entry["data_offsets"] = [len(body), len(body) + data.nbytes]
        body += data.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return seal(struct.pack("<Q", len(text)) + text + body)


@pytest.fixture(scope="module")
def content() -> bytes:
    archs = lp.space("nas-bench-201").sample(20, seed=0, unique=True)
    values = 1 + archs.space.count(archs)["macs"] / 1e8
    return bytes(lp.GaussianProcessPredictor().fit(archs, values)._native.to_bytes())


def test_the_file_itself_is_read(content: bytes) -> None:
    assert from_bytes(changed(content, {})).kind == "gaussian-process"


def test_a_covariance_without_factor(content: bytes) -> None:
    harm = changed(content, {"variances": lambda v: np.full_like(v, 1e308)})
    with pytest.raises(lp.CorruptionError):
        from_bytes(harm)


@pytest.mark.parametrize("name", ["values", "weights", "noise_mean_spread", "variances"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_numbers_out_of_range(content: bytes, name: str, value: float) -> None:
    with pytest.raises(lp.CorruptionError):
        from_bytes(changed(content, {name: lambda v: np.full_like(v, value)}))


def test_more_rows_than_a_process_may_have(content: bytes) -> None:
    repeated: Change = lambda v: np.tile(v, 251)  # noqa: E731
    harm = changed(content, dict.fromkeys(["genes", "values", "weights"], repeated))
    with pytest.raises(lp.CorruptionError, match="too many"):
        from_bytes(harm)


@pytest.mark.parametrize("name", ["genes", "values", "weights", "variances", "noise_mean_spread"])
@pytest.mark.parametrize("kept", [0, 1, 2])
def test_tensors_of_other_lengths(content: bytes, name: str, kept: int) -> None:
    with pytest.raises(lp.CorruptionError):
        from_bytes(changed(content, {name: lambda v: v[:kept]}))
