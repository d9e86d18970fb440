"""A campaign in worker processes, a new one after each that a network takes down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latpred._core import measurement as _native
from latpred.base.extras import missing
from latpred.base.json import with_nan
from latpred.errors import MeasurementError
from latpred.worker.process import WorkerEnded, WorkerProcess
from latpred.worker.protocol import campaign_from, error_from

__all__ = ["WorkerCampaign", "WorkerSettings"]

_GRACE_SECONDS = 10.0  # the worker's own alarm comes first
_IDLE_SECONDS = 300.0  # between visits: the protocol's own pauses


@dataclass(frozen=True)
class WorkerSettings:
    """How to reach a worker and how long a step may take.

    Attributes:
        command: Words of the command line that starts it.
        limit_seconds: Time limit for building a network, and for each leg of a visit.
        start_seconds: Time limit for the worker to start.
        memory_mb: Limit of the worker's address space; None for no limit.
    """

    command: Sequence[str]
    limit_seconds: float = 60.0
    start_seconds: float = 120.0
    memory_mb: float | None = None


class WorkerCampaign:
    """Measures the networks of a job; those that crash or hang become `failed` rows.

    After a crash a new worker receives all visit records so far, goes on where the last one
    stopped, and does not try that network again.

    Args:
        settings: How to reach and limit the worker.
        job: Fields of a request, see `latpred.worker.job.Job`.
        on_result: Called with each finished row, once.
        on_visit: Called with each visit record, once.
        progress: Called with (visits done, visits expected, text).
        on_environment: Called with the environment once, before anything is measured.

    Attributes:
        environment: Record of the worker's machine, once the worker has started.
        subject: Number of the network that the worker is busy with, or the reference's name.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        job: dict[str, Any],
        *,
        on_result: Callable[[Any], None] | None = None,
        on_visit: Callable[[Any], None] | None = None,
        progress: Callable[[int, int, str], None] | None = None,
        on_environment: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self._settings = settings
        self._job = job | {"limit_seconds": settings.limit_seconds}
        self._job |= {"memory_mb": settings.memory_mb}
        self._earlier: list[Any] = list(job.get("earlier", []))
        self._failed: dict[str, str] = {}
        self._finished: set[int] = set()
        self._on_result = on_result
        self._on_visit = on_visit
        self._progress = progress
        self._on_environment = on_environment
        self.subject: object = None
        self._phase = ""
        self._idle_deaths = 0
        self._times: list[float] = []  # of the first references, once a match has found them
        self._worker: WorkerProcess | None = None
        self.environment: dict[str, Any] = {}

    def measure(self) -> _native.Campaign:
        """Run the campaign.

        Raises:
            ConfigError: For a job that the worker cannot run, e.g. without the device's runtime.
            MeasurementError: If a reference fails or takes the worker with it, if the worker
                cannot be started or reached, or speaks another protocol.
        """
        while True:
            try:
                campaign: _native.Campaign = _read(campaign_from, self._attempt("measure", "done"))
                self.stop()
                return campaign
            except WorkerEnded as end:
                self._note(end)
            except MeasurementError:
                self.stop()
                raise

    def match(self, number: int = 0) -> dict[str, Any]:
        """Match a network to references; see `latpred.worker.job.Job.match`.

        Returns:
            The `matched` message.

        Raises:
            WorkerEnded: Where the network crashed. Others as for `measure`.
        """
        matched = self._attempt("match", "matched", network=number, times=self._times)
        if "failed" not in matched:
            _read(lambda fields: fields["references"][fields["nearest"]], matched)
            self._times = list(matched.get("times", []))
        return matched

    def give_up(self, number: int, reason: str) -> None:
        """Try a network no more: its row is `failed`."""
        self._failed[str(number)] = reason

    def pair(self, matched: Mapping[int, dict[str, Any]]) -> None:
        """Measure each network beside the reference that it matched, all in one campaign.

        There are two references at least where the ladder has them, so that change is noticed.

        Args:
            matched: The `matched` messages by the number of the network.
        """
        nearest = {number: each["references"][each["nearest"]] for number, each in matched.items()}
        chosen = sorted(set(nearest.values()))
        if len(chosen) == 1:
            chosen = list(next(iter(matched.values()))["references"])
        ladder = self._job["references"]
        self._job["references"] = [ladder[which] for which in chosen]
        self._job["pairing"] = [
            chosen.index(nearest.get(number, chosen[0]))
            for number in range(len(self._job["networks"]))
        ]

    @property
    def names(self) -> tuple[list[str], list[str]]:
        """Of the networks, and of the references that they are measured beside."""
        networks, references = (
            [str(one.get("name", "network")) for one in self._job[kind]]
            for kind in ("networks", "references")
        )
        return networks, references

    @property
    def pairing(self) -> list[int]:
        """The number of each network's reference."""
        return list(self._job.get("pairing", []))

    def stop(self) -> None:
        """End the worker, if there is one."""
        if self._worker is not None:
            self._worker.stop()
        self._worker = None

    def _attempt(self, kind: str, end: str, **more: object) -> dict[str, Any]:
        self.subject, self._phase = None, ""
        settings = self._settings
        try:
            if self._worker is None:
                self._worker = WorkerProcess(settings.command, settings.start_seconds)
                self.environment = self._worker.hello.get("environment", {})
                self._require_runtime(self._worker.hello)
                self._tell_environment()
            changing = {"type": kind, "earlier": self._earlier, "failed": self._failed}
            self._worker.send(self._job | changing | more)
            while True:
                message = self._worker.receive(self._patience())
                if message["type"] != end:
                    self._take(message)
                self._tell(message)
                if message["type"] == end:
                    return message
        except BaseException:
            self.stop()
            raise

    def _patience(self) -> float:
        if self.subject is None:
            return max(_IDLE_SECONDS, self._settings.limit_seconds)
        return self._settings.limit_seconds + _GRACE_SECONDS

    def _tell_environment(self) -> None:
        tell, self._on_environment = self._on_environment, None
        if tell is not None:
            tell(self.environment)

    def _require_runtime(self, hello: dict[str, Any]) -> None:
        runtime = self._job["device"]["runtime"].removesuffix("-cuda").replace("python", "libtorch")
        kinds = {one.get("kind") for one in self._job["networks"] + self._job["references"]}
        written = bool(kinds & {"architecture", "graph"}) and runtime != "libtorch"
        needed = [runtime] + (["onnx"] if written else [])
        for one in needed:
            if hello.get("runtimes", {}).get(one) is None:
                raise missing(one, "the campaign", "on the worker's machine")

    def _take(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "step":
            self.subject, self._phase = message.get("subject"), str(message.get("phase"))
        elif kind == "visit":
            self._visited(message.get("record"), _read(_record_of, message))
        elif kind == "finished":
            self._row(_read(_row_of, message))
        elif kind == "error":
            raise error_from(message)
        elif kind == "cancelled":
            raise MeasurementError("the worker was interrupted")

    def _visited(self, fields: Any, record: _native.VisitRecord) -> None:
        self.subject = None
        self._earlier.append(fields)
        if self._on_visit is not None:
            self._on_visit(record)

    def _row(self, row: _native.NetworkResult) -> None:
        if row.index in self._finished:  # replayed by a later worker
            return
        self._finished.add(row.index)
        if self._on_result is not None:
            self._on_result(row)

    def _tell(self, message: dict[str, Any]) -> None:
        if self._progress is not None and "progress" in message:
            self._progress(*_read(_progress_of, message))

    def _note(self, end: WorkerEnded) -> None:
        """Record what a worker's death means: a failed network, or the end of the campaign."""
        reason = self.reason(end)
        if isinstance(self.subject, int):
            self._failed[str(self.subject)] = reason
        elif self.subject is not None:
            raise MeasurementError(f"{self.subject}: {reason}") from end
        else:
            self._idle_deaths += 1
            if self._idle_deaths > 2:
                raise MeasurementError(f"{reason}, {self._idle_deaths} times") from end

    def reason(self, end: WorkerEnded) -> str:
        """Why a network has no latency when the worker has ended that way."""
        text = str(end)
        if "SIGALRM" in text or text.startswith("silent"):
            text = f"no end after {self._settings.limit_seconds:g} s, killed"
        return text + (f" (during {self._phase})" if self._phase else "")


def _record_of(message: dict[str, Any]) -> _native.VisitRecord:
    return _native.VisitRecord.from_fields(with_nan(message["record"]))


def _row_of(message: dict[str, Any]) -> _native.NetworkResult:
    return _native.NetworkResult.from_fields(message["row"])


def _progress_of(message: dict[str, Any]) -> tuple[int, int, str]:
    done, expected, text = message["progress"]
    return int(done), int(expected), str(text)


def _read(reader: Callable[[dict[str, Any]], Any], message: dict[str, Any]) -> Any:
    """The content of a message; MeasurementError where a field is wrong or missing."""
    try:
        return reader(message)
    except (KeyError, TypeError, AttributeError, ValueError, RuntimeError) as error:
        raise MeasurementError(
            f"the worker sent a {message['type']!r} message with a wrong or missing field: "
            f"{error!r}"
        ) from error
