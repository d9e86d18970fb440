"""What users may import, from a list kept since before the package had rooms: nothing of it is
lost, none of it hides behind a module of the same name, and what was light stays light."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import latpred as lp
import pytest

PACKAGE = Path(lp.__file__).parent
KEPT: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "public_names.json").read_text(encoding="utf-8")
)


def modules() -> list[str]:
    """Every module of the package but the one that runs at its import, and the compiled ones."""
    found = [one.name for one in pkgutil.walk_packages([str(PACKAGE)], "latpred.")]
    return [n for n in found if not n.startswith("latpred._") and not n.endswith(".__main__")]


def run(code: str, **environment: str) -> str:
    command = [sys.executable, "-c", code]
    given = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, text=True, env=given, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("place", KEPT)
def test_no_public_name_is_lost(place: str) -> None:
    module = importlib.import_module(place)
    assert not [name for name in KEPT[place] if not hasattr(module, name)]


def test_one_list_of_names() -> None:
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    names = [
        alias for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    assert all(alias.asname == alias.name for alias in names)  # else a checker thinks it private
    assert sorted(alias.name for alias in names) == sorted(lp.__all__) == sorted(set(dir(lp)))
    assert set(KEPT["latpred"]) <= set(lp.__all__)
    source = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 40


@pytest.mark.parametrize("order", ["1", "2", "3"])
def test_all_names_at_once(order: str) -> None:
    """In the order of a set, that is in any: no import needs another one to come first."""
    code = "import latpred; print(*sorted(vars(latpred)))"
    text = run(code, EAGER_IMPORT="1", PYTHONHASHSEED=order)
    assert set(lp.__all__) <= set(text.split())


def test_few_modules_lie_flat() -> None:
    assert len([path for path in PACKAGE.glob("*.py") if path.name != "_build.py"]) <= 16


def test_faces_only_hand_names_on() -> None:
    """A package's `__init__` imports names, lists them, and shows them alone to `dir`."""
    for path in PACKAGE.glob("*/__init__.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            listed = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in (
                "__all__",
                "__dir__",
            )
            assert listed or isinstance(node, (ast.Expr, ast.ImportFrom)), path


def test_no_module_hides_a_name() -> None:
    """Importing a submodule sets it as an attribute: it would overwrite a function of that name."""
    code = f"""
import importlib, json
for name in {modules()!r}:
    importlib.import_module(name)
import latpred
kept = json.loads({json.dumps(KEPT)!r})
for place, names in kept.items():
    module = importlib.import_module(place)
    for name in names:
        value = getattr(module, name)
        if place != "latpred" and isinstance(value, type(latpred)):
            print(place, name)
print(*[n for n in latpred.__all__ if isinstance(getattr(latpred, n), type(latpred))])
print(len(latpred.space_names()), latpred.measurement.self_test.__name__)
"""
    lines = run(code).splitlines()
    assert lines[0].split() == sorted({name for name in lp.__all__ if _is_module(name)})
    assert lines[1].split()[1] == "self_test"
    for package in {name.rpartition(".")[0] for name in modules()}:
        face = importlib.import_module(package)
        handed_on = set(getattr(face, "__all__", ()))
        inside = {
            name.rpartition(".")[2] for name in modules() if name.rpartition(".")[0] == package
        }
        hidden = {name for name in handed_on & inside if not _is_module(name, face)}
        assert not hidden, package


def _is_module(name: str, holder: ModuleType = lp) -> bool:
    return inspect.ismodule(getattr(holder, name))
