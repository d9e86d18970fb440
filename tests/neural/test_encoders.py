"""Encoders as users have them: what they learn, files, seeds, checkpoints, interrupts, errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

pytestmark = pytest.mark.libtorch

CELLS = lp.space("nas-bench-201").sample(120, seed=5, unique=True)
SMALL: dict[str, Any] = {
    "arch2vec": {"hops": 2, "hidden": 16, "latent": 8, "epochs": 2},
    "cate": {
        "graph_layers": 1,
        "pair_layers": 1,
        "latent": 8,
        "heads": 2,
        "graph_hidden": 8,
        "pair_hidden": 8,
        "epochs": 2,
        "batch_size": 16,
    },
}
KINDS = {"arch2vec": lp.Arch2VecEncoder, "cate": lp.CateEncoder}


def small(kind: str, **changes: Any) -> Any:
    return KINDS[kind](**SMALL[kind] | changes)


@pytest.fixture(scope="module", params=["arch2vec", "cate"])
def encoder(request: pytest.FixtureRequest) -> Any:
    return small(request.param).fit(CELLS, progress=False)


def test_rows_do_not_depend_on_each_other(encoder: Any) -> None:
    archs = lp.space("nas-bench-201").sample(80, seed=9)
    codes = encoder.encode(archs)
    assert codes.shape == (80, encoder.width) == (80, 8)
    assert codes.dtype == np.float32
    assert np.isfinite(codes).all()
    assert len(np.unique(codes, axis=0)) > 20
    order = np.random.default_rng(0).permutation(80)
    np.testing.assert_array_equal(encoder.encode(archs[order]), codes[order])
    np.testing.assert_array_equal(encoder.encode(archs, threads=2), codes)
    np.testing.assert_array_equal(encoder.encode(archs[7:9]), codes[7:9])
    np.testing.assert_array_equal(encoder.encode(archs.to_strings()[:4]), codes[:4])


def test_equal_graphs_have_equal_codes() -> None:
    """What no way from input to output uses cannot be seen by the last node."""
    cells = [
        "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|skip_connect~1|none~2|",
        "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|avg_pool_3x3~2|",
    ]
    encoder = small("cate").fit(CELLS, progress=False)
    first, second = encoder.encode(cells)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_to_the_bit(kind: str) -> None:
    content = small(kind).fit(CELLS, progress=False).features().to_bytes()
    order = np.random.default_rng(1).permutation(150) % 120
    again = small(kind).fit(CELLS[order], progress=False, threads=2)
    assert again.features().to_bytes() == content
    other = small(kind, seed=1).fit(CELLS, progress=False)
    assert other.features().to_bytes() != content


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_goes_on_from_its_checkpoint(kind: str, tmp_path: Path) -> None:
    dropout = {"dropout": 0.2, "epochs": 3}
    straight = small(kind, **dropout).fit(CELLS, progress=False)
    training = small(kind, **dropout).start(CELLS)
    training.run(2)
    path = tmp_path / "checkpoint"
    path.write_bytes(training.checkpoint())
    resumed = small(kind, **dropout).fit(CELLS, progress=False, checkpoint=path)
    assert resumed.features().to_bytes() == straight.features().to_bytes()
    assert len(resumed.history_["train_loss"]) == 3
    with pytest.raises(lp.ConfigError):
        small(kind, **dropout, seed=3).fit(CELLS, progress=False, checkpoint=path)
    with pytest.raises(lp.ConfigError):
        small(kind, **dropout).fit(CELLS[:60], progress=False, checkpoint=path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(lp.CorruptionError):
        small(kind, **dropout).fit(CELLS, progress=False, checkpoint=path)


def test_files(encoder: Any, tmp_path: Path) -> None:
    path = tmp_path / "encoder.latpred"
    encoder.save(path)
    back = lp.load_encoder(path)
    assert type(back) is type(encoder)
    assert back.features().name == encoder.kind
    np.testing.assert_array_equal(back.encode(CELLS), encoder.encode(CELLS))
    content = path.read_bytes()
    for at in range(8, len(content), len(content) // 25):
        path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        with pytest.raises(lp.CorruptionError):
            lp.load_encoder(path)
    lp.NetworkFeatures(CELLS, CELLS.genes).save(path)
    with pytest.raises(lp.ConfigError, match="'table'"):
        lp.load_encoder(path)


def test_joined_with_given_numbers(tmp_path: Path) -> None:
    parts = [small(kind).fit(CELLS, progress=False) for kind in KINDS]
    proxies = lp.NetworkFeatures(CELLS, CELLS.genes[:, :3], name="zcp")
    joined = lp.joined_features(*parts, proxies, archs=CELLS)
    assert (joined.name, joined.width) == ("arch2vec+cate+zcp", 19)
    joined.save(tmp_path / "caz.latpred")
    back = lp.load_features(tmp_path / "caz.latpred")
    codes = joined.encode(CELLS)
    np.testing.assert_array_equal(back.encode(CELLS), codes)
    assert codes.std(0).max() < 1
    for method in ("cosine", "kmeans", "kcenter"):
        rows = lp.sampling.choose(CELLS, 10, method=method, features=codes)
        assert len(set(rows)) == 10


def test_operations_and_edges_of_networks_held_out() -> None:
    archs = lp.space("nas-bench-201").sample(600, seed=2, unique=True)
    coder = lp.Arch2VecEncoder(epochs=4, hidden=32, hops=2, seed=1).fit(archs, progress=False)
    found = coder.held_out_
    assert found["operations"] > found["operations by chance"] + 0.3
    assert found["edges"] > found["edges by chance"] + 0.15
    losses = coder.history_["train_loss"]
    assert losses[-1] < losses[0]


def test_masked_operations_of_networks_held_out() -> None:
    chains = (
        lp.space("fbnet").restrict("thin", allowed={"op": ["k3_e1", "k5_e6"]}).sample(300, seed=0)
    )
    coder = lp.CateEncoder(
        graph_layers=1, pair_layers=1, epochs=4, held_out_share=0.2, learning_rate=3e-3
    ).fit(chains, progress=False)
    losses = coder.history_["train_loss"]
    assert losses[-1] < 0.8 * losses[0]
    assert coder.held_out_["operations"] >= coder.held_out_["operations by chance"]


@pytest.mark.parametrize("name", ["fbnetv3", "ofa-resnet50"])
def test_other_spaces(name: str) -> None:
    archs = lp.space(name).sample(30, seed=0)
    for kind in KINDS:
        codes = small(kind, epochs=1).fit(archs, progress=False).encode(archs)
        assert codes.shape == (30, 8)
        assert len(np.unique(codes, axis=0)) > 25
    unseen = lp.space(name).sample(30, seed=1)  # operations that the first networks lack
    assert np.isfinite(small("cate").fit(archs, progress=False).encode(unseen)).all()


def test_the_published_form_of_fbnet() -> None:
    chains = lp.space("fbnet").sample(40, seed=0)
    coder = small("cate", form="published").fit(chains, progress=False)
    codes = coder.encode(chains)
    last = chains.genes[:, -1]
    assert len(np.unique(codes, axis=0)) == len(np.unique(last))  # nothing but the last block


@pytest.mark.parametrize("kind", KINDS)
def test_errors(kind: str) -> None:
    with pytest.raises(lp.NotFittedError):
        small(kind).encode(CELLS)
    with pytest.raises(lp.DataError, match="at least 10 different networks expected, got 4"):
        small(kind).fit(CELLS[[0, 1, 2, 3] * 5], progress=False)
    with pytest.raises(lp.ConfigError, match=r"archs is a list of .*, an Architectures expected"):
        small(kind).fit(CELLS.to_strings(), progress=False)
    for wrong in (
        {"preset": "huge"},
        {"epochs": 0},
        {"epochs": "3"},
        {"dropout": 1.0},
        {"dropout": np.nan},
        {"dropout": "much"},
        {"form": "other"},
        {"form": 3},
        {"held_out_share": 0.95},
        {"latent": 0},
        {"learning_rate": -1},
        {"seed": -1},
    ):
        with pytest.raises(lp.ConfigError):
            small(kind, **wrong).fit(CELLS, progress=False)
    with pytest.raises(lp.ConfigError, match="form 'published'"):
        small(kind, form="published").fit(
            lp.space("ofa-proxyless").sample(20, seed=0), progress=False
        )
    fitted = small(kind, epochs=1).fit(CELLS, progress=False)
    with pytest.raises(lp.LatpredError, match="fbnet"):
        fitted.encode(lp.space("fbnet").sample(3, seed=0))


def test_errors_of_cate() -> None:
    with pytest.raises(lp.ConfigError, match="heads that divide"):
        small("cate", heads=3).fit(CELLS, progress=False)
    with pytest.raises(lp.ConfigError, match="smoothing"):
        small("cate", smoothing=1.5).fit(CELLS, progress=False)
    with pytest.raises(lp.DataError, match="similar size"):
        small("cate", most_params_apart=1e-3).fit(
            lp.space("fbnet").sample(10, seed=1), progress=False
        )


def test_settings_of_presets() -> None:
    published = lp.CateEncoder("published", epochs=2).settings()
    assert (published["graph_layers"], published["pair_layers"], published["epochs"]) == (12, 24, 2)
    assert repr(lp.Arch2VecEncoder(hops=2)) == (
        "Arch2VecEncoder(preset='quick', form='honest', hops=2, seed=0)"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_interrupt_leaves_the_encoder(kind: str) -> None:
    from latpred._core import base

    coder = small(kind).fit(CELLS, progress=False)
    before = coder.features().to_bytes()
    with base.PollProbe() as probe:
        coder.fit(CELLS, progress=False)
    assert probe.polls > 8
    with base.PollProbe(interrupt_at=probe.polls // 2), pytest.raises(KeyboardInterrupt):
        coder.fit(CELLS, progress=False)
    assert coder.features().to_bytes() == before
