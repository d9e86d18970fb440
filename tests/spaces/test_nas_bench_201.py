"""NAS-Bench-201: golden numbers, official strings, isomorphism classes."""

from __future__ import annotations

import csv
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.spaces import (
    nas_bench_201_architectures,
    nas_bench_201_classes,
    nas_bench_201_index,
)

GOLDEN = [
    (32, 10, "000000", 7_783_040, 73_306),
    (32, 10, "421211", 15_647_360, 129_306),
    (32, 10, "333133", 184_730_240, 1_288_506),
    (32, 10, "333333", 220_119_680, 1_531_546),
    (224, 100, "000000", 381_344_000, 79_156),
    (224, 100, "421211", 766_695_680, 135_156),
    (224, 100, "333333", 10_785_839_360, 1_537_396),
]


def genes(code: str) -> np.ndarray:
    return np.array([[int(digit) for digit in code]])


@pytest.mark.parametrize(("size", "classes", "code", "macs", "params"), GOLDEN)
def test_golden(size: int, classes: int, code: str, macs: int, params: int) -> None:
    counts = lp.space("nas-bench-201", image_size=size, classes=classes).count(genes(code))
    assert (counts["macs"][0], counts["params"][0]) == (macs, params)


def test_official_strings() -> None:
    space = lp.space("nas-bench-201")
    archs = space.enumerate()
    assert len(archs) == space.size == 15_625
    strings = archs.to_strings()
    assert len(set(strings)) == 15_625
    assert space.architectures(strings) == archs
    assert space.architectures(genes("333133")).to_strings() == [
        "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|"
        "+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|"
    ]


def test_classes_are_the_published_ones(data_dir: Path) -> None:
    with (data_dir / "nasbench201/nb201_accuracy.csv").open() as file:
        rows = list(csv.DictReader(file))
    archs = lp.space("nas-bench-201").architectures(np.vstack([genes(row["code"]) for row in rows]))
    ours = nas_bench_201_classes(archs)
    assert len(set(ours)) == 6466
    published = [row["iso_class"] for row in rows]
    assert len(set(zip(ours, published, strict=True))) == 6466


def test_official_numbers_of_all_rows(data_dir: Path) -> None:
    with (data_dir / "nasbench201/nb201_accuracy.csv").open() as file:
        rows = list(csv.DictReader(file))
    archs = lp.space("nas-bench-201").architectures(np.vstack([genes(row["code"]) for row in rows]))
    numbers = np.array([int(row["idx"]) for row in rows])
    assert np.array_equal(nas_bench_201_index(archs), numbers)
    assert nas_bench_201_architectures(numbers) == archs


def test_official_numbers_are_a_bijection() -> None:
    archs = lp.space("nas-bench-201", image_size=224).enumerate()
    numbers = nas_bench_201_index(archs)
    assert sorted(numbers) == list(range(15_625))
    assert nas_bench_201_architectures(numbers, archs.space) == archs


def test_the_best_cell_of_cifar_100() -> None:
    (best,) = nas_bench_201_architectures(9930)
    assert best.genes.tolist() == [[3, 3, 3, 1, 3, 3]]
    assert nas_bench_201_index(best).tolist() == [9930]


@pytest.mark.parametrize("bad", [[0, 15_625], [-1], [0.5], [[1, 2]], ["a"]])
def test_bad_numbers(bad: object) -> None:
    with pytest.raises(lp.ConfigError, match="nas-bench-201 number"):
        nas_bench_201_architectures(bad)


def test_numbers_are_of_this_space_only() -> None:
    other = lp.space("ofa-mobilenetv3")
    with pytest.raises(lp.SchemaError, match="cells of nas-bench-201 expected"):
        nas_bench_201_index(other.sample(1, seed=0))
    with pytest.raises(lp.SchemaError, match="cells of nas-bench-201 expected"):
        nas_bench_201_architectures([1], other)


@pytest.mark.parametrize("codes", [np.arange(15_624), np.r_[0, 0:15_624], np.r_[1:15_626]])
def test_a_damaged_table_is_found(codes: np.ndarray) -> None:
    with pytest.raises(lp.CorruptionError, match="each of 15625 codes expected once"):
        _core.spaces.NasBench201Order(codes.astype(np.uint16))


@pytest.mark.parametrize(
    "text", ["|none~0|", "|foo~0|+|none~0|none~1|+|none~0|none~1|none~2|", "", "|none~1|+|x|"]
)
def test_bad_strings(text: str) -> None:
    with pytest.raises(lp.ArchitectureError, match="architecture 0"):
        lp.space("nas-bench-201").architectures([text])


def test_wrong_settings() -> None:
    with pytest.raises(lp.ConfigError, match="image_size 64, 16, 32 or 224 expected"):
        lp.space("nas-bench-201", image_size=64)
    with pytest.raises(lp.ConfigError, match="11 classes"):
        lp.space("nas-bench-201", classes=11)
    with pytest.raises(lp.ConfigError, match="no width"):
        lp.space("nas-bench-201", width=1.0)
