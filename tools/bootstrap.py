"""Prepare `.venv` with everything latpred needs and install latpred into it.

Usage: python3 tools/bootstrap.py [--editable] [--peer REQUIREMENT] [group ...]

Groups are those of pyproject.toml (test, lint, notebook, bench, docs). Standard library only; needs
neither root nor a system CMake. A second run does only what changed: steps leave stamps.

Environment: LATPRED_TORCH (requirement to install where none from 2.9 on is there, default
torch==2.13.0), CXX (compiler), CMAKE_BUILD_PARALLEL_LEVEL (build jobs, default 2).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "latpred-stamps"
TORCH = "torch==2.13.0"  # where none is installed that latpred can be built against
OLDEST_TORCH = (2, 9)
PACKAGE_INPUTS = ["cpp", "cmake", "python", "CMakeLists.txt", "pyproject.toml", "README.md"]
PACKAGE_INPUTS += ["tools/torch_requirement.py"]
EDITABLE = ["--config-settings=editable.rebuild=true", "--config-settings=build-dir=build/dev"]
EDITABLE += ["--editable", "."]
# Of the 18,000 files that come along few are imported, and Python compiles those once.
PIP_INSTALL = ["install", "--quiet", "--no-compile", "--disable-pip-version-check"]
GENERATED_SUFFIXES = {".so", ".pyc"}
CXX_PROBE = "#include <span>\nint main() { std::span<int> s; return static_cast<int>(s.size()); }\n"


class BootstrapError(Exception):
    """Something the user has to install or change; the message says what."""


def say(text: str) -> None:
    print(f"[bootstrap] {text}", flush=True)


def run(command: list[str], **environment: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment})


def succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def check_python() -> None:
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        raise BootstrapError(
            f"latpred needs Python 3.11 or newer but {sys.executable} is {found}: install a newer "
            "one (Debian package python3) and name it, for example `make test PYTHON=python3.12`."
        )


def check_python_header() -> None:
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if not header.is_file():
        raise BootstrapError(
            f"latpred compiles an extension module but {header} is missing: "
            "install the Debian package python3-dev (or your system's Python headers)."
        )


def compiles_cxx20(compiler: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.cpp"
        source.write_text(CXX_PROBE, encoding="utf-8")
        output = str(Path(folder) / "probe")
        return succeeds([*compiler, "-std=c++20", str(source), "-o", output]) and succeeds([output])


def find_compiler() -> str:
    """The first of $CXX, g++, clang++, c++ that really compiles C++20."""
    named = os.environ.get("CXX")
    candidates = [named] if named else ["g++", "clang++", "c++"]
    for candidate in candidates:
        if compiles_cxx20(shlex.split(candidate)):
            return candidate
    raise BootstrapError(
        f"latpred needs a C++20 compiler but {' / '.join(candidates)} could not compile "
        "`#include <span>` with -std=c++20: install the Debian package g++ (version 12 or newer) "
        "or set CXX."
    )


def has_pip(python: Path | str) -> bool:
    return succeeds([str(python), "-m", "pip", "--version"])


def make_venv() -> None:
    """venv, else virtualenv, else a venv without pip that the outer pip serves."""
    if succeeds([str(VENV_PYTHON), "-c", "pass"]):
        return
    say(f"making {VENV.name}")
    shutil.rmtree(VENV, ignore_errors=True)
    attempts = [["venv", str(VENV)], ["virtualenv", str(VENV)]]
    if has_pip(sys.executable):
        attempts.append(["venv", "--without-pip", str(VENV)])
    for arguments in attempts:
        if succeeds([sys.executable, "-m", *arguments]):
            return
        shutil.rmtree(VENV, ignore_errors=True)
    raise BootstrapError(
        "no virtual environment could be made: install the Debian package python3-venv."
    )


def pip_command() -> list[str]:
    if has_pip(VENV_PYTHON):
        return [str(VENV_PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]


def pip_install(*arguments: str, **environment: str) -> None:
    """pip install; the torch that is there stays."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "torch.txt"
        torch = installed_torch()
        kept.write_text(f"torch=={torch}\n" if torch else "", encoding="utf-8")
        constraints = ["-c", str(ROOT / "constraints.txt"), "-c", str(kept)]
        run([*pip_command(), *PIP_INSTALL, *constraints, *arguments], **environment)


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_fresh(name: str, key: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key


def write_stamp(name: str, key: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(key, encoding="utf-8")


def source_digest() -> str:
    """Hash of the names and contents of every file that goes into the package."""
    hasher = hashlib.sha256()
    for entry in PACKAGE_INPUTS:
        top = ROOT / entry
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix not in GENERATED_SUFFIXES:
                hasher.update(str(path.relative_to(ROOT)).encode())
                hasher.update(hashlib.sha256(path.read_bytes()).digest())
    return hasher.hexdigest()


def read_pyproject() -> dict:
    import tomllib  # not at the top: Python 3.10 must reach check_python's sentence

    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def is_torch(requirement: str) -> bool:
    return re.split(r"[\[=<>~! ]", requirement)[0] == "torch"


def group_requirements(project: dict, group: str) -> list[str]:
    groups = project.get("dependency-groups", {})
    if group not in groups:
        raise BootstrapError(f"unknown group {group!r}: pyproject.toml has {sorted(groups)}.")
    found: list[str] = []
    for entry in groups[group]:
        nested = isinstance(entry, dict)
        found += group_requirements(project, entry["include-group"]) if nested else [entry]
    return found


def installed_torch() -> str:
    code = "import importlib.metadata as m; print(m.version('torch'))"
    done = subprocess.run([VENV_PYTHON, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def install_torch() -> None:
    """The torch that is there stays if latpred can be built against it."""
    found = re.match(r"(\d+)\.(\d+)", installed_torch())
    if found and tuple(map(int, found.groups())) >= OLDEST_TORCH:
        return
    requirement = os.environ.get("LATPRED_TORCH", TORCH)
    say(f"installing {requirement}")
    run([*pip_command(), *PIP_INSTALL, *shlex.split(requirement)])


def install_requirements(named: dict[str, list[str]]) -> None:
    """Install lists of requirements by one call, but those whose stamps say that they are there."""
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lists = {name: [one for one in wanted if not is_torch(one)] for name, wanted in named.items()}
    keys = {name: digest(constraints, *wanted) for name, wanted in lists.items()}
    stale = [name for name, key in keys.items() if lists[name] and not is_fresh(name, key)]
    if stale:
        say(f"installing requirements: {', '.join(stale)}")
        pip_install(*dict.fromkeys(one for name in stale for one in lists[name]))
    for name in stale:
        write_stamp(name, keys[name])


def build_environment(compiler: str) -> dict[str, str]:
    """What CMake reads from the environment; two jobs fit the memory of small machines."""
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", "2")
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    cached = {"CMAKE_CXX_COMPILER_LAUNCHER": "ccache"} if shutil.which("ccache") else {}
    return {"CXX": compiler, "CMAKE_BUILD_PARALLEL_LEVEL": jobs, "PATH": path, **cached}


def build_wheel(compiler: str) -> str:
    """Compile latpred without changing what is installed; the file."""
    folder = VENV / "latpred-wheel"
    shutil.rmtree(folder, ignore_errors=True)
    options = ["--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", str(folder)]
    run([*pip_command(), "wheel", *options, "."], **build_environment(compiler))
    return str(next(folder.glob("*.whl")))


def install_package(compiler: str, editable: bool, others: Callable[[], None]) -> None:
    """Install latpred, and others while it is compiled; an editable one rebuilds itself."""
    key = "editable" if editable else digest(source_digest(), installed_torch(), compiler)
    kept = not editable and is_fresh("package", "editable")
    if kept or is_fresh("package", key):
        others()
        return
    say("building latpred (some minutes the first time)")
    with ThreadPoolExecutor(1) as pool:
        built = pool.submit(lambda: EDITABLE if editable else [build_wheel(compiler)])
        others()
    options = ["--no-build-isolation", "--no-deps", "--force-reinstall", *built.result()]
    pip_install(*options, **build_environment(compiler))
    write_stamp("package", key)


def install_peers(peers: list[str]) -> None:
    """Packages to compare with, without their outdated dependencies; none of them is needed."""
    for peer in peers:
        stamp = f"peer-{digest(peer)[:8]}"
        if is_fresh(stamp, peer):
            continue
        try:
            pip_install("--no-deps", peer)
            write_stamp(stamp, peer)
        except subprocess.CalledProcessError:
            say(f"could not install {peer}: it will be missing from the comparison")


def bootstrap(groups: list[str], peers: list[str], editable: bool) -> None:
    check_python()
    check_python_header()
    compiler = find_compiler()
    make_venv()
    install_torch()
    project = read_pyproject()
    own = project["tool"]["scikit-build"]["metadata"]["dependencies"]["requirements"]
    wanted = {"base": own} | {group: group_requirements(project, group) for group in groups}
    install_requirements({"build": project["build-system"]["requires"]})

    def others() -> None:
        install_requirements(wanted)
        install_peers(peers)

    install_package(compiler, editable, others)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("groups", nargs="*", help="dependency groups of pyproject.toml")
    parser.add_argument("--peer", action="append", default=[], help="package to compare with")
    parser.add_argument("--editable", action="store_true", help="rebuild on import (make dev)")
    arguments = parser.parse_args()
    try:
        bootstrap(arguments.groups, arguments.peer, arguments.editable)
    except BootstrapError as error:
        said = str(error)
    except subprocess.CalledProcessError as error:
        said = f"this command failed: {shlex.join(map(str, error.cmd))}"
    else:
        return 0
    print(f"bootstrap: {said}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
