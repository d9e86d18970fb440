"""The page on networks by hand: its code runs, and its table names every method."""

from __future__ import annotations

import re
from pathlib import Path

from latpred.graphs import GraphBuilder

PAGE = Path(__file__).resolve().parents[2] / "docs/networks_by_hand.md"


def test_the_table_names_every_method() -> None:
    table = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    named = set(re.findall(r"`(\w+)`", "\n".join(table)))
    methods = {name for name in dir(GraphBuilder) if not name.startswith("_")}
    assert named == methods - {"input", "build", "place"}
