"""A machine of which every disturbance is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from latpred._core import measurement as core


class Machine:
    """A synthetic machine: its speed is a function of time, and it notes who ran when."""

    def __init__(self, speed: Callable[[float], float] = lambda _: 1.0, noise: float = 0.0) -> None:
        self.clock = core.SyntheticClock()
        self.speed = speed
        self.noise = noise
        self.rng = np.random.default_rng(7)
        self.runs: list[str] = []
        self.factors: dict[str, Callable[[float], float]] = {}

    def seconds(self) -> float:
        return self.clock.wall_ns() * 1e-9

    def network(self, name: str, ms: float, disturb: Callable[[], float] | None = None) -> Any:
        """Runs for `ms`; `disturb` says by how many ms a run was held up."""

        def run() -> None:
            self.runs.append(name)
            now = self.seconds()
            own = self.factors[name](now) if name in self.factors else 1.0
            cpu = ms * self.speed(now) * own * np.exp(self.noise * self.rng.standard_normal())
            held_up = disturb() if disturb else 0.0
            self.clock.advance(cpu + held_up, cpu, switches=int(held_up > 0))

        run.__qualname__ = name
        return run

    def measure(self, networks: list[Any], reference: Any, **options: Any) -> Any:
        pairing = options.pop("pairing", [])
        arguments = core.MeterArguments(clock=self.clock, **options)
        return core.measure_runnables(networks, reference, arguments, pairing)
