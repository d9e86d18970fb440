"""Packs on disk: what is read back, and damaged files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import latpred as lp
import pytest
from latpred.kernels import NetworkPack, load_network_pack

from tests.kernels.short_runs import device, onboard

pytestmark = pytest.mark.usefixtures("synthetic")


@pytest.fixture
def pack(tmp_path: Path) -> NetworkPack:
    return onboard(device(), tmp_path / "pack", budget_minutes=1.0, verify=6)


def test_what_was_written_is_read(pack: NetworkPack) -> None:
    again = lp.load_pack(pack.folder)
    assert isinstance(again, NetworkPack)
    assert again.to_dict() == pack.to_dict()
    assert again.device == pack.device
    assert again.probes.equals(pack.probes)
    assert again.verification is not None
    assert "fresh networks it is off by" in again.error_text
    assert len(repr(again)) < 700
    assert "<table" in again._repr_html_()
    assert json.dumps(again.to_dict(), default=str)
    assert again.plot().get_xlabel() == "minutes"


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _other(path: Path) -> None:
    path.write_text("a,b\n1,2\n")


def _noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 4)


def test_damaged_files_are_typed_errors(pack: NetworkPack) -> None:
    damages: list[Callable[[Path], None]] = [_cut, _other, _noise]
    for name in ("pack.json", "probes.csv", "model.latpred", "verification.csv"):
        path = pack.folder / name
        whole = path.read_bytes()
        for damage in damages:
            if damage is _cut and name.endswith(".csv"):
                continue  # fewer rows
            damage(path)
            with pytest.raises((lp.CorruptionError, lp.DataError, lp.StorageError)) as caught:
                lp.load_pack(pack.folder)
            assert len(str(caught.value)) < 800
        path.write_bytes(whole)
    assert lp.load_pack(pack.folder) is not None


def test_damaged_entries_are_typed_errors(pack: NetworkPack) -> None:
    path = pack.folder / "pack.json"
    document = json.loads(path.read_text())
    wrong = [
        {"version": 99},
        {"format": "other"},
        {"rounds": 3},
        {"rounds": [3]},
        {"rounds": [{"number": 1, "what": 2}]},
        {"rounds": [{"number": 1, "probes": [{"name": "a"}]}]},
        {"runs": None},
        {"meter": {}},
        {"meter": 3},
        {"noise_percent": "x"},
        {"verification": 3},
    ]
    for change in wrong:
        path.write_text(json.dumps(document | change))
        with pytest.raises((lp.CorruptionError, lp.ModelVersionError)):
            load_network_pack(pack.folder)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError, match="no network pack"):
        load_network_pack(tmp_path)
    (tmp_path / "file").write_text("x")
    for load in (load_network_pack, lp.load_pack):
        with pytest.raises(lp.StorageError):
            load(tmp_path / "file")
