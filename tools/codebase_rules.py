"""The rules of the code base as functions from a tree to a list of complaints.

tests/test_codebase.py applies them to the project, and to small bad trees to show that each rule
can fail.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

# Direct edges between rooms; edges are transitive. docs/rooms.md draws the same picture.
ROOM_EDGES: dict[str, set[str]] = {
    "base": set(),
    "graphs": {"base"},
    "metrics": {"base"},
    "measurement": {"base"},
    "kernels": {"graphs", "metrics"},
    "tuning": {"base"},
    "spaces": {"graphs"},
    "encodings": {"spaces"},
    "datasets": {"spaces"},
    "sampling": {"encodings"},
    "predictors": {"encodings", "datasets", "metrics"},
    "selection": {"predictors"},
    "device_generic": {"transfer"},
    "transfer": {"selection", "sampling"},
    "searching": {"spaces"},
    "guided": {"searching", "selection", "sampling"},
    "profiling": {"searching", "predictors"},
    "training": {"metrics"},
    "networks": {"spaces", "measurement", "training"},
    "neural": {"transfer", "networks"},
}
TORCH_ROOMS = {"training", "networks", "neural"}
# Headers for the .cpp files and private headers of their own room, which may name torch; those of
# torch rooms are also for other torch rooms that see theirs.
PRIVATE_HEADER = re.compile(r"_(impl|module)\.hpp$")
TORCH_INCLUDE = re.compile(r"^(torch|ATen|c10|caffe2)/")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

LOCAL_NAME = re.compile(
    r"^(?:constexpr [^=({]*?|struct |class |enum class |using )(\w+)(?:\[\w*\])? ?[={]",
    re.MULTILINE,
)

FILE_LINES = 300
CPP_FUNCTION_LINES = 50
BINDING_FUNCTION_LINES = 80
PYTHON_FUNCTION_LINES = 40
GENERATED = {"build", "demo", "dist", "__pycache__"}


def _dotted(*parts: str) -> str:
    return ".".join(parts)


# Spelled in pieces: this file is searched too.
FORBIDDEN_TEXT = {
    "package registry host": re.compile(
        "|".join(
            re.escape(host)
            for host in (
                _dotted("pypi", "org"),
                _dotted("files", "pythonhosted", "org"),
                _dotted("download", "pytorch", "org"),
                _dotted("conda", "anaconda", "org"),
                _dotted("deb", "debian", "org"),
            )
        )
    ),
    "path of one machine": re.compile(
        r"(?<![\w./$}~-])/(?:work|root|home/\w+|tmp/(?:b|w|venv))(?=/|\b)/"
    ),
}


def cpp_files(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("cpp/*/*") if path.suffix in {".hpp", ".cpp"})


def python_files(root: Path) -> list[Path]:
    folders = ("python", "tests", "tools", "benchmarks")
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def reachable_rooms(room: str) -> set[str]:
    """Rooms that `room` may include: itself and everything its edges lead to."""
    reached = {room}
    for lower in ROOM_EDGES[room]:
        reached |= reachable_rooms(lower)
    return reached


def includes(path: Path) -> list[tuple[str, str]]:
    """(quote, target) of each include, e.g. ('"', 'base/error.hpp')."""
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def room_edge_complaints(root: Path) -> Iterator[str]:
    """Includes of rooms that design forbids, in unknown rooms, or of files that do not exist."""
    for path in cpp_files(root):
        room = path.parent.name
        if room != "bindings" and room not in ROOM_EDGES:
            yield f"cpp/{room}: unknown room, add it to ROOM_EDGES and to docs/rooms.md"
            continue
        allowed = {*ROOM_EDGES, "bindings"} if room == "bindings" else reachable_rooms(room)
        for quote, target in includes(path):
            if quote == "<":
                continue
            where = f"{room}/{path.name} includes {target}"
            if target.split("/")[0] not in allowed:
                yield f"{where}: not among {', '.join(sorted(allowed))}"
            elif not (root / "cpp" / target).is_file():
                yield f"{where}: write it as room/file.hpp of a file that exists"


def torch_complaints(root: Path) -> Iterator[str]:
    """Torch includes outside the sources and private headers of the torch rooms."""
    for path in cpp_files(root):
        room = path.parent.name
        private = path.suffix == ".cpp" or PRIVATE_HEADER.search(path.name)
        for _, target in includes(path):
            where = f"{room}/{path.name} includes {target}"
            if TORCH_INCLUDE.match(target):
                if target == "torch/torch.h":
                    yield f"{where}: costs 20 s a file, use ATen/ATen.h"
                elif room not in TORCH_ROOMS:
                    yield f"{where}: this room is torch-free"
                elif not private:
                    yield f"{where}: a public header names torch"
            elif PRIVATE_HEADER.search(target) and target.split("/")[0] != room:
                shared = private and {room, target.split("/")[0]} <= TORCH_ROOMS
                if not shared:
                    yield f"{where}: private header of another room"


def batch_complaints(root: Path) -> Iterator[str]:
    """Constants and types of one name in two files of a room, which clean builds compile together.

    Functions may be overloads; the build itself tells where they are not.
    """
    owners: dict[tuple[str, str], str] = {}
    for path in cpp_files(root):
        room = path.parent.name
        if room == "bindings" or path.suffix != ".cpp":
            continue
        text = path.read_text(encoding="utf-8")
        for body in re.findall(
            r"^namespace \{$(.*?)^\}  // namespace$", text, re.DOTALL | re.MULTILINE
        ):
            for name in set(LOCAL_NAME.findall(body)):
                other = owners.setdefault((room, name), path.name)
                if other != path.name:
                    yield f"{room}: {other} and {path.name} both have a local {name}"


def file_length_complaints(root: Path) -> Iterator[str]:
    for path in [*cpp_files(root), *python_files(root)]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            yield f"{path.relative_to(root)}: {lines} lines, at most {FILE_LINES}"


def cpp_function_complaints(root: Path) -> Iterator[str]:
    import lizard  # only the tests need it

    for path in cpp_files(root):
        limit = BINDING_FUNCTION_LINES if path.parent.name == "bindings" else CPP_FUNCTION_LINES
        for function in lizard.analyze_file(str(path)).function_list:
            if function.length > limit:
                where = f"{path.relative_to(root)}:{function.start_line} {function.name}"
                yield f"{where}: {function.length} lines, at most {limit}"


def python_function_complaints(root: Path) -> Iterator[str]:
    """Functions that are too long; the docstring does not count, it should not be cut to fit."""
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                first = node.body[0]
                length -= (first.end_lineno or first.lineno) - first.lineno + 1
            if length > PYTHON_FUNCTION_LINES:
                where = f"{path.relative_to(root)}:{node.lineno} {node.name}"
                yield f"{where}: {length} lines, at most {PYTHON_FUNCTION_LINES}"


def core_import_complaints(path: Path) -> Iterator[str]:
    """Imports of the compiled module in a file that should only use the Python rooms."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        names = [alias.name for alias in node.names]
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any("_core" in name.split(".") for name in names):
            yield f"{path.name}:{node.lineno} imports _core: go through the Python room"


