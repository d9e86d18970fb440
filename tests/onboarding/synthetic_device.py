"""A device of which every latency, disturbance and fault is known, measured without real time.

`SyntheticMeter` is the real `LatencyMeter`: only what runs is synthetic, and the clock stands still
until a network runs. Statuses, intervals, drift, budgets and stores are those of the real protocol.
"""

from __future__ import annotations

import copy
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from unittest import mock

import latpred as lp
import numpy as np
from latpred._core import measurement as core
from latpred.devices.environment import environment_record
from latpred.devices.settings import CampaignSettings
from latpred.errors import MeasurementError
from latpred.measurement.elsewhere import nearest_references


class Killed(BaseException):
    """Plays a process that is ended at once: nothing catches it, as nothing catches SIGKILL."""


def _number(*words: object) -> float:
    """In [0, 1), by the words only."""
    return zlib.crc32(":".join(map(str, words)).encode()) / 2**32


@dataclass
class Truth:
    """True latencies of the networks of any space, in ms; equal networks take equal time.

    Attributes:
        typical_ms: Median over the space.
        interactions: Deviation of ln latency by pairs of choices that no sum over choices knows.
        seed: Says which device it is.
        own: 0 to 1: how much of each choice's cost is the device's own; the rest all devices share.
    """

    typical_ms: float = 8.0
    interactions: float = 0.01
    seed: int = 0
    own: float = 0.3
    _scales: dict[str, tuple[float, ...]] = field(default_factory=dict, repr=False)

    def __call__(self, archs: lp.Architectures) -> np.ndarray:
        """N latencies in ms."""
        if len(archs) == 0:
            return np.zeros(0)
        space = archs.space
        if space.definition not in self._scales:
            macs, choices, pairs = self._parts(space.sample(300, seed=0))
            scales = np.median(macs), np.median(choices), np.mean(pairs), np.std(pairs)
            self._scales[space.definition] = tuple(float(one) for one in scales)
        macs, choices, pairs = self._parts(archs)
        macs_scale, choices_scale, middle, deviation = self._scales[space.definition]
        sums = 0.1 + 0.5 * macs / macs_scale + 0.4 * choices / choices_scale
        together = np.clip((pairs - middle) / (deviation or 1.0), -3, 3)
        return np.asarray(self.typical_ms * sums * np.exp(self.interactions * together))

    def _parts(self, archs: lp.Architectures) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        space = archs.space
        hot = np.asarray(space.encode(archs, "one-hot"), dtype=np.float64)
        names = space.feature_names("one-hot")
        cost = np.array(
            [(1 - self.own) * _number(n) + self.own * _number(self.seed, n) for n in names]
        )
        left, right = (
            np.array([_number(self.seed, side, n) - 0.5 for n in names]) for side in "lr"
        )
        macs = np.asarray(space.count(archs)["macs"], dtype=np.float64)
        return macs, hot @ cost + 1e-9, (hot @ left) * (hot @ right)


