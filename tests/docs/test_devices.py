"""The page on devices holds what it says: its code runs, its table is that of the core."""

from __future__ import annotations

import re
from pathlib import Path

from latpred._core import measurement as core

PAGE = Path(__file__).resolve().parents[2] / "docs/devices.md"


def test_the_table_is_complete() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Which number")[0]
    rows = re.findall(r"^\| `([\w-]+)` \|(.*?)\|(.*?)\|", text, re.MULTILINE)
    modes = {name: re.findall(r"`([\w-]+)`", cell) for name, cell, _ in rows[1:]}
    assert modes == {name: core.device_modes(name) for name in core.device_runtimes()[:-1]}
    for runtime, _, cell in rows[1:]:
        for precision in re.findall(r"`([\w-]+)`", cell):
            core.Device(runtime=runtime, precision=precision)


def test_the_programs_are_complete() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Which number")[2]
    rows = re.findall(r"^\| `(\w+)`.*?\|", text, re.MULTILINE)
    assert rows == ["program", *core.device_programs("libtorch")]
