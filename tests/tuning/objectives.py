"""Objectives whose results are known; importable, so that other processes can run them."""

from __future__ import annotations

import math
import os
import signal
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from latpred.errors import TrainingError
from latpred.tuning import Float, TrialView

PARAMETERS: dict[str, Any] = {
    "x": Float(0, 1),
    "rate": Float(1e-4, 1, log=True),
    "kind": ["plain", "nested"],
    "batch": 32,
}


def loss_after(params: dict[str, Any], epoch: int) -> float:
    floor = (params["x"] - 0.3) ** 2 + 0.05 * abs(math.log10(params["rate"]) + 2)
    return floor + 1 / (epoch + 1)


def reporting(trial: TrialView) -> None:
    for epoch in range(trial.epochs):
        trial.report(loss_after(trial.params, epoch))


def slowly_reporting(trial: TrialView) -> None:
    for epoch in range(trial.epochs):
        time.sleep(0.003)
        trial.report(loss_after(trial.params, epoch))


def yielding(trial: TrialView) -> Iterator[float]:
    for epoch in range(trial.epochs):
        yield loss_after(trial.params, epoch)


def returning(trial: TrialView) -> float:
    return loss_after(trial.params, 0)


class Momentum:
    """A resumable objective whose state matters: a running mean with history."""

    def __init__(
        self, pause_s: float = 0, log: str | None = None, halt_after: int | None = None
    ) -> None:
        self.pause_s = pause_s
        self.log = log
        self.epochs_left = halt_after
        """Until SIGUSR1 is sent and all trials wait to be cancelled."""

    def tick(self, poll: Callable[[], None]) -> None:
        poll()
        if self.pause_s:
            time.sleep(self.pause_s)
        if self.epochs_left == 0:
            signal.raise_signal(signal.SIGUSR1)
            while True:
                time.sleep(0.002)
                poll()
        if self.epochs_left is not None:
            self.epochs_left -= 1

    def start(self, params: dict[str, Any], seed: int) -> MomentumTrial:
        return MomentumTrial(self, params, seed)


class MomentumTrial:
    def __init__(self, objective: Momentum, params: dict[str, Any], seed: int) -> None:
        self.objective = objective
        self.params = params
        self.seed = seed
        self.epoch = 0
        self.mean = (seed % 1000) / 1e3

    def step(self, epochs: int, poll: Callable[[], None]) -> list[float]:
        losses = []
        for _ in range(epochs):
            self.objective.tick(poll)
            noise = math.sin(self.seed % 997 + self.epoch * self.mean)
            self.mean = 0.7 * self.mean + 0.3 * loss_after(self.params, self.epoch) + 0.01 * noise
            self.epoch += 1
            losses.append(self.mean)
            if self.objective.log:
                with Path(self.objective.log).open("a", encoding="utf-8") as log:
                    log.write(f"{self.seed} {self.epoch} {self.mean.hex()}\n")
        return losses

    def state(self) -> bytes:
        return struct.pack("<qd", self.epoch, self.mean)

    def restore(self, state: bytes) -> None:
        self.epoch, self.mean = struct.unpack("<qd", state)


class Faulty:
    """Fails where its parameter says so, as often as told; counts attempts in a folder."""

    def __init__(self, folder: str, times: int = 10**6, hours: int = 0) -> None:
        self.folder = folder
        self.times = times
        self.hours = hours
        """That `seconds` lets pass, one after the other, while the trial hangs."""

    def seconds(self) -> float:
        """A clock by which no trial that does not hang can come late."""
        passed = Path(self.folder) / "hours"
        return time.monotonic() + (3600 * passed.stat().st_size if passed.exists() else 0)

    def attempts(self, number: int) -> int:
        return len(list(Path(self.folder).glob(f"{number}-*")))

    def __call__(self, trial: TrialView) -> None:
        attempt = self.attempts(trial.number)
        (Path(self.folder) / f"{trial.number}-{attempt}").touch()
        for epoch in range(trial.epochs):
            if epoch == 2 and trial.number == 1 and attempt < self.times:
                self.fail(trial["fault"])
            trial.report(loss_after(trial.params, epoch))

    def fail(self, fault: str) -> None:
        if fault == "exception":
            raise ZeroDivisionError("one by nothing")
        if fault == "diverged":
            raise TrainingError("loss is nan in epoch 3")
        if fault == "crash":
            os.abort()  # a segmentation fault would end in the sanitizer, where there is one
        if fault == "hang":
            for _ in range(self.hours):
                with (Path(self.folder) / "hours").open("ab") as passed:
                    passed.write(b".")
                time.sleep(0.01)
            time.sleep(3600)


class Mute(Exception):
    """Cannot say itself."""

    def __str__(self) -> str:
        raise KeyError("nothing to say")


class Raising:
    """An objective that other processes can import; what it raises goes by the parameter `x`."""

    ERRORS = (ValueError("one\ntwo"), OSError("y" * 1_000_000), Mute(), MemoryError())

    def __call__(self, trial: TrialView) -> float:
        raise self.ERRORS[trial.params["x"]]
