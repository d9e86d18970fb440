"""Execute notebooks top to bottom; `--write` keeps their outputs.

Usage: run_notebooks.py [--write] [NOTEBOOK ...]     (default: notebooks/*.ipynb)
They run in build/notebooks, so what they write stays out of the tree. LATPRED_SMOKE=1 in the
environment is their switch to small sizes.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 1200


def execute(path: Path, folder: Path, write: bool) -> None:
    """Run one notebook in `folder`.

    Raises:
        CellExecutionError: a cell raised; the text holds the cell and its traceback.
    """
    folder.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources=resources,
        coalesce_streams=True,  # of a bar its last state
        record_timing=False,  # when a cell ran would change every cell at each execution
    )
    client.execute()
    if write:
        nbformat.write(notebook, path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="store the outputs in the notebook")
    parser.add_argument("notebooks", nargs="*", type=Path)
    arguments = parser.parse_args()
    failed = False
    for path in arguments.notebooks or sorted(ROOT.glob("notebooks/*.ipynb")):
        start = time.monotonic()
        try:
            execute(path, ROOT / "build" / "notebooks", arguments.write)
        except CellExecutionError as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            failed = True
        else:
            print(f"{path.name}: {time.monotonic() - start:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
