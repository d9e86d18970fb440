"""`python -m benchmarks.onboarding PART --folder DIR [--stop-after MINUTES]`.

Does onboarding keep what it promises on this machine? Parts: "minutes" (error after 1, 2, 5, 10 and
20 minutes beside random networks with a perceptron), "coverage" (error and 90 % intervals of a
pack), "limits" (ten searches without and with verification) and "whole" (the measuring search
beside measuring all of a small space). A part prints one line of JSON. All that it measured is in
the folder: the same call goes on after any interruption, or after it stopped at its time.
"""

from __future__ import annotations

import os

for _pool in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_pool] = "1"  # before NumPy and torch start their pools

import argparse  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import latpred as lp  # noqa: E402

from benchmarks.onboarding import coverage, limits, minutes, whole  # noqa: E402
from benchmarks.onboarding.world import Kept, TimeIsUp, World, about  # noqa: E402

PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "minutes": minutes.run,
    "coverage": coverage.run,
    "limits": limits.run,
    "whole": whole.run,
}


def ask(part: str, world: World, **options: Any) -> dict[str, Any]:
    """The answer of a part, or how far it came; kept in the folder either way."""
    kept = Kept(world.folder / f"{part}.json")
    line: dict[str, Any] = {"part": part, "space": world.space.name, "machine": about(kept)}
    line["device"] = world.meter("default", 0).device.id
    kept.save()
    try:
        line |= {"complete": True, **PARTS[part](world, kept, **options)}
    except TimeIsUp:
        line["complete"] = False
    line["calls"] = kept["calls"]
    kept["answer"] = line
    kept.save()
    return line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.onboarding", description=__doc__)
    parser.add_argument("part", choices=list(PARTS))
    parser.add_argument("--folder", type=Path, required=True, help="keeps all that is measured")
    parser.add_argument("--stop-after", type=float, default=math.inf, metavar="MINUTES")
    parser.add_argument("--space", default="ofa-mobilenetv3", help="not of part whole")
    parser.add_argument("--accuracy", default="ofa-top1", help="what part limits maximises")
    parser.add_argument("--runtime", default="libtorch")
    parser.add_argument("--pack", type=Path, help="of parts coverage and limits; else FOLDER/pack")
    parser.add_argument("--networks", type=int, default=200, help="fresh ones that judge")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Asks one part."""
    args = _parser().parse_args(arguments)
    space = whole.small_space() if args.part == "whole" else lp.space(args.space)
    device = lp.Device(args.runtime)
    world = World(
        space,
        args.folder,
        lambda effort, seed: lp.LatencyMeter(device, effort, seed),
        lp.load_accuracy(args.accuracy) if args.part == "limits" else None,
        minutes=args.stop_after,
    )
    options: dict[str, Any] = {}
    if args.part in ("minutes", "coverage"):
        options["networks"] = args.networks
    if args.part in ("coverage", "limits"):
        options["pack"] = args.pack or args.folder / "pack"
    line = ask(args.part, world, **options)
    print(json.dumps(line))
    return 0 if line["complete"] else 3


if __name__ == "__main__":
    sys.exit(main())
