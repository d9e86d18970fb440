"""The page on one's own tables holds what it says: its code runs as printed."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/tables.md"


def test_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = runpy.run_path(str(tmp_path / "page.py"))
    assert found["table"].latency_ms.tolist() == [21.5, 9.8, 15.3]
    said = capsys.readouterr().out
    assert "[21.5  9.8 15.3]" in said
    assert "seconds read as milliseconds?" in said
