"""Run every static check; `--fix` rewrites what can be rewritten.

clang-format and ruff (format and lint) over the tree, mypy, clang-tidy over the torch-free core,
and the committed stubs against freshly generated ones. All checks run even if one fails.
"""

from __future__ import annotations

import argparse
import json
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
    """A compile database of the core with single files, for tidy_batch and for editors."""
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


def tidy_batches(entries: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """The compile commands of each room, the largest room first."""
    rooms: dict[str, list[dict[str, str]]] = {}
    for entry in sorted(entries, key=lambda entry: entry["file"]):
        room = Path(entry["file"]).parent.name
        if room != "bindings":  # pybind11 templates take most of the time and no advice
            rooms.setdefault(room, []).append(entry)
    return sorted(rooms.values(), key=len, reverse=True)


def tidy_batch(batch: list[dict[str, str]]) -> bool:
    """Clang-tidy over one generated source that includes those of a batch, so that Eigen and the
    standard library are read once; halves of it where local names of two sources clash."""
    first = batch[0]
    name = f"{Path(first['file']).parent.name}_{Path(first['file']).stem}_{len(batch)}"
    folder = TIDY_BUILD / "batches" / name
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"{name}.cpp"
    allowed = "// NOLINT(bugprone-suspicious-include)"
    lines = [f'#include "{entry["file"]}"  {allowed}\n' for entry in batch]
    source.write_text("".join(lines), encoding="utf-8")
    command = first["command"].replace(first["file"], str(source))
    entry = {"directory": first["directory"], "command": command, "file": str(source)}
    (folder / "compile_commands.json").write_text(json.dumps([entry]), encoding="utf-8")
    said = tidy_one(source, folder)
    if "[clang-diagnostic-error]" in said and len(batch) > 1:
        (clash, *_) = (line for line in said.splitlines() if "[clang-diagnostic-error]" in line)
        print(f"[lint] {name} is read in halves, as names clash: {clash}", file=sys.stderr)
        half = len(batch) // 2
        return all([tidy_batch(batch[:half]), tidy_batch(batch[half:])])
    print(said, end="", flush=True)
    return not said


def tidy_one(source: Path, database: Path) -> str:
    """What clang-tidy objects to, "" if nothing."""
    # The database holds g++ flags; clang need not know its warnings.
    extra = [
        "--extra-arg=-Wno-unknown-warning-option",
        "--extra-arg=-Wno-unused-command-line-argument",
    ]
    command = [str(BIN / "clang-tidy"), "--quiet", "-p", str(database), *extra, str(source)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    failed = f"{source}: clang-tidy ended with {done.returncode}\n"
    return done.stdout + done.stderr + failed if done.returncode != 0 else ""


def check_tidy(fix: bool) -> bool:
    del fix  # clang-tidy's own fixes need a look each: `clang-tidy -p build/tidy --fix FILE`
    if not configure_tidy():
        return False
    entries = json.loads((TIDY_BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        return all(list(pool.map(tidy_batch, tidy_batches(entries))))


CHECKS = {
    "clang-format": check_cpp_format,
    "ruff": check_ruff,
    "mypy": check_types,
    "stubs": check_stubs,
    "clang-tidy": check_tidy,
}


def run_check(name: str, fix: bool) -> bool:
    start = time.monotonic()
    passed = CHECKS[name](fix)
    seconds = time.monotonic() - start
    print(f"[lint] {name}: {'ok' if passed else 'FAILED'} ({seconds:.0f} s)", flush=True)
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="rewrite what can be rewritten")
    parser.add_argument("checks", nargs="*", choices=[*CHECKS, []], help="only these checks")
    arguments = parser.parse_args()
    # What reads one file after the other leaves a processor to clang-tidy; fixes write files that
    # the next check reads.
    names = list(arguments.checks or CHECKS)
    if not arguments.fix:
        names.sort(key=lambda name: name != "clang-tidy")
    with ThreadPoolExecutor(1 if arguments.fix else 2) as pool:
        passed = list(pool.map(lambda name: run_check(name, arguments.fix), names))
    failed = [name for name, good in zip(names, passed, strict=True) if not good]
    if failed:
        print(f"[lint] failed: {', '.join(failed)}; `make format` repairs layout", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
