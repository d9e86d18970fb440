"""Try each extra of latpred in a bare environment: latpred, what it requires, and that extra alone.

Usage: .venv/bin/python tools/bare.py [extra ...]

Nothing is compiled or downloaded again: an environment gets links to those files of `.venv` that
belong to the packages which latpred's own metadata asks for; what is not in `.venv` is installed.
Each extra is used as README and docs say (tools/bare_uses.py); without it, the error must name it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
USES = Path(__file__).with_name("bare_uses.py")
PACKAGE = "latpred"


def extras() -> list[str]:
    """All extras that the installed package offers."""
    return sorted(metadata.metadata(PACKAGE).get_all("Provides-Extra") or [])


def wanted(requirement: Requirement, seen: set[tuple[str, str]]) -> Iterator[Requirement]:
    """The requirement and all that it needs, by the metadata of what is installed here."""
    for extra in ["", *sorted(requirement.extras)]:
        key = (canonicalize_name(requirement.name), extra)
        if key in seen:
            continue
        seen.add(key)
        if not extra:
            yield requirement
        try:
            texts = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:
            continue
        for needed in map(Requirement, texts):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                yield from wanted(needed, seen)


def link(distribution: metadata.Distribution, site: Path) -> None:
    """The files of a package, and what they are compiled to by now, at the same places."""
    for entry in distribution.files or []:
        source, target = Path(str(distribution.locate_file(entry))), site / entry
        if ".." in entry.parts:
            continue  # commands outside of the packages' folder
        link_file(source, target)
        if source.suffix == ".py":
            link_file(*(Path(cache_from_source(path)) for path in (source, target)))


def link_file(source: Path, target: Path) -> None:
    """One of them, if it is there."""
    if not source.is_file() or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        target.symlink_to(source)


def environment(folder: Path, extra: str) -> Path:
    """A new environment with latpred and one extra ("": none); its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    scheme = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=scheme))
    absent = []
    for requirement in wanted(Requirement(f"{PACKAGE}[{extra}]" if extra else PACKAGE), set()):
        try:
            link(metadata.distribution(requirement.name), site)
        except metadata.PackageNotFoundError:
            absent.append(f"{requirement.name}{requirement.specifier}")
    if absent:
        print(f"[bare] {extra}: installing {' '.join(absent)}", flush=True)
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", *absent], check=True)
    return python


def use(python: Path, extra: str, folder: Path, *, without: bool) -> bool:
    """Use an extra in an environment; whether all is as it should be."""
    command = [str(python), "-I", str(USES), extra, *(["--without"] if without else [])]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, env=clean, check=False)
    how = "without" if without else "with"
    print(f"[bare] {how} {extra}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("extras", nargs="*", help="extras to try; all where none is given")
    names = parser.parse_args().extras or extras()
    unknown = sorted(set(names) - set(extras()))
    if unknown:
        print(f"bare: no extra {', '.join(unknown)}; there are {', '.join(extras())}")
        return 2
    good = True
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bare-", dir=ROOT / "build") as place:
        python = environment(Path(place, "none"), "")
        for extra in names:
            good &= use(python, extra, Path(place), without=True)
        for extra in names:
            folder = Path(place, extra)
            good &= use(environment(folder, extra), extra, Path(place), without=False)
            shutil.rmtree(folder)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
