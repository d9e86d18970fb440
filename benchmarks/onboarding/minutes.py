"""Error against minutes: a pack that grows, beside random networks and a perceptron."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np

from benchmarks.onboarding.world import Judged, Kept, Vector, World, scores

MINUTES = (1.0, 2.0, 5.0, 10.0, 20.0)
FRESH_SEED, RANDOM_SEED, JUDGE_SEED = 190_001, 190_002, 190_003
RANDOM = 20_000  # more than any device measures in the time
CHUNK = 48  # random networks measured in one campaign
LEAST = 20  # rows of a fit
Model = lp.Predictor
PEERS: dict[str, Callable[[], lp.MlpPredictor]] = {
    "random + MLP": lp.MlpPredictor,
    "random + MLP, with costs": partial(lp.MlpPredictor, encoding="one-hot+cost-features"),
}


def fresh(space: lp.Space, networks: int) -> lp.Architectures:
    """Networks that nobody learns from."""
    return space.sample(networks, seed=FRESH_SEED, unique=True)


def run(
    world: World,
    kept: Kept,
    *,
    minutes: tuple[float, ...] = MINUTES,
    networks: int = 200,
    peers: dict[str, Callable[[], lp.MlpPredictor]] = PEERS,
) -> dict[str, Any]:
    """In turns: the pack gets so many minutes in all, then the peers, then judges are measured."""
    judges = fresh(world.space, networks)
    shares = np.array_split(np.arange(networks), len(minutes))
    before = 0.0
    for stage, end in enumerate(minutes):
        kept.once("pack", end, lambda more=end - before: _onboarded(world, more, judges))
        _measure_random(world, kept, 60.0 * end)
        for name, make in peers.items():
            kept.once(name, end, lambda of=make, to=end: _peer(world, kept, of, 60.0 * to, judges))
        world.judge(f"judge-{stage}", judges[shares[stage]], JUDGE_SEED)
        before = end
    found = _found(kept, minutes, list(peers), _judged(world, judges, shares))
    _figure(found, world.folder / "minutes.png")
    return found


def _onboarded(world: World, minutes: float, judges: lp.Architectures) -> dict[str, Any]:
    """The pack after so many minutes more, and what it says of the judges."""
    world.need(minutes)
    begin = world.seconds()
    pack = lp.onboard(
        world.space,
        world.meter("dataset", 0),
        budget_minutes=minutes,
        out=world.folder / "pack",
        verify=False,
        progress=False,
        clock=world.seconds,
    )
    seconds = world.seconds() - begin
    intervals: dict[str, Any] = {}
    if calibration_rows(pack) >= 9:  # fewer support no interval of 90 %
        low, high = pack.predict_interval(judges, 0.9)
        intervals = {"low_ms": np.asarray(low).tolist(), "high_ms": np.asarray(high).tolist()}
    return {
        "seconds": seconds,  # of this call; one that was cut before it counts in `spent`
        "budget_seconds": 60.0 * minutes,
        "spent": {name: float(value) for name, value in pack.spent.items()},
        "rows": len(pack.table),
        "best": pack.rounds[-1].best,
        "own_estimate_percent": float(pack.rounds[-1].mape_percent),
        "calibration_rows": calibration_rows(pack),
        "predicted_ms": np.asarray(pack.predict(judges)).tolist(),
        **intervals,
    }


def calibration_rows(pack: Any) -> int:
    """Rows that the intervals rest on; a model that has not counted them yet does so."""
    pack.predict_interval(pack.table.archs[:1], 0.5)
    return int(pack.predictor.calibration_rows)


def _measure_random(world: World, kept: Kept, seconds: float) -> None:
    """Random networks, labelled until they have taken so long in all."""
    archs = world.space.sample(min(RANDOM, world.space.size // 2), seed=RANDOM_SEED, unique=True)
    done = kept.setdefault("random", [])
    while sum(part["seconds"] for part in done) < seconds:
        world.need()
        begin = CHUNK * len(done)
        if begin >= len(archs):
            return  # half of a small space
        store = world.folder / f"random-{begin:05d}.sqlite"
        resumed = store.exists()
        start = world.seconds()
        chunk = archs[begin : begin + CHUNK]
        table = lp.measure(chunk, world.meter("dataset", 1), store=store, progress=False)
        took = world.seconds() - start
        if resumed:  # the time of the call that was cut is only in the store
            campaigns = (table.meta or {}).get("campaigns", [])
            took = max(took, sum(one.get("wall_seconds", 0.0) for one in campaigns))
        done.append(
            {
                "seconds": took,
                "architectures": table.archs.to_strings(),
                "latency_ms": np.asarray(table.latency_ms).tolist(),
            }
        )
        kept.save()


def _random_rows(kept: Kept) -> tuple[list[str], Vector, Vector]:
    """Texts, latencies, and the second at which each was known."""
    texts: list[str] = []
    latency: list[float] = []
    known: list[float] = []
    begin = 0.0
    for part in kept["random"]:
        count = len(part["architectures"])
        texts += part["architectures"]
        latency += part["latency_ms"]
        known += (begin + part["seconds"] * np.arange(1, count + 1) / count).tolist()
        begin += part["seconds"]
    return texts, np.asarray(latency), np.asarray(known)


def _peer(
    world: World,
    kept: Kept,
    make: Callable[[], lp.MlpPredictor],
    seconds: float,
    judges: lp.Architectures,
) -> dict[str, Any] | None:
    """Fitted to as many random rows as leave the time to fit them."""
    texts, latency, known = _random_rows(kept)
    training = 0.0
    for _ in range(6):
        count = int(np.searchsorted(known, seconds - training, side="right"))
        if count < LEAST:
            return None
        archs = world.space.architectures(texts[:count])
        begin = time.perf_counter()
        model = make().fit(archs, latency[:count], progress=False)
        took = time.perf_counter() - begin
        if known[count - 1] + took <= seconds:
            break
        training = 1.05 * max(took, training)
    predicted = np.asarray(model.predict(judges)).tolist()
    return {"rows": count, "training_seconds": took, "predicted_ms": predicted}


def _judged(
    world: World, judges: lp.Architectures, shares: list[Any]
) -> tuple[Judged, lp.Architectures]:
    parts = [
        world.judge(f"judge-{i}", judges[share], JUDGE_SEED)
        for i, share in enumerate(shares)
        if len(share)
    ]
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("latency_ms", "low_ms", "high_ms")
    }
    texts = [text for part in parts for text in part.archs.to_strings()]
    status = [one for part in parts for one in part.status]
    return Judged(world.space.architectures(texts), **columns, status=status), judges


def _found(
    kept: Kept,
    minutes: tuple[float, ...],
    peers: list[str],
    truth: tuple[Judged, lp.Architectures],
) -> dict[str, Any]:
    judged, judges = truth
    places = {text: i for i, text in enumerate(judges.to_strings())}
    rows = [places[text] for text in judged.archs.to_strings()]
    found: dict[str, Any] = {"minutes": list(minutes), "judges": len(rows)}
    found["statuses"] = {one: judged.status.count(one) for one in sorted(set(judged.status))}
    for name in ["pack", *peers]:
        found[name] = [_line(kept[name][str(end)], judged, rows) for end in minutes]
    found["never_worse"] = all(
        peer is None or ours["level_mape_percent"] <= peer["level_mape_percent"]
        for name in peers
        for ours, peer in zip(found["pack"], found[name], strict=True)
    )
    return found


def _line(entry: dict[str, Any] | None, judged: Judged, rows: list[int]) -> dict[str, Any] | None:
    """A stage of a contender, judged."""
    if entry is None:
        return None
    predicted = np.asarray(entry["predicted_ms"])[rows]
    line = {name: value for name, value in entry.items() if not name.endswith("_ms")}
    line |= scores(judged, predicted)
    if "low_ms" in entry:
        low, high = (np.asarray(entry[name])[rows] for name in ("low_ms", "high_ms"))
        inside = int(np.count_nonzero((low <= judged.latency_ms) & (judged.latency_ms <= high)))
        line |= coverage(inside, len(rows), entry["calibration_rows"])
        line["interval_width_percent"] = round(float(np.median(50 * (high - low) / predicted)), 2)
    return line


def coverage(inside: int, total: int, calibration: int) -> dict[str, Any]:
    """Whether so many latencies inside their 90 % intervals are what one must expect."""
    test = lp.metrics.coverage_test
    return {
        "inside": inside,
        "total": total,
        "p_beta_binomial": round(float(test(inside, total, 0.9, calibration)), 4),
        "p_binomial": round(float(test(inside, total, 0.9)), 4),
    }


def _figure(found: dict[str, Any], path: Path) -> None:
    """Both axes logarithmic: half the error is the same step everywhere."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
    for name, lines in found.items():
        if not isinstance(lines, list) or name == "minutes":
            continue
        points = [
            (end, line["level_mape_percent"], line["rows"])
            for end, line in zip(found["minutes"], lines, strict=True)
            if line is not None
        ]
        if points:
            ax.plot([p[0] for p in points], [p[1] for p in points], "o-", label=name)
            for end, error, rows in points:
                ax.annotate(str(rows), (end, error), (3, 4), textcoords="offset points", size=7)
    ax.set(xscale="log", yscale="log", xlabel="minutes of measuring and learning")
    ax.set_ylabel(f"mean relative error on {found['judges']} networks at their speed, %")
    ax.set_xticks(found["minutes"], [f"{end:g}" for end in found["minutes"]])
    ax.set_title("numbers at the points: networks learnt from", size=8)
    ax.legend()
    figure.savefig(path, dpi=150)
    plt.close(figure)
