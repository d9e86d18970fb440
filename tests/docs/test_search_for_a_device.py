"""The page on searches for a device holds what it says: its code runs as printed."""

from __future__ import annotations

import re
from pathlib import Path

from latpred.device_generic.limited_search import METHODS

PAGE = Path(__file__).resolve().parents[2] / "docs/search_for_a_device.md"


def test_every_method_is_named() -> None:
    named = re.findall(r'^\| `"(\w+)"`', PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(METHODS)
