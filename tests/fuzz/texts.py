"""Descriptions of spaces, architectures as text, and files of tables."""

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
from latpred.lookup_table import LookupEntry, LookupMeasurement

from tests.fuzz import mutations
from tests.fuzz.mutations import Rng, bounded, pick

DESCRIPTIONS: list[dict[str, Any]] = [
    {
        "name": "small",
        "resolutions": [64, 96],
        "stem": {"channels": 8, "kernel": 3, "stride": 2, "max_pool": True, "activation": "relu"},
        "units": [
            {"name": "a", "depth": [1, 2], "channels": [8, 16], "kernel": [3, 5], "stride": 2},
            {"block": "conv", "channels": [16], "groups": 4, "expand": [1], "activation": "gelu"},
            {"block": "bottleneck", "depth": [2, 4], "channels": [32, 48], "expand": [0.25, 0.5]},
        ],
        "head": {"channels": 64, "classes": 10, "activation": "h_swish"},
    },
    {
        "name": "mobile",
        "eps": 1e-3,
        "resolutions": list(range(128, 225, 32)),
        "units": [
            {
                "depth": [2, 3, 4],
                "channels": [24],
                "kernel": [3, 5, 7],
                "expand": [3, 4, 6],
                "stride": 2,
                "squeeze_excite": unit % 2 == 1,
            }
            for unit in range(3)
        ],
    },
]
OFA = lp.space("ofa-mobilenetv3")
SPACES = [
    OFA,
    lp.space("ofa-resnet50"),
    lp.space("ofa-proxyless", resolutions=[128, 224]),
    lp.space("nas-bench-201"),
    *(lp.define_space(**one) for one in DESCRIPTIONS),
]


def description(rng: Rng) -> str:
    changed = mutations.tree(pick(rng, DESCRIPTIONS), rng)
    content = json.dumps(changed)
    if rng.random() < 0.02:
        content = content.replace("[", "[" * int(pick(rng, [3, 63, 64, 65, 100_000])), 1)
    return mutations.text(rng, content) if rng.random() < 0.05 else content


def check_description(given: str) -> bool:
    try:
        space = _core.spaces.define_space(given)
    except lp.LatpredError as error:
        bounded(error)
        return False
    _use(space)
    return True


def _use(space: Any) -> None:
    """Samples, counts, encodes, writes and reads; every step may say that it cannot."""
    archs = space.sample(5, seed=0)
    try:
        counts = space.count(archs)
        assert all((values >= 0).all() for values in counts.values()), counts
        assert np.isfinite(space.encode(archs)).all()
    except lp.LatpredError as error:
        bounded(error)
    texts = archs.to_strings()
    assert space.architectures(texts).genes.tolist() == archs.genes.tolist()
    assert space.architectures(archs.to_dicts()).genes.tolist() == archs.genes.tolist()
    assert space.size > 0
    assert len(archs.hashes) == 5


@cache
def _forms(index: int) -> tuple[list[str], list[dict[str, Any]]]:
    archs = SPACES[index].sample(20, seed=0)
    return archs.to_strings(), archs.to_dicts()


def architecture(rng: Rng) -> tuple[int, list[Any]]:
    """Canonical texts, dict literals, dicts and gene matrices."""
    index = int(rng.integers(len(SPACES)))
    strings, dicts = _forms(index)
    row = int(rng.integers(len(strings)))
    form = rng.random()
    if form < 0.4:
        return index, [mutations.text(rng, strings[row]) for _ in range(3)]
    if form < 0.6:
        return index, [mutations.text(rng, repr(dicts[row])) for _ in range(3)]
    if form < 0.75:
        return index, [repr(mutations.tree(dicts[row], rng))]
    if form < 0.9:
        return index, [mutations.tree(dicts[row], rng)]
    return index, mutations.tree(SPACES[index].sample(3, seed=0).genes.tolist(), rng)


def check_architecture(given: tuple[int, list[Any]]) -> bool:
    space = SPACES[given[0]]
    rows: Any = given[1]
    if rows and isinstance(rows[0], list):
        try:
            rows = np.array(rows)
        except (ValueError, OverflowError):
            return False
    try:
        archs = space.architectures(rows)
    except lp.LatpredError as error:
        bounded(error)
        return False
    assert space.architectures(archs.to_strings()).genes.tolist() == archs.genes.tolist()
    space.count(archs)
    return True


def _cells(rng: Rng, rows: int) -> dict[str, list[Any]]:
    strings, dicts = _forms(0)
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


def restriction(rng: Rng) -> tuple[int, dict[str, Any]]:
    """Arguments of `Space.restrict`."""
    index = int(rng.integers(len(SPACES)))
    names = [gene.name for gene in SPACES[index].genes]
    a, b = pick(rng, names), pick(rng, names)
    choices = {gene.name: list(gene.choices) for gene in SPACES[index].genes}
    valid: dict[str, Any] = {
        "allowed": {a: choices[a][:1]},
        "bans": [{a: choices[a][-1], b: choices[b][0]}],
        "mutation_rates": {a: 0.5},
    }
    if len(choices[a]) > 1:
        valid["couplings"] = [[a, b, [[choice, choices[b][0]] for choice in choices[a]]]]
    return index, mutations.tree(valid, rng)


def check_restriction(given: tuple[int, dict[str, Any]]) -> bool:
    space, arguments = SPACES[given[0]], dict(given[1]) if isinstance(given[1], dict) else {}
    try:
        arguments["couplings"] = [(s, t, dict(m)) for s, t, m in arguments.get("couplings", [])]
        narrower = space.restrict(**arguments)
        archs = narrower.sample(3, seed=0)
    except lp.LatpredError as error:
        bounded(error)
        return False
    except (TypeError, ValueError):  # not the types that the signature names
        return False
    assert narrower.architectures(archs.to_dicts()).genes.tolist() == archs.genes.tolist()
    return True


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
        first = "# " + json.dumps(mutations.tree(head, rng))
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
    return [json.dumps(mutations.tree(one, rng)) for one in _ofa_config()]


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
