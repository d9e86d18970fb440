"""Networks on several packs in one table, and what is measured where they are close."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.kernels import predicting
from torch import nn

from tests.kernels.made_packs import Model, pack

SHAPE = {"input_shape": (1, 3, 16, 16)}


def small() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 8, 3))


def large() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 256, 3))


def packs() -> dict[str, lp.NetworkPack]:
    return {
        "slow": pack(Model(2.0)),
        "fast": pack(Model(1.0), lp.Device("onnxruntime")),
        "near": pack(Model(1.05), lp.Device("openvino")),
    }


def test_the_fastest_and_by_how_much() -> None:
    found = lp.predict_network(small(), packs(), **SHAPE)
    assert [one.pack for one in found.rows] == ["slow", "fast", "near"]
    best = found.fastest()
    assert best is not None
    assert best.pack == "fast"
    frame = found.to_frame().set_index("pack")
    assert frame["times"].tolist() == pytest.approx([2.0, 1.0, 1.05])
    assert frame["overlaps"].tolist() == [False, False, True]
    (text,) = found.sentences()
    assert "fast is fastest" in text
    assert "near takes 1.05 times as long" in text
    assert "not to be told apart" in text
    assert json.loads(found.to_json())["rows"][0]["network"] == "Sequential"
    markdown = found.to_markdown().splitlines()
    assert markdown[1].startswith("| --- |")
    assert len(markdown) == 2 + 3 + 1 + 1
    assert "near" in str(found)
    assert "<table" in found._repr_html_()


def test_batches_are_compared_by_item() -> None:
    four = pack(Model(0.9), lp.Device(batch_size=4))
    found = lp.predict_network(small(), {"one": pack(), "four": four}, **SHAPE)
    best = found.fastest()
    assert best is not None
    assert best.pack == "four"
    assert best.latency_ms > found.rows[0].latency_ms
    assert "for each item" in found.sentences()[0]


def test_several_networks_on_one_pack() -> None:
    found = pack().predict_all({"large": large(), "small": small()}, **SHAPE)
    best = found.fastest()
    assert best is not None
    assert best.network == "small"
    assert "small is fastest" in found.sentences()[0]
    archs = lp.space("nas-bench-201").sample(3, seed=0)
    assert len(pack().predict_all(archs).rows) == 3
    assert [one.network for one in pack().predict_all([small(), small()], **SHAPE).rows] == [
        "Sequential",
        "Sequential (2)",
    ]


def test_what_fails_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"nothing")
    found = lp.predict_network({"bad": tmp_path / "bad.onnx", "small": small()}, packs(), **SHAPE)
    bad = [one for one in found.rows if one.network == "bad"]
    assert all(one.prediction is None and one.reason for one in bad)
    assert [one.says for one in bad] == ["failed"] * 3
    assert any(text.startswith("bad on fast:") for text in found.sentences())
    assert found.fastest("bad") is None


def test_what_is_no_pack_or_network(tmp_path: Path) -> None:
    nothing: list[Any] = [[], {}, [3]]
    for wrong in nothing:
        with pytest.raises(lp.ConfigError, match="pack"):
            lp.predict_network(small(), wrong, **SHAPE)
    with pytest.raises(lp.ConfigError, match="network"):
        lp.predict_network([], packs())
    with pytest.raises(lp.StorageError, match="no network pack"):
        lp.predict_network(small(), tmp_path)


def test_packs_of_one_device_have_names_of_their_own() -> None:
    found = lp.predict_network(small(), [pack(), pack()], **SHAPE)
    assert len({one.pack for one in found.rows}) == 2


def test_close_ones_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    times = {"onnxruntime": 3.0, "openvino": 1.0}

    def measure(_: Any, device: lp.Device, **settings: Any) -> lp.NetworkLatency:
        asked.append(device.runtime)
        assert settings["example_inputs"] == [(1, 3, 16, 16)]
        ms = times[device.runtime]
        return lp.NetworkLatency("n", device.id, ms, 0.98 * ms, 1.02 * ms, "converged")

    monkeypatch.setattr(predicting, "measure_network", measure)
    found = lp.predict_network(small(), packs(), verify=True, **SHAPE)
    assert sorted(asked) == ["onnxruntime", "openvino"]
    best = found.fastest()
    assert best is not None
    assert best.pack == "near"
    assert best.latency_ms == 1.0
    assert found.to_frame()["measured"].tolist() == [False, True, True]


def test_clear_ones_are_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predicting, "measure_network", None)
    two = {name: one for name, one in packs().items() if name != "near"}
    found = lp.predict_network(small(), two, verify=True, **SHAPE)
    assert not found.to_frame()["measured"].any()


def test_what_cannot_be_measured_says_why() -> None:
    network = lp.import_network(small(), **SHAPE)
    found = lp.predict_network(network, packs(), verify=True)
    reasons = {one.pack: one.reason for one in found.rows}
    assert reasons["slow"] == ""
    assert "without weights" in reasons["fast"]
    assert found.fastest() is not None
