"""What can be fetched, and from where: catalogue.json, which `tools/make_catalogue.py` writes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.downloads.places import folders
from latpred.errors import ConfigError

__all__ = ["DataSet", "RemoteFile", "catalogue", "data_set", "is_here"]

SCHEMES = ("http", "https", "file")


@dataclass(frozen=True)
class RemoteFile:
    """A file of a repository.

    Attributes:
        path: Its path there.
        place: Where it lies below the folder of data.
        bytes: Its size.
        sha256: Its checksum, 64 hexadecimal digits.

    Example:
        >>> from latpred.downloads import catalogue
        >>> catalogue()["help-fbnet"].files[0].place
        'originals/HayeonLee/HELP/data/fbnet/arch.pt'
    """

    path: str
    place: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class DataSet(Shown):
    """Published files under one name.

    Attributes:
        name: As in `latpred data fetch NAME`.
        title: What it is.
        licence: Licence of the repository that has it.
        repository, commit: Where it was published, and at which version.
        makes: Files below the folder of data that are made from the originals.
        files: The originals.
        template: Address of a file, with {repository}, {commit} and {path} to be filled in.

    Example:
        >>> from latpred.downloads import catalogue
        >>> data = catalogue()["help-fbnet"]
        >>> data.licence, len(data.files), data.makes
        ('MIT', 28, ('transfer/fbnet_latency.npz',))
    """

    name: str
    title: str
    licence: str
    repository: str
    commit: str
    makes: tuple[str, ...]
    files: tuple[RemoteFile, ...]
    template: str

    @property
    def bytes(self) -> int:
        """Size of the originals together."""
        return sum(file.bytes for file in self.files)

    @property
    def places(self) -> tuple[str, ...]:
        """The files that make the data usable: those made, else the originals."""
        return self.makes or tuple(file.place for file in self.files)

    def address(self, file: RemoteFile, mirror: str | None = None) -> str:
        """Address of a file.

        Args:
            file: One of `files`.
            mirror: A folder or an address in place of the repository's host, under which files lie
                as `<repository>/<commit>/<path>`; or a template of its own, with {path} and, where
                wanted, {repository} and {commit}.

        Raises:
            ConfigError: For a mirror that is neither a folder nor an address of http or https.
        """
        template = self.template if mirror is None else _template(str(mirror))
        filled = {"repository": self.repository, "commit": self.commit, "path": file.path}
        for key, value in filled.items():
            template = template.replace("{" + key + "}", quote(value))
        return template


def _template(mirror: str) -> str:
    if os.path.isdir(mirror):  # noqa: PTH112 - no error for texts that are no path
        mirror = Path(mirror).absolute().as_uri()
    if urlsplit(mirror).scheme not in SCHEMES:
        said = "a folder, or an address of http or https expected"
        raise ConfigError(f"mirror {mirror[:80]!r}: {said}")
    return mirror if "{path}" in mirror else mirror.rstrip("/") + "/{repository}/{commit}/{path}"


@lru_cache(maxsize=1)
def catalogue() -> MappingProxyType[str, DataSet]:
    """All data that can be fetched, by name.

    Example:
        >>> from latpred.downloads import catalogue
        >>> "help-nasbench201" in catalogue()
        True
    """
    source = resources.files("latpred") / "downloads" / "catalogue.json"
    document = json.loads(source.read_text(encoding="utf-8"))
    found = {}
    for name, entry in document["data"].items():
        files = tuple(RemoteFile(*row) for row in entry.pop("files"))
        makes = tuple(entry.pop("makes"))
        found[name] = DataSet(name, **entry, makes=makes, files=files, template=document["url"])
    return MappingProxyType(found)


def is_here(name: str) -> bool:
    """Whether data lie where named data are sought; ConfigError for an unknown name.

    Example:
        >>> from latpred.downloads import is_here
        >>> is_here("help-fbnet") in (True, False)
        True
    """
    places = data_set(name).places
    return all(any((folder / place).is_file() for folder in folders()) for place in places)


def data_set(name: str) -> DataSet:
    """Data by name; ConfigError for another one, with the names."""
    if name not in catalogue():
        raise ConfigError(
            f"data {str(name)[:60]!r}: one of {', '.join(catalogue())} expected"
            f"{did_you_mean(name, catalogue())}"
        )
    return catalogue()[name]
