"""Runs a study in a child again and again and kills it; prints what each run left.

Imports once: each child is a fork taken before any thread exists.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from latpred import tune

from tests.tuning.objectives import PARAMETERS, Momentum


def run(store: str | None, workers: int) -> dict[str, object]:
    study = tune(
        Momentum(pause_s=0.002),
        parameters=PARAMETERS,
        trials=16,
        epochs=16,
        scheduler="asha",
        seed=4,
        store=store,
        workers=workers,
        task_epochs=3,
        progress=False,
    )
    return {"hash": study.ledger_hash, "best": study.best.number, "loss": study.best.loss}


def run_in_child(store: str, workers: int, out: Path) -> int:
    pid = os.fork()
    if pid == 0:
        out.write_text(json.dumps(run(store, workers)))
        os._exit(0)
    return pid


def main(folder: Path, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    out = folder / "result"
    killed = 0
    while killed < kills:
        pid = run_in_child(str(folder / "study.db"), rng.choice([1, 2, 3]), out)
        time.sleep(rng.uniform(0.005, 0.12))
        os.kill(pid, signal.SIGKILL)
        if os.waitpid(pid, 0)[1] == 0:  # it was finished: from the start once more
            (folder / "study.db").unlink()
        killed += 1
    os.waitpid(run_in_child(str(folder / "study.db"), 2, out), 0)
    whole = run(None, 1)
    print(json.dumps({"killed": killed, "resumed": json.loads(out.read_text()), "whole": whole}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
