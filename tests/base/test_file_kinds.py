"""A file of another kind is named as what it is; only damaged files are called damaged."""

from __future__ import annotations

import gzip
import json
import pickle
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.base.files import kind_of, other_kind

SPACE = lp.define_space(
    "two-units", resolutions=[24], units=[{"channels": [8, 12], "depth": [1, 2]}]
)


def sqlite_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE t (x)")
        file.commit()


def array_file(path: Path, write: Callable[..., None]) -> None:
    with path.open("wb") as file:
        write(file, np.ones(2))


def zip_file(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "a")


KINDS: dict[str, Callable[[Path], Any]] = {
    "an SQLite database": sqlite_file,
    "a zip archive": zip_file,
    "a NumPy archive": lambda path: array_file(path, np.savez),
    "a NumPy array": lambda path: array_file(path, np.save),
    "a gzip file": lambda path: path.write_bytes(gzip.compress(b"abc")),
    "a PNG image": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30)),
    "a PDF document": lambda path: path.write_bytes(b"%PDF-1.7\n"),
    "a Parquet table": lambda path: path.write_bytes(b"PAR1" + bytes(20)),
    "an HDF5 file": lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(20)),
    "an ONNX model": lambda path: path.write_bytes(b"\x08\x09\x12\x07pytorch\x1a\x032.8"),
    "a Python pickle": lambda path: path.write_bytes(pickle.dumps({"a": 1}, protocol=4)),
    "JSON text": lambda path: path.write_text(json.dumps([1, {"a": 2}]), encoding="utf-8"),
    "a table as text (CSV)": lambda path: path.write_text("a;b\n1;2\n", encoding="utf-8"),
    "a text": lambda path: path.write_text("[tool]\nname = 3\n", encoding="utf-8"),
    "an HTML page": lambda path: path.write_text("<!DOCTYPE html><p>", encoding="utf-8"),
    "a Git LFS pointer": lambda path: path.write_text(
        "version https://git-lfs.github.com/spec/v1\n", encoding="utf-8"
    ),
    "an empty file": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path / "file.bin")
    assert kind_of(tmp_path / "file.bin").startswith(kind)
    assert kind in other_kind(tmp_path / "file.bin", "something else")
    assert not other_kind(tmp_path / "file.bin", "that", kind)


def test_what_bytes_do_not_say(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(64)))
    assert [kind_of(tmp_path / name) for name in ("noise", "missing", "nul\0")] == [""] * 3


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "an empty file"])
@pytest.mark.parametrize("name", ["load_predictor", "load_features", "load_encoder"])
def test_models(tmp_path: Path, kind: str, name: str) -> None:
    path = tmp_path / "given.latpred"
    KINDS[kind](path)
    with pytest.raises(lp.StorageError, match="not a latpred model") as error:
        getattr(lp, name)(path)
    assert kind in str(error.value)
    assert "damaged" not in str(error.value)


def test_damaged_models_are_called_so(tmp_path: Path) -> None:
    archs = SPACE.sample(5, seed=1)
    path = tmp_path / "m.latpred"
    lp.FlopsPredictor().fit(archs, np.arange(1.0, 6.0)).save(path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(lp.CorruptionError, match="damaged"):
        lp.load_predictor(path)


READERS: dict[str, Callable[[Path], Any]] = {
    "a table": lambda path: lp.read_latency_table(path, SPACE),
    "a campaign store": lp.verify_store,
    "a block profile": lp.BlockProfile.load,
    "a net config": lp.read_ofa_config,
    "a look-up table": lambda path: lp.LookupMeasurement.read_csv(path, SPACE),
}


@pytest.mark.parametrize("kind", ["a PNG image", "a zip archive", "a gzip file", "a PDF document"])
@pytest.mark.parametrize("expected", READERS)
def test_other_readers(tmp_path: Path, kind: str, expected: str) -> None:
    path = tmp_path / "given.csv"
    KINDS[kind](path)
    with pytest.raises(lp.LatpredError) as error:
        READERS[expected](path)
    assert kind in str(error.value)
    assert f"not {expected}" in str(error.value)
    assert "damaged" not in str(error.value)


def test_a_store_is_no_table_and_no_model(tmp_path: Path) -> None:
    study = tmp_path / "study.db"
    lp.tune(
        lambda trial: trial.params["x"], parameters={"x": [1, 2]}, sampler="grid", store=study,
        progress=False,
    )  # fmt: skip
    for read in (lp.load_predictor, READERS["a table"], lp.verify_store):
        with pytest.raises(lp.LatpredError, match=r"a study of latpred\.tune"):
            read(study)
