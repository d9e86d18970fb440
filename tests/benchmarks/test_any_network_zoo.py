"""The zoo is as large as it promises, and measuring it goes on where it was interrupted."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

import latpred as lp
import pytest

pytest.importorskip("torch")

from benchmarks.any_network import collect as collecting
from benchmarks.any_network.export import COLUMNS, export, read_table, turns
from benchmarks.any_network.own_modules import OWN
from benchmarks.any_network.zoo import zoo


def test_its_size_and_its_order() -> None:
    entries = zoo()
    names = [one.name for one in entries]
    families = {one.family for one in entries}
    assert len(set(names)) == len(names) >= 150
    assert len(families) >= 25
    first = turns(entries)[: len(families)]
    assert {one.family for one in first} == families
    assert len({family for family, _ in OWN}) >= 10


def test_networks_by_hand_are_exported_once(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    few = [one for one in zoo() if one.name in ("own/perceptron-512x4", "own/pointnet-64@1024")]
    rows = list(export(few, tmp_path, 1e7, 10))
    assert {row["name"]: row["status"] for row in rows} == {
        "own/perceptron-512x4": "large",
        "own/pointnet-64@1024": "large",
    }
    assert not list(export(few, tmp_path, 1e9, 10))
    (tmp_path / "networks.csv").unlink()
    row = next(export(few[:1], tmp_path, 1e9, 10))
    assert (tmp_path / row["file"]).exists()
    module, inputs = few[0].network()
    assert lp.import_network(module, example_inputs=inputs).costs["macs"] == row["macs"]


def listed(folder: Path, count: int) -> None:
    with (folder / "networks.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(count):
            status = "large" if number == 1 else "ok"
            row = {"name": f"n{number}", "family": "f", "file": f"n{number}.onnx"}
            writer.writerow({**row, "status": status, "macs": 5, "kernels": 2})


def test_a_killed_collection_goes_on(tmp_path: Path) -> None:
    listed(tmp_path, 8)
    table = tmp_path / "latencies.csv"
    asked: list[str] = []

    def measure(files: Mapping[str, Path]) -> list[lp.NetworkLatency]:
        if asked and len(asked) < 4:
            asked.append("stop")
            raise KeyboardInterrupt
        asked.extend(files)
        return [
            lp.NetworkLatency(name, "here", math.nan if name == "n3" else 2.5, 2.4, 2.6,
                              "failed" if name == "n3" else "labelled")
            for name in files
        ]  # fmt: skip

    with pytest.raises(KeyboardInterrupt):
        list(collecting.collect(tmp_path, table, "here", measure, together=3))
    assert len(read_table(table)) == 3
    rest = list(collecting.collect(tmp_path, table, "here", measure, together=3))
    assert [row["name"] for row in rest] == ["n4", "n5", "n6", "n7"]
    found = read_table(table)
    assert set(found) == {f"n{number}" for number in range(8) if number != 1}
    assert found["n0"]["latency_ms"] == "2.5"
    assert (found["n3"]["latency_ms"], found["n3"]["status"]) == ("", "failed")
    assert not list(collecting.collect(tmp_path, table, "here", measure))
    assert len(list(collecting.collect(tmp_path, table, "there", measure))) == 7
