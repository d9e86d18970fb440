"""Arch2Vec and CATE against PyTorch modules: what goes in, what comes out, gradients."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import neural as native

pytestmark = pytest.mark.libtorch
torch = pytest.importorskip("torch")

CELLS = lp.space("nas-bench-201").sample(24, seed=3, unique=True)
CHAINS = lp.space("fbnet").sample(20, seed=3, unique=True)
RAGGED = lp.space("ofa-mobilenetv3").sample(20, seed=3, unique=True)
SIZES = {
    "graph_layers": 2,
    "pair_layers": 2,
    "latent": 16,
    "heads": 4,
    "graph_hidden": 24,
    "pair_hidden": 20,
}


def reference() -> Any:
    from tests.neural import encoder_reference

    return encoder_reference


def arch2vec(form: str = "honest", **changes: Any) -> Any:
    settings = {"hops": 3, "hidden": 12, "latent": 6, "dropout": 0.0, "held_out_share": 0.0}
    return lp.Arch2VecEncoder(form=form, epochs=1, batch_size=8, **settings | changes)


def quiet_arch2vec(archs: lp.Architectures, form: str) -> Any:
    """A training without noise."""
    from latpred._core import training

    settings = native.Arch2VecSettings(
        form=form,
        hops=3,
        hidden=12,
        latent=6,
        dropout=0.0,
        noise=0.0,
        held_out_share=0.0,
        optimizer=training.OptimizerSettings("adam", learning_rate=1e-2),
        loop=training.LoopSettings(epochs=2, batch_size=8, keep_best=False),
    )
    return native.Arch2VecTraining(archs, settings)


@pytest.mark.parametrize(
    ("archs", "form"), [(CELLS, "honest"), (CHAINS, "honest"), (CHAINS, "published")]
)
def test_arch2vec_gradients(archs: lp.Architectures, form: str) -> None:
    training = quiet_arch2vec(archs, form)
    training.run(1)  # running statistics, and weights that are not symmetric
    networks = training.networks
    names, graphs = native.encoder_graphs(networks, networks, form)
    ours = training.parameters
    rows = [5, 2, 9, 0, 7]
    model = reference().Arch2Vec(len(names), np.shape(graphs[0][1])[1], 3, 12, 6)
    reference().assign(model, ours, model.names())
    batch = reference().padded([graphs[row] for row in rows], len(names))
    loss = model.loss(batch)
    loss.backward()
    found, gradients = training.gradients(rows)
    assert found == pytest.approx(loss.item(), rel=1e-5)
    for key, name in model.names().items():
        if "running" in key:
            expected = model.state_dict()[key]
            np.testing.assert_allclose(training.parameters[name], expected, atol=1e-5)
            assert not gradients[name].any()
        else:
            expected = model.get_parameter(key).grad
            np.testing.assert_allclose(gradients[name], expected, atol=1e-4)


@pytest.mark.parametrize("archs", [CELLS, CHAINS, RAGGED])
def test_arch2vec_codes(archs: lp.Architectures) -> None:
    training = quiet_arch2vec(archs, "honest")
    training.run()
    networks = training.networks
    names, graphs = native.encoder_graphs(networks, networks, "honest")
    model = reference().Arch2Vec(len(names), np.shape(graphs[0][1])[1], 3, 12, 6).eval()
    reference().assign(model, training.parameters, model.names())
    batch = reference().padded(graphs, len(names))
    mean, _ = model.posterior(batch)
    there = batch["there"].unsqueeze(2)
    expected = (mean * there).sum(1) / there.sum(1)
    np.testing.assert_allclose(
        training.model().encode(networks), expected.detach().numpy(), atol=1e-5
    )


def cate(archs: lp.Architectures, form: str = "honest", **changes: Any) -> Any:
    settings = {**SIZES, "dropout": 0.0, "held_out_share": 0.0, "most_params_apart": 1e9}
    encoder = lp.CateEncoder(form=form, epochs=1, batch_size=8, **settings | changes)
    return encoder.start(archs)


def cate_reference(training: Any, form: str) -> tuple[Any, list[Any], int]:
    networks = training.networks
    names, graphs = native.encoder_graphs(networks, networks, form)
    model = reference().Cate(len(names), np.shape(graphs[0][1])[1], SIZES)
    reference().assign(model, training.parameters, model.names())
    return model, graphs, len(names)


@pytest.mark.parametrize(
    ("archs", "form"),
    [(CELLS, "honest"), (CHAINS, "honest"), (CHAINS, "published"), (RAGGED, "honest")],
)
def test_cate_gradients(archs: lp.Architectures, form: str) -> None:
    training = cate(archs, form)
    training.run(1)
    model, graphs, absent = cate_reference(training, form)
    rows = [4, 0, 11, 6]
    masks = training.masks(rows)
    pairs = [training.pairs[row] for row in rows]
    both = [graphs[i] for i, _ in pairs] + [graphs[j] for _, j in pairs]
    batch = reference().padded(both, absent)
    width = batch["operations"].shape[1]
    tokens = batch["operations"].clone()
    places = []
    for i, (first, second, *marked) in enumerate(masks):
        for side, given in enumerate((first, second)):
            tokens[i + side * len(rows), : len(given)] = torch.tensor(given)
            for node in marked[side]:
                operation = both[i + side * len(rows)][0][node]
                places.append((i, side * width + node, operation))
    nodes = model.nodes(batch, tokens)
    there = torch.cat([batch["there"][: len(rows)], batch["there"][len(rows) :]], 1)
    loss = model.loss(nodes[: len(rows)], nodes[len(rows) :], there, places, 0.1)
    loss.backward()
    found, gradients = training.gradients(rows)
    assert found == pytest.approx(loss.item(), rel=1e-5)
    for key, name in model.names().items():
        expected = model.get_parameter(key).grad
        np.testing.assert_allclose(gradients[name], expected, atol=1e-4)


@pytest.mark.parametrize("archs", [CELLS, CHAINS, RAGGED])
def test_cate_codes(archs: lp.Architectures) -> None:
    training = cate(archs)
    training.run()
    model, graphs, absent = cate_reference(training, "honest")
    codes = training.model().encode(training.networks)
    for graph, code in zip(graphs, codes, strict=True):
        batch = reference().padded([graph], absent)
        nodes = model.nodes(batch, batch["operations"])
        np.testing.assert_allclose(code, nodes[0, -1].detach().numpy(), atol=1e-5)


def test_masks_of_pairs() -> None:
    training = cate(CELLS, corruption=0.3)
    rows = list(range(len(training.pairs)))
    hidden = changed = marked = 0
    _, graphs = native.encoder_graphs(training.networks, training.networks, "honest")
    for (first, second, *places), (i, j) in zip(training.masks(rows), training.pairs, strict=True):
        assert places[0] or places[1]
        for tokens, at, network in ((first, places[0], i), (second, places[1], j)):
            real = graphs[network][0]
            hidden += sum(tokens[node] == 7 for node in at)
            changed += sum(tokens[node] not in (7, real[node]) for node in at)
            marked += len(at)
            untouched = [node for node in range(8) if node not in at]
            assert [tokens[node] for node in untouched] == [real[node] for node in untouched]
    assert 0.2 < marked / (16 * len(rows)) < 0.4
    assert 0.7 < hidden / marked < 0.9
    assert changed
    before = training.masks([0])
    training.run(1)
    assert training.masks([0]) != before  # others in the next epoch


def test_pairs_are_of_similar_size() -> None:
    training = cate(CELLS, most_params_apart=2e5, partners=2)
    params = CELLS.space.count(training.networks)["params"]
    pairs = training.pairs
    assert len(set(pairs)) == len(pairs)
    assert all(i != j and 0 <= params[i] - params[j] <= 2e5 for i, j in pairs)
    partners = np.bincount([i for i, _ in pairs], minlength=24)
    lower = [(params[i] >= params).sum() - 1 for i in range(24)]
    near = [((params <= params[i]) & (params >= params[i] - 2e5)).sum() - 1 for i in range(24)]
    assert partners.max() == 2
    assert all(count <= min(2, n) for count, n in zip(partners, near, strict=True))
    assert max(lower) == 23
