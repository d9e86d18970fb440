"""A wrong torch gives one clear sentence instead of an undefined symbol."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest
from latpred._core import build

SERIES = ".".join(build["torch"].split(".")[:2])
# importlib.metadata is what latpred asks; a subprocess, because the check runs on first import.
FAKE_TORCH = """
import importlib.metadata as metadata
real = metadata.version
def version(name):
    if name != "torch":
        return real(name)
    {answer}
metadata.version = version
import latpred
print("imported", latpred.__name__)
latpred.space_names()
"""


def import_with(answer: str) -> subprocess.CompletedProcess[str]:
    code = FAKE_TORCH.format(answer=answer)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("found", ["2.12.1", f"{SERIES}0.0", "3.0.0"])
def test_wrong_torch_version(found: str) -> None:
    done = import_with(f"return {found!r}")
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError")
    assert found in last
    assert f"built against torch {SERIES} " in last
    assert "--no-build-isolation" in last


def test_the_package_alone_needs_no_torch() -> None:
    """The compiled core is checked when something asks for it."""
    assert import_with('return "3.0.0"').stdout.strip() == "imported latpred"


def test_missing_torch() -> None:
    done = import_with('raise metadata.PackageNotFoundError("torch")')
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError")
    assert "pip install" in last


def test_right_torch_version() -> None:
    assert import_with(f'return "{SERIES}.7+cu130"').returncode == 0


def test_the_torch_of_the_build_is_known() -> None:
    # A wheel's metadata may leave out which CUDA it is for.
    assert build["torch"].split("+")[0] == metadata.version("torch").split("+")[0]
