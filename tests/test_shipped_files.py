"""What is no module but belongs to the package: the wheel ships it, and it is found there."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from tools import bootstrap

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "python" / "latpred"
WANTED = [
    "__init__.pyi",
    "py.typed",
    "_core/__init__.pyi",
    "data/devices.toml",
    "data/ofa-distilled.latpred",
    "report/templates/base.html",
    "report/templates/page.html",
    "report/templates/parts.html",
    "report/templates/style.css",
]


def not_modules() -> set[str]:
    """Files of the package in the source tree that git knows or would take."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no work tree of git")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "python/latpred"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    there = [ROOT / line for line in done.stdout.splitlines()]
    return {str(p.relative_to(PACKAGE)) for p in there if p.suffix != ".py" and p.is_file()}


@pytest.mark.parametrize("name", WANTED)
def test_found_where_the_package_is(name: str) -> None:
    found = resources.files("latpred").joinpath(name)
    assert found.is_file()
    assert name == "py.typed" or found.read_bytes()


def test_nothing_of_the_package_is_left_out() -> None:
    """The wheel takes all of the folder that git does not ignore, which is scikit-build's rule."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = settings["tool"]["scikit-build"]
    assert build["wheel"] == {"packages": ["python/latpred"]}
    assert "sdist" not in build
    taken = not_modules()
    assert set(WANTED) <= taken
    assert all(resources.files("latpred").joinpath(name).is_file() for name in taken)


def test_templates_that_templates_name_are_there() -> None:
    folder = PACKAGE / "report" / "templates"
    named = {
        name
        for path in folder.glob("*.html")
        for name in re.findall(r'{% (?:extends|import|include) "([^"]+)"', path.read_text("utf-8"))
    }
    assert {"base.html", "parts.html", "style.css"} <= named
    assert named <= {path.name for path in folder.iterdir()}


def test_conda_and_pip_ask_for_the_same_packages() -> None:
    settings = bootstrap.read_pyproject()["tool"]["scikit-build"]["metadata"]["dependencies"]
    pip = {re.split(r"[<>=]", one)[0].lower() for one in settings["requirements"]}
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    conda = {re.split(r"[<>=]", line.strip(" -"))[0].lower() for line in lines}
    # conda's matplotlib brings windows, which a library does not need.
    assert {name.replace("matplotlib", "matplotlib-base") for name in pip} <= conda
