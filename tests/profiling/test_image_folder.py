"""Folders of pictures: classes, files that are no good, and batches that depend on nothing else."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.profiling import ImageFolder
from latpred.profiling.pixel_cache import stored_pixels
from latpred.profiling.transforms import read_picture
from numpy.typing import NDArray
from PIL import Image

from tests.profiling.drawn_pictures import SHAPES, draw_folder


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_folder(tmp_path_factory.mktemp("drawn"), 4, 3)


@pytest.fixture
def root(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "pictures"))


def test_classes_are_numbered_by_sorted_names(root: Path) -> None:
    (root / "val" / "square" / "notes.txt").write_text("no picture")
    (root / "val" / ".hidden").mkdir()
    (root / "val" / "README").write_text("no class")
    (root / "val" / "square" / "more").mkdir()
    (root / "val" / "square" / "000.png").rename(root / "val" / "square" / "more" / "a.PNG")
    folder = ImageFolder(root)
    assert folder.classes == SHAPES
    assert len(folder.training) == 12
    assert list(folder.validation.labels) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert folder.validation.files[5] == "square/more/a.PNG"
    assert "3 classes" in repr(folder)


@pytest.mark.parametrize("form", ["{name} {shape}", "{stem},{shape} 1 2 3 4", "{name} {number}"])
def test_pictures_side_by_side_have_a_file_of_labels(root: Path, form: str) -> None:
    lines = ["ImageId,PredictionString"] if "," in form else []
    for number, shape in enumerate(SHAPES):
        for file in sorted((root / "val" / shape).iterdir()):
            name = f"{shape}{file.name}"
            file.rename(root / "val" / name)
            stem = Path(name).stem
            lines.append(form.format(name=name, stem=stem, shape=shape, number=number))
        (root / "val" / shape).rmdir()
    with pytest.raises(lp.DataError, match="a folder for each class expected, or `labels`"):
        ImageFolder(root)
    labels = root / "labels.txt"
    labels.write_text("\n".join(lines))
    pictures = ImageFolder(root, labels=labels).validation
    assert [SHAPES[label] for label in pictures.labels] == [
        name.rstrip(".JPEGpng0123456789") for name in pictures.files
    ]
    labels.write_text("\n".join(lines[:-2]))
    with pytest.raises(lp.DataError, match="no class of 2 of 9 pictures, the first is 'triangle00"):
        _ = ImageFolder(root, labels=labels).validation
    labels.write_text("a.png 7\n")
    with pytest.raises(lp.DataError, match=r"line 1, 'a.png 7': a picture and its class"):
        _ = ImageFolder(root, labels=labels).validation
    with pytest.raises(lp.StorageError, match=r"none\.txt"):
        _ = ImageFolder(root, labels=root / "none.txt").validation


def removed(*parts: str) -> Callable[[Path], None]:
    return lambda root: shutil.rmtree(root.joinpath(*parts))


def emptied(root: Path) -> None:
    for file in (root / "val" / "circle").iterdir():
        file.unlink()


LAYOUTS: dict[str, tuple[Callable[[Path], None], type[lp.LatpredError], str]] = {
    "nothing": (removed(), lp.StorageError, "pictures: no folder"),
    "no val": (removed("val"), lp.DataError, "a folder 'val' expected"),
    "no train": (removed("train"), lp.DataError, "train: no folder"),
    "a class less": (removed("val", "circle"), lp.DataError, "the first is 'circle'"),
    "an empty class": (emptied, lp.DataError, "circle: no picture in the folder of a class"),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_layouts_that_fit_not(root: Path, case: str) -> None:
    change, error, pattern = LAYOUTS[case]
    change(root)
    with pytest.raises(error, match=pattern):
        _ = [ImageFolder(root).training, ImageFolder(root).validation]


def saved(mode: str, ending: str = ".png") -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.unlink()
        Image.new(mode, (40, 30), 77 if mode in ("L", "I;16", "1") else None).save(
            file.with_suffix(ending)
        )

    return write


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda file: file.write_bytes(b"no picture"), "a picture expected"),
    "empty": (lambda file: file.write_bytes(b""), "a picture expected"),
    "grey": (saved("L"), r"a grey picture \(mode L\).*grey='convert'"),
    "grey with alpha": (saved("LA"), r"a grey picture \(mode LA\)"),
    "black and white": (saved("1"), r"a grey picture \(mode 1\)"),
    "16 bits": (saved("I;16"), "of mode I;16"),
}


@pytest.mark.parametrize("case", FILES)
def test_pictures_that_are_none(root: Path, case: str) -> None:
    change, pattern = FILES[case]
    change(root / "val" / "square" / "000.png")
    pictures = ImageFolder(root).validation
    with pytest.raises(lp.DataError, match=rf"square.000\.png: {pattern}|{pattern}") as caught:
        pictures.check()
    assert "000.png: " in str(caught.value)
    assert len(str(caught.value)) < 400
    with pytest.raises(lp.DataError, match=r"000\.png"):
        list(pictures.validation_pixels(32, 4))


@pytest.mark.parametrize("name", ["000.png", "001.JPEG"])
def test_truncated_pictures_are_named_when_they_are_read(root: Path, name: str) -> None:
    file = root / "val" / "square" / name
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    pictures = ImageFolder(root).validation
    with pytest.raises(lp.DataError, match=f"{name}: a picture expected"):
        list(pictures.validation_pixels(32, 4))
    file.write_bytes(content)
    assert sum(len(batch) for batch in pictures.validation_pixels(32, 4)) == 9
    file.unlink()
    with pytest.raises(lp.StorageError, match=f"{name}: cannot be read: No such file"):
        list(pictures.validation_pixels(32, 4))
    with pytest.raises(lp.StorageError, match=name):
        _ = pictures.fingerprint


def test_grey_pictures_get_three_equal_channels_where_asked(root: Path) -> None:
    grey = np.random.default_rng(0).integers(0, 256, (37, 41), dtype=np.uint8)
    Image.fromarray(grey).save(root / "val" / "square" / "000.png")
    pictures = ImageFolder(root, grey="convert").validation
    pictures.check()
    pixels = np.concatenate(list(pictures.validation_pixels(32, 4)))[3]
    assert np.array_equal(pixels[0], pixels[1])
    assert np.array_equal(pixels[0], pixels[2])
    with pytest.raises(lp.ConfigError, match="grey='maybe', 'error' or 'convert' expected"):
        ImageFolder(root, grey="maybe")


def test_other_kinds_of_colour_are_read(tmp_path: Path) -> None:
    """As torchvision reads them: palettes looked up, alpha left out, CMYK converted."""
    colour = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    whole = Image.fromarray(colour)
    through = whole.copy()
    through.putalpha(90)
    few = whole.quantize(16)
    through.save(tmp_path / "alpha.png")
    few.save(tmp_path / "palette.png")
    few.save(tmp_path / "through.png", transparency=bytes(range(16)))
    whole.convert("CMYK").save(tmp_path / "cmyk.tif")
    for name, want in {
        "alpha.png": whole, "palette.png": few.convert("RGB"), "through.png": few.convert("RGB"),
        "cmyk.tif": whole.convert("CMYK").convert("RGB"),
    }.items():  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert np.array_equal(np.asarray(read_picture(tmp_path / name, "error")), want), name


def test_pixels_depend_on_nothing_but_the_picture(drawn: Path) -> None:
    """Not on batches, threads or the pictures beside it."""
    pictures = ImageFolder(drawn).training
    whole = np.concatenate(list(pictures.training_pixels(24, 5, seed=3)))
    shapes = [batch.shape for batch in pictures.training_pixels(24, 5, seed=3)]
    assert shapes == [(5, 3, 24, 24), (5, 3, 24, 24), (2, 3, 24, 24)]
    for size, threads in ((1, 1), (12, 4), (100, 2)):
        other = pictures.training_pixels(24, size, seed=3, threads=threads)
        assert np.array_equal(np.concatenate(list(other)), whole)
    some = pictures[np.array([9, 2])]
    assert np.array_equal(np.concatenate(list(some.training_pixels(24, 2, seed=3))), whole[[9, 2]])
    assert not np.array_equal(np.concatenate(list(pictures.training_pixels(24, 5, seed=4))), whole)


def test_draws_of_pictures_are_seeded(drawn: Path) -> None:
    pictures = ImageFolder(drawn).training
    one, same, other = (pictures.sample(5, seed) for seed in (1, 1, 2))
    assert one.files == same.files != other.files
    assert one.files == tuple(sorted(one.files))
    assert len({*one.files}) == 5
    assert [SHAPES[label] for label in one.labels] == [name.split("/")[0] for name in one.files]
    assert pictures.sample(12, 0) is pictures.sample(None, 0) is pictures


def test_fingerprints_tell_changes(root: Path) -> None:
    first = ImageFolder(root).validation.fingerprint
    assert ImageFolder(root).validation.fingerprint == first
    file = root / "val" / "square" / "000.png"
    status = file.stat()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))
    touched = ImageFolder(root).validation.fingerprint
    file.rename(file.with_name("009.png"))
    assert len({first, touched, ImageFolder(root).validation.fingerprint}) == 3


def test_kept_pixels_are_written_at_once_or_not(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 3, 4, 4), dtype=np.uint8)
    asked = []

    def make() -> Iterator[NDArray[np.uint8]]:
        asked.append(1)
        yield pixels[:5]
        if len(asked) == 1:
            raise KeyboardInterrupt
        yield pixels[5:]

    folder = tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        stored_pixels(folder, "a", pixels.shape, make)
    assert list(folder.iterdir()) == []
    for _ in range(2):
        found = stored_pixels(folder, "a", pixels.shape, make)
        assert isinstance(found, np.memmap)
        assert np.array_equal(found, pixels), "the last batch is smaller, and kept"
    assert len(asked) == 2
    with pytest.raises(lp.CorruptionError, match=r"shape \(7, 3, 4, 4\), bytes of \(8,"):
        stored_pixels(folder, "a", (8, 3, 4, 4), make)
    (folder / "a.npy").write_bytes((folder / "a.npy").read_bytes()[:200])
    with pytest.raises(lp.CorruptionError, match=r"a\.npy: no prepared pictures"):
        stored_pixels(folder, "a", pixels.shape, make)
    (tmp_path / "file").write_text("")
    with pytest.raises(lp.StorageError, match="cannot be kept there"):
        stored_pixels(tmp_path / "file", "a", pixels.shape, make)
