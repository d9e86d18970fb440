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

from tests.notebooks.needed_cells import needed_cells

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITH_DATA = [path for path in NOTEBOOKS if "LATPRED_DATA" in path.read_text(encoding="utf-8")]
# Cells with one of these texts find something else where the data is there.
OF_DATA = ("LATPRED_DATA", "Only with the published")
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


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_without_data_on_a_slow_machine(
    path: Path, smoke: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LATPRED_DATA", raising=False)
    notebook = read(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SLOW_MACHINE))
    smoke(notebook)
    outputs = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
    assert any("image/png" in out.get("data", {}) for out in outputs)


@pytest.mark.slow
@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("path", WITH_DATA, ids=lambda path: path.stem)
def test_runs_with_data(path: Path, smoke: Callable[[Any], None]) -> None:
    """The cells that are not the same without data, and those that they need."""
    notebook = read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    numbers = needed_cells([cell.source for cell in code], OF_DATA)
    notebook.cells = [code[number] for number in numbers]
    smoke(notebook)
    outputs = [out for cell in notebook.cells for out in cell.outputs]
    assert not any("Only with" in out.get("text", "") for out in outputs)


def test_cells_that_data_needs() -> None:
    cells = [
        "import os\nimport json as text\nseen = []",  # 0
        "def load(folder):\n    return text.loads(folder) + scale",  # 1
        "scale = 2\nunused = load(1)",  # 2
        "for folder in [unused]:\n    print(folder)",  # 3
        "folder = os.environ.get('LATPRED_DATA')\nrows = load(folder)",  # 4
        "other = [rows for rows in range(3)]\nseen.append(other)",  # 5
        "total = sum(rows)",  # 6
        "box = {}\nbox['total'] = unused",  # 7
        "print(box, scale)",  # 8
        "box['total'] = total",  # 9
        "print(box, seen)",  # 10
    ]
    assert needed_cells(cells, ["LATPRED_DATA"]) == [0, 1, 2, 4, 5, 6, 7, 9, 10]
    assert needed_cells(cells[:4], ["LATPRED_DATA"]) == []
    assert needed_cells(cells[:6], ["range(3)"]) == [0, 5]


@pytest.mark.parametrize("path", WITH_DATA, ids=lambda path: path.stem)
def test_notebooks_say_which_cells_are_of_data(path: Path) -> None:
    assert needed_cells(code_of(path), OF_DATA)


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
