"""One whole training in a process of its own, with the threads that a user's process has.

`python -m benchmarks.peers.whole_training NAME ROWS EPOCHS` prints, as JSON, wall and processor
seconds of each epoch. All train 128-400-400-400-1 by AdamW with smooth-L1 in minibatches of 32;
PyTorch flushes denormals too, as its moments fade into them from the fourth epoch on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

NAMES = ("latpred", "PyTorch", "PyTorch, fused AdamW")
POOLS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

Seconds = list[tuple[float, float]]  # wall, processor of each epoch


def in_own_process(name: str, rows: int, epochs: int) -> Seconds:
    """Seconds of the training in a fresh process without limits on threads."""
    freed = {key: value for key, value in os.environ.items() if key not in POOLS}
    command = [sys.executable, "-m", __name__, name, str(rows), str(epochs)]
    done = subprocess.run(command, env=freed, capture_output=True, text=True, check=True)
    return [(wall, cpu) for wall, cpu in json.loads(done.stdout)]


def _timed(epoch: Callable[[], object], epochs: int) -> Seconds:
    seconds = []
    for _ in range(epochs):
        wall, cpu = time.perf_counter(), time.process_time()
        epoch()
        seconds.append((time.perf_counter() - wall, time.process_time() - cpu))
    return seconds


def _training(name: str, rows: int, epochs: int) -> Callable[[], object]:
    import latpred as lp
    import torch

    from benchmarks.peers.torch_mlp import TorchTraining

    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(rows, seed=0)
    # Time does not depend on the labels; those of the data sets may not be here.
    latency: Any = 5 + space.count(archs)["macs"] / 2e7
    ours = lp.MlpPredictor(epochs=epochs, validation_share=0).start(archs, latency)
    if name == NAMES[0]:
        return lambda: ours.run(1)
    torch.set_flush_denormal(True)
    scaled = (latency - latency.mean()) / latency.std()
    peer = TorchTraining(archs.genes, scaled, ours.layers, fused="fused" in name, recipe="default")
    return peer.epoch


def main() -> None:
    """Trains as the command line says."""
    name, rows, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(_timed(_training(name, rows, epochs), epochs)))


if __name__ == "__main__":
    main()
