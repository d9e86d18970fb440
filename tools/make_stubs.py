"""Write python/latpred/_core/*.pyi from the built module; `--check` only compares.

The stubs are committed so that editors and mypy know the compiled module without building it.
"""

from __future__ import annotations

import argparse
import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STUBS = ROOT / "python" / "latpred" / "_core"


def generate(folder: Path) -> dict[str, str]:
    """File name -> content of every stub, formatted as ruff does."""
    command = [str(BIN / "pybind11-stubgen"), "latpred._core", "-o", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"pybind11-stubgen failed:\n{done.stdout}{done.stderr}")
    configuration = ["--config", str(ROOT / "pyproject.toml")]
    select = ["check", "--fix-only", "--select", "I,UP,F401", *configuration]
    for arguments in [select, ["format", *configuration]]:
        command = [str(BIN / "ruff"), *arguments, str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    stubs = sorted((folder / "latpred").rglob("*.pyi"))
    return {path.name: path.read_text(encoding="utf-8") for path in stubs}


def differences(new: dict[str, str]) -> list[str]:
    old = {path.name: path.read_text(encoding="utf-8") for path in STUBS.glob("*.pyi")}
    lines: list[str] = []
    for name in sorted({*old, *new}):
        before, after = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        lines += difflib.unified_diff(
            before, after, f"committed/{name}", f"built/{name}", lineterm=""
        )
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        new = generate(Path(folder))
    changed = differences(new)
    if check:
        print("\n".join(changed[:60]))
        return 1 if changed else 0
    STUBS.mkdir(exist_ok=True)
    for path in STUBS.glob("*.pyi"):
        if path.name not in new:
            path.unlink()
    for name, text in new.items():
        (STUBS / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
