"""A job inside the worker: the campaign, and the messages that it sends while it runs."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from latpred._core import measurement as _native
from latpred.base.json import with_nan
from latpred.devices.device import Device
from latpred.devices.settings import CampaignSettings
from latpred.errors import ConfigError
from latpred.runtimes.modules import require_program
from latpred.worker.networks import device_from, runnable_of, space_from
from latpred.worker.protocol import campaign_fields

__all__ = ["Job", "Send", "Watch", "limit_memory"]

Send = Callable[[dict[str, Any]], None]


class Watch:
    """Tracks whose turn it is, and has the system end this process if the turn takes too long.

    The alarm ends the process even where a network hangs inside foreign code.
    """

    def __init__(self, send: Send, limit_seconds: float) -> None:
        self.turn: object = None
        self._send = send
        self._limit = limit_seconds

    def begin(self, who: object, subject: object, phase: str) -> None:
        self.turn = who
        self._send({"type": "step", "subject": subject, "phase": phase})
        signal.setitimer(signal.ITIMER_REAL, self._limit)

    def end(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.turn = None


class _Watched:
    """A runnable, built in `prepare` and dropped when done, whose turns are watched."""

    def __init__(
        self, watch: Watch, subject: object, name: str, make: Callable[[], Any], reason: str = ""
    ) -> None:
        self.name = name
        self._watch = watch
        self._subject = subject
        self._make = make
        self._reason = reason
        self._inner: Any = None

    def prepare(self) -> None:
        if self._reason:  # it took an earlier worker with it
            raise RuntimeError(self._reason)
        self._watch.begin(None, self._subject, "prepare")
        self._inner = self._make()
        if hasattr(self._inner, "prepare"):
            self._inner.prepare()
        self._run = self._inner.run

    def run(self) -> None:
        if self._watch.turn is not self:
            self._watch.begin(self, self._subject, "run")
        self._run()

    def inputs(self) -> list[dict[str, Any]]:
        """What it runs on, where it says so."""
        found = getattr(self._inner, "inputs", [])
        return list(found) if isinstance(found, list) else []

    def precision(self) -> str:
        """In which numbers it computes, where that is its own affair and it says so."""
        if not hasattr(self._inner, "network_precision"):
            return ""
        try:
            return str(self._inner.network_precision())
        except Exception:  # noqa: BLE001 - it ran: what cannot be told of it is no failure
            return ""

    def release(self) -> None:
        self._inner = self._run = None


class Job:
    """A `measure` or `match` request.

    Args:
        request: Its fields. `device`, `networks`, `references` and `spaces` say what to
            measure (see `latpred.worker.networks`); `effort`, `seed`, `group`, `budget_seconds` and
            `pairing` say how; `limit_seconds` limits each step and `memory_mb` the whole process;
            `earlier` holds the visit records to continue from, `failed` the reasons, by number, for
            networks that must not be tried. For `match`: `network` is the number of the network,
            `times` the milliseconds of the first references that earlier matches found.
        send: Called with each message.

    Raises:
        ConfigError: For missing or wrong fields, or a runtime that is not installed here.
    """

    def __init__(self, request: Mapping[str, Any], send: Send) -> None:
        try:
            self._device = device_from(request["device"])
            require_program(self._device)
            self._spaces = [space_from(fields) for fields in request.get("spaces", [])]
            self._networks = list(request["networks"])
            self._references = list(request["references"])
            self._failed = {int(key): str(one) for key, one in request.get("failed", {}).items()}
            records = [with_nan(fields) for fields in request.get("earlier", [])]
            earlier = [_native.VisitRecord.from_fields(fields) for fields in records]
            self._settings = CampaignSettings.of_request(request, self._device, earlier)
            self._watch = Watch(send, float(request.get("limit_seconds", 60.0)))
            self._number = int(request.get("network", 0))
            self._times = [float(one) for one in request.get("times", [])]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, ConfigError):
                raise
            raise ConfigError(f"job: wrong or missing field: {error!r}") from error
        self._pairing = request.get("pairing", [])
        self._send = send
        self._progress: list[Any] | None = None
        limit_memory(request.get("memory_mb"))

    def measure(self) -> dict[str, Any]:
        """Run the campaign and return the `done` message. An error raised by `send` ends it."""
        with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
            networks = [self._watched(i, one, folder) for i, one in enumerate(self._networks)]
            references = [
                self._watched(f"reference {i}", one, folder)
                for i, one in enumerate(self._references)
            ]

            def finished(row: _native.NetworkResult, _reference: object) -> None:
                networks[row.index].release()
                self._send(self._with_progress({"type": "finished", "row": row.fields()}))

            settings = replace(
                self._settings,
                on_result=finished,
                on_visit=self._visited,
                progress=self._progressed,
            )
            try:
                campaign = _native.measure_runnables(
                    networks, references, settings.native(), self._pairing
                )
            finally:
                self._watch.end()
        rows = [row.fields() for row in campaign.rows]
        done = {"type": "done", "rows": rows, "campaign": campaign_fields(campaign)}
        return self._with_progress(done)

    def match(self) -> dict[str, Any]:
        """Find the references, ordered from small to large, that are nearest to one network.

        Each is run three times after a warm-up, as is the network. Returns a `matched` message with
        the numbers of the nearest one and a neighbour, ascending, which of the two it is, the
        milliseconds of the references that are known now, the network's inputs and its precision;
        or one with `failed`, the reason why the network does not run.
        """
        number = self._number
        with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
            work = self._watched(number, self._networks[number], folder)
            try:
                wanted = _native.quick_ms(self._settings.clock, work)
                inputs, precision = work.inputs(), work.precision()
            except ConfigError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever the network raises
                return {"type": "matched", "failed": f"{type(error).__name__}: {error}"}
            finally:
                work.release()
                self._watch.end()
            known = dict(enumerate(self._times))

            def time_ms(which: int) -> float:
                if which not in known:
                    one = self._references[which]
                    known[which] = self._quick_ms(self._watched(f"reference {which}", one, folder))
                return known[which]

            try:
                chosen, nearest = _native.match_references(wanted, len(self._references), time_ms)
            finally:
                self._watch.end()
        return {
            "type": "matched",
            "references": chosen,
            "nearest": nearest,
            "times": [known[which] for which in sorted(known)],
            "inputs": inputs,
            "precision": precision,
        }

    def _quick_ms(self, work: _Watched) -> float:
        found = _native.quick_ms(self._settings.clock, work)
        work.release()
        return found

    def _watched(self, subject: object, network: Mapping[str, Any], folder: str) -> _Watched:
        def make() -> Any:
            return runnable_of(network, self._spaces, self._device, Path(folder))

        reason = self._failed.get(subject, "") if isinstance(subject, int) else ""
        return _Watched(self._watch, subject, str(network.get("name", "network")), make, reason)

    def _visited(self, record: _native.VisitRecord) -> None:
        self._watch.end()
        self._send(self._with_progress({"type": "visit", "record": record.fields()}))

    def _progressed(self, *progress: Any) -> None:
        """Goes with the next message."""
        self._progress = list(progress)

    def _with_progress(self, message: dict[str, Any]) -> dict[str, Any]:
        progress, self._progress = self._progress, None
        return message if progress is None else message | {"progress": progress}

    @property
    def device(self) -> Device:
        """What the job runs on."""
        return self._device


def limit_memory(megabytes: float | None) -> None:
    """Make allocations beyond that much address space fail; None sets no limit."""
    import resource

    if megabytes is not None:
        most = int(megabytes * 2**20)
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
