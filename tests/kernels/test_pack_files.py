"""Packs on disk: what is read back, and damaged files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import latpred as lp
import pytest
from latpred.kernels import NetworkPack, load_network_pack
from torch import nn

from tests.kernels.probe_device import true_ms
from tests.kernels.short_runs import onboard
from tests.onboarding.synthetic_device import SyntheticDevice


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    request.getfixturevalue("real_model")
    out = tmp_path_factory.mktemp("made") / "pack"
    pack = onboard(SyntheticDevice(), out, budget_minutes=0.7, verify=6)
    assert pack.verification is not None
    assert pack.verification.evaluation.mape_percent < 30
    return out


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> NetworkPack:
    """A copy of its own for each test."""
    shutil.copytree(made, tmp_path / "pack")
    return load_network_pack(tmp_path / "pack")


def test_it_predicts_networks_of_others(pack: NetworkPack) -> None:
    module = nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1), nn.BatchNorm2d(32), nn.ReLU())
    found = pack.predict(module, input_shape=(1, 3, 64, 64))
    assert found.low_ms < found.latency_ms < found.high_ms
    assert len(found.kernels) == 1
    assert len(found.layers()[0]["operators"]) == 3
    summed = found.overhead_ms + sum(one["ms"] for one in found.layers())
    assert summed == pytest.approx(found.latency_ms)
    archs = lp.space("nas-bench-201").sample(5, seed=0)
    truth = [true_ms(arch.graph()) for arch in archs]
    assert lp.evaluate(truth, pack(archs)).mape_percent < 40
    assert {"kind", "sort", "saved"} <= set(pack.fusion)
    assert pack.mape_percent < 40


def test_what_was_written_is_read(pack: NetworkPack) -> None:
    again = lp.load_pack(pack.folder)
    assert isinstance(again, NetworkPack)
    assert json.dumps(again.to_dict(), default=str) == json.dumps(pack.to_dict(), default=str)
    assert again.device == pack.device
    assert again.probes.equals(pack.probes)
    assert again.verification is not None
    assert "fresh networks it is off by" in again.error_text
    assert len(repr(again)) < 700
    assert "<table" in again._repr_html_()
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
