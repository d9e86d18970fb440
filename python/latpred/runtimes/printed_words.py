"""Units and words beside a printed number: which make it a time, and which something else."""

from __future__ import annotations

__all__ = [
    "COUNTS",
    "LONGER",
    "PER",
    "PHASES",
    "QUANTITIES",
    "SPREADS",
    "TIMES",
    "UNITS",
    "CommandFailed",
    "power_of",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class CommandFailed(RuntimeError):
    """A run of the command gave no latency; the message says why in one sentence."""


# Unit -> power of ten of its ms. Short ones count as they stand: "MS" may be, "mS" is siemens.
UNITS = {"s": 3, "ms": 0, "MS": 0, "Ms": 0, "us": -3, "µs": -3, "μs": -3, "ns": -6}
_LONG = {
    3: "sec secs second seconds",
    0: "msec msecs millis millisecond milliseconds",
    -3: "usec usecs µsec µsecs μsec μsecs micros microsecond microseconds",
    -6: "nsec nsecs nanos nanosecond nanoseconds",
}
# What a number with a unit may be added to: 1 min 30 s.
LONGER = _words("m min mins minute minutes h hr hrs hour hours d day days")
_LONG_UNITS = {word: power for power, words in _LONG.items() for word in words.split()}
# "ms per run" is a latency, "ms per image" is one of a batch of one only.
PER = _words("run it iter iteration inference inferences loop batch call invocation invoke")

# What a number without a unit is not a time of, if the name before it has one of these words.
QUANTITIES = _words(
    """
    memory mem ram rss vram heap footprint byte bytes kb mb gb tb kib mib gib bit bits
    fps qps ips rps hz khz mhz ghz throughput frequency images frames tokens
    accuracy acc loss error errors err code exit status temperature celsius
    power watt watts mw energy joule joules volt voltage percent utilization utilisation usage
    std stddev stdev deviation variance sigma confidence
    cycle cycles tick ticks clocks clk instructions
    params parameters flops gflops mflops macs gmacs mmacs gops tops size score speedup
    """
)
# The same where the word stands right before the number.
COUNTS = _words(
    """
    n b w j run runs iterations iteration iters iter count batch batches batchsize threads thread
    seed samples sample repeats repetitions repeat warmup step steps epoch epochs pid port version
    device gpu cpu cuda core rank index node trial depth width resolution year
    line of over used load rate ratio factor temp var cv cores workers level top id number total
    """
)
# Names of times, with which a unit beside them is theirs: latency_us, elapsedNs.
TIMES = _words("latency latencies time times elapsed duration runtime inference infer")
# What a number is not a latency of although it has a unit of time.
SPREADS = _words(
    """
    std stddev stdev deviation variance sigma var jitter iqr mad confidence margin error errors err
    """
)
# The same, unless the label also says that it is a latency.
PHASES = _words(
    """
    timeout timeouts timed waiting waited sleeping slept warmup loaded loading compile compiled
    compiling compilation init initialization initialisation startup
    """
)


def power_of(unit: str) -> int | None:
    """The power of ten by which a number in that unit becomes ms; None for what is no time."""
    return UNITS.get(unit, _LONG_UNITS.get(unit.lower()))
