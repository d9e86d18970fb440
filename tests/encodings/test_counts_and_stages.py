"""Counts of operations and costs by stage, against genes and op graphs."""

from __future__ import annotations

from collections import Counter

import latpred as lp
import numpy as np
import pytest


def columns(archs: lp.Architectures, encoding: str) -> dict[str, np.ndarray]:
    values = archs.space.encode(archs, encoding)
    return dict(zip(archs.space.feature_names(encoding), values.T, strict=True))


def test_operations_of_a_network_by_hand() -> None:
    space = lp.space("fbnet")
    archs = space.architectures(["_".join(["0"] * 3 + ["8"] * 10 + ["5"] * 9)])
    counts = {name: values[0] for name, values in columns(archs, "op-counts").items()}
    assert list(counts)[:2] == ["op=k3_e1", "op=k3_e1_g2"]
    assert {name: n for name, n in counts.items() if n} == {
        "op=k3_e1": 3, "op=skip": 10, "op=k5_e1_g2": 9,
    }  # fmt: skip


def test_genes_of_fbnetv3_count_for_their_blocks() -> None:
    space = lp.space("fbnetv3")
    archs = space.sample(30, seed=6)
    found = columns(archs, "op-counts")
    for row, form in enumerate(archs.to_dicts()):
        blocks = [*form["d"], 1]
        expected: Counter[str] = Counter()
        for kernel, depth in zip(form["ks"], blocks, strict=True):
            expected[f"ks={kernel}"] += depth
        # Stage 1 has no expansion gene, stages 4 and 5 share theirs, stage 6 has one.
        for first, stage in ((0, 1), (2, 2), (4, 3), (4, 4), (6, 5)):
            expected[f"e={form['e'][first]}"] += 1
            expected[f"e={form['e'][min(first + 1, 6)]}"] += blocks[stage] - 1
        expected += Counter(f"c={channels}" for channels in form["c"])
        expected += Counter(f"d={depth}" for depth in form["d"])
        assert {name: int(n[row]) for name, n in found.items() if n[row]} == expected


GENES_OF_ONE_BLOCK = [name for name in lp.space_names() if name != "fbnetv3"]


@pytest.mark.parametrize("name", GENES_OF_ONE_BLOCK)
def test_counts_are_of_the_genes_that_count(name: str) -> None:
    archs = lp.space(name).sample(40, seed=1)
    found = columns(archs, "op-counts")
    expected: dict[str, np.ndarray] = {}
    for feature, bits in columns(archs, "one-hot").items():  # zeros where a gene does not count
        group, choice = feature.split("[")[0], feature.split("=")[1]
        expected[f"{group}={choice}"] = expected.get(f"{group}={choice}", 0) + bits
    shared = [feature for feature in found if feature.split("=")[0] not in ("d", "r")]
    assert set(shared) == {f for f in expected if f[:2] not in ("d=", "r=")}
    for feature in shared:
        np.testing.assert_array_equal(found[feature], expected[feature])
    for row, form in enumerate(archs.to_dicts()):
        for group in {"d", "r"} & form.keys():
            listed = form[group] if isinstance(form[group], list) else [form[group]]
            got = {f: int(n[row]) for f, n in found.items() if f.startswith(group + "=") and n[row]}
            assert got == Counter(f"{group}={value}" for value in listed)


@pytest.mark.parametrize("name", lp.space_names())
def test_costs_of_stages_are_those_of_their_operators(name: str) -> None:
    archs = lp.space(name).sample(6, seed=2)
    found = columns(archs, "stage-costs")
    counts = archs.space.count(archs)
    for cost in ("macs", "params", "bytes", "kernels"):
        parts = [values for feature, values in found.items() if feature.endswith("." + cost)]
        np.testing.assert_allclose(np.sum(parts, axis=0), counts[cost], rtol=1e-5)
    for row in range(len(archs)):
        layers = archs.graph(row).layers()
        for cost in ("macs", "params"):
            sums: Counter[str] = Counter()
            for place, layer in zip(archs.places(row), layers, strict=True):
                unit = place.split(".")[0]
                cell = place.startswith(("edge", "node"))
                inside = cell or (unit[:1] == "u" and unit[1:].isdigit())
                sums["u0" if cell else unit if inside else "outside"] += layer[cost]
            for unit, value in sums.items():
                assert found[f"{unit}.{cost}"][row] == pytest.approx(value, rel=1e-6)


def test_blocks_of_fbnet_that_do_nothing_are_none() -> None:
    archs = lp.space("fbnet").architectures([{"op": ["skip"] * 22}, {"op": ["k3_e1"] * 22}])
    found = columns(archs, "stage-costs")
    assert [found[f"u{u}.blocks"].tolist() for u in (0, 1, 6)] == [[0, 1], [1, 4], [1, 1]]
    assert found["outside.blocks"].tolist() == [0, 0]


@pytest.mark.parametrize("encoding", ["op-counts", "stage-costs"])
def test_predictors_take_them(encoding: str) -> None:
    archs = lp.space("nas-bench-201").sample(300, seed=3)
    table = lp.LatencyTable(archs, 1 + archs.space.count(archs)["macs"] / 1e7)
    model = lp.MlpPredictor(encoding=encoding, hidden=(16,), epochs=60).fit(
        table[:250], progress=False
    )
    assert lp.evaluate(table.latency_ms[250:], model.predict(archs[250:]))["spearman"] > 0.8
    with pytest.raises(lp.ConfigError, match="cannot be reversed"):
        archs.space.decode(archs.space.encode(archs, encoding), encoding)