def text_files(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name == ".ci" or not (name in GENERATED or name.startswith("."))
        )
        yield from (Path(folder) / name for name in sorted(files) if name != ".git")


def forbidden_text_complaints(root: Path) -> Iterator[str]:
    """Registry hosts and absolute paths, which are true on one machine only."""
    for path in text_files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for what, pattern in FORBIDDEN_TEXT.items():
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path.relative_to(root)}:{line} {what}: {match.group()}"


def has_description(docstring: str | None, name: str) -> bool:
    """Whether text remains besides the signatures that pybind11 writes by itself."""
    signature = re.compile(rf"^\s*(\d+\.\s*)?{re.escape(name)}\(|^Overloaded function\.$")
    lines = (docstring or "").splitlines()
    return any(re.search(r"\w{2}", line) and not signature.match(line) for line in lines)


def _public(holder: object) -> Iterable[tuple[str, object]]:
    return [(name, value) for name, value in vars(holder).items() if not name.startswith("_")]


def undocumented(module: ModuleType) -> Iterator[str]:
    """Public functions, classes and methods of a compiled module and its submodules."""
    for name, value in _public(module):
        where = f"{module.__name__}.{name}"
        if isinstance(value, ModuleType):
            yield from undocumented(value)
        elif isinstance(value, type):
            if not has_description(value.__doc__, name):
                yield where
            for method, member in _public(value):
                if callable(member) and not has_description(member.__doc__, method):
                    yield f"{where}.{method}"
        elif callable(value) and not has_description(value.__doc__, name):
            yield where
