"""The page on searches for a device holds what it says: its code runs as printed."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import onnx
import pytest
from latpred.device_generic.limited_search import METHODS

PAGE = Path(__file__).resolve().parents[2] / "docs/search_for_a_device.md"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Names that are defined once all code of the page has run."""
    folder = tmp_path_factory.mktemp("page")
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 7
    (folder / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    return runpy.run_path(str(folder / "page.py"), init_globals={"folder": folder})


def test_what_was_found_keeps_the_limit_and_is_the_best(page: dict[str, Any]) -> None:
    assert page["found"].latency_ms <= page["limit_ms"]
    assert page["found"].regret() == page["guided"].regret() == 0
    assert page["guided"].evaluations == 300
    assert page["best"].accuracy <= page["found"].accuracy
    assert set(page["study"].columns["method"].tolist()) == {"guided", "random"}


def test_the_winner_is_exported_and_measured(page: dict[str, Any]) -> None:
    winner, folder = page["winner"], page["folder"]
    assert winner.latency_ms <= 8.0
    onnx.checker.check_model(str(folder / "winner.onnx"), full_check=True)
    params = sum(each.numel() for each in page["module"].parameters())
    assert params == winner.architecture.space.count(winner.architecture)["params"][0]
    assert page["measured"].archs == winner.architecture
    assert page["measured"].latency_ms[0] > 0


def test_every_method_is_named() -> None:
    named = re.findall(r'^\| `"(\w+)"`', PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(METHODS)
