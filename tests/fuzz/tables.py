"""Files of tables, look-up tables and net configs."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import yaml
from latpred import _core
from latpred.lookup.table import LookupEntry, LookupMeasurement

from tests.fuzz import mutations
from tests.fuzz.mutations import Rng, bounded, pick
from tests.fuzz.texts import DESCRIPTIONS, OFA, forms


def _cells(rng: Rng, rows: int) -> dict[str, list[Any]]:
    strings, dicts = forms(0)
    archs: list[Any] = strings[:rows] if rng.random() < 0.5 else [repr(d) for d in dicts[:rows]]
    values = list(map(float, rng.uniform(1, 30, rows)))
    columns: dict[str, list[Any]] = {pick(rng, ["architecture", "child_arch"]): archs}
    columns["latency_ms" if rng.random() < 0.5 else "latency"] = values
    if rng.random() < 0.5:
        columns |= {
            "low_ms": [0.9 * v for v in values],
            "high_ms": [1.1 * v for v in values],
            "status": ["converged"] * rows,
            "device": ["d"] * rows,
        }
    for _ in range(int(rng.integers(0, 3))):
        name = pick(rng, list(columns))
        at = int(rng.integers(rows))
        old = columns[name][at]
        new = mutations.text(rng, old) if isinstance(old, str) else mutations.number(rng, old)
        columns[name] = [*columns[name][:at], new, *columns[name][at + 1 :]]
    return columns


def table(rng: Rng) -> str:
    columns = _cells(rng, 8)
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    if rng.random() < 0.2:
        rows = mutations.tree(rows, rng)
    out = io.StringIO()
    csv.writer(out).writerows(row if isinstance(row, list) else [row] for row in rows)
    content = out.getvalue()
    return mutations.text(rng, content) if rng.random() < 0.2 else content


def _read(path: Path) -> bool:
    accepted = False
    for on_bad in ("raise", "drop", "keep"):
        try:
            found = lp.read_latency_table(path, OFA, on_bad=on_bad)
        except lp.LatpredError as error:
            bounded(error)
            continue
        accepted = True
        assert np.isfinite(found.latency_ms).all()
        assert (found.latency_ms > 0).all()
        again = path.with_name("again.csv")
        found.to_csv(again)
        same = lp.read_latency_table(again, OFA, on_bad="keep")
        assert (same.latency_ms == found.latency_ms).all()
        assert same.archs.genes.tolist() == found.archs.genes.tolist()
    return accepted


def check_table(content: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(content, encoding="utf-8", errors="surrogatepass")
        return _read(path)


def parquet(rng: Rng) -> dict[str, list[Any]]:
    return _cells(rng, 8)


def check_parquet(columns: dict[str, list[Any]]) -> bool:
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        try:
            pd.DataFrame(columns).to_parquet(path)
        except (TypeError, ValueError, OverflowError):
            return False  # no table of this kind
        return _read(path)


@cache
def _entries() -> dict[str, dict[str, float]]:
    space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160])
    keys = lp.LookupTablePredictor.keys(space.sample(60, seed=0))
    return {key: {"mean": 0.1, "std": 0.01, "count": 3} for row in keys for key in row}


def lookup_yaml(rng: Rng) -> str:
    entries = dict(list(_entries().items())[: int(pick(rng, [5, 1000]))])
    try:
        content = yaml.safe_dump(mutations.tree(entries, rng))
    except RecursionError:
        content = "a: " + "[" * 3000
    if rng.random() < 0.05:
        content = content.replace("mean: 0.1", "mean: " + "[" * int(pick(rng, [2, 60, 3000])), 1)
    return mutations.text(rng, content) if rng.random() < 0.2 else content


def check_lookup_yaml(content: str) -> bool:
    space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "160_lookup_table.yaml"
        path.write_text(content, encoding="utf-8", errors="surrogatepass")
        try:
            model = lp.LookupTablePredictor.from_yaml(folder, space=space)
            assert np.isfinite(model.predict(space.sample(3, seed=0))).all()
        except lp.LatpredError as error:
            bounded(error)
            return False
    return True


@cache
def _lookup_csv() -> str:
    space = lp.define_space(**DESCRIPTIONS[0])
    catalogue = _core.predictors.PartCatalogue(space, "block")
    entries = [
        LookupEntry(catalogue.key(i), catalogue.place(i), 1.0 + i, 0.5 + i, 1.5 + i, "converged")
        for i in range(len(catalogue))
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        LookupMeasurement(catalogue, tuple(entries), mode="isolated", by="block").write_csv(path)
        return path.read_text(encoding="utf-8")


def lookup_csv(rng: Rng) -> str:
    first, rest = _lookup_csv().split("\n", 1)
    if rng.random() < 0.4:
        head = json.loads(first.removeprefix("# "))
        first = "# " + mutations.json_text(head, rng)
    else:
        rows = mutations.tree(list(csv.reader(io.StringIO(rest))), rng)
        out = io.StringIO()
        csv.writer(out).writerows(row if isinstance(row, list) else [row] for row in rows)
        rest = out.getvalue()
    return first + "\n" + rest


def check_lookup_csv(content: str) -> bool:
    space = lp.define_space(**DESCRIPTIONS[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(content, encoding="utf-8", errors="surrogatepass")
        try:
            found = LookupMeasurement.read_csv(path, space)
            values = found.predictor().predict(space.sample(3, seed=0))
            assert np.isfinite(values).all()
        except lp.LatpredError as error:
            bounded(error)
            return False
    return True


@cache
def _ofa_config() -> list[dict[str, Any]]:
    """The net config and the run config beside it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "n.net.config.json"
        lp.write_ofa_config(OFA.sample(1, seed=0), path)
        return [json.loads(p.read_text(encoding="utf-8")) for p in sorted(path.parent.iterdir())]


def ofa_config(rng: Rng) -> list[str]:
    return [mutations.json_text(one, rng) for one in _ofa_config()]


def check_ofa_config(contents: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "n.net.config.json"
        for name, content in zip(("n.net.config.json", "n.run.config.json"), contents, strict=True):
            path.with_name(name).write_text(content, encoding="utf-8", errors="surrogatepass")
        try:
            lp.read_ofa_config(path)
        except lp.LatpredError as error:
            bounded(error)
            return False
    return True
