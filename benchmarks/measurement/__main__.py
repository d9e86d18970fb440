"""`python -m benchmarks.measurement [--part pairs aa tau cost] [--quick] [--minutes 60]`.

Is what the meter says true on this machine? Four questions, each beside the originals' protocol
(5 warm-ups, mean of 10 forwards) in the same run where that has an answer. Results of a part
replace the older ones of that part in `measurement.json`; `measurement.md` is made from them.
"""

from __future__ import annotations

import os

for _pool in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_pool] = "1"  # before NumPy and torch start their pools

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from dataclasses import asdict, replace  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from benchmarks.measurement.parts import PARTS, QUICK, Plan, child  # noqa: E402
from benchmarks.record import machine  # noqa: E402

Line = tuple[str, str, str, str, str]


def _goal(value: float, limit: float, *, at_least: bool) -> str:
    met = value >= limit if at_least else value <= limit
    return f"{'≥' if at_least else '≤'} {limit:g}: {'met' if met else 'MISSED'}"


def _campaign(about: dict[str, Any]) -> str:
    states = ", ".join(f"{count} {name}" for name, count in about["status"].items())
    return (
        f"{about['networks']} networks ({states}), {about['mean_visits']:.1f} visits, "
        f"{100 * about['clean_fraction']:.0f} % clean, {about['cpu_s_each']:.2f} CPU s each"
    )


def _pairs(found: dict[str, Any]) -> list[Line]:
    lines = []
    for where in ("idle", "loaded"):
        one = found[where]
        theirs = ", ".join(f"{x:.0f}" for x in one["originals_percent_right"])
        right = one["latpred_percent_right"]
        question = f"order of {found['pairs']} pairs that differ by 5–25 %, {where}"
        about = _campaign(one["campaign"])
        lines.append((question, f"{right:.1f} % right", f"{theirs} % right", "", about))
    return lines


def _aa(found: dict[str, Any]) -> list[Line]:
    lines = []
    for where, limit in (("idle", 93.0), ("loaded", 90.0)):
        one = found[where]
        value = (
            f"{one['containment_percent']:.1f} %, median error {one['median_error_percent']:.2f} %,"
            f" largest {one['largest_error_percent']:.1f} %"
        )
        goal = _goal(one["containment_percent"], limit, at_least=True)
        question = f"A/A: interval of {one['pairs']} twins holds 1, {where}"
        lines.append((question, value, "no interval", goal, _campaign(one["campaign"])))
    return lines


def _tau(found: dict[str, Any]) -> list[Line]:
    lines = []
    for (name, one), limit in zip(found.items(), (0.98, 0.96, 0.95), strict=True):
        goal = _goal(one["latpred_tau"], limit, at_least=True)
        ours, theirs = f"{one['latpred_tau']:.4f}", f"{one['originals_tau']:.4f}"
        question = f"Kendall τ of two campaigns in two processes, {name}"
        lines.append((question, ours, theirs, goal, _campaign(one["campaigns"][0])))
    return lines


def _cost(found: dict[str, Any]) -> list[Line]:
    lines = []
    for where, limit in (("idle", 2.0), ("loaded", 8.0)):
        one = found[where]
        goal = _goal(one["cpu_s_per_10_ms"], limit, at_least=False)
        value = f"{one['cpu_s_per_10_ms']:.2f} s"
        question = (
            f"CPU seconds of a 10-ms network at 2 %, {where} (measured {one['mean_ms']:.1f} ms)"
        )
        lines.append((question, value, "0.15 s, no interval", goal, _campaign(one["campaign"])))
    return lines


LINES = {"pairs": _pairs, "aa": _aa, "tau": _tau, "cost": _cost}


def markdown(record: dict[str, Any]) -> str:
    """The page; parts say when and under which load they ran."""
    lines = ["# What the meter says, checked on a machine", ""]
    lines += ["`python -m benchmarks.measurement`; the originals' protocol (5 warm-ups, mean of"]
    lines += ["10 forwards) timed the same networks in the same run.", ""]
    for name, part in record.items():
        about = part["machine"]
        quick = ", a quick look, not a record" if part["quick"] else ""
        lines.append(
            f"* {name}: {about['date']}, one thread of {about['cpu']} ({about['cores']} cores), "
            f"load at the start {about['load_1min_at_start']}; where loaded, beside "
            f"{part['plan']['hogs']} busy process{quick}"
        )
    lines += ["", "| question | latpred | originals | goal | campaign |", "|---|---|---|---|---|"]
    for name, part in record.items():
        lines += ["| " + " | ".join(line) + " |" for line in LINES[name](part["found"])]
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.measurement", description=__doc__)
    parser.add_argument("--part", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--quick", action="store_true", help="few and small networks")
    parser.add_argument("--minutes", type=float, help="of measuring in each part")
    parser.add_argument("--hogs", type=int, help="busy processes where loaded")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Asks the questions and writes the answers after each."""
    args = _parser().parse_args(arguments)
    plan: Plan = QUICK if args.quick else Plan()
    chosen = {"minutes": args.minutes, "hogs": args.hogs}
    plan = replace(plan, **{name: value for name, value in chosen.items() if value is not None})
    if args.child:
        child(plan, args.child, args.seed, plan.minutes, args.result)
        return 0
    path = args.out / "measurement.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in args.part:
        print(f"{name} …", file=sys.stderr, flush=True)
        about = machine()
        found = PARTS[name](plan)
        record[name] = {"machine": about, "plan": asdict(plan), "quick": args.quick, "found": found}
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        (args.out / "measurement.md").write_text(markdown(record), encoding="utf-8")
    print(markdown(record))
    return 0


if __name__ == "__main__":
    sys.exit(main())
