"""A name that is none of the known ones comes with the one that may have been meant."""

from __future__ import annotations

import latpred as lp
import pytest
from latpred.base.names import did_you_mean, listed


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("kernls", ["macs", "kernels"], "kernels"),
        ("Params", ["macs", "params"], "params"),
        ("prams", ["macs", "params"], "params"),
        ("aprams", ["macs", "params"], "params"),
        ("fb_net", ["fbnet", "darts"], "fbnet"),
        ("proxyless", ["ofa-proxyless", "darts"], "ofa-proxyless"),
        ("nas-bench-201-cells", ["nas-bench-201", "darts"], "nas-bench-201"),
        ("quagga", ["macs", "params"], ""),
        ("", ["macs"], ""),
        ("x" * 10_000, ["macs"], ""),
        ("é\ud800", ["macs"], ""),
        (3, ["macs"], ""),
    ],
)
def test_what_was_meant(given: object, known: list[str], meant: str) -> None:
    assert did_you_mean(given, known) == (f"; did you mean '{meant}'?" if meant else "")


def test_many_known_names_are_cut() -> None:
    assert len(listed(f"name{number}" for number in range(1000))) < 500


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda: lp.space("nasbench-201"), "nas-bench-201"),
        (lambda: lp.space("ofa-resnet-50"), "ofa-resnet50"),
        (lambda: lp.cost_objective("parms"), "params"),
        (lambda: lp.LatencyMeter(effort="godl"), "gold"),
        (lambda: lp.Device("onnx-runtime"), "onnxruntime"),
        (lambda: lp.FlopsPredictor().set_params(intercpt=1), ""),
        (lambda: lp.AdditivePredictor().set_params(robst=1), "robust"),
        (lambda: lp.transfer.load_tables("nasbench201"), "nas-bench-201"),
        (lambda: lp.MlpPredictor.preset("ofa-tutoral"), "ofa-tutorial"),
        (
            lambda: lp.define_space(
                "a", resolutions=[32], units=[{"channels": [16], "kernl": [3]}]
            ),
            "kernel",
        ),
        (
            lambda: lp.define_space(
                "a", resolutions=[32], units=[{"channels": [16], "block": "mb-conv"}]
            ),
            "mbconv",
        ),
    ],
)
def test_errors_say_it(call: object, meant: str) -> None:
    with pytest.raises(lp.LatpredError) as error:
        call()  # type: ignore[operator]
    if meant:
        assert f"did you mean '{meant}'?" in str(error.value)
    assert len(str(error.value)) < 1000
