"""The page of a device pack: how good it is, what was measured, and what to do with it."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred import plots
from latpred._core import __version__
from latpred.base.text import flat
from latpred.onboarding.sentences import (
    certainty_of,
    commands_of,
    error_of,
    python_of,
    work_of,
)
from latpred.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from latpred.onboarding.pack import DevicePack
    from latpred.onboarding.rounds import Round
    from latpred.onboarding.verification import Verification

__all__ = ["pack_page", "write_page"]

MOST_FAILURES = 20  # sentences that are written out
STATUSES = {
    "labelled": "one or two undisturbed visits, as labels have them",
    "converged": "as precise as asked for",
    "budget": "visits or time ran out before that",
    "drift": "the network changed while it was measured",
    "suspect": "rests on disturbed samples",
    "failed": "no latency",
}
REASONS = {
    "design": "where the networks measured so far say least",
    "disagreement": "where the candidates' predictions differ most",
    "random": "drawn at random, to judge by",
    "again": "labelled a second time, to know the noise",
    "check": "drawn at random and measured with care, for the intervals",
}


def pack_page(pack: DevicePack) -> Report:
    """The page of a pack.

    Example:
        >>> page = pack_page(lp.load_pack("my-device"))  # doctest: +SKIP
        >>> page.title  # doctest: +SKIP
        'nas-bench-201 on board:onnxruntime-t1-b1-fp32'
    """
    page = Report(f"{pack.space.name} on {pack.device.id}", f"{work_of(pack)}. {error_of(pack)}")
    for section in (_quality, _predictions, _rounds, _time, _rows, _use, _record):
        section(page, pack)
    return page.footer(f"latpred {__version__}. All latencies on this page were measured.")


def write_page(pack: DevicePack, path: str | Path) -> Path:
    """Write the page of a pack.

    Raises:
        StorageError: Where the file cannot be written.

    Example:
        >>> write_page(lp.load_pack("my-device"), "report.html")  # doctest: +SKIP
    """
    return pack_page(pack).write(path)


def _axes(width: float, height: float) -> Axes:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained").subplots()


def _quality(page: Report, pack: DevicePack) -> None:
    """The verdict, and what to do to get a better one."""
    page.heading("How good it is")
    if not pack.complete:
        page.text("The last run did not come to its end; the same command goes on from it.", "bad")
    good = pack.predictor is not None and not pack.findings
    page.text(" ".join(filter(None, (error_of(pack), certainty_of(pack)))), "good" if good else "")
    if pack.findings:
        page.text("What is wrong, and what to do to get a better pack:")
    for one in pack.findings:
        page.text(f"{one[:1].upper()}{one[1:]}.", "note")
    _scores(page, pack)


def _scores(page: Report, pack: DevicePack) -> None:
    """Each score beside what noise allows."""
    found, last = pack.verification, pack.rounds[-1] if pack.rounds else None
    rows = []
    for name in pack.ceiling or ({} if found is None else found.evaluation):
        held_out = last.mape_percent if name == "mape_percent" and last is not None else None
        rows.append(
            {
                "score": _word(name),
                "on fresh networks": None if found is None else found.evaluation[name],
                "on held-out labels": held_out,
                "a perfect predictor on labels": pack.ceiling.get(name),
            }
        )
    if rows:
        page.table(rows, "Scores, and the ceiling that noise sets")
    if math.isnan(pack.noise_percent):
        page.text("Too few networks were labelled twice to know the noise of a label.")
        return
    page.text(
        f"One label is {pack.noise_percent:.2g} % off by noise alone, as networks that were "
        "labelled twice show. Against such labels even a perfect predictor has errors: the "
        "ceiling. Fresh networks are measured with more care, so scores on them may be better "
        "than that."
    )


def _word(name: str) -> str:
    from latpred.report.words import in_words

    return in_words(name)


def _predictions(page: Report, pack: DevicePack) -> None:
    page.heading("Predicted against measured")
    found = pack.verification
    if found is not None:
        known = not math.isnan(found.load)
        load = f" Tasks that wanted a processor: {found.load:.2g}." if known else ""
        page.text(
            f"{len(found.table)} networks that the predictor has not seen, drawn at random and "
            f"measured at effort default, in {found.seconds / 60:.2g} minutes.{load}"
        )
        ends = {"low_ms": found.table.low_ms, "high_ms": found.table.high_ms}
        _pair(page, found.table.latency_ms, found.predicted_ms, "fresh networks", **ends)
        _intervals(page, found)
        return
    held_out = None if pack.table is None else pack.table.measured.get("held_out_ms")
    if pack.table is None or held_out is None:
        page.text("No fresh networks were measured. The same command with --verify does that.")
        return
    page.text(
        "No fresh networks were measured. Each prediction below is by a model that did not see the "
        "network (cross-validation); the latencies are labels, with their noise."
    )
    _pair(page, pack.table.latency_ms, held_out, "held-out labels")


def _pair(page: Report, measured: Any, predicted: Any, label: str, **ends: Any) -> None:
    known = [i for i, ms in enumerate(predicted) if not math.isnan(ms)]
    if not known:
        return
    measured, predicted = measured[known], predicted[known]
    ax = plots.predicted_against_measured(
        measured, predicted, **ends, label=f"{len(known)} {label}", ax=_axes(5.6, 5.2)
    )
    bars = "; bars: measured interval" if ends.get("low_ms") is not None else ""
    page.figure(ax, f"Predicted against measured latency{bars}.")
    ax = plots.residuals(measured, predicted, label=label, ax=_axes(6.4, 4))
    page.figure(ax, "Relative error of each prediction, against the latency.")


def _intervals(page: Report, found: Verification) -> None:
    rows = [
        {
            "interval": f"{100 * level:.0f} %",
            "fresh networks inside (%)": 100 * share,
            "p_value": p_value,
            "verdict": "rejected" if p_value < 0.01 else "not rejected",
        }
        for level, (share, p_value) in found.coverage.items()
    ]
    if not rows:
        page.text(found.unjudged, "note")
        return
    page.table(rows, "Whether intervals hold what they promise")
    page.text(
        f"Intervals rest on {found.calibration_rows:,} held-out networks and are judged by the "
        f"{found.careful:,} fresh ones that were read within 2 %. The test is two-sided "
        "and beta-binomial; an interval is rejected where chance alone would deviate so far in "
        "less than 1 % of all cases."
    )
    if not all(map(math.isnan, found.low_ms)):
        ax = plots.intervals(
            found.table.latency_ms,
            found.low_ms,
            found.high_ms,
            title="Fresh networks in their 90 % intervals",
            ax=_axes(6.4, 4),
        )
        page.figure(ax, "Interval of each prediction, and what was measured.")


def _rounds(page: Report, pack: DevicePack) -> None:
    page.heading("Rounds")
    if not pack.rounds:
        page.text("No round has ended.", "note")
        return
    shifts = pack.shifts_percent
    rows = [_round_row(one, shift) for one, shift in zip(pack.rounds, shifts, strict=True)]
    page.table(rows, "What was measured together, and the error after it")
    page.text(
        "Labels (effort dataset) are to learn from, checks (effort default) to judge by. Networks "
        "are chosen by: " + "; ".join(f"{name}: {why}" for name, why in REASONS.items()) + "."
    )
    page.figure(plots.onboarding_choices(pack.rounds, ax=_axes(6.4, 3.6)), "What was measured.")
    found = pack.verification
    end = pack.rounds[-1].minutes
    verified = None if found is None else (end, found.evaluation.mape_percent)
    ax = plots.onboarding_error(
        pack.rounds,
        target_percent=pack.target_percent,
        ceiling_percent=pack.ceiling.get("mape_percent"),
        verified=verified,
        ax=_axes(6.4, 4.4),
    )
    page.figure(ax, "Error after each round, of the best candidate and of all.")
    if not all(map(math.isnan, shifts)):
        ax = plots.onboarding_drift(shifts, ax=_axes(6.4, 3.2))
        page.figure(ax, "Drift: latency of the reference networks in each round.")


def _round_row(one: Round, shift: float) -> dict[str, Any]:
    return {
        "round": one.number,
        "run": one.run,
        "kind": one.kind,
        "asked": one.networks,
        "measured": one.measured,
        "best candidate": one.best or None,
        "error (%)": one.mape_percent,
        "error on checks (%)": one.check_mape_percent,
        "drift (%)": None if math.isnan(shift) else f"{shift:+.2f}",
        "undisturbed (%)": one.clean_percent,
        "minutes": one.minutes,
    }


def _time(page: Report, pack: DevicePack) -> None:
    page.heading("Time spent")
    page.facts({f"{name}_s": seconds for name, seconds in pack.spent.items()}, "Over all runs")
    for number, run in enumerate(pack.runs, 1):
        if run.get("stopped"):
            page.text(f"Run {number} ended because: {run['stopped']}.")
    if pack.rounds:
        verifying = pack.spent.get("verifying")
        ax = plots.onboarding_times(pack.rounds, verifying_seconds=verifying, ax=_axes(6.4, 3.6))
        page.figure(ax, "Time of each round; measuring includes the start of workers.")


def _rows(page: Report, pack: DevicePack) -> None:
    """What became of the networks that were asked for."""
    page.heading("What could be measured")
    counts = sum((Counter(one.statuses) for one in pack.rounds), Counter[str]())
    rows = [
        {"status": name, "networks": count, "meaning": STATUSES.get(name)}
        for name, count in counts.most_common()
    ]
    if rows:
        page.table(rows, "Measurements by status")
    failed = [(one.number, text) for one in pack.rounds for text in one.failed]
    if not failed:
        page.text("No network failed.")
        return
    page.text(f"{len(failed)} failed:", "bad")
    shown = [{"round": number, "reason": text} for number, text in failed[-MOST_FAILURES:]]
    left = len(failed) - len(shown)
    page.table(shown, f"The last {len(shown)}; {left} more are in pack.json" if left else "")


def _use(page: Report, pack: DevicePack) -> None:
    page.heading("How to use it")
    if pack.predictor is None:
        page.text("Once there is a predictor, it is used like this:")
    page.code(python_of(pack))
    page.text("From a terminal:")
    page.code("\n".join(commands_of(pack)))
    page.text(
        "The same onboarding in the same folder goes on: it adds networks for another budget. On "
        "another device of this kind, this pack is a source (source=, --source), so that few "
        "measurements suffice there."
    )


def _record(page: Report, pack: DevicePack) -> None:
    page.heading("Record")
    settings = {"space": str(pack.space), "device": pack.device.id, "folder": str(pack.folder)}
    page.facts(settings, "What this is a pack of")
    record = {name: flat(value) for name, value in pack.environment.items() if value != ""}
    if record:
        page.facts(record, "Machine that measured")
    page.text(
        "Files beside this page: pack.json (all figures), table.csv (the measurements), "
        "predictor.latpred, lookup.csv (latencies of blocks), verification.csv (fresh networks), "
        "campaigns/ (every visit)."
    )
