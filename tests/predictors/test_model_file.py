"""Model files: round trips, and every kind of damage found."""

from __future__ import annotations

import copy
import pickle
import struct
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import _core

from tests.predictors.damaged_files import rebuild, seal, small_table

from_bytes = _core.predictors.predictor_from_bytes


finite = st.floats(allow_nan=False, allow_infinity=False, width=64)


@given(
    st.lists(finite, min_size=3, max_size=3),
    st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3),
    st.text(max_size=20),
)
def test_round_trip(values: list[float], notes: dict[str, str], device: str) -> None:
    model = small_table(values, notes)
    model.device = device
    same = from_bytes(model.to_bytes())
    assert same.terms == model.terms
    assert (same.notes, same.device, same.kind, same.unit) == (notes, device, model.kind, "ms")
    assert same.to_bytes() == model.to_bytes()


def test_the_checksum_is_sha256_of_the_file() -> None:
    content = small_table([1.0, 2.0, 3.0]).to_bytes()
    assert seal(content) == content
    for length in range(130):  # every padding of the hash
        model = small_table([1.0, 2.0, 3.0], {"text": "x" * length})
        assert seal(model.to_bytes()) == model.to_bytes()


def test_every_flipped_bit_is_found() -> None:
    content = small_table([1.0, 2.0, 3.0]).to_bytes()
    for position in range(len(content)):
        for bit in range(8):
            damaged = bytearray(content)
            damaged[position] ^= 1 << bit
            with pytest.raises(lp.CorruptionError):
                from_bytes(bytes(damaged))


def test_every_truncation_is_found() -> None:
    content = small_table([1.0, 2.0, 3.0]).to_bytes()
    for length in range(len(content)):
        with pytest.raises(lp.CorruptionError):
            from_bytes(content[:length])
    with pytest.raises(lp.CorruptionError):
        from_bytes(content + b"\0")


@given(st.binary(max_size=300))
def test_garbage_is_refused(content: bytes) -> None:
    with pytest.raises(lp.CorruptionError):
        from_bytes(content)


@given(st.binary(max_size=200))
def test_garbage_headers_are_refused(text: bytes) -> None:
    with pytest.raises(lp.CorruptionError):
        from_bytes(struct.pack("<Q", len(text)) + text)


def offsets(header: dict[str, Any], name: str) -> list[Any]:
    found: list[Any] = header[name]["data_offsets"]
    return found


SEALED_DAMAGE = {
    "overlap": lambda h: offsets(h, "columns").__setitem__(0, 0),
    "beyond the end": lambda h: offsets(h, "values").__setitem__(1, 10**6),
    "reversed": lambda h: offsets(h, "values").reverse(),
    "negative": lambda h: offsets(h, "values").__setitem__(0, -8),
    "huge shape": lambda h: h["values"].update(shape=[2**40, 2**40]),
    "wrong shape": lambda h: h["values"].update(shape=[2]),
    "more axes": lambda h: h["values"].update(shape=[1] * 9 + [3]),
    "unknown type": lambda h: h["values"].update(dtype="F7"),
    "other type": lambda h: h["values"].update(dtype="I64"),
    "missing tensor": lambda h: h.update(value=h.pop("values")),
    "no device": lambda h: h["__metadata__"].pop("device"),
    "number for text": lambda h: h["__metadata__"].update(device=3),
    "rows no number": lambda h: h["__metadata__"].update(training_rows="-1"),
    "width no number": lambda h: h["__metadata__"].update(width="1.0x"),
}


@pytest.mark.parametrize("name", sorted(SEALED_DAMAGE))
def test_wrong_headers_are_refused_even_with_the_right_checksum(name: str) -> None:
    content = small_table([1.0, 2.0, 3.0]).to_bytes()
    with pytest.raises(lp.CorruptionError):
        from_bytes(rebuild(content, SEALED_DAMAGE[name]))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_must_be_finite(value: float) -> None:
    with pytest.raises(lp.ConfigError, match="finite"):
        small_table([1.0, 2.0, value])
    content = small_table([1.0, 2.0, 3.0]).to_bytes()
    damaged = content[:-8] + struct.pack("<d", value)
    with pytest.raises(lp.CorruptionError):
        from_bytes(seal(damaged))


def test_names_that_come_twice_are_refused() -> None:
    text = b'{"__metadata__":{"a":"1","a":"2"}}'
    with pytest.raises(lp.CorruptionError, match="comes twice"):
        from_bytes(struct.pack("<Q", len(text)) + text)


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("latpred_format", "2.0", lp.ModelVersionError),
        ("kind", "crystal-ball", lp.ModelVersionError),
        ("space", "ofa-unknown", lp.ConfigError),
        ("feature_hash", "7", lp.SchemaError),
        ("resolutions", "161", lp.ConfigError),
    ],
)
def test_other_schemas_are_refused(key: str, value: str, error: type[Exception]) -> None:
    content = small_table([1.0, 2.0, 3.0]).to_bytes()
    with pytest.raises(error):
        from_bytes(rebuild(content, lambda h: h["__metadata__"].update({key: value})))


def test_files(tmp_path: Path) -> None:
    archs = lp.space("compofa-fixed").sample(60, seed=0)
    latency = np.linspace(10, 30, 60)
    for model in (lp.AdditivePredictor(huber=2.0), lp.FlopsPredictor()):
        model.fit(archs, latency)
        path = tmp_path / "model.latpred"
        model.save(path)
        loaded = lp.load_predictor(path)
        assert type(loaded) is type(model)
        twins = [loaded, copy.deepcopy(model), pickle.loads(pickle.dumps(model))]  # noqa: S301
        for same in twins:
            np.testing.assert_array_equal(same.predict(archs), model.predict(archs))
        assert twins[-1].get_params() == model.get_params()
        assert [f.name for f in tmp_path.iterdir()] == ["model.latpred"]


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError, match="none"):
        lp.load_predictor(tmp_path / "none.latpred")
    with pytest.raises(lp.StorageError):
        lp.load_predictor(tmp_path)
    model = lp.FlopsPredictor().fit(lp.space("compofa-fixed").sample(3, seed=0), [1.0, 2, 3])
    with pytest.raises(lp.StorageError):
        model.save(tmp_path / "no" / "folder.latpred")
