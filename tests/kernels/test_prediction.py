"""What a pack says of a network: numbers, kernels, pictures, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.kernels.models import GivenSizes
from torch import nn

from tests.kernels.made_packs import Model, pack


def module() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3))


def test_every_form_of_a_network_is_predicted(tmp_path: Path) -> None:
    here = pack()
    (arch,) = lp.space("nas-bench-201").sample(1, seed=3)
    lp.to_onnx(arch, tmp_path / "a.onnx")
    program = torch.export.export(module(), (torch.zeros(1, 3, 16, 16),))
    forms = {
        "a.onnx": here.predict(tmp_path / "a.onnx", input_shape=(1, 3, 32, 32)),
        arch.to_strings()[0]: here.predict(arch),
        "Sequential": here.predict(module(), input_shape=(1, 3, 16, 16)),
        "ExportedProgram": here.predict(program),
    }
    assert {one.name for one in forms.values()} == set(forms)
    first, second, third, fourth = (one.latency_ms for one in forms.values())
    assert first == pytest.approx(second)
    assert third == pytest.approx(fourth)
    network = lp.import_network(module(), input_shape=(1, 3, 16, 16))
    assert here.predict(network).latency_ms == pytest.approx(third)
    assert here.predict(arch.graph()).latency_ms == pytest.approx(second)
    assert here(arch)[0] == pytest.approx(second)


def test_what_it_shows(tmp_path: Path) -> None:
    found = pack().predict(module(), input_shape=(1, 3, 16, 16), confidence=0.8)
    assert found.low_ms < found.latency_ms < found.high_ms
    assert found.high_ms / found.latency_ms == pytest.approx(1.08)
    assert found.peak_bytes == found.costs["peak_bytes"] > 0
    frame = found.to_frame()
    assert len(frame) == len(found.layers()) == len(found.kernels)
    assert frame["operators"].map(len).sum() == len(found.kernels)
    assert frame["ms"].sum() < found.latency_ms
    assert len(repr(found)) < 600
    assert "Sequential" in repr(found)
    assert "<table" in found._repr_html_()
    document = json.loads(found.to_json(tmp_path / "found.json"))
    assert document == json.loads((tmp_path / "found.json").read_text())
    assert document["latency_ms"] == found.latency_ms
    assert len(document["layers"]) == len(frame)
    assert found.plot().get_xlabel() == "ms"
    assert "ms" in str(found)


def test_what_is_outside_says_so() -> None:
    found = pack(Model(outside=True)).predict(module(), input_shape=(1, 3, 16, 16))
    assert found.outside
    assert "20 % of the time" in found.outside_text
    assert "no promise" in str(found)
    assert "no promise" in found._repr_html_()


def test_the_batch_of_a_pack() -> None:
    four = pack(device=lp.Device(batch_size=4))
    one = pack()
    with_one = four.predict(module(), input_shape=(1, 3, 16, 16))
    assert (
        with_one.costs["macs"]
        == 4 * one.predict(module(), input_shape=(1, 3, 16, 16)).costs["macs"]
    )
    assert with_one.costs == four.predict(module(), input_shape=(4, 3, 16, 16)).costs
    with pytest.raises(lp.ConfigError, match="batch size 4"):
        four.predict(module(), input_shape=(2, 3, 16, 16))
    kept = four.predict(module(), input_shape=(2, 3, 16, 16), batch_axis=None)
    assert kept.costs["macs"] == with_one.costs["macs"] // 2


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ((1, 16), [(4, 16)]),
        (((1, 16), "int64"), [((4, 16), "int64")]),
        ([(1, 16), (1, 1, 8)], [(4, 16), (4, 1, 8)]),
        (
            {"ids": ((1, 16), "int64"), "mask": (16, 16)},
            {"ids": ((4, 16), "int64"), "mask": (16, 16)},
        ),
        ({"x": {"y": (1, 2)}}, {"x": {"y": (4, 2)}}),
        (None, None),
    ],
    ids=str,
)
def test_inputs_get_the_batch(given: object, made: object) -> None:
    assert GivenSizes(example_inputs=given).inputs(4) == made


def test_values_are_kept() -> None:
    values = np.zeros((4, 3), dtype=np.float32)
    made: Any = GivenSizes(example_inputs=[values]).inputs(4)
    (kept,) = made
    assert kept is values
    with pytest.raises(lp.ConfigError, match="batch size 2"):
        GivenSizes(example_inputs=[values]).inputs(2)


def test_what_is_refused() -> None:
    here = pack()
    archs = lp.space("nas-bench-201").sample(2, seed=3)
    with pytest.raises(lp.ConfigError, match="predict_all"):
        here.predict(archs)
    with pytest.raises(lp.ConfigError, match="own sizes"):
        here.predict(archs[0], input_shape=(1, 3, 32, 32))
    with pytest.raises(lp.ConfigError, match="network of type"):
        here.predict(3)  # type: ignore[arg-type]
    with pytest.raises(lp.StorageError):
        here.predict("missing.onnx")
    empty = lp.NetworkPack(Path("made"), here.meter, here.probes, None, {}, (), ())
    with pytest.raises(lp.NotFittedError, match="too few networks"):
        empty.predict(module())


def test_a_pack_is_an_objective_of_search() -> None:
    space = lp.space("nas-bench-201")
    here = pack()
    limit = float(np.median(here(space.sample(20, seed=0))))
    found = lp.search(
        space,
        objective="params",
        latency=here,
        limit_ms=limit,
        population=8,
        generations=2,
        seed=0,
    )
    assert found.latency_ms <= limit
    assert found.latency_ms == pytest.approx(here.predict(found.architecture).latency_ms)
