from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Campaign",
    "Clock",
    "Device",
    "Field",
    "MachineFinding",
    "MachineState",
    "MeterArguments",
    "NetworkResult",
    "ReferenceResult",
    "Runnable",
    "Scope",
    "ScriptedRunnable",
    "SelfTest",
    "SlowedClock",
    "SpeedRatio",
    "SyntheticClock",
    "SystemClock",
    "VisitRecord",
    "best_rate",
    "campaign_fields",
    "clock_ghz",
    "compared",
    "device_modes",
    "device_programs",
    "device_runtimes",
    "effort_names",
    "findings",
    "flushes_denormals",
    "machine_warnings",
    "match_references",
    "measure_architectures",
    "measure_runnables",
    "median_spent",
    "memory_gbs",
    "nearest_by_ratio",
    "noise",
    "noise_kinds",
    "operations_per_ns",
    "quick_ms",
    "record_fields",
    "reference_architectures",
    "reference_fields",
    "row_fields",
    "self_test_width",
    "serial_correlation",
    "serial_median_interval",
    "sign_test_rank",
    "simulate_stop_rule",
    "speed_ratio",
    "steal_percent",
]

class Scope:
    """
    Whose CPU time and disturbances count: those of the calling thread or of the process.

    Members:

      thread

      process
    """

    __members__: typing.ClassVar[dict[str, Scope]]
    process: typing.ClassVar[Scope]
    thread: typing.ClassVar[Scope]
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __eq__(self, other: typing.Any) -> bool: ...
    def __getstate__(self) -> int: ...
    def __hash__(self) -> int: ...
    def __index__(self) -> int: ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    def __int__(self) -> int: ...
    def __ne__(self, other: typing.Any) -> bool: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    def __str__(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def value(self) -> int: ...

class Clock:
    """
    A source of wall time, CPU time and evidence of disturbance.

    Example:
        >>> from latpred.measurement import Clock, SyntheticClock
        >>> isinstance(SyntheticClock(), Clock)
        True
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def cpu_ns(self, scope: Scope = ...) -> int:
        """
        Nanoseconds of CPU time used.
        """
    def evidence(self, scope: Scope = ...) -> tuple[int, int, int]:
        """
        (involuntary context switches, major page faults, processor).
        """
    def pressure(self) -> float:
        """
        Percent of the last 10 s in which work waited for a processor; NaN if not known.
        """
    def wall_ns(self) -> int:
        """
        Nanoseconds since an arbitrary moment.
        """

class SystemClock(Clock):
    """
    The clocks of this machine.

    Example:
        >>> from latpred.measurement import SystemClock
        >>> clock = SystemClock()
        >>> clock.wall_ns() <= clock.wall_ns()
        True
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[()]: ...
    def __init__(self) -> None: ...
    def __setstate__(self, arg0: tuple) -> None: ...

class SyntheticClock(Clock):
    """
    A clock that stands still until it is advanced; for tests and simulations.

    Example:
        >>> from latpred.measurement import SyntheticClock
        >>> clock = SyntheticClock()
        >>> before = clock.wall_ns()
        >>> clock.advance(wall_ms=2.0)
        >>> clock.wall_ns() - before
        2000000
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self) -> None: ...
    def advance(
        self,
        wall_ms: typing.SupportsFloat | typing.SupportsIndex,
        cpu_ms: typing.SupportsFloat | typing.SupportsIndex | None = None,
        *,
        switches: typing.SupportsInt | typing.SupportsIndex = 0,
        faults: typing.SupportsInt | typing.SupportsIndex = 0,
        migrated: bool = False,
    ) -> None:
        """
        Let time pass; as much CPU time as wall time unless given.
        """
    def set_pressure(self, percent: typing.SupportsFloat | typing.SupportsIndex) -> None:
        """
        What `pressure` says from now on.
        """

class SlowedClock(Clock):
    """
    This machine as if it took `factor` times as long; for tests.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, factor: typing.SupportsFloat | typing.SupportsIndex) -> None: ...

