"""`python -m benchmarks [--only search] [--quick] [--out benchmarks]`."""

from __future__ import annotations

import os

for _pool in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_pool] = "1"  # before NumPy and torch start their pools

import argparse  # noqa: E402
import importlib  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.harness import Row, Settings, Unavailable, skipped  # noqa: E402
from benchmarks.question import Question  # noqa: E402
from benchmarks.record import about_run, plain_table, write  # noqa: E402

QUESTIONS = (
    "encoding",
    "lookup",
    "additive",
    "predictors",
    "transfer",
    "transfer_suite",
    "accuracy",
    "surrogates",
    "mlp",
    "tuning",
    "sweep",
    "search",
    "nsga2",
    "device_generic",
    "device_generic_here",
    "runner",
    "graph_layers",
    "reading",
    "spaces",
)


def run_question(name: str, settings: Settings) -> list[Row]:
    """Rows of one question; one row with the reason where it cannot be asked here."""
    module = importlib.import_module(f"benchmarks.questions.{name}")
    try:
        return list(module.rows(Question(getattr(module, "NAME", name), settings)))
    except Unavailable as reason:
        return skipped(name, [str(reason)])


def main(arguments: list[str] | None = None) -> int:
    """Asks the questions, prints the table and writes it."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=QUESTIONS, default=list(QUESTIONS))
    parser.add_argument("--quick", action="store_true", help="a look, not a record")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    args = parser.parse_args(arguments)
    settings = Settings(rounds=3, sample_s=0.005, quick=True) if args.quick else Settings()

    import torch

    torch.set_num_threads(1)
    about = about_run(settings)
    rows: list[Row] = []
    for name in args.only:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += run_question(name, settings)
        write(args.out, rows, about)  # what is known is kept where a later question fails
    print(plain_table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
