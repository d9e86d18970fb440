"""The search under a device's limit: methods, accuracies of benchmarks, listed pools, errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

CELLS = lp.space("nas-bench-201")
CHAIN = lp.space("fbnetv3")
METHODS = ["evolution", "exhaustive", "genetic", "guided", "nsga2", "random"]
search = lp.device_generic.search


def size(archs: lp.Architectures) -> Any:
    return archs.space.count(archs)["macs"] / 1e6


def worth(archs: lp.Architectures) -> Any:
    return archs.genes.astype(float) @ np.arange(1.0, archs.genes.shape[1] + 1)


@pytest.fixture(scope="module")
def phone() -> Any:
    archs = CELLS.sample(60, seed=0, unique=True)
    return lp.FlopsPredictor().fit(lp.LatencyTable(archs, 1 + size(archs)))


@pytest.fixture(scope="module")
def cifar100(data_dir: Path) -> Any:
    return lp.load_accuracy(data_dir / "nasbench201/nb201_accuracy.csv", column="c100_test200")


@pytest.fixture(scope="module")
def tables(data_dir: Path) -> dict[str, Any]:
    stored = np.load(data_dir / "transfer/nasbench201_latency.npz")
    archs = CELLS.architectures([str(text) for text in stored["arch_str"]])
    names = [str(name) for name in stored["devices"]]
    return {
        name: lp.LatencyTable(archs, stored["latency_ms"][:, names.index(name)].astype(float))
        for name in ("pixel3", "fpga")
    }


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_limit_and_budget(phone: Any, method: str) -> None:
    limit = float(np.quantile(phone.predict(CELLS.enumerate()), 0.5))
    found = search(phone, worth, limit, method=method, budget=150, seed=3)
    assert found.latency_ms <= limit
    assert found.latency_ms == phone.predict(found.architecture)[0]
    assert found.accuracy == worth(found.architecture)[0]
    assert found.regret() >= 0
    assert method == "exhaustive" or 140 < found.evaluations <= 150
    assert json.loads(json.dumps(found.to_dict()))["method"] == method
    assert method in found._repr_html_()


def test_the_unconstrained_optima_of_the_benchmark(data_dir: Path, phone: Any) -> None:
    """Row 9930 of the benchmark's list; of ImageNet16-120 857. CIFAR-10 has two (one is 6111)."""
    path = data_dir / "nasbench201/nb201_accuracy.csv"
    best = {
        "c100_test200": (73.513, ["333133"]),
        "c10_test200": (94.373, ["333132", "333123"]),
        "in16_test200": (47.311, ["223133"]),
    }
    for column, (percent, codes) in best.items():
        accuracy = lp.load_accuracy(path, column=column)
        for method in ("exhaustive", "guided"):
            found = search(phone, accuracy, method=method)
            assert found.accuracy == pytest.approx(percent, abs=5e-4)
            assert "".join(map(str, found.architecture.genes[0])) in codes
            assert found.limit_ms is None


def test_methods_find_the_best_network_under_many_limits(
    tables: dict[str, Any], cifar100: Any
) -> None:
    study = lp.device_generic.search_study(
        tables,
        cifar100,
        methods=["evolution", "guided"],
        seeds=1,
        quantiles=np.linspace(0.05, 0.95, 20)[::4].tolist(),
    )
    shown = study.summary()
    assert (study.columns["evaluations"] <= 2000).all()
    assert (study.columns["latency_ms"] <= study.columns["limit_ms"]).all()
    exact = dict(zip(zip(shown["device"], shown["method"], strict=True),
                     shown["exact_least"], strict=True))  # fmt: skip
    for device in tables:
        assert exact[device, "guided"] == 5
        assert exact[device, "evolution"] >= 4
    assert max(shown["regret_most"]) < 0.5
    assert "guided" in study._repr_html_()


def test_oracles_and_regrets_are_those_of_the_tables(tables: dict[str, Any]) -> None:
    table = tables["fpga"]
    values = worth(table.archs)
    study = lp.device_generic.search_study(
        {"fpga": table},
        worth,
        space=CELLS,
        methods=["random"],
        seeds=[5, 9],
        quantiles=[0.1, 0.9],
        budget=30,
    )
    for i in range(len(study)):
        row = {name: column[i] for name, column in study.columns.items()}
        assert row["limit_ms"] == np.quantile(table.latency_ms, row["quantile"])
        assert row["oracle"] == values[table.latency_ms <= row["limit_ms"]].max()
        assert row["regret"] == row["oracle"] - row["accuracy"] >= 0
        assert row["exact"] == (row["regret"] == 0)
    assert study.columns["seed"].tolist() == [5, 9, 5, 9]


