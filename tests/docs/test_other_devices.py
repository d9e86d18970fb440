"""The page on other devices: its code runs, its table names all methods."""

from __future__ import annotations

import re
from pathlib import Path

from latpred.transfer.fine_tuned import METHODS

PAGE = Path(__file__).resolve().parents[2] / "docs/other_devices.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_table_names_all_methods() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE)) == {*METHODS}
