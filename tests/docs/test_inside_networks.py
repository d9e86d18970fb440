"""The page on values and gradients inside networks: its code runs."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/inside_networks.md"


@pytest.mark.libtorch
def test_the_code_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    names = runpy.run_path(str(tmp_path / "page.py"))
    assert names["snip"] > 0
    assert names["fisher"] > 0
    assert names["saliency"].shape == names["images"].shape
    mean = "stem.bn.running_mean"
    first, second = (names[one].state_dict()[mean] for one in ("again", "like_a_supernet"))
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-6)
