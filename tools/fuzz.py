"""Feed changed but well-formed files, descriptions, texts and numbers to everything that reads.

    python tools/fuzz.py                          about three minutes, the same examples each time
    python tools/fuzz.py --minutes 30 --seed 7    other examples, for a time
    python tools/fuzz.py --target models --first 17 --examples 1

An example must end in a latpred error or in a result that is finite, within memory and CPU time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run_target(target: str, first: int, count: int, seed: int, seconds: float) -> tuple[int, str]:
    """Number of faults and what to say; goes on behind an example that ended the process."""
    faults = done = accepted = 0
    said = ""
    end, last = time.monotonic() + seconds, first + count
    with tempfile.TemporaryDirectory() as folder:
        status = Path(folder) / "status"
        while first < last and faults < 5:
            left = max(end - time.monotonic(), 0.01) if seconds else 0
            texts = [target, str(seed), str(first), str(last), str(status), str(left)]
            command = [sys.executable, "-m", "tests.fuzz.worker", *texts]
            ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            code, said = ended.returncode, said + ended.stdout + ended.stderr
            example, more, good = map(int, status.read_text(encoding="utf-8").split())
            done, accepted = done + more, accepted + good
            if code == 0:
                break
            faults += 1
            if code == 1:
                break
            said += f"{target}: example {example} ended the process ({code})\n"
            first = example + 1
            if seconds and time.monotonic() > end:
                break
    said += f"{target}: {done} examples, {accepted} accepted, {faults} faults"
    return faults, said


def main() -> int:
    sys.path[:0] = [str(ROOT)]
    from tests.fuzz.targets import EXAMPLES

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--target", action="append", choices=sorted(EXAMPLES), help="only these")
    parser.add_argument("--first", type=int, default=0, help="number of the first example")
    parser.add_argument("--examples", type=int, help="of each target")
    parser.add_argument("--minutes", type=float, default=0, help="of all targets together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="at a time")
    given = parser.parse_args()
    targets = given.target or sorted(EXAMPLES)
    seconds = 60 * given.minutes * min(given.jobs, len(targets)) / len(targets)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    faults = 0
    with ThreadPoolExecutor(given.jobs) as pool:
        counts = [given.examples or (10**9 if seconds else EXAMPLES[name]) for name in targets]
        runs = [
            pool.submit(run_target, name, given.first, count, given.seed, seconds)
            for name, count in zip(targets, counts, strict=True)
        ]
        for run in as_completed(runs):
            found, said = run.result()
            print(said, flush=True)
            faults += found
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
