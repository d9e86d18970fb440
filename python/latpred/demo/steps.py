"""The steps of the demo, in order; each reads and extends a `DemoRun`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import latpred as lp
from latpred.devices import timed, wall_seconds
from latpred.metrics import safety_margin
from latpred.plots.style import time_text, times_text

if TYPE_CHECKING:
    from latpred.demo.state import DemoRun

SEARCHED, RANDOM, COMPOFA = "search", "best random", "CompOFA, exhaustive"
# Shares of the measuring time.
TRAIN_SHARE, TEST_SHARE = 0.36, 0.28  # the winners take the rest


def measure_dataset(demo: DemoRun) -> None:
    """Build and measure random architectures"""
    sizes = demo.settings
    # All networks are distinct, so no held-out one is among the training networks.
    archs = demo.space.sample(sizes.train + sizes.test, seed=sizes.seed, unique=True)
    test, train = archs[: sizes.test], archs[sizes.test :]
    least = sizes.least
    demo.train = campaign(demo, "training", train, "dataset", TRAIN_SHARE, least)
    demo.test = campaign(demo, "held out", test, sizes.test_effort, TEST_SHARE, least)
    demo.train.to_csv(demo.out / "training.csv")
    demo.test.to_csv(demo.out / "held_out.csv")


def campaign(
    demo: DemoRun, name: str, archs: lp.Architectures, effort: str, share: float, least: int = 0
) -> lp.LatencyTable:
    """Measure within a share of the time; what could not be measured is left out and reported.

    Latencies are scaled to the speed that the reference network had in the first campaign, so a
    machine that has become slower or faster since does not make predictions wrong.
    """
    budget = 60 * demo.settings.minutes * share
    table, wall = timed(lambda: _measure(demo, name, archs, effort, budget, least))
    meta: Any = table.meta
    reference = meta["reference"]["latency_ms"]
    first = demo.campaigns[0]["reference (ms)"] if demo.campaigns else reference
    facts = {
        "campaign": name,
        "effort": effort,
        "asked": len(archs),
        "measured": len(table),
        "time box (s)": budget,
        "took (s)": wall,
        "each (s)": wall / len(table),
        "undisturbed samples (%)": 100 * meta["clean_fraction"],
        "reference (ms)": reference,
        "drift (%)": 100 * (reference / first - 1),
    }
    demo.campaigns.append(facts)
    demo.environments[name] = {"warnings": meta["warnings"], **meta["environment"]}
    demo.say(
        f"  {name}: {len(table)} of {len(archs)} architectures in {wall:.0f} s;"
        f" reference {reference:.2f} ms ({facts['drift (%)']:+.1f} %)"
    )
    return _at_speed(table, first / reference)


def _measure(
    demo: DemoRun, name: str, archs: Any, effort: str, budget: float, least: int
) -> lp.LatencyTable:
    """Measure what the time allows; on a slow machine the first `least` without a time limit."""
    settings: dict[str, Any] = {"effort": effort, "seed": demo.settings.seed}
    least = min(least, len(archs))
    try:
        meter = lp.LatencyMeter(demo.device, budget_seconds=budget, **settings)
        table = demo.measure(archs, meter)
    except lp.MeasurementError:
        if least == 0:
            raise
    else:
        if len(table) >= least:
            return table
    demo.say(f"  {name}: {budget:.0f} s are too few here: {least} networks without a limit of time")
    return demo.measure(archs[:least], lp.LatencyMeter(demo.device, **settings))


def _at_speed(table: lp.LatencyTable, factor: float) -> lp.LatencyTable:
    low, high = (None if end is None else end * factor for end in (table.low_ms, table.high_ms))
    latency = table.latency_ms * factor
    return lp.LatencyTable(table.archs, latency, table.device, low, high, table.status, table.meta)


def learn(demo: DemoRun) -> None:
    """Learn to predict latency, and evaluate on the held-out architectures"""
    path = demo.out / "model.latpred"
    lp.AdditivePredictor().fit(demo.train).save(path)
    demo.model = lp.load_predictor(path)
    demo.baseline = lp.FlopsPredictor().fit(demo.train)
    measured = demo.test.latency_ms
    for name, model in (("additive", demo.model), ("MACs, linear", demo.baseline)):
        metrics = lp.evaluate(measured, model.predict(demo.test.archs))
        demo.metrics[name] = metrics
        demo.say(
            f"  {name}: mean error {metrics['mae_ms']:.2f} ms, {metrics['mape_percent']:.1f} %,"
            f" rank correlation {metrics['spearman']:.3f}"
        )
    demo.say(f"  smallest mean error: {most_exact(demo)}")
    predicted = demo.model.predict(demo.test.archs)
    demo.margin = safety_margin(measured, predicted, demo.settings.safety)
    share = f"{100 * demo.settings.safety:.0f} % of the held-out architectures"
    demo.say(f"  safety margin {100 * demo.margin:.1f} %: {share} exceed their prediction by less")


def most_exact(demo: DemoRun) -> str:
    """The predictor with the smallest mean error on held-out networks, the baseline included."""
    return min(demo.metrics, key=lambda name: demo.metrics[name]["mae_ms"])


def time_queries(demo: DemoRun) -> None:
    """Compare the time to predict with the time to measure"""
    # New networks, each predicted once: no answer can come from a cache.
    fresh = demo.space.sample(10_000 + 300, seed=demo.settings.seed + 1, unique=True)
    single = [fresh[i] for i in range(300)]
    many = fresh[300:]
    waiting = iter(single)
    one = wall_seconds(lambda: demo.model.predict(next(waiting)), len(single))
    batch = wall_seconds(lambda: demo.model.predict(many)) / len(many)
    each = {row["campaign"]: row["each (s)"] for row in demo.campaigns}
    demo.query_seconds = {
        "measure (held out)": each["held out"],
        "measure (training)": each["training"],
        "predict one alone": one,
        "predict 10,000 at once": batch,
    }
    for name, value in demo.query_seconds.items():
        demo.say(f"  {name + ':':<24} {time_text(value)} each")
    demo.say(
        f"  predicting one network is {times_text(speed_up(demo))} times faster than measuring"
    )


def speed_up(demo: DemoRun) -> float:
    """How many times faster one network is predicted alone than measured for training."""
    return demo.query_seconds["measure (training)"] / demo.query_seconds["predict one alone"]


def search(demo: DemoRun) -> None:
    """Search for the best architecture under each limit"""
    sizes = demo.settings
    demo.accuracy = lp.load_accuracy(sizes.accuracy)
    crowd = demo.space.sample(sizes.random, seed=sizes.seed + 2)
    demo.cloud = (demo.model.predict(crowd), np.asarray(demo.accuracy(crowd)))
    small = lp.space("compofa-fixed", width=sizes.width)
    least = demo.least_ms = _least(demo, small, demo.cloud[0])
    for limit in map(float, np.quantile(demo.train.latency_ms, sizes.limit_quantiles)):
        asked = max(limit / (1 + demo.margin), least)
        if asked == least:
            demo.say(f"  {limit:.1f} ms: less its margin none is fast enough, {asked:.1f} ms asked")
        found, seconds = search_under(demo, demo.space, asked, "evolution")
        demo.histories[f"{limit:.1f} ms"] = found.history["best"]
        coupled, _ = search_under(demo, small, asked, "exhaustive")
        rows = [
            candidate(demo, SEARCHED, limit, asked, found.architecture),
            candidate(demo, RANDOM, limit, asked, crowd[_best_under(demo.cloud, asked)]),
            candidate(demo, COMPOFA, limit, asked, demo.space.architectures(coupled.architecture)),
        ]
        demo.candidates += rows
        accuracies = ", ".join(f"{row['method']} {row['accuracy_percent']:.2f}" for row in rows)
        demo.say(
            f"  {limit:.1f} ms: {accuracies} % top-1;"
            f" {found.evaluations:,} networks looked at in {seconds:.1f} s"
        )


def _least(demo: DemoRun, small: lp.Space, crowd_ms: Any) -> float:
    """The smallest limit under which each of the three ways finds a network.

    Badly measured rows can ask for a smaller one: by a wide margin, or a winner far over its limit.
    """
    coupled = demo.model.predict(demo.space.architectures(small.enumerate()))
    return max(float(crowd_ms.min()), float(coupled.min()))


def _best_under(cloud: tuple[Any, Any], limit_ms: float) -> Any:
    latency, accuracy = cloud
    return np.argmax(np.where(latency <= limit_ms, accuracy, -np.inf))


def search_under(demo: DemoRun, space: lp.Space, limit_ms: float, method: str) -> tuple[Any, float]:
    """Run a search; returns its result and the seconds it took."""
    sizes = demo.settings
    return timed(
        lambda: lp.search(
            space,
            objective=demo.accuracy,
            latency=demo.model,
            limit_ms=limit_ms,
            population=sizes.population,
            generations=sizes.generations,
            method=method,
            seed=sizes.seed,
            progress=False,
        )
    )


def candidate(
    demo: DemoRun, method: str, limit: float, asked: float, arch: lp.Architectures, attempt: int = 1
) -> dict[str, Any]:
    """The row of a network to measure, found under `asked`, the limit less its safety margin."""
    return {
        "method": method,
        "limit_ms": limit,
        "asked_ms": asked,
        "attempt": attempt,
        "arch": arch,
        "accuracy_percent": float(np.asarray(demo.accuracy(arch))[0]),
        "predicted_ms": float(demo.model.predict(arch)[0]),
    }


STEPS = (measure_dataset, learn, time_queries, search)
