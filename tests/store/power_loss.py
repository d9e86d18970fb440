"""A disk that keeps only what was synced, replayed from the system calls of a real campaign.

After a power loss a file holds what was written before its last sync, and any part of what was
written since; a name in a folder is as it was when the folder was last synced, or later. The
method is that of ALICE (Pillai et al., OSDI 2014), without assumptions on a file system.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.store import tracing

CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
FILE = re.compile(r"^(-?\d+)<([^>]*)>")
SECTOR = 512


@dataclass(frozen=True)
class Step:
    """What one system call did: write, cut, sync, make, remove or say (a mark of the campaign)."""

    kind: str
    path: Path
    data: bytes = b""
    offset: int = 0


def _quoted(text: str) -> list[str]:
    return re.findall(r'"((?:\\x[0-9a-f]{2})*)"', text)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _step(line: str, seen: set[Path]) -> Step | None:
    match = CALL.match(line)
    if match is None or int(match[3]) < 0:
        return None
    name, arguments = match[1], match[2]
    if name in ("openat", "unlink"):
        path = Path(_bytes(_quoted(arguments)[0]).decode())
        if name == "unlink":
            seen.discard(path)
            return Step("remove", path)
        made = "O_CREAT" in arguments and path not in seen
        seen.add(path)
        return Step("make", path) if made else None
    file = FILE.match(arguments)
    if file is None:
        return None
    path = Path(_bytes(file[2]).decode() if file[2].startswith("\\x") else file[2])
    if name in ("fsync", "fdatasync"):
        return Step("sync", path)
    numbers = [int(word) for word in re.findall(r", (\d+)", arguments)]
    if name == "ftruncate":
        return Step("cut", path, offset=numbers[-1])
    data = _bytes(_quoted(arguments)[0])
    return Step("say" if name == "write" else "write", path, data, numbers[-1])


def recorded(work: Callable[[], None], folder: Path) -> list[Step]:
    """What `work` did to the files of a folder, in order."""
    calls = "openat,unlink,pwrite64,write,fsync,fdatasync,ftruncate"
    with tempfile.NamedTemporaryFile() as log:
        options = ["-y", "-xx", "-s", "1000000", "-e", f"trace={calls}", "-o", log.name]
        assert tracing.traced(work, *options) == 0
        lines = Path(log.name).read_text().splitlines()
    seen: set[Path] = set()
    steps = [_step(line, seen) for line in lines]
    return [s for s in steps if s is not None and (s.path == folder or s.path.parent == folder)]


@dataclass
class Disk:
    """Files as synced, and what was asked for since."""

    folder: Path
    synced: dict[Path, bytes] = field(default_factory=dict)  # content, named or not
    names: set[Path] = field(default_factory=set)
    waiting: list[Step] = field(default_factory=list)

    def do(self, step: Step) -> None:
        """Take one step; a sync makes lasting what it is for."""
        if step.kind != "sync":
            self.waiting.append(step)
            return
        kinds = ("make", "remove") if step.path == self.folder else ("write", "cut")
        chosen = [s for s in self.waiting if self._belongs(s, step.path) and s.kind in kinds]
        self.waiting = [s for s in self.waiting if s not in chosen]
        self.synced, self.names = self._after(chosen)

    def _belongs(self, step: Step, synced: Path) -> bool:
        return synced in (step.path, step.path.parent)

    def _after(self, steps: list[Step]) -> tuple[dict[Path, bytes], set[Path]]:
        content, names = dict(self.synced), set(self.names)
        for step in steps:
            old = content.get(step.path, b"")
            if step.kind == "make":
                names.add(step.path)
            elif step.kind == "remove":
                names.discard(step.path)
                content.pop(step.path, None)
            elif step.kind == "cut":
                content[step.path] = old[: step.offset].ljust(step.offset, b"\0")
            else:
                end = step.offset + len(step.data)
                old = old.ljust(end, b"\0")
                content[step.path] = old[: step.offset] + step.data + old[end:]
        return content, names

    def outcomes(self, chosen: Random, count: int) -> Iterator[dict[Path, bytes]]:
        """What may be there after a loss of power now: nothing of what waits, all, some."""
        some = [[s for w in self.waiting for s in _torn(w, chosen)] for _ in range(count - 2)]
        subsets: list[list[Step]] = [[], self.waiting, *some]
        for subset in subsets:
            content, names = self._after(subset)
            yield {path: content.get(path, b"") for path in names}


def _torn(step: Step, chosen: Random) -> list[Step]:
    """The step, none of it, or for a write some of its sectors."""
    if step.kind != "write" or chosen.random() < 0.5:
        return [step] if chosen.random() < 0.5 else []
    pieces = range(0, len(step.data), SECTOR)
    return [
        Step("write", step.path, step.data[at : at + SECTOR], step.offset + at)
        for at in pieces
        if chosen.random() < 0.5
    ]
