"""The page on other devices: its code runs, its table names all methods."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import latpred as lp
import matplotlib as mpl
import pytest
from latpred.transfer.fine_tuned import METHODS

from tests.device_generic.hardware_world import SPACE, latency, parameters, tables

PAGE = Path(__file__).resolve().parents[2] / "docs/other_devices.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    archs = SPACE.sample(150, seed=0, unique=True)
    made_up = {name: lp.LatencyTable(archs, latency(archs, name)) for name in "abc"}
    given: dict[str, object] = {
        "phone": made_up["a"],
        "gpu": made_up["b"],
        "slow_gpu": made_up["c"],
    }
    given |= {"many": tables("abcd", 60), "hardware": parameters()}
    blocks = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    (tmp_path / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    names = runpy.run_path(str(tmp_path / "page.py"), init_globals=given)
    assert isinstance(lp.load_predictor("gpu.latpred"), lp.FineTunedPredictor)
    assert names["latency_ms"].shape == (150,)
    assert list(names["report"]) == list("abcd")


def test_the_table_names_all_methods() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE)) == {*METHODS}
