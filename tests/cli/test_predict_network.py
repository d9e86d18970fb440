"""`latpred predict-network` and `latpred onboard networks`: what they hand on and print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
import torch
from latpred import cli
from latpred.cli.predict_network import open_sizes_of
from torch import nn
from typer.testing import CliRunner

from tests.kernels import made_packs


def run(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, [*map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "slow": made_packs.pack(made_packs.Model(2.0)),
        "fast": made_packs.pack(made_packs.Model(1.0), lp.Device("onnxruntime")),
    }

    def load(folder: Path) -> Any:
        if folder.name == "space":
            return made_packs_of_a_space()
        return made[folder.name]

    monkeypatch.setattr(lp, "load_pack", load)


def made_packs_of_a_space() -> Any:
    from tests.onboarding import made_pack

    return made_pack.pack()


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "m.pt2"
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
    torch.export.save(torch.export.export(module, (torch.zeros(1, 3, 16, 16),)), path)
    return path


@pytest.mark.usefixtures("packs")
def test_one_network_on_one_pack(network: Path) -> None:
    done = run("predict-network", network, "--pack", "fast")
    assert done.exit_code == 0, done.output
    assert "latency_ms" in done.output
    assert "kernels:" in done.output
    found = json.loads(run("predict-network", network, "--pack", "fast", "--json").stdout)
    assert found["layers"]
    assert found["low_ms"] < found["latency_ms"] < found["high_ms"]
    assert "| --- |" in run("predict-network", network, "--pack", "fast", "--markdown").stdout


@pytest.mark.usefixtures("packs")
def test_several_packs(network: Path) -> None:
    given = ("predict-network", network, "--pack", "slow", "--pack", "fast")
    done = run(*given)
    assert done.exit_code == 0, done.output
    assert "fast is fastest" in done.output
    document = json.loads(run(*given, "--json").stdout)
    assert [row["pack"] for row in document["rows"]] == ["slow", "fast"]
    assert document["sentences"]
    assert run(*given, "--markdown").stdout.startswith("| network |")


@pytest.mark.usefixtures("packs")
def test_what_is_refused(network: Path, tmp_path: Path) -> None:
    cases = [
        (("--pack", "fast", "--json", "--markdown"), "both given"),
        (("--pack", "space"), "onboard networks"),
        (("--pack", "fast", "--open-size", "batch"), "NAME=SIZE"),
        (("--pack", "fast", "--input-shape", "1,a"), "sizes as"),
    ]
    for given, text in cases:
        done = run("predict-network", network, *given)
        assert isinstance(done.exception, lp.LatpredError)
        assert text in str(done.exception)
    (tmp_path / "bad.pt2").write_bytes(b"no program")
    done = run("predict-network", tmp_path / "bad.pt2", "--pack", "fast")
    assert "no readable exported program" in str(done.exception)
    (tmp_path / "bad.onnx").write_bytes(b"no network")
    done = run("predict-network", tmp_path / "bad.onnx", network, "--pack", "fast")
    assert done.exit_code == 1
    assert "bad.onnx on" in done.output


def test_open_sizes() -> None:
    assert open_sizes_of(["batch=1", "a=b=2"]) == {"batch": 1, "a=b": 2}
    for wrong in (["batch"], ["batch=x"], ["=3"], ["b=1", "b=2"]):
        with pytest.raises(lp.ConfigError, match="--open-size"):
            open_sizes_of(wrong)


def test_onboarding_of_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    def onboard(space: object, meter: lp.LatencyMeter, **settings: Any) -> lp.NetworkPack:
        asked.update(settings, space=space, meter=meter)
        return made_packs.pack()

    monkeypatch.setattr(lp, "onboard", onboard)
    done = run("onboard", "networks", "--out", tmp_path / "p", "--budget", "90s", "--threads", 2)
    assert done.exit_code == 0, done.output
    assert (asked["space"], asked["budget_minutes"], asked["verify"]) == ("networks", 1.5, True)
    assert "Measuring probe networks on" in done.stderr
    assert "Then 30 fresh networks" in done.stderr
    assert "predict-network" in done.stdout
    for wrong in (("--width", 1.2), ("--source", "a")):
        done = run("onboard", "networks", "--out", tmp_path / "p", *wrong)
        assert "--width nor --source" in str(done.exception)
