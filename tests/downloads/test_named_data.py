"""The catalogue, what is made of the originals, and where they lie."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli, downloads
from latpred.base.extras import importable
from latpred.downloads import entries, fetching
from latpred.downloads.conversion import convert
from typer.testing import CliRunner

from tests.downloads.server import HOST, remote, serving
from tests.transfer import help_folders


def test_the_catalogue() -> None:
    known = downloads.catalogue()
    assert {"help-fbnet", "help-nasbench201", "ofa-latency"} <= known.keys()
    places = [file.place for data in known.values() for file in data.files]
    assert len(set(places)) == len(places)
    for name, data in known.items():
        assert data.name == name
        assert data.licence in ("MIT", "Apache-2.0")
        assert len(data.commit) == 40
        for file in data.files:
            assert len(file.sha256) == 64
            assert file.bytes > 0
            assert not Path(file.place).is_absolute()
            assert ".." not in Path(file.place).parts
            assert data.address(file).startswith("https://")
            assert data.commit in data.address(file)
    with pytest.raises(lp.ConfigError, match="one of help-fbnet, help-nasbench201"):
        downloads.fetch("help-x")


def test_the_tool_makes_the_committed_catalogue(data_dir: Path, tmp_path: Path) -> None:
    root, out = Path(__file__).parents[2], tmp_path / "catalogue.json"
    words = [sys.executable, str(root / "tools" / "make_catalogue.py"), str(out)]
    subprocess.run(words, check=True, env={**os.environ, "LATPRED_DATA": str(data_dir)})
    committed = root / "python" / "latpred" / "downloads" / "catalogue.json"
    assert out.read_text() == committed.read_text()


def test_checksums_are_those_of_the_originals(data_dir: Path) -> None:
    known = downloads.catalogue()
    for name, there in (
        ("fbnet_arch.pt", "data/fbnet/arch.pt"),
        ("fbnet_fpga.pt", "data/fbnet/latency/fpga.pt"),
        ("nasbench201_pixel2.pt", "data/nasbench201/latency/pixel2.pt"),
    ):
        content = (data_dir / "transfer" / "help_originals" / name).read_bytes()
        every = [*known["help-fbnet"].files, *known["help-nasbench201"].files]
        (file,) = [file for file in every if file.path == there]
        assert remote(there, content, file.place) == file


def cells_in_order() -> dict[str, int]:
    cells = lp.spaces.nas_bench_201_architectures(np.arange(15625))
    return {text: number for number, text in enumerate(cells.to_strings())}


@pytest.mark.skipif(not importable("torch"), reason="no torch writes .pt files here")
@pytest.mark.parametrize("name", ["help-fbnet", "help-nasbench201"])
def test_originals_become_named_data(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = {"help-fbnet": "fbnet", "help-nasbench201": "nas-bench-201"}[name]
    inside = "fbnet" if space == "fbnet" else "nasbench201"
    source = tmp_path / "source"
    if space == "fbnet":
        help_folders.fbnet(source / "data" / inside)
    else:
        help_folders.cells(source / "data" / inside)
        help_folders.save(source / "data" / inside / "str_arch2idx.pt", cells_in_order())
    known = downloads.catalogue()[name]
    contents = {
        path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("*.pt")
    }
    files = tuple(
        remote(path, text, f"originals/{known.repository}/{path}")
        for path, text in contents.items()
    )
    monkeypatch.delenv("LATPRED_DATA", raising=False)
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path / "cache"))
    served_files = {f"/{known.repository}/{known.commit}/{p}": t for p, t in contents.items()}
    with serving(served_files) as served:
        small = dataclasses.replace(known, files=files, template=served.address + HOST)
        for module in (fetching, entries):
            monkeypatch.setattr(module, "data_set", lambda _: small)
        assert not downloads.is_here(name)
        with pytest.raises(lp.DataError, match=f"latpred data fetch {name}"):
            lp.transfer.load_tables(space)
        done = CliRunner().invoke(cli.app, ["data", "fetch", name, "--json"])
        assert done.exit_code == 0, done.output
        assert json.loads(done.output)["new"] == len(files)
    assert downloads.is_here(name)
    tables = lp.transfer.load_tables(space)
    originals = lp.transfer.read_tables(source / "data" / inside)
    assert tables.archs == originals.archs
    assert tables.devices == originals.devices
    np.testing.assert_array_equal(tables.latency_ms, originals.latency_ms.astype(np.float32))


def test_the_layout_is_that_of_the_data(data_dir: Path, tmp_path: Path) -> None:
    """Made of the originals at hand, it has the same arrays, but for what is not in them."""
    originals = data_dir / "transfer" / "help_originals"
    folder = tmp_path / "data" / "fbnet"
    (folder / "latency").mkdir(parents=True)
    for name, place in (("fbnet_arch.pt", "arch.pt"), ("fbnet_fpga.pt", "latency/fpga.pt")):
        (folder / place).write_bytes((originals / name).read_bytes())
    convert("help-fbnet", tmp_path, tmp_path)
    with (
        np.load(tmp_path / "transfer" / "fbnet_latency.npz") as made,
        np.load(data_dir / "transfer" / "fbnet_latency.npz") as known,
    ):
        column = known["devices"].tolist().index("fpga")
        np.testing.assert_array_equal(made["latency_ms"][:, 0], known["latency_ms"][:, column])
        np.testing.assert_array_equal(made["arch_ops"], known["arch_ops"])
        for name in made.files:
            assert made[name].dtype.kind == known[name].dtype.kind
            assert made[name].dtype.itemsize == known[name].dtype.itemsize or name == "devices"


@pytest.mark.skipif(not importable("torch"), reason="no torch writes .pt files here")
@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"latency/gpu.pt": [1.0]}, lp.DataError, "1 latencies of gpu, 15625 expected"),
        ({"str_arch2idx.pt": {"|none~0|": 3}}, lp.CorruptionError, "texts of cells with their"),
        ({"str_arch2idx.pt": {"|none~0|": 0}}, lp.CorruptionError, "six operations"),
        ({"str_arch2idx.pt": {"|none~0|": "x"}}, lp.CorruptionError, "texts of cells with their"),
        ({"str_arch2idx.pt": [1]}, lp.CorruptionError, "texts of cells with their"),
    ],
)
def test_originals_that_are_none(
    tmp_path: Path, change: dict[str, Any], error: type[Exception], said: str
) -> None:
    folder = help_folders.cells(tmp_path / "data" / "nasbench201")
    help_folders.save(folder / "str_arch2idx.pt", cells_in_order())
    for place, content in change.items():
        help_folders.save(folder / place, content)
    with pytest.raises(error, match=said):
        convert("help-nasbench201", tmp_path, tmp_path)
    assert not (tmp_path / "transfer").exists()


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LATPRED_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert downloads.cache_folder() == tmp_path / "latpred"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert downloads.cache_folder() == tmp_path / ".cache" / "latpred"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert downloads.cache_folder() == tmp_path / "Library" / "Caches" / "latpred"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert downloads.cache_folder() == tmp_path / "local" / "latpred"
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path / "own"))
    assert downloads.cache_folder() == tmp_path / "own"


def test_the_command_lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LATPRED_DATA", str(tmp_path))
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path))
    done = CliRunner().invoke(cli.app, ["data", "list", "--json"])
    rows = {row["data"]: row for row in json.loads(done.output)}
    assert rows["help-fbnet"]["licence"] == "MIT"
    assert rows["help-fbnet"]["here"] is False
    (tmp_path / "transfer").mkdir()
    (tmp_path / "transfer" / "fbnet_latency.npz").write_bytes(b"x")
    assert downloads.is_here("help-fbnet")
    assert CliRunner().invoke(cli.app, ["data", "list"]).exit_code == 0
