"""The tree keeps the rules of tools/codebase_rules.py, and each rule is able to fail."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tools import codebase_rules as rules

ROOT = Path(__file__).resolve().parent.parent
TREE_RULES: list[Callable[[Path], Iterator[str]]] = [
    rules.room_edge_complaints,
    rules.torch_complaints,
    rules.batch_complaints,
    rules.file_length_complaints,
    rules.cpp_function_complaints,
    rules.python_function_complaints,
    rules.forbidden_text_complaints,
]


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("rule", TREE_RULES, ids=lambda rule: rule.__name__)
def test_tree_keeps_rule(rule: Callable[[Path], Iterator[str]]) -> None:
    assert not list(rule(ROOT))


def test_rules_see_the_tree() -> None:
    assert len(rules.cpp_files(ROOT)) > 10
    assert len(rules.python_files(ROOT)) > 5
    assert ROOT / "README.md" in set(rules.text_files(ROOT))


def test_the_page_names_every_room() -> None:
    page = (ROOT / "docs/rooms.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in rules.cpp_files(ROOT)} - {"bindings"}
    assert not {room for room in rooms if f"`{room}`" not in page}


# --- each rule fails on a bad tree ----------------------------------------------------------------


@pytest.mark.parametrize("local", ["constexpr double least = 0.5;", "struct least {};"])
def test_names_of_one_batch(tmp_path: Path, local: str) -> None:
    text = "namespace {{\n\n{}\n\n}}  // namespace\n"
    write(tmp_path, "cpp/base/a.cpp", text.format("constexpr int least = 2;"))
    write(tmp_path, "cpp/base/b.cpp", text.format(local))
    write(tmp_path, "cpp/graphs/c.cpp", text.format(local))
    assert list(rules.batch_complaints(tmp_path)) == [
        "base: a.cpp and b.cpp both have a local least"
    ]


def test_room_edges_are_transitive() -> None:
    assert rules.reachable_rooms("searching") == {"searching", "spaces", "graphs", "base"}
    assert "networks" not in rules.reachable_rooms("transfer")


@pytest.mark.parametrize(
    ("file", "target", "complaint"),
    [
        ("cpp/spaces/a.hpp", "encodings/one_hot.hpp", "not among base, graphs, spaces"),
        ("cpp/spaces/a.hpp", "b.hpp", "not among"),
        ("cpp/spaces/a.hpp", "base/missing.hpp", "of a file that exists"),
        ("cpp/attic/a.hpp", "base/error.hpp", "unknown room"),
    ],
)
def test_bad_room_edge(tmp_path: Path, file: str, target: str, complaint: str) -> None:
    write(tmp_path, "cpp/encodings/one_hot.hpp", "")
    write(tmp_path, "cpp/base/error.hpp", "#include <vector>\n")
    write(tmp_path, file, f'#include "{target}"\n')
    (found,) = rules.room_edge_complaints(tmp_path)
    assert complaint in found


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("cpp/base/a.cpp", "#include <ATen/ATen.h>", "torch-free"),
        ("cpp/bindings/a.cpp", "#include <c10/util/Exception.h>", "torch-free"),
        ("cpp/networks/runner.hpp", "#include <ATen/ATen.h>", "public header"),
        ("cpp/networks/runner.cpp", "#include <torch/torch.h>", "20 s a file"),
        ("cpp/neural/mlp.hpp", '#include "training/loss_impl.hpp"', "private header of another"),
        ("cpp/neural/mlp.cpp", '#include "base/dense_impl.hpp"', "private header of another"),
        ("cpp/spaces/a.cpp", '#include "training/loss_impl.hpp"', "private header of another"),
    ],
)
def test_bad_torch_include(tmp_path: Path, file: str, line: str, complaint: str) -> None:
    write(tmp_path, "cpp/networks/good_impl.hpp", "#include <ATen/ATen.h>\n")
    write(tmp_path, "cpp/networks/good.cpp", '#include "training/torch_guard_impl.hpp"\n')
    write(tmp_path, file, f"{line}\n")
    (found,) = rules.torch_complaints(tmp_path)
    assert complaint in found


def test_long_files(tmp_path: Path) -> None:
    write(tmp_path, "cpp/base/fits.cpp", "//\n" * 300)
    write(tmp_path, "cpp/base/long.cpp", "//\n" * 301)
    write(tmp_path, "tests/test_long.py", "#\n" * 301)
    found = list(rules.file_length_complaints(tmp_path))
    assert [line.split(":")[0] for line in found] == ["cpp/base/long.cpp", "tests/test_long.py"]


def test_long_cpp_functions(tmp_path: Path) -> None:
    body = "    f();\n" * 60
    for room in ("base", "bindings"):
        write(tmp_path, f"cpp/{room}/a.cpp", f"void g() {{\n{body}}}\n")
    (found,) = rules.cpp_function_complaints(tmp_path)
    assert found.startswith("cpp/base/a.cpp:1 g: 62 lines")


def test_long_python_functions(tmp_path: Path) -> None:
    write(tmp_path, "python/latpred/a.py", "def f():\n" + "    pass\n" * 40)
    docstring = '    """One.\n' + "    more\n" * 30 + '    """\n'
    write(tmp_path, "python/latpred/b.py", "def f():\n" + docstring + "    pass\n" * 39)
    (found,) = rules.python_function_complaints(tmp_path)
    assert found.startswith("python/latpred/a.py:1 f: 41 lines")


@pytest.mark.parametrize(
    "text",
    ["https://pypi" + ".org/simple", "see /" + "work/main/x", "open('/" + "tmp/b/x')"],
)
def test_forbidden_text(tmp_path: Path, text: str) -> None:
    write(tmp_path, "docs/a.md", f"fine: ./work/x and $tmp/b/x\n{text}\n")
    write(tmp_path, ".venv/lib/a.py", text)
    (found,) = rules.forbidden_text_complaints(tmp_path)
    assert found.startswith("docs/a.md:2")


@pytest.mark.parametrize(
    "line",
    ["import latpred._core", "from latpred import _core", "from latpred._core.spaces import Space"],
)
def test_core_import(tmp_path: Path, line: str) -> None:
    path = write(tmp_path, "plots.py", f"import latpred\n{line}\n")
    (found,) = rules.core_import_complaints(path)
    assert found.startswith("plots.py:2")


def test_undocumented() -> None:
    module = ModuleType("m")
    module.good = type("good", (), {"__doc__": "good(x: int) -> int\n\nDouble it."})  # type: ignore[attr-defined]
    module.Silent = type("Silent", (), {})  # type: ignore[attr-defined]
    assert list(rules.undocumented(module)) == ["m.Silent"]
    assert not rules.has_description("f(x: int) -> int\n", "f")
    assert not rules.has_description("f(*args)\nOverloaded function.\n\n1. f(x: int) -> int\n", "f")


# --- the package as built -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plots", "cli", "report"])
def test_front_ends_use_python_rooms_only(name: str) -> None:
    paths = list((ROOT / "python" / "latpred" / name).glob("*.py"))
    assert paths
    assert not [found for path in paths for found in rules.core_import_complaints(path)]


def test_core_is_documented() -> None:
    import latpred._core

    assert not list(rules.undocumented(latpred._core))


def test_versions_agree() -> None:
    import latpred
    import latpred._core

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert latpred.__version__ == latpred._core.__version__ == project["version"]


def test_import_is_light() -> None:
    heavy = {"torch", "pandas", "matplotlib", "scipy", "sklearn", "rich", "typer", "tqdm", "yaml"}
    heavy |= {"jinja2"}
    code = f"import sys, latpred; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
