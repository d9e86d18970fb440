"""One writer at a time: a lock of the operating system on a file that says who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import weakref
from pathlib import Path
from typing import Any

from latpred.base.failpoints import failpoint
from latpred.base.live import Live
from latpred.errors import CampaignLockedError, StorageError, StoreLockedError

__all__ = ["StoreLock", "is_alive", "lock_path", "network_filesystem", "this_process"]

_held: weakref.WeakSet[StoreLock] = weakref.WeakSet()

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "lustre", "glusterfs", "9p", "afs"}


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _start_time(pid: int) -> int | None:
    """Clock ticks from boot to the start of a process; None where there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *fields = text.rpartition(")")[2].split()
    return None if state in "ZX" else int(fields[18])


def this_process() -> dict[str, Any]:
    """What tells this process from any other, also after a restart of the machine."""
    pid = os.getpid()
    return {
        "pid": pid,
        "start": _start_time(pid),
        "boot_id": _boot_id(),
        "host": socket.gethostname(),
    }


def is_alive(holder: dict[str, Any]) -> bool:
    """Whether the process that wrote this still runs here; a number used again does not count."""
    if holder.get("boot_id") != _boot_id():
        return False
    start = _start_time(int(holder["pid"]))
    return start is not None and start == holder.get("start")


def lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def network_filesystem(path: Path, mounts: str | None = None) -> str | None:
    """Kind of the network file system that a path is on, where locks may not hold; else None."""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text()
        except OSError:
            return None
    best, kind = "", ""
    for line in mounts.splitlines():
        _, place, found = line.split(" ")[:3]
        place = place.replace("\\040", " ")
        if path.is_relative_to(place) and len(place) >= len(best):
            best, kind = place, found
    return kind if kind in _NETWORK or kind.startswith("fuse.sshfs") else None


def _read_holder(file: int) -> dict[str, Any]:
    """Who holds or held the lock; empty where nobody or where the text is torn."""
    try:
        found = json.loads(os.pread(file, 4096, 0))
    except (ValueError, OSError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("pid"), int) else {}


class StoreLock(Live):
    """Held from construction to `release` or the end of the process, however it ends.

    Args:
        store: The file that is written.
        what: It is, for the message.
        error: Raised where another process writes it.

    Raises:
        StoreLockedError: `error`, at once, where a living process holds it; names pid and host.
        StorageError: Where the lock file cannot be made.
    """

    def __init__(
        self,
        store: Path,
        what: str = "campaign",
        error: type[StoreLockedError] = CampaignLockedError,
    ) -> None:
        self.path = lock_path(store)
        self._what, self._error = what, error
        failpoint("lock")
        try:
            self._file: int | None = os.open(
                self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise StorageError(f"cannot write {self.path}: {error.strerror}") from error
        try:
            self._take()
        except BaseException:
            os.close(self._file)
            self._file = None
            raise
        _held.add(self)

    def _take(self) -> None:
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = False
        except BlockingIOError:
            held = True
        except OSError as error:  # a file system without locks
            raise StorageError(f"cannot lock {self.path}: {error.strerror}") from error
        holder, me = _read_holder(self._file), this_process()
        # Some file systems give the lock to two processes; the text then still tells.
        elsewhere = holder.get("host") != me["host"] and network_filesystem(self.path) is not None
        if held or (holder and holder != me and (elsewhere or is_alive(holder))):
            pid, host = holder.get("pid", "unknown"), holder.get("host", "unknown")
            raise self._error(
                f"{self.path}: the {self._what} is being written by process {pid} on host {host}"
            )
        failpoint("lock.write")
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, json.dumps(me).encode(), 0)
        except OSError as error:
            raise StorageError(f"cannot write {self.path}: {error.strerror}") from error

    def release(self) -> None:
        """Let another process write. The file stays: removing it would let two hold it."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, 0)
                fcntl.flock(self._file, fcntl.LOCK_UN)  # a child being forked may share the file
            os.close(self._file)
            self._file = None
        _held.discard(self)

    def _forget(self) -> None:
        """In a forked child: the lock is the parent's, and must end with the parent."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _forget_all() -> None:
    for lock in list(_held):
        lock._forget()


os.register_at_fork(after_in_child=_forget_all)
