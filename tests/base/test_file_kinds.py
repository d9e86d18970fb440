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


def folder(path: Path) -> None:
    path.mkdir()


def pack(path: Path) -> None:
    path.mkdir()
    (path / "pack.json").write_text("{}", encoding="utf-8")


def model(path: Path) -> None:
    archs = SPACE.sample(5, seed=1)
    lp.FlopsPredictor().fit(archs, np.arange(1.0, 6.0)).save(path)


def table(path: Path) -> None:
    archs = SPACE.sample(5, seed=1)
    lp.LatencyTable(archs, np.arange(1.0, 6.0)).to_csv(path)


# What latpred writes, under names that other readers take.
OWN: dict[str, tuple[Callable[[Path], None], str]] = {
    "a folder": (folder, "a folder"),
    "a pack": (pack, "the folder of a device pack"),
    "a model": (model, "a latpred model"),
    "a table": (table, "a table as text"),
}
OTHERS: dict[str, Callable[[Path], Any]] = {
    "store": lp.verify_store,
    "look-up table": lambda path: lp.LookupMeasurement.read_csv(path, SPACE),
    "study": lambda path: lp.tune(
        lambda trial: trial.params["x"], parameters={"x": [1]}, sampler="grid", store=path,
        progress=False,
    ),
    "kept values": lambda path: lp.profile_blocks(
        SPACE, {"macs": "macs"}, samples=200, store=path, progress=False
    ),
    "network": lp.measure_network,
    "plan": lp.transfer.suite,
}  # fmt: skip


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("reader", OTHERS)
def test_own_files_at_other_places(tmp_path: Path, kind: str, reader: str) -> None:
    make, named = OWN[kind]
    read = OTHERS[reader]
    path = tmp_path / "given"
    make(path)
    with pytest.raises(lp.LatpredError) as error:
        read(path)
    text = str(error.value)
    assert str(path) in text or path.name in text
    assert "damaged" not in text
    assert "Errno" not in text
    assert "free on its file system" not in text
    if kind in ("a model", "a table") and reader != "network":
        assert named in text


def test_a_pack_is_a_folder(tmp_path: Path) -> None:
    for make, named in (OWN["a model"], OWN["a table"]):
        make(tmp_path / "x")
        with pytest.raises(lp.StorageError, match=f"x: {named}.*, not the folder of a device pack"):
            lp.load_pack(tmp_path / "x")


@pytest.mark.parametrize("content", ['{"a": 1}', '{"space": "fbnet", "pixels": 3}', "[]", "{"])
def test_json_that_describes_no_space(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(content, encoding="utf-8")
    for given in (path, str(path)):
        with pytest.raises(lp.ConfigError, match=r"mine\.json: ") as error:
            lp.space(given)
        assert "make_space" not in str(error.value)
    wrong = {"name": "mine", "resolutions": [32], "units": [{"channels": [8], "kernel": [4]}]}
    path.write_text(json.dumps(wrong), encoding="utf-8")
    with pytest.raises(lp.ConfigError, match=r"mine\.json: .*kernel"):
        lp.space(path)
    path.write_text(json.dumps(wrong | {"units": [{"channels": [8]}]}), encoding="utf-8")
    assert lp.space(path).definition == lp.space(str(path)).definition


def test_json_that_is_no_net_config(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    for content in ({"a": 1}, {"name": "mine", "units": []}):
        path.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(lp.DataError, match="one of MobileNetV3"):
            lp.read_ofa_config(path)


def test_latencies_are_no_accuracy(tmp_path: Path) -> None:
    model(tmp_path / "ms.latpred")
    with pytest.raises(lp.ConfigError, match=r"ms\.latpred.* of latencies in ms"):
        lp.load_accuracy(tmp_path / "ms.latpred")


def test_folders_without_look_up_tables(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError, match=r"160, 176, 192, 208, 224"):
        lp.LookupTablePredictor.from_yaml(tmp_path)
