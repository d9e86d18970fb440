"""The page on networks by hand: its code runs, and its table names every method."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from latpred.graphs import GraphBuilder

PAGE = Path(__file__).resolve().parents[2] / "docs/networks_by_hand.md"


@pytest.mark.libtorch
def test_the_code_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    names = runpy.run_path(str(tmp_path / "page.py"))
    inputs = torch.from_numpy(names["batch"].astype(np.float32))
    np.testing.assert_allclose(
        names["module"](inputs).detach(), names["outputs"], rtol=1e-4, atol=1e-5
    )
    assert names["again"].layers() == names["graph"].layers()
    assert names["small"].costs["macs"] == 4 * 36 * 27


def test_the_table_names_every_method() -> None:
    table = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    named = set(re.findall(r"`(\w+)`", "\n".join(table)))
    methods = {name for name in dir(GraphBuilder) if not name.startswith("_")}
    assert named == methods - {"input", "build", "place"}
