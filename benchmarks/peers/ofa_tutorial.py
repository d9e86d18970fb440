"""OFA's own finder, look-up table, encoding and accuracy predictor, from its package.

`pip install --no-deps ofa` is enough: the tutorial's files are loaded by path, with a stand-in for
`ofa.utils` (which wants torchvision), whose downloads come from the data folder.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.harness import Unavailable
from benchmarks.peers import data_folder
from benchmarks.peers.numpy_mbv3 import (
    DEPTHS,
    EXPANDS,
    KERNELS,
    RESOLUTIONS,
    Genes,
    canonical,
)


def _download(url: str, *_: Any, **__: Any) -> str:
    """The local copy of what OFA would fetch."""
    name = url.rsplit("/", 1)[-1]
    folder = data_folder() / "ofa"
    found = [folder / part / name for part in ("checkpoints", "lut_note10")]
    return str(next((path for path in found if path.exists()), found[0]))


def _load(name: str) -> types.ModuleType:
    """The tutorial's module of that name, without importing its package."""
    package = importlib.util.find_spec("ofa")
    if package is None or not package.submodule_search_locations:
        raise Unavailable("ofa is not installed (pip install --no-deps ofa tqdm pyyaml)")
    path = Path(package.submodule_search_locations[0]) / "tutorial" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"ofa_tutorial_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    stand_in = types.ModuleType("ofa.utils")
    for needed in ("count_conv_flop", "make_divisible", "MyNetwork"):
        setattr(stand_in, needed, None)
    stand_in.download_url = _download  # type: ignore[attr-defined]
    before = sys.modules.get("ofa.utils")
    sys.modules["ofa.utils"] = stand_in
    try:
        spec.loader.exec_module(module)
    finally:
        if before is None:
            del sys.modules["ofa.utils"]
        else:
            sys.modules["ofa.utils"] = before
    return module


def to_specs(genes: Genes) -> list[dict[str, Any]]:
    """The tutorial's dicts."""
    k, e, d = np.array(KERNELS), np.array(EXPANDS), np.array(DEPTHS)
    return [
        {
            "wid": None,
            "ks": k[row[:20]].tolist(),
            "e": e[row[20:40]].tolist(),
            "d": d[row[40:45]].tolist(),
            "r": [RESOLUTIONS[row[45]]],
        }
        for row in genes
    ]


def to_genes(specs: Sequence[dict[str, Any]]) -> Genes:
    """The choice indices of the tutorial's dicts, canonical."""
    groups = ((KERNELS, "ks"), (EXPANDS, "e"), (DEPTHS, "d"), (RESOLUTIONS, "r"))
    rows = [[choices.index(v) for choices, key in groups for v in s[key]] for s in specs]
    return canonical(np.array(rows, np.int16))


class OfaTutorial:
    """What the tutorial's notebook builds, once."""

    def __init__(self) -> None:
        data_folder()
        tables = _load("latency_table")
        # Its yaml.load() names no Loader, which PyYAML 6 wants.
        safe = types.SimpleNamespace(load=lambda file: yaml.load(file, yaml.CSafeLoader))
        tables.yaml = safe  # type: ignore[attr-defined]
        tables.print = lambda *_: None  # type: ignore[attr-defined]
        self.latency = tables.LatencyTable()
        self.accuracy = _load("accuracy_predictor").AccuracyPredictor(device="cpu")
        self.finder = _load("evolution_finder")
        self.finder.tqdm = lambda items, **_: items  # type: ignore[attr-defined]

    def encode(self, specs: Sequence[dict[str, Any]]) -> list[Any]:
        """Its 128 values, one tensor an architecture (the lists are copied, as it changes them)."""
        encode = self.accuracy.spec2feats
        return [encode(list(s["ks"]), list(s["e"]), s["d"], s["r"][0]) for s in specs]

    def lookup(self, specs: Sequence[dict[str, Any]]) -> list[float]:
        """Its look-up sums in ms."""
        return [self.latency.predict_efficiency(spec) for spec in specs]

    def search(self, limit_ms: float, generations: int, seed: int) -> tuple[Genes, float]:
        """The best genes (1 x 46) its finder saw and their accuracy."""
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  # the generator that the finder draws from
        finder = self.finder.EvolutionFinder(
            "note10", limit_ms, self.latency, self.accuracy, max_time_budget=generations
        )
        _, (accuracy, spec, _) = finder.run_evolution_search()
        return to_genes([spec]), float(accuracy)
