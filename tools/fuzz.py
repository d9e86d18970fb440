"""Feed changed but well-formed files, descriptions, texts and numbers to everything that reads.

    python tools/fuzz.py                          about three minutes, the same examples each time
    python tools/fuzz.py --minutes 30 --seed 7    other examples, for a time
    python tools/fuzz.py --target models --first 17 --examples 1

An example must end in a latpred error or in a result that is finite, within memory and CPU time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Run:
    """The examples of one target, each range of them in a process of its own: it goes on behind an
    example that ended the process."""

    def __init__(self, target: str, first: int, count: int, seed: int, seconds: float) -> None:
        self.target, self.seed, self.seconds = target, seed, seconds
        self.first, self.last = first, first + count
        self.faults = self.done = self.accepted = 0
        self.said = ""
        self.end = 0.0

    def begin(self, folder: Path) -> BaseProcess:
        """Start on what is left; notes lie in the folder until `ended` reads them."""
        from tests.fuzz import worker

        self.end = self.end or time.monotonic() + self.seconds
        left = max(self.end - time.monotonic(), 0.01) if self.seconds else 0
        self.status, self.text = folder / f"{self.target}.status", folder / f"{self.target}.text"
        numbers = [self.target, str(self.seed), str(self.first), str(self.last)]
        given = (str(self.text), *numbers, str(self.status), str(left))
        process = multiprocessing.get_context("forkserver").Process(target=worker.work, args=given)
        process.start()
        return process

    def ended(self, code: int) -> bool:
        """Take the result of a process; whether another one is to go on."""
        self.said += self.text.read_text(encoding="utf-8", errors="replace")
        example, done, accepted = map(int, self.status.read_text(encoding="utf-8").split())
        self.done, self.accepted = self.done + done, self.accepted + accepted
        self.faults += code != 0
        more = False
        if code not in (0, 1):
            self.said += f"{self.target}: example {example} ended the process ({code})\n"
            self.first = example + 1
            in_time = not self.seconds or time.monotonic() < self.end
            more = self.first < self.last and self.faults < 5 and in_time
        if not more:
            counts = f"{self.done} examples, {self.accepted} accepted, {self.faults} faults"
            self.said += f"{self.target}: {counts}"
        return more


def run_all(waiting: list[Run], jobs: int) -> int:
    """Number of faults. One process imports everything, and each run begins as a copy of it."""
    multiprocessing.set_forkserver_preload(["tests.fuzz.worker"])
    running: dict[int, tuple[Run, BaseProcess]] = {}
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        while waiting or running:
            while waiting and len(running) < jobs:
                run = waiting.pop(0)
                process = run.begin(Path(folder))
                running[process.sentinel] = run, process
            for sentinel in connection.wait(list(running)):
                run, process = running.pop(int(sentinel))  # type: ignore[call-overload]
                process.join()
                if run.ended(process.exitcode or 0):
                    waiting.insert(0, run)
                    continue
                print(run.said, flush=True)
                faults += run.faults
    return faults


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
    counts = [given.examples or (10**9 if seconds else EXAMPLES[name]) for name in targets]
    runs = [
        Run(name, given.first, count, given.seed, seconds)
        for name, count in zip(targets, counts, strict=True)
    ]
    return 1 if run_all(runs, given.jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
