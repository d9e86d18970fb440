"""Folders of DGL's form: ours, the published ones, and what can be wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.device_generic import folders

dg = lp.device_generic
SPACES = ["nas-bench-201", "fbnetv3"]


@pytest.mark.parametrize("space", SPACES)
def test_whole_folder(tmp_path: Path, space: str) -> None:
    folder = folders.write(tmp_path, folders.files(space) | folders.search_files(space))
    data = dg.read_folder(folder)
    expected = lp.space(space).sample(12, seed=1)
    assert data.space.name == space
    assert (data.archs.genes == expected.genes).all()
    assert (data.space.image_size, data.space.classes) == (224, 100 if len(space) > 8 else 1000)
    assert list(data.latency_ms) == list(data.devices) == ["a", "b", "Ü c.2"]
    np.testing.assert_allclose(data.factors, 1000 + 100 * np.arange(12))
    for name, ms in data.latency_ms.items():
        np.testing.assert_allclose(ms, dg.latency_ms(data.factors, data.devices[name]), rtol=1e-12)
    assert (data.search_archs.genes == lp.space(space).sample(9, seed=1).genes).all()
    assert data.search_accuracy[0] == 73
    assert list(data.search_devices) == ["new"]
    assert "3 of 3 devices" in repr(data)
    assert "Ü c.2" in data._repr_html_()
    assert dg.read_folder(str(folder)).archs.genes.shape == data.archs.genes.shape


@pytest.mark.parametrize("space", SPACES)
def test_forms_of_the_same_content(tmp_path: Path, space: str) -> None:
    """Line ends, blanks, a line a file: nothing but the numbers counts."""
    content = folders.files(space)
    plain = dg.read_folder(folders.write(tmp_path / "1", content))
    other = {
        name: "\ufeff" + text.replace("\n", " \r\n\r\n") + "\r\n" for name, text in content.items()
    }
    other |= {n: " ".join(t.split()) for n, t in content.items() if n[:3] in ("lat", "a.t")}
    again = dg.read_folder(folders.write(tmp_path / "2", other))
    assert (plain.archs.genes == again.archs.genes).all()
    assert (plain.factors == again.factors).all()
    assert plain.devices == again.devices
    assert all((plain.latency_ms[name] == again.latency_ms[name]).all() for name in plain.devices)


def test_what_may_be_missing(tmp_path: Path) -> None:
    content = folders.files()
    first = dg.read_folder(folders.write(tmp_path / "1", content | {"a.txt": None}))
    assert first.factors is None
    assert first.search_archs is None
    assert first.search_devices == {}
    alone = {name: text for name, text in content.items() if not name.startswith("latency")}
    second = dg.read_folder(folders.write(tmp_path / "2", alone | {"NAS/new.txt": "1 2 3 4"}))
    assert second.latency_ms == {}
    assert len(second.devices) == 3
    assert list(second.search_devices) == ["new"]
    third = dg.read_folder(folders.write(tmp_path / "3", content | {"latency/b.txt": None}))
    assert list(third.latency_ms) == ["a", "Ü c.2"]
    assert "b" in third.devices
    kept = {name: text for name, text in content.items() if "/" not in name}
    assert dg.read_folder(folders.write(tmp_path / "4", kept)).devices == {}


def test_other_files_are_no_devices(tmp_path: Path) -> None:
    junk = {
        f"{place}/{name}": "x"
        for place in ("hardware", "latency", "NAS")
        for name in (".hidden.txt", "README.md", "x.bak")
    }
    junk |= {"NAS/dataxy.txt": "x", "hardware/inside/x.txt": "x"}
    (tmp_path / "hardware").mkdir()
    data = dg.read_folder(folders.write(tmp_path, folders.files() | junk))
    assert list(data.devices) == ["a", "b", "Ü c.2"]
    assert data.search_devices == {}


def test_accented_names_of_two_file_systems(tmp_path: Path) -> None:
    content = folders.files()
    content["latency/U\u0308 c.2.txt"] = content.pop("latency/Ü c.2.txt")
    assert "Ü c.2" in dg.read_folder(folders.write(tmp_path, content)).latency_ms


def test_richer_descriptions(tmp_path: Path) -> None:
    richer = "frequency_ghz=1.5\ndispatch_width=3\ncache_mb=1\nmemory_gbs=4\nextra={cores=8}"
    content = folders.files() | {"hardware/a.txt": None, "hardware/a.toml": richer}
    data = dg.read_folder(folders.write(tmp_path, content))
    assert data.devices["a"].extra == {"cores": 8}
    assert data.devices["a"].name == "a"
    with pytest.raises(lp.DataError, match="is of the same device"):
        dg.read_folder(folders.write(tmp_path, {"hardware/a.txt": "1 1 1 1"}))


def test_a_network_may_come_twice(tmp_path: Path) -> None:
    content = folders.files()
    lines = content["net.txt"].split("\n")
    content["net.txt"] = "\n".join([lines[3], *lines[1:]])
    data = dg.read_folder(folders.write(tmp_path, content))
    assert data.archs.hashes[0] == data.archs.hashes[3]


NET = folders.networks("nas-bench-201", 12)
WIDE = folders.networks("fbnetv3", 12)
SHORT = folders.rows(np.ones(11))


def line_5(text: str) -> dict[str, str]:
    lines = NET.split("\n")
    return {"net.txt": "\n".join([*lines[:4], text, *lines[5:]])}


@pytest.mark.parametrize(
    ("space", "change", "says"),
    [
        (0, {"hardware/b.txt": "2.2 10 4"}, r"hardware/b.txt: 3 numbers, four expected"),
        (0, {"hardware/b.txt": ""}, r"hardware/b.txt: no numbers"),
        (0, {"hardware/b.txt": "0 10 4 34"}, r"hardware/b.txt: frequency_ghz is 0"),
        (0, {"hardware/b.txt": "2 10 4 -34"}, r"hardware/b.txt: memory_gbs is -34"),
        (0, {"hardware/b.txt": "2 nan 4 34"}, r"hardware/b.txt: dispatch_width is nan"),
        (0, {"hardware/b.txt": "2 x 4 34"}, r"hardware/b.txt line 1: 'x' is no number"),
        (0, {"hardware/b.txt": None}, r"latency/b.txt: no description of this device: .*b.txt is"),
        (0, {"latency/b.txt": SHORT}, r"latency/b.txt: 11 numbers of latency in ms, 12 expected"),
        (0, {"latency/b.txt": SHORT + "\n1\n2"}, r"latency/b.txt: 13 numbers"),
        (0, {"latency/b.txt": ""}, r"latency/b.txt: no numbers"),
        (
            0,
            {"latency/b.txt": SHORT + "\n0"},
            r"latency/b.txt line 12: latency in ms is 0, above 0",
        ),
        (0, {"latency/b.txt": SHORT + "\n-1"}, r"latency/b.txt line 12: latency in ms is -1"),
        (0, {"latency/b.txt": SHORT + "\nnan"}, r"latency/b.txt line 12: latency in ms is nan"),
        (0, {"latency/b.txt": SHORT + "\ninf"}, r"latency/b.txt line 12: latency in ms is inf"),
        (0, {"latency/b.txt": "1 2\n" * 6}, r"latency/b.txt: 2 columns, one number"),
        (0, {"latency/b.txt": b"\xff\xfd"}, r"latency/b.txt line 1: '\?\?'"),
        (0, {"latency/b.txt": b"\xff\xfe"}, r"latency/b.txt: no numbers"),  # UTF-16, of no letter
        (0, {"a.txt": SHORT}, r"a.txt: 11 numbers of architecture factor, 12 expected"),
        (0, {"a.txt": SHORT + "\n0"}, r"a.txt line 12: architecture factor is 0"),
        (0, {"net.txt": None}, r"net.txt: no such file"),
        (0, {"net.txt": ""}, r"net.txt: no numbers"),
        (
            0,
            line_5("1 2 3 4 5 6"),
            r"net.txt line 5 column 6: gene op\[5\] is 6",
        ),
        (
            0,
            line_5("0 2 3 4 5 5"),
            r"net.txt line 5 column 1: gene op\[0\] is 0",
        ),
        (0, line_5("1 2.5 3 4 5 5"), r"line 5 column 2: gene op\[1\] is 2.5"),
        (0, line_5("1 nan 3 4 5 5"), r"net.txt line 5 column 2: gene op\[1\] is nan"),
        (0, line_5("1 1e99 3 4 5 5"), r"line 5 column 2: gene op\[1\] is 1e"),
        (
            0,
            line_5("1 2 3 4 5"),
            r"line 5: 5 numbers, 6 expected as on line 1",
        ),
        (
            0,
            {"net.txt": "1 2 3 4 5 5 5\n" * 12},
            r"net.txt line 1: 7 columns, 6 .* or 28 ",
        ),
        (0, {"net.txt": "1\n" * 12}, r"net.txt line 1: 1 columns"),
        (1, {"net.txt": "0 " * 27 + "0"}, r"net.txt line 1 column 1: ks\[0\] is 0, one of 3, 5"),
        (
            1,
            {"net.txt": "4" + WIDE[1:]},
            r"net.txt line 1 column 1: ks\[0\] is 4",
        ),
        (1, {"NAS/new.txt": "3\n4\n2"}, r"NAS/new.txt: 3 numbers, four expected"),
        (0, {"NAS/net.txt": None}, r"acc.txt: no networks: .*net.txt is missing"),
        (0, {"NAS/acc.txt": "50"}, r"acc.txt: 1 numbers of accuracy in percent, 9 expected"),
        (
            0,
            {"NAS/acc.txt": "50\n" * 8 + "101"},
            r"acc.txt line 9: .* is 101, .* at most 100",
        ),
    ],
)
def test_what_can_be_wrong(tmp_path: Path, space: int, change: dict[str, Any], says: str) -> None:
    content = folders.files(SPACES[space]) | folders.search_files(SPACES[space]) | change
    folders.write(tmp_path, content)
    with pytest.raises(lp.DataError, match=says) as caught:
        dg.read_folder(tmp_path)
    message = str(caught.value)
    assert message.startswith(str(tmp_path))
    assert len(message) < 300 + 2 * len(str(tmp_path))
    assert "\n" not in message


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError, match="no such folder"):
        dg.read_folder(tmp_path / "not there")
    with pytest.raises(lp.DataError, match=r"net\.txt: no such file"):
        dg.read_folder(tmp_path)
    folders.write(tmp_path, {"net.txt": NET})
    with pytest.raises(lp.DataError, match=r"neither a\.txt nor a file in latency/"):
        dg.read_folder(tmp_path)


def test_published_folders(data_dir: Path) -> None:
    place = data_dir / "device_generic"
    cells = dg.read_folder(place / "nasbench201")
    assert len(cells) == len(cells.factors) == 500
    assert (len(cells.search_archs), len(cells.search_accuracy)) == (4000, 4000)
    best = int(np.argmax(cells.search_accuracy))
    assert lp.spaces.nas_bench_201_index(cells.search_archs)[best] == 9930
    for name, ms in cells.latency_ms.items():
        ratio = ms / dg.latency_ms(cells.factors, cells.devices[name])
        assert 0.75 < np.median(ratio) < 1.1
    nets = dg.read_folder(place / "fbnetv3")
    assert len(nets) == 200
    assert len(set(nets.archs.hashes.tolist())) == 199
    assert nets.search_archs is None
    assert len(nets.search_devices) == 1
    assert cells.latency_ms.keys() <= cells.devices.keys()
    read = np.loadtxt(place / "nasbench201" / "net.txt", dtype=int)
    assert (read == cells.archs.genes + 1).all()
    read = np.loadtxt(place / "fbnetv3" / "net.txt", dtype=int)
    choices = [gene.choices for gene in nets.space.genes]
    assert [[choices[j][g] for j, g in enumerate(row)] for row in nets.archs.genes] == read.tolist()
