"""What a perceptron predicts: right for any sizes, and the same bits in whatever batch."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred import MlpPredictor, _core

from tests.device_generic.hardware_world import parameters, tables

SPACE = lp.space("ofa-mobilenetv3")
SMALL = lp.space("nas-bench-201")
neural = _core.neural


@pytest.fixture(params=_core.base.instruction_sets())
def kernels(request):
    """Each instruction set that this machine runs."""
    before = _core.base.instruction_set()
    _core.base.use_instruction_set(request.param)
    yield request.param
    _core.base.use_instruction_set(before)


def network(hidden, seed, space=SMALL, **changes):
    """A perceptron of random weights, and its layers."""
    rng = np.random.default_rng(seed)
    sizes = [space.encode(space.sample(1, seed=0), "one-hot").shape[1], *hidden, 1]
    layers = [
        (
            rng.standard_normal((outputs, inputs)).astype(np.float32) / np.float32(inputs**0.5),
            rng.standard_normal(outputs).astype(np.float32),
        )
        for inputs, outputs in itertools.pairwise(sizes)
    ]
    given = {"scale": 1.0, "unit": "ms", "any_width": False, "notes": {}, **changes}
    return neural.make_mlp(space, layers, **given), layers


def forward(layers, x):
    """In double precision by NumPy."""
    for weight, bias in layers[:-1]:
        x = np.maximum(x @ weight.T.astype(np.float64) + bias, 0)
    return (x @ layers[-1][0].T.astype(np.float64) + layers[-1][1])[:, 0]


@settings(max_examples=60, deadline=None)
@given(
    hidden=st.lists(st.integers(1, 70), max_size=5),
    rows=st.integers(0, 150),
    cut=st.integers(0, 150),
    seed=st.integers(0, 9),
)
def test_any_sizes_in_any_batch_as_numpy(hidden, rows, cut, seed):
    model, layers = network(hidden, seed)
    archs = SMALL.sample(rows, seed=seed)
    values = model.evaluate(archs)
    expected = forward(layers, np.asarray(SMALL.encode(archs, "one-hot"), np.float64))
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-4)
    cut = min(cut, rows)
    parts = [model.evaluate(archs[:cut]), model.evaluate(archs[cut:])]
    np.testing.assert_array_equal(np.concatenate(parts), values)


@pytest.mark.parametrize("hidden", [(1,), (1, 8), (8, 1), (1, 1, 1), (), (2,) * 40, (1100,)])
def test_odd_networks_are_fitted_and_predict(hidden):
    archs = SPACE.sample(40, seed=0)
    model = MlpPredictor(hidden=hidden, epochs=1).fit(
        archs, 3 + SPACE.count(archs)["macs"] / 2e7, progress=False
    )
    expected = forward(
        neural.mlp_layers(model._native), np.asarray(SPACE.encode(archs, "one-hot"), np.float64)
    )
    for count in (0, 1, 7, 8, 9, 40):
        np.testing.assert_allclose(model.predict(archs[:count]), expected[:count], rtol=1e-4)


def batches_agree(predict, archs):
    """The bits of a batch, of single rows, of another order, of threads."""
    whole = predict(archs)
    rng = np.random.default_rng(0)
    alone = rng.choice(len(archs), 60, replace=False)
    single = np.concatenate([predict(archs[int(i)]) for i in alone])
    np.testing.assert_array_equal(single, whole[alone])
    order = rng.permutation(len(archs))
    np.testing.assert_array_equal(predict(archs[order]), whole[order])
    bounds = [0, 3, 11, 12, 100, 171, len(archs)]
    parts = [archs[a:b] for a, b in itertools.pairwise(bounds)]
    with ThreadPoolExecutor(4) as pool:
        np.testing.assert_array_equal(np.concatenate(list(pool.map(predict, parts))), whole)


def sparse_bits(archs, seed=0):
    return 5 + SPACE.count(archs)["macs"] / 3e7 + np.random.default_rng(seed).random(len(archs))


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("encoding", ["one-hot", "one-hot+cost-features"])
def test_predictions_do_not_depend_on_the_batch(encoding):
    archs = SPACE.sample(250, seed=1)
    model = MlpPredictor(hidden=(150, 90), encoding=encoding, epochs=2)
    model.fit(archs, sparse_bits(archs), progress=False)
    batches_agree(model.predict, SPACE.sample(300, seed=2))


def test_accuracy_networks_do_not_depend_on_the_batch():
    wide = lp.space("ofa-mobilenetv3", width=1.2)
    model, _ = network((400, 400, 400), 0, wide, scale=100.0, unit="%", any_width=True)
    batches_agree(model.evaluate, wide.sample(300, seed=2))
    batches_agree(model.evaluate, SPACE.sample(300, seed=2))
    np.testing.assert_array_equal(
        model.evaluate(wide.sample(300, seed=2)), model.evaluate(SPACE.sample(300, seed=2))
    )


def test_models_made_of_perceptrons_do_not_depend_on_the_batch():
    archs = SPACE.sample(120, seed=1)
    values = sparse_bits(archs)
    model = MlpPredictor(hidden=(40, 24), epochs=2).fit(archs, values, progress=False)
    for method in ("last-layer", "network", "legacy"):
        tuned = lp.FineTunedPredictor(model, method=method, epochs=2, legacy_epochs=2)
        tuned.fit(archs[:30], 1.3 * values[:30])
        batches_agree(tuned.predict, SPACE.sample(200, seed=2))
    both = lp.EnsemblePredictor(MlpPredictor(hidden=(33,), epochs=1), members=2)
    batches_agree(both.fit(archs, values).predict, SPACE.sample(200, seed=2))


def test_hardware_perceptrons_do_not_depend_on_the_batch():
    model = lp.HardwareAwarePredictor("mlp", parameters(), hidden=(32, 16), epochs=1)
    model.fit(tables("ab", 60))
    single = model.for_device("a")
    batches_agree(single.predict, single.space.sample(200, seed=2))


def own_space(choices):
    unit = {"channels": choices, "expand": [3, 6], "depth": [1, 2]}
    return lp.define_space("mine", units=[unit], resolutions=[64, 96])


def test_models_of_any_width_refuse_a_smaller_space_of_their_name():
    large, small = own_space([16, 24, 32, 40]), own_space([16])
    model, _ = network((8,), 0, large, any_width=True)
    model.evaluate(large.sample(20, seed=0))
    for other in (small, own_space([16, 24, 32, 48])):
        with pytest.raises(lp.SchemaError, match="cannot predict architectures of mine"):
            model.evaluate(other.sample(20, seed=0))
    with pytest.raises(lp.ConfigError, match="features"):
        neural.make_mlp(
            small, neural.mlp_layers(model), scale=1.0, unit="ms", any_width=True, notes={}
        )
