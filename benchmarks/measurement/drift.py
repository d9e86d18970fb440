"""How soon the meter finds that the references changed against each other, and how often it errs.

A synthetic machine whose times are given: eight networks beside three references. From some moment
on, the largest reference takes 3 % longer and its networks do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.measurement.synthetic_machine import Machine

NETWORKS = (3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 20.0)
PAIRING = (0, 0, 1, 1, 1, 1, 2, 2)
REFERENCES = (4.0, 8.0, 16.0)
STEP_SWEEP = 7
NOISES = (0.002, 0.005, 0.01, 0.02, 0.04)
HEAD = (
    "noise of a run",
    "campaigns",
    "found within 1 sweep",
    "within 2",
    "rows off by more than 1.5 %",
    "alarms in 100 steady sweeps",
)


def _campaign(noise: float, seed: int, begin: float) -> tuple[Any, list[Any]]:
    machine = Machine(noise=noise)
    machine.rng = np.random.default_rng([seed, int(1e4 * noise)])
    machine.factors = {"r2": lambda seconds: 1.03 if seconds >= begin else 1.0}
    records: list[Any] = []
    result = machine.measure(
        [machine.network(f"n{i}", ms) for i, ms in enumerate(NETWORKS)],
        [machine.network(f"r{i}", ms) for i, ms in enumerate(REFERENCES)],
        pairing=list(PAIRING),
        effort="gold",
        seed=seed,
        on_visit=records.append,
    )
    return result, records


def _alarm(records: list[Any]) -> int:
    """The first sweep with the passes of an alarm and of a look whether it stays; 9999: none."""
    passes = [record.sweep for record in records if record.kind == "sentinel"]
    return min((sweep for sweep in set(passes) if passes.count(sweep) >= 10), default=9999)


def drift_row(noise: float, runs: int) -> dict[str, Any]:
    """Shares found, of rows that are off, and of false alarms."""
    after, wrong, alarms, sweeps = [], 0, 0, 0
    for seed in range(runs):
        steady, records = _campaign(noise, seed, float("inf"))
        alarms += steady.quarantined
        sweeps += 1 + max(record.sweep for record in records)
        late = [r for r in records if r.kind == "visit" and r.sweep >= STEP_SWEEP]
        if not late:
            continue
        result, records = _campaign(noise, seed, late[0].seconds + 0.1)
        after.append(1 + _alarm(records) - STEP_SWEEP)
        before, behind = (np.array([14.0, 20.0]) / (16.0 * x) for x in (1.0, 1.03))
        ratios = np.array([row.ratio for row in result.rows[6:]])
        error = np.minimum(abs(ratios / before - 1), abs(ratios / behind - 1))
        wrong += int((error > 0.015).sum())
    return {
        "noise": noise,
        "campaigns": len(after),
        "within_1": float(np.mean(np.array(after) <= 1)),
        "within_2": float(np.mean(np.array(after) <= 2)),
        "wrong": wrong / (2 * len(after)),
        "alarms": 100 * alarms / sweeps,
    }


def drift_markdown(runs: int) -> str:
    """The table of all noises."""
    lines = [
        "## A step of 3 % between the references",
        "",
        f"`gold` campaigns of eight networks on a synthetic machine, {runs} a row; the step comes "
        f"in sweep {STEP_SWEEP + 1}. Noise is of single runs; a leg is the median of three.",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|" + "---|" * len(HEAD),
    ]
    for row in (drift_row(noise, runs) for noise in NOISES):
        cells = [
            f"{100 * row['noise']:g} %",
            str(row["campaigns"]),
            f"{100 * row['within_1']:.0f} %",
            f"{100 * row['within_2']:.0f} %",
            f"{100 * row['wrong']:.1f} %",
            f"{row['alarms']:.2f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
