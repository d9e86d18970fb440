"""The original's log: rows, stamps and networks in its form."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from latpred.errors import StorageError
from latpred.profiling.original_log import header, label, log_lines, network_lines, write_log

from tests.profiling.made_profile import MadeProfile

NAMES = ("mu", "sig", "1%", "5%", "95%", "99%", "min", "max")


def test_the_header_is_the_original_s() -> None:
    assert header(["accuracy", "FLOPS"]) == "Fixed block, " + "".join(
        f"{metric} {name}, " for metric in ("accuracy", "FLOPS") for name in NAMES
    )


def test_a_row_is_the_original_s() -> None:
    profile = MadeProfile()
    lines = log_lines(profile)
    assert lines[:3] == [
        "Selected metrics:['latency', 'accuracy']",
        "latency: board.latpred",
        "accuracy: source unknown",
    ]
    assert lines[3] == header(profile.metrics)
    # As the original prints: label, then "%2.5f, " for each number, mean and sd first.
    numbers = (10, 1, 8, 8.5, 11.5, 12, 7, 13, 77, 1, 75, 75.5, 78.5, 79, 74, 80)
    assert lines[4] == "Random Architectures, " + "".join(f"{one:2.5f}, " for one in numbers)
    assert lines[6].startswith("Unit 0 Layer 0 as MBConv3_7x7, 10.10000, 1.00000, 8.10000, ")
    assert len(lines) == 5 + 16


def test_a_csv_reader_finds_the_numbers() -> None:
    text = "\n".join(log_lines(MadeProfile())[3:])
    frame = pd.read_csv(io.StringIO(text), skipinitialspace=True, index_col=False)
    assert list(frame["Fixed block"][:2]) == [
        "Random Architectures",
        "Unit 0 Layer 0 as MBConv3_3x3",
    ]
    assert frame["latency mu"].tolist()[1:3] == [10.0, 10.1]
    assert frame["accuracy max"].tolist()[:2] == [80.0, 80.0]


def test_labels_of_several_blocks_do_not_shift_columns() -> None:
    profile = MadeProfile()
    both = 'Unit 0 Layer 0 as MBConv6_7x7, Unit 1 Layer 0 as "mine"\n'
    lines = log_lines(replace(profile, effects=profile.effects.assign(label=both)))[3:]
    rows = list(csv.reader(lines, skipinitialspace=True))
    assert {len(row) for row in rows} == {1 + 16 + 1}  # the last comma ends each line
    assert rows[2][0] == both.strip()


def test_one_specification_and_none() -> None:
    profile = MadeProfile()
    lines = log_lines(profile, every=False)
    assert lines[3] == "Specification:"
    assert lines[4].startswith("Unit 0 Layer 0 as MBConv3_3x3, ")
    alone = replace(profile, effects=profile.effects.iloc[:0])
    assert log_lines(alone, every=False)[3] == "Sampling 100 random architectures"
    assert log_lines(alone, every=False)[4].startswith("Random Architectures, 10.00000, ")
    assert network_lines(alone, every=False)[0] == "Random Architectures, "


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"block": "e6k7", "expand": 6, "kernel": 7}, "Unit 1 Layer 2 as MBConv6_7x7"),
        ({"block": "e6k7", "expand": 6.0, "kernel": 7.0}, "Unit 1 Layer 2 as MBConv6_7x7"),
        ({"block": "w0e0.2", "expand": 0.2}, "Unit 1 Layer 2 as w0e0.2"),
        ({"block": "none", "expand": float("nan"), "kernel": None}, "Unit 1 Layer 2 as none"),
        ({"block": "e6k7", "label": "Stem 1 with channels 24"}, "Stem 1 with channels 24"),
        ({"block": "e6k7", "label": float("nan")}, "Unit 1 Layer 2 as e6k7"),
    ],
)
def test_labels(row: dict[str, object], text: str) -> None:
    assert label({"unit": 1, "layer": 2, **row}) == text


def test_networks_of_the_extremes() -> None:
    lines = network_lines(MadeProfile())
    assert lines[:6] == [
        "Random Architectures, ",
        "Highest latency arch: high 10",
        "Lowest latency arch: low 10",
        "Highest accuracy arch: high 77",
        "Lowest accuracy arch: low 77",
        "Unit 0 Layer 0 as MBConv3_3x3, ",
    ]
    assert len(lines) == 5 * 17


def test_files_have_stamps_and_grow(tmp_path: Path) -> None:
    profile, now = MadeProfile(), datetime(2026, 11, 8, 15, 4, 5)
    folder = write_log(profile, tmp_path / "a/b", first=["args = -a"], now=now)
    lines = (folder / "log.txt").read_text().splitlines()
    assert lines[0] == "11/08 03:04:05 PM, args = -a"
    assert all(re.match(r"\d\d/\d\d \d\d:\d\d:\d\d [AP]M, ", line) for line in lines)
    before = (folder / "archs.txt").read_text()
    profile.to_log(folder)
    assert (folder / "archs.txt").read_text() == 2 * before
    assert len((folder / "log.txt").read_text().splitlines()) == 2 * len(lines) - 1


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="log not written"):
        MadeProfile().to_log(tmp_path / "file" / "x")
    (tmp_path / "log.txt").mkdir()
    with pytest.raises(StorageError, match="not readable"):
        MadeProfile().to_log(tmp_path)
