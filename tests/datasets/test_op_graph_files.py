"""Latency files of the block profiler: what stands in them, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import latpred as lp
import numpy as np
import pytest

MOBILE = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[192, 208, 224])
PROXYLESS = lp.space("ofa-proxyless", width=1.3)
HEADER = "net_id,net_str,device,resolution,lat unit,end-to-end lat"


def net_string(space: lp.Space, row: np.ndarray, prefix: str) -> str:
    """From the genes, by the rule of the file."""
    column = {gene.name: i for i, gene in enumerate(space.genes)}
    units = []
    for unit in range(max(gene.unit for gene in space.genes) + 1):
        of_depth = column[f"d[{unit}]"]
        depth = int(space.genes[of_depth].choices[row[of_depth]])
        slots = range(4 * unit, 4 * unit + depth)
        chosen = [
            [space.genes[c].choices[row[c]] for c in (column[f"e[{s}]"], column[f"ks[{s}]"])]
            for s in slots
        ]
        units.append("->".join(f"{prefix}_e{e:g}_k{k:g}" for e, k in chosen))
    return "|".join(units)


@pytest.mark.parametrize(("space", "prefix"), [(MOBILE, "mbconv3"), (PROXYLESS, "mbconv2")])
@pytest.mark.parametrize(("unit", "factor"), [("us", 1e3), ("ms", 1.0), ("s", 1e-3)])
def test_round_trip(space: lp.Space, prefix: str, unit: str, factor: float, tmp_path: Path) -> None:
    archs = space.sample(50, seed=1)
    table = lp.LatencyTable(archs, np.random.default_rng(0).uniform(1, 40, 50), device="npu")
    path = tmp_path / "lat_data.csv"
    lp.datasets.write_op_graph_file(table, path, unit=unit)
    header, *lines = path.read_text().splitlines()
    assert header == HEADER
    pixels = next(gene for gene in space.genes if gene.group == "r").choices
    resolution = next(i for i, gene in enumerate(space.genes) if gene.group == "r")
    for number, line in enumerate(lines):
        cells = line.split(",")
        row = archs.genes[number]
        expected = [number, net_string(space, row, prefix), "npu", pixels[row[resolution]], unit]
        assert cells[:5] == list(map(str, expected))
        assert float(cells[5]) == table.latency_ms[number] * factor
    read = lp.read_latency_table(path, space)
    np.testing.assert_array_equal(read.archs.genes, archs.genes)
    np.testing.assert_allclose(read.latency_ms, table.latency_ms, rtol=1e-15)
    assert read.device == "npu"


def change(cell: int, text: str) -> Callable[[list[str]], list[str]]:
    return lambda cells: [*cells[:cell], text, *cells[cell + 1 :]]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda c: change(1, c[1].replace("mbconv3", "mbconv2"))(c), "block 'mbconv2"),
        (lambda c: change(1, c[1].replace("_k", "_k1"))(c), "block 'mbconv3"),
        (lambda c: change(1, c[1] + "|mbconv3_e3_k3")(c), "6 units, 5"),
        (lambda c: change(1, c[1] + "->mbconv3_e3_k3" * 4)(c), "no such depth"),
        (lambda c: change(1, c[1].split("->")[0])(c), "1 units, 5"),
        (change(1, ""), "1 units, 5"),
        (change(1, "x" * 100_000), "1 units, 5"),
        (change(3, "200"), "resolution '200'"),
        (change(3, "big"), "resolution 'big'"),
        (change(4, "min"), "lat unit 'min'"),
        (change(5, "fast"), "'fast' is no number"),
        (change(5, "-3"), "line 3"),
    ],
)
def test_bad_rows(edit: Callable[[list[str]], list[str]], said: str, tmp_path: Path) -> None:
    table = lp.LatencyTable(MOBILE.sample(4, seed=2), [1.0, 2.0, 3.0, 4.0])
    path = tmp_path / "bad.csv"
    lp.datasets.write_op_graph_file(table, path)
    lines = path.read_text().splitlines()
    lines[2] = ",".join(edit(lines[2].split(",")))
    path.write_text("\n".join(lines))
    with pytest.raises(lp.DataError) as caught:
        lp.read_latency_table(path, MOBILE)
    assert said in str(caught.value)
    assert "line 3" in str(caught.value)
    assert len(str(caught.value)) < 600
    dropped = lp.read_latency_table(path, MOBILE, on_bad="drop")
    assert (len(dropped), dropped.dropped) == (3, 1)


def test_what_is_refused(tmp_path: Path) -> None:
    cells = lp.space("nas-bench-201")
    own = lp.LatencyTable(cells.sample(3, seed=0), [1.0, 2.0, 3.0])
    with pytest.raises(lp.ConfigError, match="net_str"):
        lp.datasets.write_op_graph_file(own, tmp_path / "cells.csv")
    table = lp.LatencyTable(MOBILE.sample(3, seed=0), [1.0, 2.0, 3.0])
    with pytest.raises(lp.ConfigError, match="unit"):
        lp.datasets.write_op_graph_file(table, tmp_path / "table.csv", unit="hours")
    path = tmp_path / "table.csv"
    lp.datasets.write_op_graph_file(table, path)
    with pytest.raises(lp.ConfigError, match="net_str"):
        lp.read_latency_table(path, cells)
    path.write_text(path.read_text().replace("lat unit", "unit"))
    with pytest.raises(lp.DataError, match="lat unit"):
        lp.read_latency_table(path, MOBILE)


def test_the_authors_split() -> None:
    table = lp.LatencyTable(MOBILE.sample(100, seed=0), np.arange(1.0, 101.0))
    sizes = {"train_dev": 80, "dev": 10, "test": 15}
    train, dev, test = lp.datasets.op_graph_split(table, **sizes)
    assert [len(part) for part in (train, dev, test)] == [70, 10, 15]
    np.testing.assert_array_equal(test.latency_ms, np.arange(81.0, 96.0))
    both = np.concatenate([train.latency_ms, dev.latency_ms])
    np.testing.assert_array_equal(np.sort(both), np.arange(1.0, 81.0))
    again = lp.datasets.op_graph_split(table, **sizes)
    np.testing.assert_array_equal(again[1].latency_ms, dev.latency_ms)
    other = lp.datasets.op_graph_split(table, **sizes, seed=1)
    assert not np.array_equal(other[1].latency_ms, dev.latency_ms)
    for wrong in ({"train_dev": 90}, {"dev": 0}, {"dev": 80}, {"test": 0}):
        with pytest.raises(lp.DataError, match="op_graph_split"):
            lp.datasets.op_graph_split(table, **{**sizes, **wrong})
