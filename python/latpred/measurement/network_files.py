"""Files of users' networks, looked at before anything is measured: what is none is said at once."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from pathlib import Path

from latpred.base.extras import importable, require
from latpred.base.files import kind_of, named_path
from latpred.errors import ConfigError, StorageError
from latpred.runtimes.onnx_files import external_files, loaded

__all__ = ["KINDS", "is_factory", "network_file", "without_links"]

KINDS = {".onnx": "onnx", ".pt2": "program"}
MOST_PARSED = 2**26  # bytes of an ONNX file that are read twice, once to see whether it is one
_FACTORY = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_LFS = b"version https://git-lfs"


def is_factory(network: object) -> bool:
    """Whether it is "module:function", and no file of that name is there."""
    return (
        isinstance(network, str)
        and _FACTORY.fullmatch(network) is not None
        and not os.path.lexists(network)
    )


def network_file(network: str | os.PathLike[str]) -> Path:
    """The absolute path of an ONNX file or exported program.

    Raises:
        StorageError: For a file that is not there or cannot be read, also of its weights.
        ConfigError: For one of another kind.
    """
    path = Path(network).absolute()
    head = _head(path, str(network))
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        found = kind_of(path)
        told = f"{found}, " if found and "PyTorch" not in found else ""
        raise ConfigError(
            f"{path.name}: {told}an ONNX file (.onnx) or an exported program (.pt2) expected; "
            "TorchScript and pickles are refused, write the network with torch.export.save"
        )
    if not head:
        raise ConfigError(f"{path.name}: the file is empty")
    if head.startswith(_LFS):
        raise ConfigError(
            f"{path.name}: a pointer of Git LFS instead of the file; `git lfs pull` fetches it"
        )
    (_require_onnx if kind == "onnx" else _require_program)(path)
    return path


def _head(path: Path, given: str) -> bytes:
    """How the file begins."""
    try:
        with path.open("rb") as file:
            return file.read(len(_LFS))
    except (OSError, ValueError) as error:
        if path.is_dir():
            raise StorageError(f"{named_path(path)}: {kind_of(path)}, not a file") from error
        if isinstance(error, FileNotFoundError):
            hint = "; ~ is not filled in" if given.startswith("~") else ""
            raise StorageError(f"{path}: no such file{hint}") from error
        reason = getattr(error, "strerror", None) or error
        raise StorageError(f"{named_path(path)}: cannot be read: {reason}") from error


def _require_onnx(path: Path) -> None:
    if not importable("onnx"):
        return
    if path.stat().st_size <= MOST_PARSED:
        onnx = require("onnx", "an ONNX file")
        if not loaded(onnx, path, weights=False).HasField("graph"):
            raise ConfigError(f"{path.name}: no readable ONNX file: it has no graph")
    external_files(path)


def _require_program(path: Path) -> None:
    wanted = "an exported program expected, as torch.export.save writes it"
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{path.name}: no exported program: {error}; {wanted}") from error
    # Of today's and of earlier versions of PyTorch.
    if any("models/" in one or "serialized_exported_program" in one for one in names):
        return
    found = "another zip file"
    if any(one.endswith(("/code/__torch__.py", "constants.pkl")) for one in names):
        found = "TorchScript, which is refused"
    elif any(one.endswith("data.pkl") for one in names):
        found = "a pickle, which is refused"
    elif any("aotinductor" in one for one in names):
        found = "a library compiled by AOTInductor"
    raise ConfigError(f"{path.name}: {found}; {wanted}")


def without_links(path: Path, folder: Path) -> Path:
    """The same ONNX file, in `folder` with its weights where some of them are symbolic links.

    The hub's caches are made of links, and runtimes refuse weights behind them.
    """
    if not importable("onnx"):
        return path
    weights = external_files(path)
    if not weights or not any(one.is_symlink() for one in (path, *weights.values())):
        return path
    if any(Path(one).is_absolute() or ".." in Path(one).parts for one in weights):
        return path  # outside of the file's folder, which each runtime refuses in its own words
    for name, file in {path.name: path, **weights}.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file.resolve(), place)
        except OSError:  # another file system
            shutil.copyfile(file, place)
    return folder / path.name
