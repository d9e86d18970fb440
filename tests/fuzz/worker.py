"""Runs examples of one target under limits of memory and CPU time; tools/fuzz.py starts it.

Arguments of `main`: target, seed, first example, last example (exclusive), status file, seconds (0:
no end). The number of the example in hand stands in the status file, so that a crash has a name.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
import zlib
from pathlib import Path

import latpred as lp
import numpy as np

from tests.fuzz.mutations import bounded
from tests.fuzz.targets import TARGETS

MEMORY = int(os.environ.get("LATPRED_FUZZ_MIB", "6144")) << 20
CPU_SECONDS = 30.0
MOST_FAULTS = 25


def limit() -> None:
    """An example that asks for more dies, and the parent says which it was."""
    if MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(target: str, seed: str, first: str, last: str, status: str, seconds: str) -> int:
    make, check = TARGETS[target]
    end = time.monotonic() + float(seconds) if float(seconds) else float("inf")
    faults: dict[str, str] = {}
    done = accepted = 0
    limit()
    for example in range(int(first), int(last)):
        if time.monotonic() > end:
            break
        Path(status).write_text(f"{example} {done} {accepted}", encoding="utf-8")
        rng = np.random.default_rng([int(seed), zlib.crc32(target.encode()), example])
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        try:
            accepted += bool(check(make(rng)))
        except lp.LatpredError as error:
            bounded(error)
        except Exception as error:  # noqa: BLE001 - any other error is what is sought
            place = traceback.extract_tb(error.__traceback__)[-1]
            key = f"{type(error).__name__} {place.filename}:{place.lineno}"
            if faults.setdefault(key, "") == "":
                faults[key] = f"example {example}: {traceback.format_exc(limit=-6)}"
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        done += 1
        if len(faults) >= MOST_FAULTS:
            break
    Path(status).write_text(f"{int(last)} {done} {accepted}", encoding="utf-8")
    for text in faults.values():
        print(text[:4000], file=sys.stderr)
    return 1 if faults else 0


def work(said: str, *given: str) -> None:
    """`main` as a process of its own; what it says goes into the file `said`."""
    with Path(said).open("wb") as stream:
        for output in (1, 2):
            os.dup2(stream.fileno(), output)
    sys.exit(main(*given))
