"""Run every static check; `--fix` rewrites what can be rewritten.

clang-format and ruff (format and lint) over the tree, mypy, clang-tidy over the torch-free core,
and the committed stubs against freshly generated ones. All checks run even if one fails.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TIDY_BUILD = ROOT / "build" / "tidy"
PYTHON_FOLDERS = ["python", "tests", "tools", "benchmarks", "docs", "notebooks"]


def run(*command: str | Path) -> bool:
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode == 0


def cpp_files() -> list[Path]:
    return sorted([*ROOT.glob("cpp/*/*.cpp"), *ROOT.glob("cpp/*/*.hpp")])


def python_folders() -> list[str]:
    return [folder for folder in PYTHON_FOLDERS if (ROOT / folder).is_dir()]


def check_cpp_format(fix: bool) -> bool:
    mode = ["-i"] if fix else ["--dry-run", "--Werror"]
    return run(BIN / "clang-format", *mode, *cpp_files())


def check_ruff(fix: bool) -> bool:
    rules = run(BIN / "ruff", "check", "--quiet", *(["--fix"] if fix else []), *python_folders())
    layout = run(
        BIN / "ruff", "format", "--quiet", *([] if fix else ["--check"]), *python_folders()
    )
    return rules and layout


def check_types(fix: bool) -> bool:
    del fix
    return run(BIN / "mypy")


def check_stubs(fix: bool) -> bool:
    return run(sys.executable, ROOT / "tools" / "make_stubs.py", *([] if fix else ["--check"]))


def configure_tidy() -> bool:
    """A compile database of the core, without unity builds: clang-tidy wants single files."""
    options: dict[str, str | Path] = {
        "Python_EXECUTABLE": sys.executable,
        "LATPRED_TORCH": "OFF",
        "CMAKE_UNITY_BUILD": "OFF",
        "CMAKE_EXPORT_COMPILE_COMMANDS": "ON",
        "CMAKE_MAKE_PROGRAM": BIN / "ninja",
    }
    defines = [f"-D{name}={value}" for name, value in options.items()]
    place: list[str | Path] = ["-S", ROOT, "-B", TIDY_BUILD, "-G", "Ninja"]
    return run(BIN / "cmake", "--log-level=WARNING", *place, *defines)


def tidy_one(source: Path) -> bool:
    # The database holds g++ flags; clang need not know its warnings.
    extra = [
        "--extra-arg=-Wno-unknown-warning-option",
        "--extra-arg=-Wno-unused-command-line-argument",
    ]
    command = [str(BIN / "clang-tidy"), "--quiet", "-p", str(TIDY_BUILD), *extra, str(source)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def check_tidy(fix: bool) -> bool:
    del fix  # clang-tidy's own fixes need a look each: `clang-tidy -p build/tidy --fix FILE`
    if not configure_tidy():
        return False
    database = (TIDY_BUILD / "compile_commands.json").read_text(encoding="utf-8")
    skipped = ROOT / "cpp" / "bindings"  # pybind11 templates take most of the time and no advice
    sources = [p for p in cpp_files() if p.suffix == ".cpp" and p.parent != skipped]
    sources = [path for path in sources if str(path) in database]
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        return all(list(pool.map(tidy_one, sources)))


CHECKS = {
    "clang-format": check_cpp_format,
    "ruff": check_ruff,
    "mypy": check_types,
    "stubs": check_stubs,
    "clang-tidy": check_tidy,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="rewrite what can be rewritten")
    parser.add_argument("checks", nargs="*", choices=[*CHECKS, []], help="only these checks")
    arguments = parser.parse_args()
    failed = []
    for name in arguments.checks or CHECKS:
        start = time.monotonic()
        passed = CHECKS[name](arguments.fix)
        print(
            f"[lint] {name}: {'ok' if passed else 'FAILED'} ({time.monotonic() - start:.0f} s)",
            flush=True,
        )
        if not passed:
            failed.append(name)
    if failed:
        print(f"[lint] failed: {', '.join(failed)}; `make format` repairs layout", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
