"""Files of several devices: every form gives the same tables, and damage is named."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.base.extras import importable

from tests.transfer import help_folders

needs_torch = pytest.mark.skipif(not importable("torch"), reason="no torch writes .pt files here")
read = lp.transfer.read_tables


@pytest.fixture(scope="module")
def fbnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return help_folders.fbnet(tmp_path_factory.mktemp("help") / "data" / "fbnet")


@needs_torch
def test_helps_folders(fbnet: Path) -> None:
    tables = read(fbnet)
    assert tables.devices == ("gpu", "phone")
    assert tables.space.name == "fbnet"
    np.testing.assert_array_equal(tables.archs.genes, help_folders.operations(30))
    for device in tables.devices:
        expected = help_folders.latencies(device, 30)
        np.testing.assert_array_equal(tables[device].latency_ms, expected)
    above = fbnet.parent.parent
    for path, space in ((fbnet / "latency", None), (above, "fbnet"), (fbnet.parent, tables.space)):
        assert read(path, space) == tables
    one = read(fbnet / "latency" / "gpu.pt")
    assert one == tables.select(["gpu"])
    assert read(fbnet / "latency" / "gpu.pt", archs=fbnet / "arch.pt") == one


@needs_torch
def test_cells_need_no_file_of_networks(tmp_path: Path) -> None:
    tables = read(help_folders.cells(tmp_path / "nasbench201"))
    assert tables.space.name == "nas-bench-201"
    np.testing.assert_array_equal(lp.spaces.nas_bench_201_index(tables.archs), np.arange(15625))
    np.testing.assert_array_equal(
        tables["phone"].latency_ms, help_folders.latencies("phone", 15625)
    )


def test_helps_own_files(data_dir: Path) -> None:
    """The originals, and what others made of them: the .npz files have 32 bits a number."""
    originals = data_dir / "transfer" / "help_originals"
    fpga = read(originals / "fbnet_fpga.pt", archs=originals / "fbnet_arch.pt")
    named = read(data_dir / "transfer" / "fbnet_latency.npz")
    assert fpga.archs == named.archs
    np.testing.assert_array_equal(
        fpga.latency_ms[:, 0].astype(np.float32), named["fpga"].latency_ms
    )
    pixel = read(originals / "nasbench201_pixel2.pt")
    named = read(data_dir / "transfer" / "nasbench201_latency.npz")
    assert (len(named), len(named.devices)) == (15625, 27)
    assert pixel.archs == named.archs
    np.testing.assert_array_equal(pixel.latency_ms[:, 0], named["pixel2"].latency_ms)
    with np.load(data_dir / "transfer" / "nasbench201_latency.npz") as file:
        assert named.archs.to_strings() == file["arch_str"].tolist()


def arrays(count: int = 20) -> dict[str, Any]:
    archs = lp.space("nas-bench-201").sample(count, seed=1, unique=True)
    values = np.random.default_rng(3).uniform(1, 9, (count, 3)).astype(np.float32)
    return {"devices": ["x", "y", "z"], "latency_ms": values, "arch_ops": archs.genes}


def test_npz(tmp_path: Path) -> None:
    path = tmp_path / "tables.npz"
    np.savez_compressed(path, **arrays())
    tables = read(path)
    np.testing.assert_array_equal(tables.latency_ms, arrays()["latency_ms"])
    np.testing.assert_array_equal(tables.archs.genes, arrays()["arch_ops"])
    texts = {**arrays(), "arch_str": tables.archs.to_strings()}
    del texts["arch_ops"]
    np.savez(path, **texts)
    assert read(path, "nas-bench-201") == tables


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"devices": ["x", "y", "x"]}, "device x comes twice"),
        ({"devices": ["x", "y"]}, "3 columns of latencies but 2 names"),
        ({"devices": [1, 2, 3]}, "an array devices of texts expected"),
        ({"devices": None}, "an array devices of texts expected"),
        ({"latency_ms": None}, "an array latency_ms of numbers expected"),
        ({"latency_ms": ["fast"]}, "an array latency_ms of numbers expected"),
        ({"latency_ms": np.ones((19, 3))}, "20 networks but 19 rows"),
        ({"latency_ms": -np.ones((20, 3))}, "row 0 of x: -1"),
        ({"arch_ops": None}, "an array arch_ops of N x G whole numbers expected"),
        ({"arch_ops": np.full((20, 6), 5)}, "5"),
        ({"arch_ops": np.full((20, 6), 2**40)}, "tables.npz"),
        ({"arch_ops": np.zeros((20, 6), int)}, "20 rows of 1 networks"),
    ],
)
def test_npz_of_wrong_content(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    content = {name: value for name, value in {**arrays(), **changed}.items() if value is not None}
    path = tmp_path / "tables.npz"
    np.savez(path, **content)
    with pytest.raises(lp.DataError, match=said) as caught:
        read(path)
    assert "tables.npz" in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_npz_of_a_space_without_name(tmp_path: Path) -> None:
    space = lp.define_space("own", resolutions=[32], units=[{"channels": [8, 16], "depth": [1, 2]}])
    archs = space.enumerate()
    path = tmp_path / "tables.npz"
    np.savez(path, devices=["x"], latency_ms=np.ones((len(archs), 1)), arch_ops=archs.genes)
    assert read(path, space).archs == archs
    with pytest.raises(lp.ConfigError, match="the space of its networks expected"):
        read(path)


def damaged_npz() -> dict[str, bytes]:
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays())
    whole = packed.getvalue()
    objects = io.BytesIO()
    np.savez(objects, **{**arrays(), "devices": np.array(["x", "y", {}], dtype=object)})
    torn, lying = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(torn, "w") as file:  # of a header that does not end
        file.writestr("devices.npy", b"\x93NUMPY\x01\x00\x06\x00{'a':(")
    with zipfile.ZipFile(lying, "w") as file:
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999, 99), }"
        file.writestr("latency_ms.npy", b"\x93NUMPY\x01\x00" + bytes([len(header), 0]) + header)
    cut, flipped = whole[: len(whole) // 2], bytearray(whole)
    flipped[200:260] = b"\xff" * 60
    return {
        "empty": b"",
        "text": b"devices,latency\n" * 9,
        "cut": cut,
        "flipped": bytes(flipped),
        "objects": objects.getvalue(),
        "lying": lying.getvalue(),
        "torn": torn.getvalue(),
        "array": b"\x93NUMPY\x01\x00",
        "pickle": pickle.dumps([1.0]),
    }


@pytest.mark.parametrize("damage", damaged_npz())
def test_damaged_npz(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "tables.npz"
    path.write_bytes(damaged_npz()[damage])
    with pytest.raises(lp.CorruptionError, match=r"tables\.npz") as caught:
        read(path)
    assert len(str(caught.value)) < 500


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@needs_torch
@pytest.mark.parametrize("name", ["latency/gpu.pt", "arch.pt"])
def test_code_in_a_file_is_not_run(tmp_path: Path, name: str) -> None:
    import torch

    folder, made = help_folders.fbnet(tmp_path / "fbnet"), tmp_path / "made"
    for content in ([1.0, Evil(made)], Evil(made), {"a": Evil(made)}):
        for form in (True, False):
            torch.save(content, folder / name, _use_new_zipfile_serialization=form)
            with pytest.raises(lp.CorruptionError, match="weights-only"):
                read(folder)
        (folder / name).write_bytes(pickle.dumps(content))
        with pytest.raises(lp.CorruptionError):
            read(folder)
    assert not made.exists()


@needs_torch
@pytest.mark.parametrize(
    ("name", "content", "error", "said"),
    [
        ("latency/gpu.pt", [1.0] * 29, lp.DataError, "29 latencies of gpu, 30 expected"),
        ("latency/gpu.pt", [], lp.DataError, "0 latencies of gpu"),
        ("latency/gpu.pt", [1.0] * 29 + [float("nan")], lp.DataError, "row 29 of gpu: nan"),
        ("latency/gpu.pt", [1.0] * 29 + [0], lp.DataError, "row 29 of gpu: 0"),
        ("latency/gpu.pt", [1.0] * 29 + [True], lp.CorruptionError, "a list of bool, float"),
        ("latency/gpu.pt", [1.0] * 29 + ["fast" * 999], lp.CorruptionError, "float, str"),
        ("latency/gpu.pt", [10**400] * 30, lp.CorruptionError, "must be numbers"),
        ("latency/gpu.pt", [[1.0]] * 30, lp.CorruptionError, "a list of list"),
        ("latency/gpu.pt", {"ms": [1.0]}, lp.CorruptionError, "got dict"),
        ("arch.pt", [[0] * 21] * 30, lp.CorruptionError, "network 0 is none"),
        ("arch.pt", [[0] * 22] * 9 + [[0.5] * 22], lp.CorruptionError, "network 9 is none"),
        ("arch.pt", [[0] * 22] * 9 + [[-1] * 22], lp.CorruptionError, "network 9 is none"),
        ("arch.pt", [[0] * 22] * 9 + [[10**30] * 22], lp.CorruptionError, "network 9 is none"),
        ("arch.pt", [[9] * 22] * 30, lp.DataError, "9"),
        ("arch.pt", [[0] * 22] * 30, lp.DataError, "30 rows of 1 networks"),
        ("arch.pt", help_folders.operations(31), lp.DataError, "30 latencies of gpu, 31 expected"),
        ("arch.pt", 7, lp.CorruptionError, "got int"),
    ],
)
def test_wrong_content(
    tmp_path: Path, name: str, content: object, error: type[Exception], said: str
) -> None:
    folder = help_folders.fbnet(tmp_path / "fbnet")
    help_folders.save(folder / name, content)
    with pytest.raises(error, match=said) as caught:
        read(folder)
    assert len(str(caught.value)) < 800


@needs_torch
def test_another_space_than_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "tables.npz"
    np.savez(path, **arrays())
    folder = help_folders.fbnet(tmp_path / "fbnet")
    for given in (path, folder):
        space = "fbnet" if given == path else "nas-bench-201"
        with pytest.raises(lp.DataError, match=given.name):
            read(given, space)
        with pytest.raises(lp.ConfigError, match="mnist"):
            read(given, "mnist")
        with pytest.raises(lp.ConfigError, match="space is 7, a text or a Space or None expected"):
            read(given, 7)  # type: ignore[arg-type]


@needs_torch
def test_missing_and_damaged_files(tmp_path: Path) -> None:
    folder = help_folders.fbnet(tmp_path / "fbnet")
    file = folder / "latency" / "gpu.pt"
    whole = file.read_bytes()
    for content in (b"", whole[:100], b"text", whole.replace(b"\x80", b"\x00", 1)):
        file.write_bytes(content)
        with pytest.raises(lp.CorruptionError, match=r"gpu\.pt"):
            read(folder)
    file.write_bytes(whole)
    (folder / "arch.pt").unlink()
    with pytest.raises(lp.DataError, match=r"no arch\.pt"):
        read(folder)
    for path in (tmp_path / "none", tmp_path / "none.npz", tmp_path / "none.pt"):
        with pytest.raises(lp.StorageError, match="none"):
            read(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(lp.DataError, match="no tables"):
        read(tmp_path / "empty")


def test_latency_tables(tmp_path: Path) -> None:
    space = lp.space("nas-bench-201")
    archs = space.sample(10, seed=0, unique=True)
    lp.LatencyTable(archs, np.arange(1, 11), device="board").to_csv(tmp_path / "1.csv")
    lp.LatencyTable(archs[::-1], np.arange(10, 0, -1.0)).to_csv(tmp_path / "phone.csv")
    tables = read(tmp_path, "nas-bench-201")
    assert tables.devices == ("board", "phone")
    np.testing.assert_array_equal(tables.latency_ms, np.arange(1.0, 11)[:, None] * [1, 1])
    assert read(tmp_path / "phone.csv", space).rows(slice(None, None, -1)) == tables.select(
        ["phone"]
    )
    assert read(tmp_path) == tables  # the files say their space
    (tmp_path / "0.csv").write_text("architecture,latency_ms\nx,1\n")
    with pytest.raises(lp.ConfigError, match=r"0\.csv: does not say its search space"):
        read(tmp_path)
    (tmp_path / "0.csv").unlink()
    lp.LatencyTable(archs[:9], np.arange(1, 10)).to_csv(tmp_path / "phone.csv")
    with pytest.raises(lp.DataError, match="phone has 9 networks that are not the 10"):
        read(tmp_path, space)


def test_named_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, cache = tmp_path / "data", tmp_path / "cache"
    monkeypatch.setenv("LATPRED_DATA", str(data))
    monkeypatch.setenv("LATPRED_CACHE", str(cache))
    with pytest.raises(lp.DataError, match="`latpred data fetch help-nasbench201`") as caught:
        lp.transfer.load_tables("nas-bench-201")
    assert str(data) in str(caught.value)
    assert str(cache) in str(caught.value)
    place = Path("transfer") / "nasbench201_latency.npz"
    for folder, count in ((cache, 20), (data, 15)):  # the folder comes before the cache
        (folder / place).parent.mkdir(parents=True)
        np.savez(folder / place, **arrays(count))
        assert len(lp.transfer.load_tables("nas-bench-201")) == count
    monkeypatch.delenv("LATPRED_DATA")
    assert len(lp.transfer.load_tables("nas-bench-201")) == 20
    with pytest.raises(lp.ConfigError, match=r"'mnist': one of fbnet, nas-bench-201 expected"):
        lp.transfer.load_tables("mnist")
