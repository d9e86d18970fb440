"""The campaign store: every step of a campaign on disk, so that any interruption can be resumed.

A store is one SQLite file with a rollback journal and one writer. Replayed in their order, the
records of a campaign put a new meter into the state of the interrupted one (see `VisitRecord` in
the core), so the records are what is kept; results are kept too, for readers.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from latpred.base.live import Live
from latpred.base.lock import network_filesystem, this_process
from latpred.devices.environment import stable_part
from latpred.errors import ConfigError, ConfigMismatchError, CorruptionError, LatpredError
from latpred.store.format import digest_of
from latpred.store.reader import StoreContent
from latpred.store.rows import Row, earlier_records, keys_by_campaign, result_cells, visit_cells
from latpred.store.writer import StoreWriter

__all__ = ["CampaignStore", "NetworkKey", "StoredPlan"]

_log = logging.getLogger("latpred")

_NO_ROWS = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
)

NetworkKey = tuple[str, int]  # hash of the architecture (hexadecimal), earlier occurrences of it


@dataclass
class StoredPlan:
    """A campaign as it is stored.

    Attributes:
        campaign: Number of the campaign in the file.
        keys: Keys of its networks, in the order of their numbers.
        earlier: Records of its steps so far, for the meter to replay.

    Example:
        >>> from latpred.store import StoredPlan
        >>> StoredPlan(campaign=1, keys=[("hash", 0)], earlier=[]).keys
        [('hash', 0)]
    """

    campaign: int
    keys: list[NetworkKey]
    earlier: list[dict[str, Any]] = field(default_factory=list)


class CampaignStore(Live):
    """The writer of one file of campaigns with the same settings; a context manager.

    What `commit` has written survives a kill at any instruction and a power loss. Commits happen
    automatically whenever they have cost less than `commit_share` of the time, and at the end.
    After a kill, therefore, at most about seventy times the cost of a commit (1.4 s where it
    takes 20 ms), or one visit, is measured again.

    Args:
        path: The file, created if missing; `<path>.lock` lies beside it while it is open.
        settings: What must be equal for measurements to belong together; JSON values.
        environment: Record of this machine with its `env_id`.
        allow_env_change: Whether to go on where another environment measured before: True and None
            (with a warning) go on, False refuses. Rows record their environment in each case.
        commit_share: Share of the time to spend on commits; 1 commits each record.
        seconds: A clock that never steps back.
        now: Seconds since 1970.

    Attributes:
        results: Final rows of all ended campaigns, by key.
        summaries: What else was recorded at the end of each campaign.
        unfinished: The campaign that has not ended, or None.
        warnings: What the user should know about this opening of the file.

    Raises:
        CampaignLockedError: At once, if another process is writing the file.
        ConfigMismatchError: If the file was begun with other settings; it says what differs.
        CorruptionError: If anything in it is damaged.
        ModelVersionError: If a newer latpred wrote it.
        StorageError: If the file cannot be created or written.

    Example:
        >>> from latpred.store import CampaignStore
        >>> machine = {"env_id": "x"}  # see `environment_record`
        >>> with CampaignStore("a.sqlite", {"effort": "fast"}, environment=machine) as store:
        ...     plan = store.begin(["first"], [("hash of it", 0)])
        >>> plan.campaign, plan.earlier
        (0, [])
    """

    def __init__(
        self,
        path: str | Path,
        settings: Mapping[str, Any],
        *,
        environment: Mapping[str, Any],
        allow_env_change: bool | None = None,
        commit_share: float = 0.015,
        seconds: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.settings = json.loads(json.dumps(dict(settings)))
        self.config_hash = digest_of(self.settings)
        self.warnings: list[str] = []
        self._environment, self._allow_env_change = dict(environment), allow_env_change
        self._now = now
        self._campaign = self._session = -1
        self._noted: set[int] = set()
        self._writer = StoreWriter(path, commit_share, seconds)
        self.path = self._writer.path
        try:
            self._take_over(self._writer.content)
        except BaseException as error:
            self._writer.close()
            # The chain of links reveals damage, but not forgery.
            if isinstance(error, _NO_ROWS) and not isinstance(error, LatpredError):
                raise CorruptionError(f"{self.path}: its rows do not fit together") from error
            raise
        kind = network_filesystem(self.path)
        if kind is not None:
            self._warn(f"{self.path} is on a network file system ({kind}): locks may not hold")

    def _take_over(self, content: StoreContent) -> None:
        tables = content.tables
        for row in tables["campaigns"]:
            self._compare(json.loads(row["settings"]))
        self._environments = {r["env_id"]: json.loads(r["record"]) for r in tables["environments"]}
        self._sessions = [(row["campaign"], row["env_id"]) for row in tables["sessions"]]
        times = [row["started"] for row in tables["sessions"]]
        self._last_time = max([0.0, *times, *(row["written"] for row in tables["visits"])])
        keys = keys_by_campaign(content)
        self.results: dict[NetworkKey, dict[str, Any]] = {
            keys[row["campaign"]][row["position"]]: row for row in tables["results"] if row["final"]
        }
        self.summaries = [json.loads(row["summary"]) for row in tables["ends"]]
        self._campaigns = len(tables["campaigns"])
        ended = {row["campaign"] for row in tables["ends"]}
        self.unfinished: StoredPlan | None = None
        for row in tables["campaigns"]:
            campaign = row["campaign"]
            if campaign not in ended:
                earlier = earlier_records(content, campaign)
                self.unfinished = StoredPlan(campaign, list(keys[campaign].values()), earlier)
                same = (r for r in tables["results"] if r["campaign"] == campaign)
                self._noted = {r["position"] for r in same}

    def _compare(self, stored: dict[str, Any]) -> None:
        names = sorted(stored.keys() | self.settings.keys())
        found = {name: (stored.get(name), self.settings.get(name)) for name in names}
        different = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
        if different:
            text = "; ".join(f"{n}: stored {a!r}, given {b!r}" for n, (a, b) in different.items())
            raise ConfigMismatchError(
                f"{self._writer.path} was begun with other settings ({text}): use the stored "
                "ones or another file",
                different,
            )

    def _warn(self, text: str) -> None:
        self.warnings.append(text)
        _log.warning("%s", text)

    # --- a campaign -------------------------------------------------------------------------------

    def begin(self, names: Sequence[str], keys: Sequence[NetworkKey]) -> StoredPlan:
        """Record what a new campaign will measure, and return its plan.

        Raises:
            ConfigError: If the previous campaign has not ended.
        """
        if self.unfinished is not None:
            raise ConfigError(f"{self.path}: campaign {self.unfinished.campaign} has not ended")
        shared = {"campaign": self._campaigns, "config_hash": self.config_hash}
        text = json.dumps(self.settings, sort_keys=True)
        self._writer.add("campaigns", {**shared, "settings": text, "networks": len(names)})
        device = str(self.settings.get("device", ""))
        for position, (name, (arch_hash, repeat)) in enumerate(zip(names, keys, strict=True)):
            row = {**shared, "position": position, "name": name, "device": device}
            self._writer.add("networks", {**row, "arch_hash": arch_hash, "repeat": repeat})
        self.unfinished = StoredPlan(self._campaigns, list(keys))
        self._campaigns += 1
        return self.resume()

    def resume(self) -> StoredPlan:
        """Record that the unfinished campaign goes on in this session, and return its plan.

        Raises:
            ConfigError: If no campaign is unfinished.
            ConfigMismatchError: If the environment has changed and `allow_env_change` is False.
        """
        if self.unfinished is None:
            raise ConfigError(f"{self.path}: no campaign is unfinished")
        self._campaign = self.unfinished.campaign
        env_id = str(self._environment["env_id"])
        self._check_environment(env_id)
        if env_id not in self._environments:
            record = json.dumps(self._environment, sort_keys=True)
            self._writer.add("environments", {"env_id": env_id, "record": record})
            self._environments[env_id] = self._environment
        me, started = this_process(), self._now()
        stepped_back = started < self._last_time
        if stepped_back:
            self._warn(f"{self.path}: the clock of this machine was set back since the last write")
        self._session = len(self._sessions)
        row = {"session": self._session, "campaign": self._campaign, "env_id": env_id}
        row |= {"host": me["host"], "pid": me["pid"], "started": started}
        self._writer.add("sessions", {**row, "clock_stepped_back": stepped_back})
        self._sessions.append((self._campaign, env_id))
        self._writer.commit()
        return self.unfinished

    def _check_environment(self, env_id: str) -> None:
        before = [known for campaign, known in self._sessions if campaign == self._campaign]
        if not before or env_id == before[-1] or self._allow_env_change:
            return
        old = stable_part(self._environments[before[-1]])
        new = stable_part(self._environment)
        names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
        pairs = {name: (old.get(name), new.get(name)) for name in names}
        text = "; ".join(f"{name}: {a!r} then, {b!r} now" for name, (a, b) in pairs.items())
        text = f"{self.path}: begun in another environment ({text})"
        if self._allow_env_change is False:
            raise ConfigMismatchError(text + "; pass allow_env_change=True to go on", pairs)
        self._warn(text)

    def visit(self, fields: Mapping[str, Any]) -> None:
        """Store the record of a step (`VisitRecord.fields()`)."""
        self._writer.add(
            "visits", {**self._labels(), "written": self._now(), **visit_cells(fields)}
        )
        self._writer.commit_if_due()

    def result(self, row: Row) -> None:
        """Store the row of a finished network for readers, until `end` brings the final one."""
        if row.index not in self._noted:
            self._noted.add(row.index)
            self._writer.add("results", {**self._labels(), "final": 0, **result_cells(row)})
            self._writer.commit_if_due()

    def end(self, rows: Sequence[Row], summary: Mapping[str, Any]) -> None:
        """Store the campaign's final rows and the rest of what it says (JSON), and commit."""
        if self.unfinished is None:
            raise ConfigError(f"{self.path}: no campaign is unfinished")
        for row in rows:
            cells = {**self._labels(), "final": 1, **result_cells(row)}
            self._writer.add("results", cells)
            self.results[self.unfinished.keys[row.index]] = cells
        self._writer.add("ends", {**self._labels(), "summary": json.dumps(dict(summary))})
        self._writer.commit()
        self.summaries.append(dict(summary))
        self.unfinished = None
        self._noted = set()

    def _labels(self) -> dict[str, int]:
        return {"campaign": self._campaign, "session": self._session}

    # --- the file ---------------------------------------------------------------------------------

    @property
    def stored_rows(self) -> int:
        """Number of rows, of all kinds, that are safe on disk."""
        return self._writer.stored_rows

    def commit(self) -> None:
        """Write everything to disk now; StorageError where that fails."""
        self._writer.commit()

    def close(self) -> None:
        """Commit and release the file to other processes."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
