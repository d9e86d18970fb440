"""How far off a pack's predictions are on networks of others, beside simpler methods.

All methods learn from the probe networks that the pack measured, and from nothing else: the
families of the zoo are unseen. `python -m benchmarks.any_network.judge PACK FOLDER measured.csv`:
FOLDER holds the exported networks and `networks.csv` (export.py), the table what they took
(collect.py).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
from latpred.kernels.probes import Probes
from numpy.typing import NDArray
from scipy.optimize import nnls
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Vector = NDArray[np.float64]
Fit = Callable[[list[Any], Vector], Callable[[list[Any]], Vector]]
SEED = 0  # of the onboarding
COSTS = ("macs", "bytes", "params", "kernels", "peak_bytes")


def cost_logs(networks: list[Any]) -> Vector:
    """Logarithms of the costs of whole networks."""
    rows = [[math.log(1 + one.costs[name]) for name in COSTS] for one in networks]
    return np.asarray(rows)


def operator_sums(networks: list[Any]) -> list[dict[str, float]]:
    """Of each network, by kind of operator: how many, multiply-accumulates, values written."""
    found = []
    for network in networks:
        sums: dict[str, float] = {}
        for layer in network.layers():
            kind = layer["kind"]
            for term, value in (
                ("count", 1.0),
                ("macs", float(layer["macs"])),
                ("values", float(np.prod(layer["shape"], dtype=float))),
            ):
                sums[f"{kind}.{term}"] = sums.get(f"{kind}.{term}", 0.0) + value
        found.append(sums)
    return found


def of_logs(make: Callable[[], Any]) -> Fit:
    """A regression of the logarithm of latency on the logarithms of costs."""

    def fit(networks: list[Any], latency: Vector) -> Callable[[list[Any]], Vector]:
        model = make().fit(cost_logs(networks), np.log(latency))
        return lambda others: np.exp(model.predict(cost_logs(others)))

    return fit


def of_operators(networks: list[Any], latency: Vector) -> Callable[[list[Any]], Vector]:
    """Each operator alone, at a price of its kind: no fusion, no shapes."""
    sums = operator_sums(networks)
    names = sorted({name for one in sums for name in one})

    def matrix(those: list[dict[str, float]]) -> Vector:
        return np.asarray([[one.get(name, 0.0) for name in names] for one in those])

    costs = matrix(sums)
    scale = np.maximum(costs.max(axis=0), 1e-12)
    prices, _ = nnls(costs / scale / latency[:, None], np.ones(len(latency)))
    return lambda others: np.maximum(matrix(operator_sums(others)) / scale @ prices, 1e-6)


PEERS: dict[str, Fit] = {
    "regression on costs": of_logs(
        lambda: make_pipeline(StandardScaler(), RidgeCV(np.logspace(-4, 2, 13)))
    ),
    "nearest in costs": of_logs(
        lambda: make_pipeline(StandardScaler(), KNeighborsRegressor(3, weights="distance"))
    ),
    "trees on costs": of_logs(lambda: HistGradientBoostingRegressor(random_state=0)),
    "sum over operators": of_operators,
}


def probes_of(pack: Any) -> tuple[list[Any], Vector]:
    """What the pack learnt from: networks and latencies."""
    rows = pack.probes.drop_duplicates("probe")
    known = Probes(SEED, pack.device.batch_size)
    networks = [lp.import_network(known.graph(int(one))) for one in rows["probe"]]
    return networks, rows["latency_ms"].to_numpy(dtype=float)


def summary(measured: Vector, predicted: Vector) -> dict[str, float]:
    """Errors in percent, shares in percent."""
    off = np.abs(predicted / measured - 1)
    return {
        "networks": len(measured),
        "mape_percent": round(100 * float(off.mean()), 2),
        "median_percent": round(100 * float(np.median(off)), 2),
        "within_5": round(100 * float((off <= 0.05).mean()), 1),
        "within_10": round(100 * float((off <= 0.1).mean()), 1),
        "bias_percent": round(100 * float(np.median(predicted / measured - 1)), 2),
        "spearman": round(float(pd.Series(predicted).corr(pd.Series(measured), "spearman")), 4),
    }


def judged(pack: Any, networks: Mapping[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """All methods on all networks that were measured; intervals of those in and out of range."""
    names = [name for name in table["name"] if name in networks]
    rows = table.set_index("name").loc[names]
    measured = rows["latency_ms"].to_numpy(dtype=float)
    others = [networks[name] for name in names]
    found = [pack.predict(one) for one in others]
    predicted = np.asarray([one.latency_ms for one in found])
    probes, latency = probes_of(pack)
    report: dict[str, Any] = {"families": int(rows["family"].nunique()), "probes": len(latency)}
    report["pack"] = summary(measured, predicted)
    pairs = list(zip(found, measured, strict=True))
    inside = np.asarray([one.low_ms <= ms <= one.high_ms for one, ms in pairs])
    outside = np.asarray([one.outside for one in found])
    report["covered_percent"] = round(100 * float(inside[~outside].mean()), 1)
    report["flagged"] = int(outside.sum())
    if outside.any():
        report["covered_of_flagged_percent"] = round(100 * float(inside[outside].mean()), 1)
    for name, fit in PEERS.items():
        report[name] = summary(measured, fit(probes, latency)(others))
    report["rows"] = [
        {"name": name, "family": family, "measured_ms": ms, "predicted_ms": one.latency_ms,
         "low_ms": one.low_ms, "high_ms": one.high_ms, "outside": bool(one.outside)}
        for name, family, ms, one in zip(names, rows["family"], measured, found, strict=True)
    ]  # fmt: skip
    return report


def read(folder: Path) -> dict[str, Any]:
    """The exported networks by name."""
    table = pd.read_csv(folder / "networks.csv")
    rows = table[table["status"] == "ok"]
    return {
        name: lp.import_network(folder / file)
        for name, file in zip(rows["name"], rows["file"], strict=True)
    }


def main(arguments: list[str] | None = None) -> int:
    """Prints errors of all methods as JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.any_network.judge", description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("measured", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(arguments)
    table = pd.read_csv(args.measured)
    table = table[table["latency_ms"].notna()]
    report = judged(lp.load_pack(args.pack), read(args.folder), table)
    rows = report.pop("rows")
    print(json.dumps(report, indent=1))
    if args.out is not None:
        args.out.write_text(json.dumps({**report, "rows": rows}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
