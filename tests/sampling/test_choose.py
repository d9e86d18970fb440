"""Samplers: which networks are chosen, against independent ways to say so."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import sampling as core

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(400, seed=3, unique=True)
MACS = np.asarray(SPACE.count(ARCHS)["macs"], dtype=float)
LATENCY = MACS**0.7 + np.arange(len(ARCHS))
METHODS = [name for name in lp.sampling.methods() if not name.startswith("ofa-")]


def choose(archs: Any = ARCHS, n: int = 20, **settings: Any) -> Any:
    if settings.get("method") == "oracle":
        settings.setdefault("latency_ms", LATENCY)
    return lp.sampling.choose(archs, n, **settings)


def networks(archs: Any, rows: Any) -> set[str]:
    return set(archs[rows].to_strings())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 7, 20, 399, 400])
def test_every_method_gives_that_many_different_networks(method: str, n: int) -> None:
    rows = choose(n=n, method=method)
    assert rows.dtype == np.int64
    assert list(rows) == sorted(set(rows))
    assert len(rows) == n


@pytest.mark.parametrize("method", METHODS)
def test_neither_order_nor_repeated_rows_matter(method: str) -> None:
    order = np.random.default_rng(0).permutation(len(ARCHS))
    doubled = np.concatenate([order, order[::3]])
    expected = networks(ARCHS, choose(method=method, seed=5))
    for rows in (order, doubled):
        values = {"latency_ms": LATENCY[rows]} if method == "oracle" else {}
        chosen = choose(ARCHS[rows], method=method, seed=5, **values)
        assert networks(ARCHS[rows], chosen) == expected
        firsts = {text: i for i, text in reversed(list(enumerate(ARCHS[rows].to_strings())))}
        assert list(chosen) == sorted(firsts[text] for text in expected)


@pytest.mark.parametrize("method", METHODS)
def test_the_seed_decides(method: str) -> None:
    drawn = [tuple(choose(method=method, seed=seed)) for seed in (0, 0, 1, 2, 3)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1


@given(st.integers(1, 60), st.integers(0, 2**63))
def test_random_is_without_replacement_and_uniform_in_range(n: int, seed: int) -> None:
    rows = choose(ARCHS[:60], n, seed=seed)
    assert len(set(rows)) == n
    assert set(rows) <= set(range(60))


def test_random_choices_are_uniform() -> None:
    counts = np.zeros(30)
    for seed in range(2000):
        counts[choose(ARCHS[:30], 3, seed=seed)] += 1
    chi_squared = ((counts - 200) ** 2 / 200).sum() / (1 - 3 / 30)
    assert chi_squared < 58.3  # the 99.9 % quantile with 29 degrees of freedom


@pytest.mark.parametrize(
    ("method", "values"),
    [("flops", MACS), ("params", np.asarray(SPACE.count(ARCHS)["params"])), ("oracle", LATENCY)],
)
@pytest.mark.parametrize("n", [3, 20, 37])
def test_one_network_of_each_stratum(method: str, values: Any, n: int) -> None:
    chosen = np.sort(values[choose(method=method, n=n, seed=1)])
    strata = np.array_split(np.sort(values), n)
    cuts = [len(part) for part in strata]
    assert max(cuts) - min(cuts) <= 1
    ordered = np.sort(values)
    for k, value in enumerate(chosen):
        low = ordered[k * len(values) // n]
        high = ordered[(k + 1) * len(values) // n - 1]
        assert low <= value <= high


def standardised(archs: Any, encoding: str) -> Any:
    features = np.asarray(SPACE.encode(archs, encoding), dtype=float)
    features = features[:, features.std(axis=0) > 0]
    return (features - features.mean(axis=0)) / features.std(axis=0)


def test_cosine_strata_are_those_of_the_full_similarity_matrix() -> None:
    units = standardised(ARCHS, "one-hot")
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    similarity = units @ units.T
    np.fill_diagonal(similarity, 0)
    mean = similarity.sum(axis=1) / (len(ARCHS) - 1)
    ordered = np.sort(mean)
    chosen = np.sort(mean[choose(method="one-hot-cosine", n=20)])
    for k, value in enumerate(chosen):
        assert ordered[k * 20] - 1e-9 <= value <= ordered[(k + 1) * 20 - 1] + 1e-9


def test_k_centre_is_farthest_first() -> None:
    features = standardised(ARCHS, "one-hot")
    rows = set(choose(method="one-hot-kcenter", n=12))
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)

    def traversal(first: int) -> set[int]:
        chosen = [first]
        while len(chosen) < 12:
            nearest = distance[:, chosen].min(axis=1)
            chosen.append(int(np.flatnonzero(nearest > nearest.max() - 1e-9)[0]))
        return set(chosen)

    radius = distance[:, sorted(rows)].min(axis=1).max()
    # Ties may be broken otherwise, so the radius is compared with those of all traversals.
    radii = {round(distance[:, sorted(traversal(start))].min(axis=1).max(), 9) for start in rows}
    assert radius <= max(radii) + 1e-9
    assert radius <= 2 * min(radii)


def test_k_means_is_as_tight_as_that_of_scikit_learn() -> None:
    cluster = pytest.importorskip("sklearn.cluster")
    features = standardised(ARCHS, "cost-features")

    def spread(rows: Any) -> float:
        distance = np.linalg.norm(features[:, None] - features[rows][None], axis=2)
        return float((distance.min(axis=1) ** 2).mean())

    def members(seed: int) -> list[int]:
        found = cluster.KMeans(10, n_init=1, random_state=seed).fit(features)
        distance = found.transform(features)
        own = distance[np.arange(len(features)), found.labels_]
        groups = [np.flatnonzero(found.labels_ == k) for k in range(10)]
        return [int(group[own[group].argmin()]) for group in groups]

    seeds = range(8)
    ours = [spread(choose(method="cost-features-kmeans", n=10, seed=seed)) for seed in seeds]
    theirs = [spread(members(seed)) for seed in seeds]
    random = [spread(choose(n=10, seed=seed)) for seed in seeds]
    assert np.mean(ours) < 1.05 * np.mean(theirs)
    assert np.mean(ours) < 0.8 * np.mean(random)


def test_k_means_finds_separate_groups() -> None:
    generator = np.random.default_rng(0)
    group = np.arange(len(ARCHS)) % 8
    features = np.eye(8)[group] * 50 + generator.normal(size=(len(ARCHS), 8))
    for way in ("kmeans", "kcenter"):
        rows = choose(n=8, method=way, features=features)
        assert sorted(group[rows]) == list(range(8))


def log_determinant(features: Any, rows: Any) -> float:
    """Written anew: noise of a tenth of the signal, an intercept, prior variance 1."""
    taken = np.column_stack([np.ones(len(rows)), features[rows]])
    scale = 0.1 * np.sqrt(features.shape[1])
    return float(np.linalg.slogdet(np.eye(taken.shape[1]) + taken.T @ taken / scale**2)[1])


@pytest.mark.parametrize("encoding", ["one-hot", "cost-features"])
@pytest.mark.parametrize("n", [6, 40])
def test_d_optimal_leaves_no_exchange_that_gains(encoding: str, n: int) -> None:
    features = standardised(ARCHS, encoding)
    rows = list(choose(method=f"{encoding}-d-optimal", n=n, seed=2))
    reached = log_determinant(features, rows)
    assert core.information(features, rows) == pytest.approx(reached, rel=1e-9)
    rest = [row for row in range(len(ARCHS)) if row not in set(rows)]
    for place in range(n):
        others = rows[:place] + rows[place + 1 :]
        best = max(log_determinant(features, [*others, row]) for row in rest[::7])
        assert best <= reached + 1e-5
    random = [log_determinant(features, choose(n=n, seed=seed)) for seed in range(20)]
    assert reached > max(random)


def test_d_optimal_alone_is_for_the_additive_model() -> None:
    assert list(choose(method="d-optimal")) == list(choose(method="one-hot-d-optimal"))


def test_coinciding_features_are_filled_at_random() -> None:
    features = np.zeros((len(ARCHS), 3))
    features[:50] = 1
    for way in ("kmeans", "kcenter", "cosine", "d-optimal", "legacy-kmeans"):
        rows = choose(n=30, method=way, features=features)
        assert len(set(rows)) == 30
    assert set(choose(n=2, method="kmeans", features=features) < 50) == {True, False}


def test_constant_features_are_as_random() -> None:
    assert len(choose(n=9, method="kmeans", features=np.full((len(ARCHS), 2), 0.1))) == 9


def bad_features() -> Any:
    features = np.zeros((len(ARCHS), 2))
    features[7, 1] = np.nan
    return features


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"n": 0}, lp.ConfigError, "n is 0"),
        ({"n": 401}, lp.DataError, "401 networks wanted of 400 different"),
        ({"method": "best"}, lp.ConfigError, "method 'best' is unknown"),
        ({"method": "zcp-kmeans"}, lp.ConfigError, "method 'zcp-kmeans' is unknown"),
        ({"method": "one-hot-best"}, lp.ConfigError, "'one-hot-best' is unknown"),
        ({"method": "kmeans"}, lp.ConfigError, "names no encoding"),
        (
            {"method": "kmeans", "features": np.zeros((3, 2))},
            lp.ConfigError,
            "3 rows given for 400",
        ),
        ({"method": "kmeans", "features": np.zeros(400)}, lp.ConfigError, "matrix expected"),
        ({"method": "kcenter", "features": bad_features()}, lp.DataError, "row 7, column 1"),
        ({"method": "oracle", "latency_ms": [1.0]}, lp.ConfigError, "of each of 400"),
        ({"method": "oracle", "latency_ms": np.full(400, np.nan)}, lp.DataError, "latency of row"),
    ],
)
def test_what_cannot_be_done_is_said(settings: Any, error: Any, text: str) -> None:
    with pytest.raises(error, match=text):
        choose(**settings)


def test_an_unknown_method_of_any_length_gets_a_short_message() -> None:
    with pytest.raises(lp.ConfigError) as caught:
        choose(method="x" * 10**6)
    assert len(str(caught.value)) < 2000


def test_every_space_can_be_chosen_from() -> None:
    for name in lp.spaces.space_names():
        archs = lp.space(name).sample(60, seed=0, unique=True)
        for method in ("flops", "d-optimal", "one-hot-kmeans", "cost-features-cosine"):
            assert len(set(lp.sampling.choose(archs, 8, method=method))) == 8