def test_listed_pools_are_looked_through(phone: Any) -> None:
    pool = CELLS.sample(300, seed=1)  # with repeated networks
    accuracies, latencies = worth(pool), phone.predict(pool)
    limit = float(np.quantile(latencies, 0.4))
    for latency in (phone, latencies):
        found = search(latency, accuracies, limit, candidates=pool)
        assert found.accuracy == accuracies[latencies <= limit].max()
        assert found.method == "exhaustive"
        assert found.regret() == 0
        assert found.evaluations <= len(np.unique(pool.genes, axis=0))
    with pytest.raises(lp.InfeasibleError) as caught:
        search(phone, accuracies, latencies.min() * 0.9, candidates=pool)
    assert caught.value.minimum_ms == latencies.min()


def test_a_published_pool(data_dir: Path, phone: Any) -> None:
    data = lp.device_generic.read_folder(data_dir / "device_generic/nasbench201")
    ms = phone.predict(CELLS.architectures(np.array(data.search_archs.genes)))
    limit = float(np.quantile(ms, 0.5))
    found = search(ms, data.search_accuracy, limit, candidates=data.search_archs)
    assert found.accuracy == data.search_accuracy[ms <= limit].max()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"limit_ms": 0.0}, "limit_ms"),
        ({"limit_ms": -4}, "limit_ms"),
        ({"limit_ms": float("nan")}, "limit_ms"),
        ({"limit_ms": "3"}, "limit_ms"),
        ({"budget": 0}, "budget"),
        ({"budget": 1.5}, "budget"),
        ({"budget": 10, "population": 20}, "budget"),
        ({"population": 1}, "population"),
        ({"generations": -1}, "generations"),
        ({"method": "magic"}, "guided"),
        ({"method": "evolution", "candidates": CELLS.sample(3, seed=0)}, "exhaustive"),
        ({"candidates": [[1] * 6]}, "Architectures"),
        ({"gene_length": 28}, "6 genes"),
        ({"space": 3}, "space"),
        ({"crossover_rate": 2, "method": "genetic"}, "crossover_rate"),
        ({"mutation_rate": -0.1, "method": "guided"}, "mutation_rate"),
        ({"seed": -1, "method": "guided"}, "seed"),
    ],
)
def test_wrong_settings_are_refused(phone: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(lp.ConfigError, match=words):
        search(phone, worth, **({"limit_ms": 100.0} | options))


def test_latencies_and_accuracies_of_the_wrong_kind(phone: Any, cifar100: Any) -> None:
    chain = CHAIN.sample(40, seed=0)
    other = lp.FlopsPredictor().fit(lp.LatencyTable(chain, size(chain)))
    with pytest.raises(lp.SchemaError, match="accuracy of nas-bench-201"):
        search(other, cifar100, 100.0)
    with pytest.raises(lp.SchemaError, match="latency of fbnetv3"):
        search(other, worth, 100.0, space=CELLS)
    with pytest.raises(lp.ConfigError, match="accuracy by a predictor of ms"):
        search(phone, phone, 100.0)
    with pytest.raises(lp.ConfigError, match="latency by a predictor of %"):
        search(cifar100, cifar100, 100.0)
    with pytest.raises(lp.ConfigError, match="without candidates"):
        search(phone, [1.0, 2.0], 100.0)
    with pytest.raises(lp.ConfigError, match="space="):
        search(size, worth, 100.0)
    with pytest.raises(lp.DataError, match="one value for each"):
        search(phone, [1.0, 2.0], 100.0, candidates=CELLS.sample(3, seed=0))
    with pytest.raises(lp.NotFittedError):
        search(lp.FlopsPredictor(), worth, 100.0)


@pytest.mark.parametrize("method", METHODS)
def test_a_limit_that_nothing_keeps(phone: Any, method: str) -> None:
    with pytest.raises(lp.InfeasibleError) as caught:
        search(phone, worth, 1e-3, method=method, budget=50)
    assert caught.value.minimum_ms == pytest.approx(phone.predict(CELLS.enumerate()).min())


def test_settings_of_the_published_genetic_algorithm() -> None:
    found = search(
        size,
        worth,
        700.0,
        method="genetic",
        population=30,
        generations=4,
        crossover_rate=1.0,
        gene_length=28,
        mutation_rate=0.05,
        space="fbnetv3",
    )
    assert found.evaluations == 150
    with pytest.raises(lp.ConfigError, match="more than"):
        found.regret()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"latencies": {}}, "device"),
        ({"methods": []}, "method"),
        ({"seeds": 0}, "seeds"),
        ({"quantiles": [1.5]}, "quantiles"),
        ({"space": "fbnetv3"}, "200,000"),
    ],
)
def test_studies_that_ask_for_nothing(changes: dict[str, Any], words: str) -> None:
    options: dict[str, Any] = {"latencies": {"a": size}, "accuracy": worth, "space": CELLS}
    with pytest.raises(lp.ConfigError, match=words):
        lp.device_generic.search_study(**(options | changes))
