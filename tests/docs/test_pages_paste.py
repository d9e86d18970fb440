"""README and every page of docs run from top to bottom, as pasted, in an empty folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from latpred.base.extras import importable

from tests.docs import pages
from tests.docs.page_checks import CHECKS

# What pages name and their test does not run, with the reason that stands there.
LEFT_OUT: dict[str, list[str]] = {
    "README.md": ["takes ten minutes to measure and four to verify"],
    "devices.md": [
        "needs a machine named board",
        "needs a phone and a script that times it",
    ],
    "my_model_on_my_device.md": ["takes ten minutes for each pack, and the time to verify it"],
    "new_device.md": [
        "fetches from the internet",
        "needs the published tables",
        "needs the published tables",
        "needs the published tables",
    ],
    "onboarding.md": ["takes ten minutes and more"],
    "published_transfer.md": [
        "needs the published tables and trains for minutes",
        "needs the published tables and trains for hours",
    ],
    "supernets.md": [
        "needs the published weights",
        "needs ImageNet",
    ],
}
NEEDED = {
    "README.md": ("onnx", "onnxruntime", "onnxscript", "openvino"),
    "devices.md": ("onnx", "onnxruntime", "openvino"),
    "networks_of_others.md": ("onnx",),
    "peak_memory.md": ("onnx",),
    "search_for_a_device.md": ("onnx",),
    "supernets.md": ("PIL",),
}
RUN = {"python", "sh"}
WITH_CODE = [page for page in pages.pages() if RUN & {b.language for b in pages.blocks(page)}]


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LATPRED_DATA", raising=False)
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path / "nothing"))
    plt.switch_backend("Agg")
    yield tmp_path
    plt.close("all")


@pytest.mark.libtorch
@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_the_page_pastes(page: Path, empty_folder: Path) -> None:
    assert not any(empty_folder.iterdir())
    if missing := [name for name in NEEDED.get(page.name, ()) if not importable(name)]:
        pytest.skip(f"{page.name} needs packages of extras: {', '.join(missing)}")
    names = pages.paste(page)
    CHECKS.get(page.name, lambda _: None)(names)


def test_every_block_has_a_language() -> None:
    """What is output or a drawing says so: "text"."""
    for page in pages.pages():
        assert all(block.language for block in pages.blocks(page)), page.name


def test_what_is_left_out_is_listed() -> None:
    found = {
        page.name: [block.left_out for block in pages.blocks(page) if block.left_out]
        for page in pages.pages()
    }
    assert {name: reasons for name, reasons in found.items() if reasons} == LEFT_OUT


def test_checks_are_of_pages() -> None:
    assert {*CHECKS, *NEEDED} <= {page.name for page in WITH_CODE}


def test_a_page_that_does_not_paste_fails(empty_folder: Path) -> None:
    page = empty_folder / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```python\ny = x + undefined\n```\n")
    with pytest.raises(NameError, match="undefined"):
        pages.paste(page)
    page.write_text("```sh\nlatpred sample no-such-space\n```\n")
    with pytest.raises(Exception, match="no-such-space"):
        pages.paste(page)
    page.write_text("<!-- not run: no reason -->\n```python\n1 / 0\n```\n")
    assert pages.paste(page)["__name__"] == "__main__"
    page.write_text("<!-- here: 500 => 5 -->\n```python\nx = 500\n```\n")
    assert pages.paste(page)["x"] == 5
    page.write_text("<!-- here: 600 => 5 -->\n```python\nx = 500\n```\n")
    with pytest.raises(AssertionError, match="600"):
        pages.paste(page)
    assert "LATPRED_DATA" not in os.environ


def test_commands_are_lines_of_a_terminal() -> None:
    found: Any = pages.commands("latpred a \\\n    --b 'c d'  # why\n# only a remark\nmake\n")
    assert found == [["latpred", "a", "--b", "c d"], ["make"]]