class Device:
    """
    What a latency belongs to: runtime, threads, batch size, precision and hardware. A value.

    Example:
        >>> device = lp.Device(threads=2, batch_size=8, name="laptop")
        >>> device.runtime, device.threads, device.precision
        ('libtorch', 2, 'fp32')
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __eq__(self, arg0: typing.Any) -> bool: ...
    def __getstate__(self) -> tuple[str, int, int, str, str, str, str]: ...
    def __hash__(self) -> int: ...
    def __init__(
        self,
        runtime: str = "libtorch",
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
        batch_size: typing.SupportsInt | typing.SupportsIndex = 1,
        precision: str = "fp32",
        *,
        mode: str = "",
        name: str = "",
        program: str = "",
    ) -> None:
        """
        `program` says what runs a network on LibTorch: "runner" (latpred's own, the default
        for architectures), "eager" (a PyTorch module), "compiled" (by torch.compile) or
        "exported" (by torch.export, as modules of one's own run); other runtimes have none.
        An empty `mode` stands for the default mode of the runtime; `name` is a name for the
        hardware, chosen freely. Raises ConfigError that names a wrong field.
        """
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def id(self) -> str:
        """
        Canonical text, for tables and stores.
        """
    @property
    def mode(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def own_thread(self) -> bool:
        """
        Whether the calling thread does all of the work: false with several
        threads or an accelerator.
        """
    @property
    def precision(self) -> str: ...
    @property
    def program(self) -> str: ...
    @property
    def runtime(self) -> str: ...
    @property
    def scope(self) -> Scope:
        """
        Whose CPU time and disturbances count for what runs on it.
        """
    @property
    def threads(self) -> int: ...

class Field:
    """
    A column of what is known of a row or campaign.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def derived(self) -> bool:
        """
        Whether it follows from other columns.
        """
    @property
    def kind(self) -> str:
        """
        boolean, integer, real, text, texts, integers or legs.
        """
    @property
    def name(self) -> str: ...
    @property
    def nullable(self) -> bool:
        """
        Whether it may be NaN: not known.
        """
    @property
    def sentence(self) -> str: ...
    @property
    def unit(self) -> str:
        """
        Empty where there is none.
        """

class NetworkResult:
    """
    One row of a campaign: the latency of one network, and how it was found.

    Example:
        >>> from latpred.measurement import ScriptedRunnable, SyntheticClock
        >>> clock = SyntheticClock()
        >>> meter = lp.LatencyMeter(clock=clock)
        >>> slow, fast = (ScriptedRunnable(str(ms), clock, [ms]) for ms in (2.0, 1.0))
        >>> (row,) = meter.measure_callables([slow], fast)
        >>> row.status, round(row.latency_ms, 3), round(row.ratio, 3)
        ('converged', 2.0, 2.0)
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def from_fields(fields: dict) -> NetworkResult:
        """
        The row of which `fields` are the values, None for NaN; DataError for another kind.
        """
    def __getstate__(self) -> tuple[dict]: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def fields(self) -> dict:
        """
        All as plain values.
        """
    @property
    def apart_visits(self) -> int:
        """
        Visits kept apart: the references changed during their sweep, or between it and those that the latency rests on.
        """
    @property
    def attempted(self) -> bool:
        """
        Whether the network was built or visited before the time ran out.
        """
    @property
    def clean_samples(self) -> int:
        """
        Samples that nothing disturbed.
        """
    @property
    def clean_visits(self) -> int:
        """
        Visits that nothing disturbed.
        """
    @property
    def correlation(self) -> float:
        """
        Correlation of neighbouring visits, which the interval allows for.
        """
    @property
    def cpu_ms(self) -> float:
        """
        Median CPU time of one run; drift of the machine is not taken out.
        """
    @property
    def fallback_share(self) -> float:
        """
        Share of visits without a clean value.
        """
    @property
    def half_width_percent(self) -> float:
        """
        Half width of the ratio's interval, on which the effort sets a limit; low_ms and high_ms contain the uncertainty of the reference's milliseconds, too.
        """
    @property
    def high_ms(self) -> float:
        """
        Upper end of the interval, the largest of all visits with drift; NaN with too few visits.
        """
    @property
    def index(self) -> int:
        """
        Number in the campaign.
        """
    @property
    def latency_ms(self) -> float:
        """
        Latency of one run; NaN where the network failed.
        """
    @property
    def low_ms(self) -> float:
        """
        Lower end of the interval, the least of all visits with drift; NaN with too few visits.
        """
    @property
    def name(self) -> str:
        """
        Name of the network.
        """
    @property
    def p90_ms(self) -> float:
        """
        90th percentile of the undisturbed samples, each a mean of runs_per_sample runs, at the speed that the machine had at the time; NaN from fewer than 64.
        """
    @property
    def ratio(self) -> float:
        """
        Latency divided by that of the reference.
        """
    @property
    def ratio_high(self) -> float:
        """
        Upper end of the ratio's interval.
        """
    @property
    def ratio_low(self) -> float:
        """
        Lower end of the ratio's interval.
        """
    @property
    def reason(self) -> str:
        """
        Why it failed or did not converge.
        """
    @property
    def reference(self) -> int:
        """
        Number of the reference.
        """
    @property
    def runs_per_sample(self) -> int:
        """
        Runs in one sample.
        """
    @property
    def samples(self) -> int:
        """
        Timed samples of these visits.
        """
    @property
    def status(self) -> str:
        """
        How it ended: labelled, converged, budget, drift, suspect or failed.
        """
    @property
    def time(self) -> str:
        """
        Time that the ratio is made of: wall, cpu or any-wall.
        """
    @property
    def visits(self) -> int:
        """
        Visits that the latency rests on.
        """

class ReferenceResult:
    """
    A reference over the campaign.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[dict]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def fields(self) -> dict:
        """
        All as plain values.
        """
    @property
    def calm(self) -> bool:
        """
        Whether it rests on calm sweeps only.
        """
    @property
    def clean_legs(self) -> int:
        """
        Legs that have an undisturbed time.
        """
    @property
    def high_ms(self) -> float:
        """
        Upper end of the interval.
        """
    @property
    def latency_ms(self) -> float:
        """
        Latency over the whole campaign.
        """
    @property
    def legs(self) -> int:
        """
        Legs that count.
        """
    @property
    def low_ms(self) -> float:
        """
        Lower end of the interval.
        """
    @property
    def name(self) -> str:
        """
        Name of the reference.
        """
    @property
    def time(self) -> str:
        """
        Time that it is made of: wall, cpu or any-wall.
        """

class Campaign:
    """
    All rows, in the caller's order.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def from_fields(
        fields: dict,
        references: collections.abc.Sequence[dict],
        rows: collections.abc.Sequence[NetworkResult],
    ) -> Campaign:
        """
        The campaign of those values, of its references' and with those rows;
        DataError for another kind.
        """
    def __getstate__(self) -> tuple[dict, list, list[NetworkResult]]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def fields(self) -> dict:
        """
        What is known of it as a whole, as plain values.
        """
    @property
    def calibrated(self) -> bool:
        """
        Whether the milliseconds rest on calm sweeps.
        """
    @property
    def changes(self) -> int:
        """
        Times that the references changed against each other for good.
        """
    @property
    def clean_fraction(self) -> float:
        """
        Undisturbed share of all samples.
        """
    @property
    def cpu_seconds(self) -> float:
        """
        CPU time of the campaign.
        """
    @property
    def estimated_values(self) -> int:
        """
        Values that went into the estimates of the references; grows linearly with the steps.
        """
    @property
    def quarantined(self) -> int:
        """
        Sweeps during which the references changed.
        """
    @property
    def reference(self) -> ReferenceResult:
        """
        The one that sets the scale.
        """
    @property
    def references(self) -> list[ReferenceResult]:
        """
        From small to large.
        """
    @property
    def rows(self) -> list[NetworkResult]: ...
    @property
    def wall_seconds(self) -> float:
        """
        Wall time of the campaign.
        """
    @property
    def warnings(self) -> list[str]:
        """
        What the user should know, in sentences.
        """

class VisitRecord:
    """
    One step of a campaign.

    Example:
        >>> records = []
        >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
        >>> found = meter.measure(archs[1:2], on_visit=records.append)
        >>> records[-1].kind, records[-1].network
        ('visit', 0)
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def from_fields(fields: dict) -> VisitRecord:
        """
        The record of which `fields` are the values; DataError for another kind.
        """
    def __getstate__(self) -> tuple[dict]: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def fields(self) -> dict:
        """
        All as plain values; see `record_fields`.
        """
    @property
    def cpu_seconds(self) -> float:
        """
        CPU time of the campaign at the end.
        """
    @property
    def group(self) -> int:
        """
        Number of the group of networks.
        """
    @property
    def kind(self) -> str:
        """
        visit, sentinel, failure or timeout.
        """
    @property
    def name(self) -> str:
        """
        Of the network.
        """
    @property
    def network(self) -> int:
        """
        Number of the network.
        """
    @property
    def number(self) -> int:
        """
        Visits that the network had had.
        """
    @property
    def pressure(self) -> float:
        """
        Time that tasks waited for a processor.
        """
    @property
    def reason(self) -> str:
        """
        Of a failure.
        """
    @property
    def reference_runs(self) -> list[int]:
        """
        Runs in one sample of each reference.
        """
    @property
    def runs_per_sample(self) -> int:
        """
        Runs in one sample.
        """
    @property
    def seconds(self) -> float:
        """
        Wall time of the campaign at the end.
        """
    @property
    def sequence(self) -> int:
        """
        Number in the campaign, from 0.
        """
    @property
    def shared(self) -> bool:
        """
        Whether the first leg is the last one of the record before.
        """
    @property
    def sweep(self) -> int:
        """
        Of the group.
        """

class MeterArguments:
    """
    How to measure; see latpred.LatencyMeter.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        clock: Clock,
        effort: str = "default",
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        scope: Scope = ...,
        group: typing.SupportsInt | typing.SupportsIndex = 24,
        budget_seconds: typing.SupportsFloat | typing.SupportsIndex = ...,
        on_result: collections.abc.Callable | None = None,
        on_visit: collections.abc.Callable | None = None,
        progress: collections.abc.Callable | None = None,
        earlier: collections.abc.Sequence[VisitRecord] = [],
    ) -> None: ...

class Runnable:
    """
    Something to measure.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def prepare(self) -> None:
        """
        Called once before the first run.
        """
    def run(self) -> None:
        """
        One unit of work.
        """
    @property
    def name(self) -> str:
        """
        Shown in rows and errors.
        """

class ScriptedRunnable(Runnable):
    """
    Work that advances a synthetic clock by given times, in a cycle.

    Example:
        >>> from latpred.measurement import ScriptedRunnable, SyntheticClock
        >>> clock = SyntheticClock()
        >>> work = ScriptedRunnable("work", clock, wall_ms=[1.0, 1.5])
        >>> work.run()
        >>> work.runs, clock.wall_ns()
        (1, 1000000)
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        name: str,
        clock: SyntheticClock,
        wall_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        cpu_ms: typing.Any = None,
        switches: typing.Any = None,
    ) -> None:
        """
        Columns of equal length; run i takes the i-th value of each.
        """
    @property
    def runs(self) -> int:
        """
        Runs so far.
        """

class MachineState:
    """
    What is known of a machine; None: not shown.
    """

    boost: bool | None
    clocksource: str | None
    governor: str | None
    huge_pages: str | None
    hypervisor: bool
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self) -> None: ...
    @property
    def cgroup_cpus(self) -> float | None:
        """
        Limit of processor time.
        """
    @cgroup_cpus.setter
    def cgroup_cpus(self, arg0: typing.SupportsFloat | typing.SupportsIndex | None) -> None: ...
    @property
    def clock_resolution_ns(self) -> int: ...
    @clock_resolution_ns.setter
    def clock_resolution_ns(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def cores(self) -> int:
        """
        That this process may use.
        """
    @cores.setter
    def cores(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def debug_build(self) -> bool:
        """
        Of latpred's core.
        """
    @debug_build.setter
    def debug_build(self, arg0: bool) -> None: ...
    @property
    def free_gb(self) -> float | None:
        """
        On disk.
        """
    @free_gb.setter
    def free_gb(self, arg0: typing.SupportsFloat | typing.SupportsIndex | None) -> None: ...
    @property
    def load(self) -> float | None:
        """
        Tasks over the last minute.
        """
    @load.setter
    def load(self, arg0: typing.SupportsFloat | typing.SupportsIndex | None) -> None: ...
    @property
    def nice(self) -> int: ...
    @nice.setter
    def nice(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def pressure_percent(self) -> float | None: ...
    @pressure_percent.setter
    def pressure_percent(
        self, arg0: typing.SupportsFloat | typing.SupportsIndex | None
    ) -> None: ...
    @property
    def settings(self) -> dict[str, str]:
        """
        Environment variables.
        """
    @settings.setter
    def settings(self, arg0: collections.abc.Mapping[str, str]) -> None: ...
    @property
    def sqlite(self) -> typing.Annotated[list[int], "FixedSize(3)"] | None:
        """
        Version, three numbers.
        """
    @sqlite.setter
    def sqlite(
        self,
        arg0: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(3)"
        ]
        | None,
    ) -> None: ...
    @property
    def steal_percent(self) -> float | None:
        """
        Of now.
        """
    @steal_percent.setter
    def steal_percent(self, arg0: typing.SupportsFloat | typing.SupportsIndex | None) -> None: ...

class MachineFinding:
    """
    One thing that was looked at.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[str, int, str, str]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def advice(self) -> str: ...
    @property
    def level(self) -> str:
        """
        ok, note, warning or error.
        """
    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...

class SelfTest:
    """
    Two equal pieces of work, measured as if different.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[float, float, float, bool, float, int]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def clean_percent(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def passed(self) -> bool: ...
    @property
    def ratio(self) -> float: ...
    @property
    def visits(self) -> int: ...

class SpeedRatio:
    """
    How many times as fast one row is as another.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def high(self) -> float: ...
    @property
    def low(self) -> float:
        """
        NaN where one of the two has no interval.
        """
    @property
    def paired(self) -> bool:
        """
        Beside one reference in one campaign.
        """
    @property
    def says(self) -> str:
        """
        faster, slower, indistinguishable or unknown.
        """
    @property
    def times(self) -> float:
        """
        Latency of the second / that of the first.
        """

def best_rate(
    clock: Clock,
    work: collections.abc.Callable,
    seconds: typing.SupportsFloat | typing.SupportsIndex,
) -> float:
    """
    Most units of work a ns; `work()` returns how many it did. Raises MeasurementError.
    """

def campaign_fields() -> list[Field]:
    """
    Columns of Campaign, without rows and references.
    """

def clock_ghz(clock: Clock, seconds: typing.SupportsFloat | typing.SupportsIndex) -> float:
    """
    GHz, from additions of which each needs the one before.
    """

def compared(first: NetworkResult, second: NetworkResult) -> SelfTest:
    """
    What two rows of one campaign, beside one reference, say of each other.
    """

def device_modes(runtime: str, program: str = "") -> list[str]:
    """
    Modes of a runtime with that program, the default one first.
    """

def device_programs(runtime: str) -> list[str]:
    """
    Programs of a runtime, the default one first; none where it runs networks itself.
    """

def device_runtimes() -> list[str]:
    """
    Runtimes that this build knows.
    """

def effort_names() -> list[str]:
    """
    Names of the efforts.
    """

def findings(machine: MachineState) -> list[MachineFinding]:
    """
    What the state of a machine means for timing, check by check.
    """

def flushes_denormals() -> bool:
    """
    Whether this thread flushes denormal numbers to zero.
    """

def machine_warnings(machine: MachineState) -> list[str]:
    """
    A sentence for each of those that disturbs timing.
    """

def match_references(
    network_ms: typing.SupportsFloat | typing.SupportsIndex,
    references: typing.SupportsInt | typing.SupportsIndex,
    time_ms: collections.abc.Callable,
) -> tuple[list[int], int]:
    """
    Numbers of the reference nearest in latency and a neighbour, ascending, and which of the
    two it is; `time_ms(number)` is asked from small to large until one is long enough.
    """

def measure_architectures(
    archs: ..., references: ..., device: Device, arguments: MeterArguments
) -> Campaign:
    """
    A campaign over architectures, each beside the nearest of `references` in MACs.
    """

def measure_runnables(
    runnables: collections.abc.Sequence[typing.Any],
    reference: typing.Any,
    arguments: MeterArguments,
    pairing: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
) -> Campaign:
    """
    A campaign over Python callables, objects with run() or bound runnables, beside one
    reference or a list of them; `pairing` has the reference's number for each.
    """

def median_spent(
    clock: Clock, work: typing.Any, rounds: typing.SupportsInt | typing.SupportsIndex = 1
) -> tuple[float, float]:
    """
    (wall, CPU) seconds of one call, each the median over `rounds`.
    """

def memory_gbs(
    clock: Clock,
    bytes: typing.SupportsInt | typing.SupportsIndex,
    seconds: typing.SupportsFloat | typing.SupportsIndex,
) -> float:
    """
    GB/s at which one thread reads so much memory.
    """

def nearest_by_ratio(
    sizes: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    references: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> list[int]:
    """
    Number of the reference nearest in size to each network. Raises DataError.
    """

def noise(
    kind: str,
    scale: typing.SupportsFloat | typing.SupportsIndex,
    count: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
    run: typing.SupportsInt | typing.SupportsIndex = 0,
) -> list[float]:
    """
    Values in the order of time, of median 0.
    """

def noise_kinds() -> list[str]:
    """
    Kinds of noise that can be simulated.
    """

def operations_per_ns(clock: Clock, seconds: typing.SupportsFloat | typing.SupportsIndex) -> float:
    """
    Operations a ns from a mix of independent ones.
    """

def quick_ms(clock: Clock, work: typing.Any) -> float:
    """
    A first guess of its latency: the shortest of three runs after one to warm up.
    """

def record_fields() -> list[Field]:
    """
    Columns of VisitRecord.
    """

def reference_architectures(space: ...) -> ...:
    """
    The architectures that a space's networks are measured beside, small to large.
    """

def reference_fields() -> list[Field]:
    """
    Columns of ReferenceResult.
    """

def row_fields() -> list[Field]:
    """
    Columns of NetworkResult.
    """

def serial_correlation(
    values: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
) -> float:
    """
    Robust correlation of neighbours, from 0.
    """

def serial_median_interval(
    values: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
    alpha: typing.SupportsFloat | typing.SupportsIndex,
) -> tuple[float, float]:
    """
    Interval of the median of values in the order of time.
    """

def sign_test_rank(
    n: typing.SupportsInt | typing.SupportsIndex, alpha: typing.SupportsFloat | typing.SupportsIndex
) -> int:
    """
    Rank from 1 of the order statistic that bounds a median of n values; 0: none does.
    """

def simulate_stop_rule(
    kind: str,
    scale: typing.SupportsFloat | typing.SupportsIndex,
    effort: str = "default",
    runs: typing.SupportsInt | typing.SupportsIndex = 2000,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
) -> dict:
    """
    Coverage, share converged, share off by more than the precision, visits.
    """

def speed_ratio(first: NetworkResult, second: NetworkResult, one_campaign: bool) -> SpeedRatio:
    """
    How many times as fast the first row is as the second.
    """

def steal_percent(before: str, after: str) -> float | None:
    """
    Percent of the time between two contents of /proc/stat that other machines took.
    """

self_test_width: float = 0.25