@dataclass
class SyntheticDevice:
    """How the device takes its time, and what goes wrong there. Seconds are of its own clock.

    Attributes:
        truth: True latencies.
        noise: Deviation of ln time from one visit of a network to the next; the references have a
            quarter of it. A label of effort `dataset` has about 0.7 of it.
        layout: Deviation of ln time from one building of a network to the next: the same in all
            visits of a campaign.
        slow: Everything takes that many times as long.
        speed: Factor on all times at a second: cancels beside the references.
        tilt: Exponent at a second: a network or reference of twice the typical latency takes
            2**tilt times as long as it should; does not cancel, and the references show it.
        load: Share of the runs that other work interrupts.
        start_seconds: What the start of a campaign costs. build_seconds: That of each network.
        fails: Says by a network's text whether it cannot run. hangs: whether it never returns.
        hang_seconds: After which a network that hangs is given up.
        dies_after: Second from which on nothing answers any more. lives_again: Until then.
        kill_at: The how-manieth network, over all campaigns, is the last one visited.
        kill: What then happens; Killed is raised where it does nothing.
    """

    truth: Truth = field(default_factory=Truth)
    noise: float = 0.01
    layout: float = 0.0
    slow: float = 1.0
    speed: Callable[[float], float] = lambda _: 1.0
    tilt: Callable[[float], float] = lambda _: 0.0
    load: float = 0.0
    start_seconds: float = 1.0
    build_seconds: float = 0.05
    fails: Callable[[str], bool] = lambda _: False
    hangs: Callable[[str], bool] = lambda _: False
    hang_seconds: float = 60.0
    dies_after: float = math.inf
    lives_again: float = math.inf
    kill_at: int | None = None
    kill: Callable[[], None] = lambda: None
    seed: int = 0
    clock: Any = field(default_factory=core.SyntheticClock)
    campaigns: int = 0
    measured: list[str] = field(default_factory=list)  # each visit's network
    _seen: set[tuple[int, int]] = field(default_factory=set)
    _running: object = None

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)

    def seconds(self) -> float:
        """What its clock says."""
        return float(self.clock.wall_ns() * 1e-9)

    def let_pass(self, seconds: float) -> None:
        """Time in which nothing is measured."""
        self.clock.advance(1000.0 * seconds, 0.0)

    def dead(self) -> bool:
        """Whether nothing answers."""
        return self.dies_after <= self.seconds() < self.lives_again

    def campaign(
        self,
        archs: lp.Architectures,
        references: lp.Architectures,
        _device: object,
        _elsewhere: object,
        settings: CampaignSettings,
        on_environment: Callable[[dict[str, Any]], None],
    ) -> Any:
        """What `measure_elsewhere` does, here: a campaign of the core over synthetic networks."""
        on_environment(environment_record())
        self.campaigns += 1
        self.let_pass(self.start_seconds)
        if self.dead():
            raise MeasurementError("the device does not answer")
        beside = [_Network(self, *one, False) for one in self._each(references)]
        networks = [_Network(self, *one, True) for one in self._each(archs)]
        own = replace(settings, on_visit=partial(self._visited, settings.on_visit))
        pairing = nearest_references(archs, references)
        return core.measure_runnables(networks, beside, own.native(), pairing)

    def _each(self, archs: lp.Architectures) -> list[tuple[str, float]]:
        return list(zip(archs.to_strings(), self.truth(archs).tolist(), strict=True))

    def _visited(self, on_visit: Callable[[Any], None] | None, record: Any) -> None:
        if on_visit is not None:
            on_visit(record)
        if record.kind != "visit":
            return
        self.measured.append(record.name)
        self._seen.add((self.campaigns, record.network))
        if self.kill_at is not None and len(self._seen) >= self.kill_at:
            self.kill()
            raise Killed(f"at network {self.kill_at}")

    def run(self, network: _Network) -> None:
        """One run, in no time but the clock's."""
        now = self.seconds()
        if self.dead():
            self.let_pass(self.hang_seconds)
            raise RuntimeError("the device does not answer")
        if network.hangs:
            self.let_pass(self.hang_seconds)
            raise RuntimeError(f"no answer within {self.hang_seconds:g} s")
        if self._running is not network:  # another visit
            self._running = network
            network.level = math.exp(network.noise * self.rng.standard_normal())
        size = network.ms / self.truth.typical_ms
        factor = self.slow * self.speed(now) * size ** self.tilt(now)
        cpu = network.ms * factor * network.layout * network.level
        cpu *= 1 + 1e-4 * self.rng.standard_normal()
        held_up = 4.0 if self.load and self.rng.random() < self.load else 0.0
        self.clock.advance(cpu + held_up, cpu, switches=int(held_up > 0))


class _Network:
    """A network or reference on a synthetic device."""

    def __init__(self, device: SyntheticDevice, name: str, ms: float, own: bool) -> None:
        self.device, self.name, self.ms = device, name, ms
        self.noise = device.noise * (1.0 if own else 0.25)
        self.level = self.layout = 1.0
        self.own = own
        self.hangs = own and device.hangs(name)

    def prepare(self) -> None:
        self.device.let_pass(self.device.build_seconds * self.device.slow)
        if self.own and self.device.fails(self.name):
            raise RuntimeError("out of memory")
        if self.own and self.device.layout:
            self.layout = math.exp(self.device.layout * self.device.rng.standard_normal())

    def run(self) -> None:
        self.device.run(self)


class SyntheticMeter(lp.LatencyMeter):
    """Measures the architectures of any space on a `SyntheticDevice`.

    Args:
        on: The device; a calm one where None.
        effort: As of `LatencyMeter`, like the options.
        name: Of the device in tables and stores.
    """

    def __init__(
        self,
        on: SyntheticDevice | None = None,
        effort: str = "dataset",
        *,
        name: str = "synthetic",
        **options: Any,
    ) -> None:
        self.on = SyntheticDevice() if on is None else on
        super().__init__(lp.Device(name=name), effort, clock=self.on.clock, **options)

    @property
    def clock(self) -> Callable[[], float]:
        """Monotonic seconds of the device."""
        return self.on.seconds

    def like(self, **changes: Any) -> SyntheticMeter:
        """The same device with another effort, seed or budget_seconds."""
        other = copy.copy(self)
        other._settings = replace(self._settings, **changes)
        other.effort, other.seed = other._settings.effort, other._settings.seed
        return other

    def measure(self, archs: lp.Architectures, **options: Any) -> Any:
        """As of `LatencyMeter`."""
        place = "latpred.measurement.elsewhere.measure_elsewhere"
        with mock.patch(place, self.on.campaign):
            return super().measure(archs, **options)

    def true_ms(self, archs: lp.Architectures) -> np.ndarray:
        """What a perfect meter would find while `speed` and `tilt` are as they should be."""
        return self.on.slow * self.on.truth(archs)
