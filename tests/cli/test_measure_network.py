"""`latpred measure-network`: what it hands to the library, and what it prints."""

from __future__ import annotations

import json
import math
from typing import Any

import latpred as lp
import pytest
from latpred.cli.program import app
from typer.testing import CliRunner


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Calls of `measure_network`, answered at once; networks named "bad" fail."""
    calls: list[dict[str, Any]] = []

    def row(name: str, device: lp.Device) -> lp.NetworkLatency:
        if name.startswith("bad"):
            return lp.NetworkLatency(name, device.id, *3 * (math.nan,), "failed", "no such layer")
        return lp.NetworkLatency(name, device.id, 1.5, 1.4, 1.6, "converged")

    def answer(networks: Any, device: Any = None, *, devices: Any = None, **settings: Any) -> Any:
        calls.append({"networks": networks, "devices": devices or [device], **settings})
        if devices is None:
            return row(networks, device)
        rows = [row(name, one) for one in devices for name in networks]
        pair = {
            "network": "b.onnx", "device": devices[0].id,
            "than_network": "a.onnx", "than_device": devices[0].id,
            "times_as_fast": 1.8, "low": 1.7, "high": 1.9,
            "says": "faster", "paired": True, "inverse": (0.56, 0.53, 0.59),
        }  # fmt: skip
        return lp.NetworkComparison(rows, [pair])

    monkeypatch.setattr(lp, "measure_network", answer)
    return calls


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["measure-network", *words])


def test_one_network(asked: list[dict[str, Any]]) -> None:
    done = run("a.onnx", "--input-shape", "1x3x32x48", "--json")
    assert json.loads(done.stdout)["latency_ms"] == 1.5
    (call,) = asked
    assert call["networks"] == "a.onnx"
    assert [one.id for one in call["devices"]] == ["onnxruntime-all-t1-b1-fp32"]
    assert call["input_shape"] == (1, 3, 32, 48)
    assert done.exit_code == 0
    assert run("bad.onnx").exit_code == 1


def test_several_are_compared(asked: list[dict[str, Any]]) -> None:
    words = ["a.onnx", "b.onnx", "--runtime", "openvino", "--runtime", "onnxruntime"]
    words += ["--threads", "2", "--threads", "1", "--batch-axis", "none"]
    done = run(*words)
    (call,) = asked
    assert call["networks"] == ["a.onnx", "b.onnx"]
    assert call["batch_axis"] is None
    assert [(one.runtime, one.threads) for one in call["devices"]] == [
        ("openvino", 2), ("openvino", 1), ("onnxruntime", 2), ("onnxruntime", 1),
    ]  # fmt: skip
    sentence = "b.onnx is 1.8 (1.7\u20131.9) times as fast as a.onnx on openvino-latency-t2-b1-fp32"
    assert sentence in done.stdout.splitlines()
    assert done.stdout.splitlines()[0].startswith("name")
    document = json.loads(run(*words, "--json").stdout)
    assert document["sentences"] == [sentence]
    assert document["ratios"][0]["times_as_fast"] == 1.8
    assert f"- {sentence}" in run(*words, "--markdown").stdout


def test_a_network_that_fails_is_a_row(asked: list[dict[str, Any]]) -> None:
    done = run("a.onnx", "bad.onnx")
    assert done.exit_code == 1
    assert "1.500" in done.stdout
    assert "no such layer" in done.stdout
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("words", "inputs"),
    [
        (["1x3x9x9"], [(1, 3, 9, 9)]),
        (["1x3x9x9", "4,7:float16"], [(1, 3, 9, 9), ((4, 7), "float16")]),
        (["ids=1x8:int64", "step="], {"ids": ((1, 8), "int64"), "step": ()}),
        (["serving:ids=1x8"], {"serving:ids": (1, 8)}),
    ],
)
def test_inputs(asked: list[dict[str, Any]], words: list[str], inputs: Any) -> None:
    run("a.onnx", *(word for text in words for word in ("--input", text)))
    assert asked[0]["example_inputs"] == inputs


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--input", "ids=1xN"], "--input ids=1xN: sizes as 1x3x224x224 expected"),
        (["--input", "ids=1x2", "--input", "1x2"], "some have a name and some have none"),
        (["--input", "a=1", "--input", "a=2"], "'a' is given twice"),
        (["--input-shape", "big"], "--input-shape big: sizes as"),
        (["--batch-axis", "first"], "a number of an axis or none expected"),
        (["--markdown", "--json"], "both given"),
    ],
)
def test_wrong_words_are_named(asked: list[dict[str, Any]], words: list[str], text: str) -> None:
    done = run("a.onnx", *words)
    assert isinstance(done.exception, lp.ConfigError)
    assert text in str(done.exception)
    assert not asked


@pytest.mark.parametrize("words", [[], ["--json"], ["--markdown"]])
def test_ctrl_c_prints_what_was_measured(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_networks: Any, *, devices: Any, **_settings: Any) -> Any:
        stop = KeyboardInterrupt()
        rows = [lp.NetworkLatency("a.onnx", devices[0].id, 1.5, 1.4, 1.6, "converged")]
        stop.last_table = lp.NetworkComparison(rows)  # type: ignore[attr-defined]
        raise stop

    monkeypatch.setattr(lp, "measure_network", answer)
    done = run("a.onnx", "b.onnx", "--runtime", "onnxruntime", *words)
    assert done.exit_code == 130
    assert "interrupted: what was measured until then:" in done.stderr
    assert "a.onnx" in done.stdout
    assert "1.5" in done.stdout


@pytest.mark.parametrize("words", [["a.onnx"], ["a.onnx", "b.onnx"]])
def test_ctrl_c_before_anything_was_measured(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(lp, "measure_network", answer)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (130, "")
    assert "interrupted: nothing was measured yet" in done.stderr
