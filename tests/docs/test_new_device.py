"""The page on new devices: its code runs, and it names all methods and commands."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import latpred as lp
import matplotlib as mpl
import numpy as np
import pytest
from latpred.cli import app
from typer.testing import CliRunner

PAGE = Path(__file__).resolve().parents[2] / "docs/new_device.md"
TEXT = PAGE.read_text(encoding="utf-8")
SPACE = lp.space("nas-bench-201")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def device(archs: lp.Architectures, weights: tuple[float, ...]) -> lp.LatencyTable:
    """A device with a latency for each million MACs, each kernel, and each MB moved."""
    costs = SPACE.count(archs)
    parts = [costs["macs"] * 1e-6, costs["kernels"], costs["bytes"] * 1e-6]
    total = 1 + np.array(weights) @ np.array(parts, dtype=float)
    return lp.LatencyTable(archs, total, device="made up")


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    asked = []

    def measure(archs: lp.Architectures, meter: lp.LatencyMeter, store: str) -> lp.LatencyTable:
        asked.append((len(archs), meter.effort, store))
        return device(archs, (0.03, 0.02, 0.01))

    monkeypatch.setattr(lp, "measure", measure)
    archs = SPACE.sample(200, seed=0, unique=True)
    given: dict[str, object] = {
        "phone": device(archs, (0.2, 0.01, 0.1)),
        "gpu": device(archs, (0.001, 0.1, 0.02)),
        "board": device(archs, (0.5, 0.02, 0.01)),
    }
    (tmp_path / "page.py").write_text("\n".join(blocks("python")), encoding="utf-8")
    names = runpy.run_path(str(tmp_path / "page.py"), init_globals=given)
    assert asked[0] == (10, "default", "new_device.db")
    assert asked[1:] == [(1, "default", "new_device.db")] * len(names["choice"].verified)
    assert 1 <= len(names["choice"].verified) <= 3
    assert names["choice"].measurements == 10 + len(names["choice"].verified)
    truth = device(names["archs"], (0.03, 0.02, 0.01)).latency_ms
    assert lp.evaluate(truth, names["latency_ms"])["spearman"] > 0.95
    assert names["result"].latency_ms <= names["limit_ms"]
    assert lp.load_predictor("new_device.latpred").kind == "few-shot"
    assert names["found"].devices == ("board",)
    assert names["suite"].computed == 18
    mpl.pyplot.close("all")


def test_the_table_names_all_methods() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE)) == {*lp.transfer.methods()}


def test_the_commands_exist() -> None:
    lines = [line.partition("#")[0].split() for line in "\n".join(blocks("sh")).splitlines()]
    for line in [words for words in lines if words]:
        verbs = line[1:3] if line[1] in ("transfer", "data") else line[1:2]
        result = CliRunner().invoke(app, [*verbs, "--help"], env={"COLUMNS": "200"})
        assert result.exit_code == 0, line
        assert all(word in result.output for word in line if word.startswith("--")), line


def test_the_index_has_the_page() -> None:
    index = PAGE.with_name("index.md").read_text(encoding="utf-8")
    assert re.search(r"^new_device$", index, re.MULTILINE)
