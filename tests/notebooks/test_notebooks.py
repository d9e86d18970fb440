"""Every notebook runs from top to bottom in its small form, and is committed with outputs."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITH_DATA = [path for path in NOTEBOOKS if "LATPRED_DATA" in path.read_text(encoding="utf-8")]
SECONDS = 1200  # ends what hangs; the slowest cell takes 10 to 20
BYTES = 1_500_000
CELLS = 40


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_of(path: Path) -> list[str]:
    return [cell.source for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


# The meter of a machine an eighth as fast: a time box holds an eighth of what it holds here.
SLOW_MACHINE = """
from latpred import measurement
from latpred._core.measurement import SlowedClock
measurement.SystemClock = lambda: SlowedClock(8)
"""


@pytest.fixture
def smoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    monkeypatch.setenv("LATPRED_SMOKE", "1")
    # The package under test, wherever it lies: the kernel starts in another folder.
    monkeypatch.setenv("PYTHONPATH", str(Path(lp.__file__).resolve().parents[1]), prepend=":")
    return lambda notebook: execute(notebook, tmp_path)


def execute(notebook: Any, folder: Path) -> None:
    place = {"metadata": {"path": str(folder)}}
    # Of the client's own limits one ends a slow start, the other loses outputs that come late.
    patience = {"timeout": SECONDS, "startup_timeout": SECONDS, "iopub_timeout": SECONDS}
    NotebookClient(notebook, kernel_name="python3", resources=place, **patience).execute()
    outputs = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
    assert any("image/png" in out.get("data", {}) for out in outputs)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_without_data_on_a_slow_machine(
    path: Path, smoke: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LATPRED_DATA", raising=False)
    notebook = read(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SLOW_MACHINE))
    smoke(notebook)


@pytest.mark.slow
@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("path", WITH_DATA, ids=lambda path: path.stem)
def test_runs_with_data(path: Path, smoke: Callable[[Any], None]) -> None:
    smoke(read(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_committed_small_and_executed(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(notebook.cells) <= CELLS
    assert path.stat().st_size < BYTES
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    kinds = [out.output_type for cell in cells for out in cell.outputs]
    assert kinds
    assert "error" not in kinds


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_imports_little(path: Path) -> None:
    allowed = {"latpred", "numpy", "matplotlib", "torch", "dataclasses", "importlib", "os"}
    allowed |= {"pathlib", "time"}
    found = set()
    for source in code_of(path):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").split(".")[0])
    assert found <= allowed
