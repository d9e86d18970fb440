"""Sizes that evaluation assumes are checked where a structure comes in."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.fuzz.model_files import OWN, pack, sealed, unpack
from tests.predictors.damaged_files import seal

native = _core.predictors
SPACE = lp.space("ofa-mobilenetv3", resolutions=[160, 224])
ARCHS = SPACE.sample(70, seed=0)


def table(columns: Any, values: Any, space: Any = SPACE, **rest: Any) -> Any:
    given = {"kind": "lookup-table", "unit": "ms", "any_width": False} | rest
    return native.make_table(space, columns=columns, values=values, **given)


def from_bytes(content: bytes) -> Any:
    return native.predictor_from_bytes(content)


@pytest.mark.parametrize("count", [1, 63, 64, 65, 300, 600])
def test_any_number_of_tables_is_summed(count: int) -> None:
    """Tables of 3^8 values are never joined: each is one look-up of its own."""
    rng = np.random.default_rng(count)
    columns = [rng.permutation(40)[:8].tolist() for _ in range(count)]
    values = rng.normal(size=(count, 3**8))
    model = from_bytes(table(columns, values.tolist()).to_bytes())
    assert model.lookups == count
    places = np.array([ARCHS.genes[:, c] @ 3 ** np.arange(7, -1, -1) for c in columns])
    expected = values[np.arange(count)[:, None], places].sum(axis=0)
    assert model.evaluate(ARCHS) == pytest.approx(expected, rel=1e-12)
    single = [model.evaluate(ARCHS[i])[0] for i in range(len(ARCHS))]
    assert np.array_equal(single, model.evaluate(ARCHS))


def test_the_same_genes_three_hundred_times() -> None:
    model = table([list(range(8))] * 300, [[1.0] * 6561] * 300)
    assert (from_bytes(model.to_bytes()).evaluate(ARCHS) == 300).all()


@pytest.mark.parametrize(
    ("columns", "values", "match"),
    [
        ([[0], [1]], [[1.0, 2.0, 3.0]], "tables but values"),
        ([[0]], [[1.0, 2.0, 3.0]] * 2, "tables but values"),
        ([[0]] * 5000, [[1.0, 2.0, 3.0]] * 5000, "5000 tables"),
        ([list(range(9))] * 300, [[1.0] * 19683] * 300, "values; at most"),
        ([list(range(46))], [[1.0]], "more than 65536"),
        ([[0]], [[1.0, np.inf, 3.0]], "finite"),
        ([[0]], [[1.0, np.nan, 3.0]], "finite"),
        ([[-1]], [[1.0, 2.0, 3.0]], "different genes"),
        ([[46]], [[1.0, 2.0, 3.0]], "different genes"),
        ([[0, 0]], [[1.0] * 9], "different genes"),
    ],
)
def test_tables_that_do_not_fit(columns: Any, values: Any, match: str) -> None:
    with pytest.raises(lp.ConfigError, match=match) as caught:
        table(columns, values)
    assert len(str(caught.value)) < 300


def test_predictions_beyond_all_numbers_are_an_error() -> None:
    model = table([[0], [1]], [[1e308] * 3, [1e308] * 3])
    with pytest.raises(lp.DataError, match="architecture 0"):
        from_bytes(model.to_bytes()).evaluate(ARCHS)


def test_a_model_of_any_width_needs_the_same_genes() -> None:
    """Two described spaces may share a name; genes beyond the smaller one were read."""
    large = lp.define_space(**OWN)
    small = lp.define_space("own", resolutions=OWN["resolutions"], units=[{"channels": [8]}])
    last = len(large.genes) - 1
    model = table([[last - 1], [last]], [[1.0] * 2] * 2, large)
    notes, tensors = unpack(model.to_bytes())
    forged = from_bytes(sealed(pack({**notes, "any_width": "yes"}, tensors)))
    assert (forged.evaluate(large.sample(5, seed=0)) == 2).all()
    with pytest.raises(lp.SchemaError):
        forged.evaluate(small.sample(70, seed=0))


@pytest.mark.parametrize("width", [1.0, 1.2])
def test_a_model_of_any_width_serves_all_of_them(width: float) -> None:
    model = table([[0]], [[1.0, 2.0, 3.0]], any_width=True)
    other = lp.space("ofa-mobilenetv3", resolutions=[160, 224], width=width)
    archs = other.sample(10, seed=0)
    assert model.evaluate(archs).tolist() == (archs.genes[:, 0] + 1.0).tolist()
    with pytest.raises(lp.SchemaError):
        model.evaluate(lp.space("ofa-mobilenetv3", resolutions=[160]).sample(1, seed=0))


def grown(**changed: Any) -> Any:
    nodes: dict[str, Any] = {
        "roots": [0, 3],
        "features": [0, -1, -1, -1],
        "left": [1, 0, 0, 0],
        "right": [2, 0, 0, 0],
    }
    nodes = {name: np.asarray(value) for name, value in (nodes | changed).items()}
    thresholds = np.array([0.5, 1.0, 2.0, 3.0])
    values = np.ones(len(ARCHS))
    return native.make_trees(ARCHS, values, **nodes, thresholds=thresholds, device="")


@pytest.mark.parametrize(
    "changed",
    [
        {"left": [2, 0, 0, 0]},  # two ways to one node: paths may grow without bounds
        {"roots": [0, 0]},
        {"roots": [0, 1]},
        {"left": [0, 0, 0, 0]},  # a circle
        {"left": [4, 0, 0, 0]},
        {"roots": []},
        {"roots": [0, 2**32 + 3]},  # NumPy would cut these to 3, 0 and 1
        {"features": [2**32, -1, -1, -1]},
        {"left": [1.9, 0, 0, 0]},
        {"roots": [[0, 3]]},
        {"features": [60, -1, -1, -1]},
    ],
)
def test_trees_are_trees(changed: dict[str, Any]) -> None:
    assert grown().evaluate(ARCHS).tolist() == [4.0 if g <= 0.5 else 5.0 for g in ARCHS.genes[:, 0]]
    with pytest.raises(lp.ConfigError):
        grown(**changed)


def test_ensembles_are_bounded() -> None:
    member = table([[0]], [[1.0, 2.0, 3.0]])
    content = native.make_ensemble([member] * 1024).to_bytes()
    assert len(from_bytes(content).evaluate(ARCHS)) == 70
    with pytest.raises(lp.ConfigError, match="1025"):
        native.make_ensemble([member] * 1025)
    notes, tensors = unpack(content)
    with pytest.raises(lp.CorruptionError):
        from_bytes(sealed(pack(notes, {**tensors, "member1024": tensors["member0"]})))


def test_processes_are_bounded() -> None:
    """A file of 20,000 rows would take 3.2 GB for their covariances, and as much again."""
    archs = SPACE.sample(30, seed=0)
    model = lp.GaussianProcessPredictor().fit(archs, np.linspace(1, 2, 30))
    notes, tensors = unpack(model._fitted().to_bytes())
    many = SPACE.sample(20_000, seed=1)
    tensors["genes"] = many.genes.astype("<i4").reshape(-1)
    tensors["values"], tensors["weights"] = np.ones(20_000), np.ones(20_000)
    with pytest.raises(lp.CorruptionError):
        from_bytes(sealed(pack(notes, tensors)))
    for rows in ({"most_rows": 5001}, {"evidence_rows": 5001}):
        with pytest.raises(lp.ConfigError, match="rows"):
            lp.GaussianProcessPredictor(**rows).fit(archs, np.linspace(1, 2, 30))


@pytest.mark.libtorch
@pytest.mark.parametrize(("devices", "parameters"), [(1100, 1), (2, 65)])
def test_tables_of_devices_are_bounded(devices: int, parameters: int) -> None:
    names = [f"d{i}" for i in range(devices)]
    kinds = [f"p{i}" for i in range(parameters)]
    given = {name: dict.fromkeys(kinds, 1.0 + i) for i, name in enumerate(names)}
    rows = (ARCHS[:2], [1.0, 2.0])
    with pytest.raises(lp.ConfigError, match="1024 devices and 1 to 64") as caught:
        lp.HardwareAwarePredictor(devices=given).fit(dict.fromkeys(names, rows))
    assert len(str(caught.value)) < 1000


def described() -> bytes:
    space = lp.define_space(**OWN)
    content: bytes = table([[0]], [[1.0, 2.0]], space).to_bytes()
    return content


@pytest.mark.parametrize(
    "definition",
    ["[" * 400_000, '{"name":' * 70_000, '{"name":"own","name":"own"}', "{", "null", "1" * 10_000],
)
def test_definitions_are_not_trusted(definition: str) -> None:
    notes, tensors = unpack(described())
    assert from_bytes(sealed(pack(notes, tensors))).space.name == "own"
    with pytest.raises(lp.LatpredError) as caught:
        from_bytes(sealed(pack({**notes, "definition": definition}, tensors)))
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "name", ["kind", "latpred_format", "width", "resolutions", "image_size", "space", "any_width"]
)
def test_messages_stay_short(name: str) -> None:
    """What a file says of itself is cut where it is quoted."""
    notes, tensors = unpack(table([[0]], [[1.0, 2.0, 3.0]]).to_bytes())
    for text in ("x" * 500_000, "\x01\n" * 1000):
        try:
            said = str(from_bytes(sealed(pack({**notes, name: text}, tensors))).space)
        except lp.LatpredError as error:
            said = str(error)
        assert len(said) < 500
        assert "\x01" not in said


@pytest.mark.parametrize("shape", [[0, 2**64 - 1], [0, 2**63], [2**32, 0, 2**32], [2**62, 0, 2]])
def test_empty_tensors_have_axes_that_integers_hold(shape: list[int]) -> None:
    notes, tensors = unpack(table([[0]], [[1.0, 2.0, 3.0]]).to_bytes())
    tensors["other"] = np.zeros(0)
    with pytest.raises(lp.CorruptionError, match="larger than the file"):
        from_bytes(sealed(pack(notes, tensors, {"other": shape})))
    assert from_bytes(sealed(pack(notes, tensors, {"other": [0, 7]})))


def test_deep_nests_of_large_models_end() -> None:
    """Sixteen models in each other are allowed, but not sixteen times half a gigabyte."""
    content = table([[0]], [[1.0, 2.0, 3.0]]).to_bytes()
    for _ in range(12):
        notes, _ = unpack(native.make_ensemble([table([[0]], [[1.0] * 3])]).to_bytes())
        content = sealed(pack(notes, {"member0": np.frombuffer(content, "u1")}))
    assert from_bytes(content).members == 1
    assert struct.unpack("<Q", content[:8])[0] < 2**20
    assert seal(content) == content


@pytest.mark.parametrize(
    "given", ["x" * 10**6, ["y" * 10**6], [{}], [10**400], [[1.0], [1.0, 2.0]]]
)
def test_what_is_no_number_is_said_in_short(given: Any) -> None:
    archs = lp.space("nas-bench-201").sample(1, seed=0)
    calls: list[Callable[[], Any]] = [
        lambda: lp.AdditivePredictor().fit(archs, given),
        lambda: lp.LatencyTable(archs, given),
        lambda: lp.evaluate(given, [1.0]),
        lambda: lp.metrics.safety_margin([1.0], given),
        lambda: lp.sampling.choose(archs, 1, method="oracle", latency_ms=given),
        lambda: lp.sampling.choose(archs, 1, method="kmeans", features=given),
    ]
    for call in calls:
        with pytest.raises(lp.DataError, match="must be numbers") as caught:
            call()
        assert len(str(caught.value)) < 300
