"""Folders of pictures by class, laid out as ImageNet's."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path

import numpy as np

from latpred.base.text_files import read_text
from latpred.errors import ConfigError, DataError, StorageError
from latpred.profiling.pictures import Pictures

__all__ = ["ImageFolder"]

StrPath = str | os.PathLike[str]

_ENDINGS = {".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"}
_HEADER = "ImageId"  # of the table of labels that Kaggle hands out


class ImageFolder:
    """Pictures in `train/CLASS/` and `val/CLASS/`, as ImageNet is laid out.

    Classes are numbered by the sorted names of their folders. Validation pictures may also lie
    side by side in `val/`, as they are published, with a file that names the class of each.

    Args:
        root: The folder that holds `train` and `val`.
        grey: "error": grey pictures are refused when they are met. "convert": they get three
            equal channels, as torchvision's loader makes them; ImageNet has some.
        labels: For pictures side by side: a file with a line for each, its name (with or without
            ending) and its class (name of the folder in `train`, or number from 0), between them
            a blank or a comma. What follows is ignored.

    Raises:
        StorageError: Where the folder or the file of labels cannot be read.
        DataError: Without `val`, for classes without pictures, classes of `train` and `val` that
            differ, and pictures without a label.
        ConfigError: For another `grey`.

    Example:
        >>> from pathlib import Path
        >>> from PIL import Image
        >>> for name, colour in {"red": (200, 9, 9), "blue": (9, 9, 200)}.items():
        ...     Path("pictures/val", name).mkdir(parents=True)
        ...     Image.new("RGB", (40, 32), colour).save(Path("pictures/val", name, "1.png"))
        >>> folder = lp.profiling.ImageFolder("pictures")
        >>> folder.classes, len(folder.validation)
        (('blue', 'red'), 2)
    """

    def __init__(
        self, root: StrPath, *, grey: str = "error", labels: StrPath | None = None
    ) -> None:
        if grey not in ("error", "convert"):
            given = str(grey)[:40]
            raise ConfigError(f"image folder: grey={given!r}, 'error' or 'convert' expected")
        self.root, self.grey = Path(root), grey
        if not self.root.is_dir():
            raise StorageError(f"{self.root}: no folder")
        if not (self.root / "val").is_dir():
            raise DataError(f"{self.root}: a folder 'val' expected in it, and 'train' beside it")
        self._labels = None if labels is None else Path(labels)
        trained, shown = (_classes(self.root / part) for part in ("train", "val"))
        if self._labels is not None:
            shown = trained
            if not trained:
                raise DataError(f"{self.root / 'train'}: a folder for each class expected in it")
        elif not shown:
            raise DataError(
                f"{self.root / 'val'}: a folder for each class expected, or `labels`, a file "
                "that names the class of each picture"
            )
        if trained and trained != shown:
            odd = sorted({*trained} ^ {*shown})
            raise DataError(
                f"{self.root}: the same classes expected in train and val, {len(odd)} are in "
                f"one alone, the first is {odd[0][:80]!r}"
            )
        self.classes: tuple[str, ...] = tuple(shown)
        """Names of the classes, by number."""

    @cached_property
    def training(self) -> Pictures:
        """Those of `train`; DataError where there are none."""
        return self._by_class("train")

    @cached_property
    def validation(self) -> Pictures:
        """Those of `val`."""
        return self._by_class("val") if self._labels is None else self._side_by_side(self._labels)

    def _by_class(self, part: str) -> Pictures:
        folder = self.root / part
        if not folder.is_dir():
            raise DataError(f"{folder}: no folder; a folder for each class expected in it")
        files: list[str] = []
        labels: list[int] = []
        for number, name in enumerate(self.classes):
            found = _pictures_below(folder, name)
            if not found:
                raise DataError(f"{folder / name}: no picture in the folder of a class")
            files += found
            labels += [number] * len(found)
        return Pictures(folder, tuple(files), np.array(labels, np.int64), self.grey)

    def _side_by_side(self, file: Path) -> Pictures:
        folder = self.root / "val"
        files = _pictures_below(folder, "")
        if not files:
            raise DataError(f"{folder}: no picture in it")
        known = _read_labels(file, self.classes)
        labels = [known.get(name, known.get(Path(name).stem)) for name in files]
        if None in labels:
            raise DataError(
                f"{file}: no class of {labels.count(None)} of {len(files)} pictures, "
                f"the first is {files[labels.index(None)][:80]!r}"
            )
        return Pictures(folder, tuple(files), np.array(labels, np.int64), self.grey)

    def __repr__(self) -> str:
        """Where it lies and its number of classes."""
        return f"ImageFolder({str(self.root)!r}, {len(self.classes)} classes)"


def _classes(folder: Path) -> list[str]:
    """Sorted names of the folders in it, hidden ones left out; none where there is no folder."""
    if not folder.is_dir():
        return []
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))
    except OSError as error:
        raise StorageError(f"{folder}: cannot be read: {error.strerror}") from error


def _pictures_below(folder: Path, name: str) -> list[str]:
    """Files with a picture's ending in folder/name and below, as paths from `folder`."""
    found = []
    for place, below, files in os.walk(folder / name):
        below[:] = [each for each in below if not each.startswith(".")]
        inside = Path(place).relative_to(folder)
        found += [
            (inside / each).as_posix()
            for each in files
            if Path(each).suffix.lower() in _ENDINGS and not each.startswith(".")
        ]
    return sorted(found)


def _read_labels(file: Path, classes: tuple[str, ...]) -> dict[str, int]:
    """Number of the class by name of the picture."""
    try:
        lines = read_text(file).splitlines()
    except ValueError as error:
        raise DataError(f"{file}: {error}") from error
    numbers = {name: number for number, name in enumerate(classes)}
    numbers |= {str(number): number for number in range(len(classes)) if str(number) not in numbers}
    labels: dict[str, int] = {}
    for at, line in enumerate(lines, 1):
        words = [word for word in re.split(r"[,\s]+", line) if word]
        if not words or (at == 1 and words[0] == _HEADER):
            continue
        if len(words) < 2 or words[1] not in numbers:
            raise DataError(
                f"{file}: line {at}, {line[:80]!r}: a picture and its class expected, one of the "
                f"{len(classes)} in train"
            )
        if labels.setdefault(words[0], numbers[words[1]]) != numbers[words[1]]:
            raise DataError(f"{file}: line {at}: {words[0][:80]} comes twice, in another class")
    return labels
