"""The sections of the demo's page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import latpred as lp
from latpred.base.text import flat
from latpred.demo import steps as demo_steps
from latpred.demo import winners as demo_winners
from latpred.plots.style import time_text, times_text
from latpred.report.page import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from latpred.demo.state import DemoRun

Figures = dict[str, "Axes"]


def page(demo: DemoRun, drawn: Figures) -> Report:
    """The whole page."""
    report = Report("latpred on this machine", summary(demo))
    for section in (_winners, _dataset, _encoding, _predictor, _times, _search, _record):
        section(demo, report, drawn)
    return report.footer(
        f"latpred {lp.__version__}. Latencies on this page were measured by this run; accuracies "
        "are those of an accuracy model, no image was classified."
    )


def summary(demo: DemoRun) -> str:
    """The result in a few sentences."""
    metrics = demo.metrics["additive"]
    again = demo_winners.second_winners(demo)
    second = f"; a second search for those over it: {demo_winners.counts(again)}" if again else ""
    return (
        f"Learnt from {len(demo.train)} measured networks, latpred predicts the latency of unseen "
        f"ones within {metrics['mape_percent']:.1f} % on average, "
        f"{times_text(demo_steps.speed_up(demo))} times faster than measuring. Measured beside "
        f"their limits, the {len(demo_winners.first_winners(demo))} networks found by search are: "
        f"{demo_winners.counts(demo_winners.first_winners(demo))}{second}."
    )


def _gap(row: dict[str, Any]) -> str:
    if math.isnan(row["measured_ms"]):
        return "–"
    return f"{100 * (row['measured_ms'] / row['limit_ms'] - 1):+.1f} %"


def _interval(row: dict[str, Any]) -> str:
    return "–" if math.isnan(row["low_ms"]) else f"{row['low_ms']:.2f} – {row['high_ms']:.2f}"


def _measured(row: dict[str, Any]) -> str:
    if math.isnan(row["measured_ms"]):
        return "could not be measured"
    return f"was measured at {row['measured_ms']:.2f} ms ({_gap(row)})"


def _winners(demo: DemoRun, report: Report, drawn: Figures) -> None:
    report.heading(f"Winners under {len(demo.settings.limit_quantiles)} limits, measured again")
    found = [*demo_winners.first_winners(demo), *demo_winners.second_winners(demo)]
    rows = [
        {
            "limit (ms)": row["limit_ms"],
            "search": {1: "first", 2: "second"}[row["attempt"]],
            "predicted (ms)": row["predicted_ms"],
            "measured (ms)": row["measured_ms"],
            "interval (ms)": _interval(row),
            "to the limit": _gap(row),
            "verdict": row["verdict"],
            "top-1 by model (%)": row["accuracy_percent"],
        }
        for row in sorted(found, key=lambda row: (row["limit_ms"], row["attempt"]))
    ]
    report.table(rows)
    report.text(
        "A verdict is “under” or “over” only where the whole interval is on that side of the "
        "limit; a limit inside the interval is not distinguishable from the latency. "
        f"{demo_winners.rule(demo)}"
    )
    for row in found:
        _verdict(row, report)
    report.text(_margin_text(demo))
    report.figure(drawn["limits"], "Measured and predicted latency of the last winner at a limit.")
    report.figure(
        drawn["front"],
        "Searched networks beside the best of "
        f"{demo.settings.random:,} random ones and the best of all CompOFA networks, each under "
        "the same limits with the same margin.",
    )


def _verdict(row: dict[str, Any], report: Report) -> None:
    """A sentence on a winner that is not plainly under its limit, or that a second search found."""
    which = "first" if row["attempt"] == 1 else "second"
    what = f"The {which} winner for {row['limit_ms']:.2f} ms {_measured(row)}"
    if row["verdict"] == demo_winners.OVER:
        report.text(f"{what}: over its limit.", "bad")
    elif row["verdict"] != "under":
        report.text(f"{what}: {row['verdict']}.", "note")
    elif row["attempt"] > 1:
        report.text(f"{what}: under its limit.", "good")


def _margin_text(demo: DemoRun) -> str:
    share = 100 * demo.settings.safety
    cut = any(row["asked_ms"] == demo.least_ms for row in demo.candidates if row["attempt"] == 1)
    least = f"no less than {demo.least_ms:.2f} ms, below which none is fast enough"
    return (
        f"The search asked for a predicted latency {100 * demo.margin:.1f} % below each limit"
        f"{f', but {least}' if cut else ''}: {share:.0f} % of the held-out networks exceed their "
        "prediction by less than that. The limits are quantiles of the measured training latencies."
    )


def _dataset(demo: DemoRun, report: Report, drawn: Figures) -> None:
    report.heading("The data set, made here")
    report.text(
        f"Random networks of {demo.settings.space}, width {demo.settings.width}, were built with "
        f"LibTorch and timed with {demo.settings.threads} thread, batch size "
        f"{demo.settings.batch_size}. Training networks get few visits each, for the regression "
        "averages their noise; held-out ones and winners are measured longer. No network is in "
        "both the training and the held-out part."
    )
    report.table(demo.campaigns, "Measuring campaigns")
    report.text(
        "Every network is measured in turns with one reference network. Its own time in each "
        "campaign shows how the machine's speed changed (drift); all latencies on this page are "
        "given at its speed in the training campaign."
    )
    for row in demo.campaigns:
        if row["measured"] < row["asked"]:
            report.text(
                f"Campaign “{row['campaign']}”: the time was over after {row['measured']} of "
                f"{row['asked']} networks.",
                "note",
            )
    report.figure(drawn["latencies"], f"Latencies of the {len(demo.train)} training networks.")


def _encoding(demo: DemoRun, report: Report, drawn: Figures) -> None:
    report.heading("How a network is encoded")
    report.text("The first held-out network as text, and its one-hot encoding of 128 values:")
    report.code(demo.test.archs[0].to_strings()[0])
    report.figure(drawn["encoding"], "Each column a block; depth shows as skipped blocks.")


def _predictor(demo: DemoRun, report: Report, drawn: Figures) -> None:
    report.heading("Predicting what was never measured")
    report.text(
        "The additive predictor sums a learnt cost for each block; beside it a straight line in "
        f"the number of multiply-accumulates. Both saw the same {len(demo.train)} networks and are "
        f"judged on {len(demo.test)} others. The predictor was saved, loaded again and used as "
        "loaded. The smaller mean error on held-out networks has: "
        f"{demo_steps.most_exact(demo)}."
    )
    rows = [{"predictor": name, **metrics} for name, metrics in demo.metrics.items()]
    report.table(rows, "On held-out networks")
    report.figure(drawn["scatter"], "Predicted against measured latency; bars: measured interval.")
    report.figure(drawn["residuals"], "Relative error of each prediction.")


def _times(demo: DemoRun, report: Report, drawn: Figures) -> None:
    report.heading("Predicting against measuring")
    each = demo.query_seconds
    report.text(
        f"Measuring a training network took {time_text(each['measure (training)'])}, predicting "
        f"one alone {time_text(each['predict one alone'])}, in a batch of 10,000 "
        f"{time_text(each['predict 10,000 at once'])} each. Every network asked was new to the "
        "predictor, so nothing came from memory. Measuring includes building the network."
    )
    report.figure(drawn["times"], "Time for one network, logarithmic scale.")


def _search(demo: DemoRun, report: Report, drawn: Figures) -> None:
    report.heading("Searching")
    report.text(
        f"Evolution with {demo.settings.population} networks over {demo.settings.generations} "
        f"generations, accuracy by the model “{demo.settings.accuracy}”, latency by the predictor. "
        "The built-in model is distilled from Once-for-All's accuracy predictor, whose percentages "
        "are on held-out training images, several points above ImageNet's validation set: they "
        "rank networks. Other methods under the same limits:"
    )
    rows = [
        {
            "limit (ms)": row["limit_ms"],
            "method": row["method"],
            "top-1 by model (%)": row["accuracy_percent"],
            "predicted (ms)": row["predicted_ms"],
            "measured (ms)": row["measured_ms"],
            "to the limit": _gap(row),
            "verdict": row["verdict"],
            "search": row["attempt"],
        }
        for row in sorted(demo.candidates, key=lambda row: (row["limit_ms"], row["method"]))
    ]
    report.table(rows)
    report.text(f"Most accurate at a limit, as predicted: {_best_methods(demo)}.")
    report.figure(drawn["history"], "Best accuracy over the generations.")
    for row in demo_winners.winners(demo):
        report.text(f"Winner for {row['limit_ms']:.2f} ms:")
        report.code(row["arch"].to_strings()[0])


def _best_methods(demo: DemoRun) -> str:
    """How often each method found the most accurate network; equal ones count for each."""
    rows = [row for row in demo.candidates if row["attempt"] == 1]
    best: dict[float, float] = {}
    for row in rows:
        best[row["limit_ms"]] = max(best.get(row["limit_ms"], 0.0), row["accuracy_percent"])
    found = [row["method"] for row in rows if row["accuracy_percent"] == best[row["limit_ms"]]]
    return ", ".join(f"{name} {found.count(name)} times" for name in dict.fromkeys(found))


def _record(demo: DemoRun, report: Report, drawn: Figures) -> None:
    from dataclasses import asdict

    del drawn
    report.heading("Record")
    for name in [name for name in ("training", "winners") if name in demo.environments]:
        record = {key: flat(value) for key, value in demo.environments[name].items()}
        report.facts(record, f"Machine, campaign “{name}”")
    report.facts({name: str(value) for name, value in asdict(demo.settings).items()}, "Settings")
    seconds = {f"{name}_s": value for name, value in demo.seconds.items()}
    report.facts(seconds, "Time of each step")
    report.text(
        "Files beside this page: training.csv, held_out.csv (latency tables), winners.csv, "
        "results.json (all numbers), model.latpred (the predictor), figures/ (PNG)."
    )
