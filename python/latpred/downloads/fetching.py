"""Fetching published data by name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from latpred.base.lock import StoreLock
from latpred.base.progress import progress_bar
from latpred.base.shown import Shown
from latpred.downloads.conversion import convert
from latpred.downloads.entries import DataSet, data_set
from latpred.downloads.places import cache_folder
from latpred.downloads.transport import download, is_whole
from latpred.errors import ConfigError, StorageError, StoreLockedError

__all__ = ["Fetched", "fetch"]


@dataclass(frozen=True)
class Fetched(Shown):
    """What `fetch` brought.

    Attributes:
        name: Of the data.
        folder: Folder of data that the files lie in.
        files: Those that make the data usable.
        new: How many of the originals were fetched now; the others were there.

    Example:
        >>> from latpred.downloads import Fetched
        >>> Fetched("help-fbnet", Path("data"), (Path("data/transfer/fbnet_latency.npz"),), 28).new
        28
    """

    name: str
    folder: Path
    files: tuple[Path, ...]
    new: int


def fetch(
    name: str,
    folder: str | os.PathLike[str] | None = None,
    mirror: str | None = None,
    *,
    tries: int = 4,
    timeout_s: float = 30.0,
    pause_s: float = 1.0,
    progress: bool = False,
) -> Fetched:
    """Fetch published data and put it into the layout of `$LATPRED_DATA`.

    Each file's SHA-256 is checked. Files that are there already are not fetched again; a transfer
    that broke off goes on where it ended, also in another process.

    Args:
        name: One of `catalogue`.
        folder: Where to put it; the cache folder, in which named data are sought, where None.
        mirror: A folder, or an address in place of the code host's, with the files as
            `<repository>/<commit>/<path>`; or a template of an address with {path}.
        tries: How often to begin or continue each file.
        timeout_s: Longest wait for an answer in seconds.
        pause_s: Pause after the first failure in seconds; it doubles each time.
        progress: Whether to show a bar.

    Raises:
        ConfigError: For an unknown name or an unusable mirror; the names are in the message.
        StorageError: Where a server refuses or does not answer, or a file cannot be written.
        CorruptionError: For content that is not the published one; nothing of it is kept.
        StoreLockedError: Where another process is fetching into the folder.

    Example:
        >>> from latpred.downloads import fetch
        >>> Path("mirror").mkdir()
        >>> try:
        ...     fetch("help-fbnet", "data", mirror="mirror")
        ... except lp.StorageError as error:
        ...     print(str(error).endswith("arch.pt: no such file"))
        True
    """
    data = data_set(name)
    if tries < 1:
        raise ConfigError(f"fetch: tries={tries!r}, 1 or more expected")
    root = cache_folder() if folder is None else Path(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot write {root}: {error.strerror}") from error
    addresses = [data.address(file, mirror) for file in data.files]
    lock = StoreLock(root / "fetch", "folder of data", StoreLockedError)
    try:
        new = _fetch_all(data, root, addresses, progress, tries, timeout_s, pause_s)
        convert(name, root / "originals" / data.repository, root)
    finally:
        lock.release()
    return Fetched(name, root, tuple(root / place for place in data.places), new)


def _fetch_all(
    data: DataSet,
    root: Path,
    addresses: list[str],
    progress: bool,
    tries: int,
    timeout_s: float,
    pause_s: float,
) -> int:
    """How many files were not there."""
    missing = [
        (file, address)
        for file, address in zip(data.files, addresses, strict=True)
        if not is_whole(root / file.place, file.bytes, file.sha256)
    ]
    total, done = sum(file.bytes for file, _ in missing), 0
    with progress_bar(progress, data.name, total=total, unit="B") as report:

        def advance(more: int) -> None:
            nonlocal done
            done += more
            if report is not None:
                report(min(done, total), total, "")

        for file, address in missing:
            download(
                address,
                root / file.place,
                file.bytes,
                file.sha256,
                tries=tries,
                timeout_s=timeout_s,
                pause_s=pause_s,
                advance=advance,
            )
    return len(missing)
