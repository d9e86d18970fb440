"""The rooms of the Python package and the arrows between them, as rules from a tree to complaints.

Every import counts: at the top of a file, inside a function, for type checkers only. What stands
in docs/rooms.md as a picture stands here as a table; tests/test_codebase.py applies it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Direct arrows between rooms of python/latpred; arrows are transitive. Everybody may use COMMON.
EDGES: dict[str, set[str]] = {
    "errors": set(),
    "base": set(),
    "graphs": set(),
    "encodings": set(),
    "metrics": set(),
    "devices": set(),
    "report": set(),
    "plots": {"metrics"},
    "spaces": {"graphs"},
    "datasets": {"spaces", "plots"},
    "networks": {"spaces"},
    "searching": {"datasets", "plots"},
    "sampling": {"spaces", "encodings"},
    "downloads": set(),
    "store": {"devices"},
    "runtimes": {"devices"},
    "predictors": {"datasets", "metrics", "plots"},
    "tuning": {"datasets", "plots"},
    "exports": {"networks", "plots"},
    "neural": {"predictors", "tuning", "networks", "devices"},
    "worker": {"runtimes", "exports"},
    "transfer": {"neural", "sampling", "searching", "downloads", "report"},
    "device_generic": {"transfer", "devices"},
    "profiling": {"neural", "searching", "downloads", "report", "devices"},
    "measurement": {"worker", "store", "datasets"},
    "importing": {"graphs", "measurement"},
    "evaluation": {"device_generic"},
    "lookup": {"measurement", "predictors"},
    "kernels": {"importing", "lookup"},
    "onboarding": {"kernels", "lookup", "transfer", "searching", "sampling", "report"},
}
COMMON = {"errors", "base"}
# Front ends: they use what users use, the rooms' faces and their public modules.
TOPS = {"cli", "demo"}
# Rooms of the compiled core that a Python room may use besides the one of its own name.
CORE_ROOMS: dict[str, set[str]] = {
    "devices": {"measurement"},
    "worker": {"measurement"},
    "runtimes": {"measurement"},
    "importing": {"graphs", "kernels"},
    "kernels": {"graphs", "guided", "measurement", "metrics", "predictors"},
    "predictors": {"selection"},
    "searching": {"guided", "predictors"},
    "neural": {"training"},
    "lookup": {"predictors", "metrics"},
    "profiling": {"predictors", "metrics"},
    "evaluation": {"selection", "metrics"},
    "onboarding": {"guided", "selection", "predictors", "sampling", "metrics", "measurement"},
    "transfer": {"selection", "predictors", "metrics", "guided", "searching", "neural"},
    "device_generic": {
        "predictors",
        "neural",
        "selection",
        "transfer",
        "metrics",
        "guided",
        "searching",
    },
}
EVERYBODYS_CORE = {"base", "__version__", "build"}
# The only files that may name modules of the package in strings, which no arrow binds.
REGISTRIES = {
    "predictors/registry.py",
    "plots/search.py",
    "base/core_import.py",
    "base/torch_series.py",
    "transfer/network_methods.py",
}
COMMAND = "latpred.worker"  # of a process, `python -m latpred.worker`
PLACE = re.compile(r"^latpred(\.[a-z_]\w*)+(:\w+)?$")

Import = tuple[int, str]  # line, dotted path: of a module, or of a name in it


def package(root: Path) -> Path:
    return root / "python" / "latpred"


def sources(root: Path) -> list[Path]:
    """Files of the package but its own face, and what the build writes."""
    skipped = {package(root) / "__init__.py", package(root) / "_build.py"}
    return sorted(path for path in package(root).rglob("*.py") if path not in skipped)


def room_of(root: Path, path: Path) -> str:
    return path.relative_to(package(root)).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[Import]:
    """Imports of latpred, absolute or relative, wherever they stand in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def own_imports(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and parts behind "latpred." of each import of the package."""
    for line, name in imports(path):
        first, *rest = name.split(".")
        if first in {"latpred", ""}:
            yield line, rest or ["__init__"] if first else ["", *rest]


@cache
def reachable(room: str) -> frozenset[str]:
    """Rooms that `room` may import: itself and everything its arrows lead to."""
    lower = [reachable(each) for each in EDGES.get(room, ())]
    return frozenset({room, *COMMON}.union(*lower))


def arrow_complaints(root: Path) -> Iterator[str]:
    """Imports against the arrows, of unknown rooms, and of the package's own face."""
    for path in sources(root):
        room, where = room_of(root, path), path.relative_to(package(root))
        if room not in {*EDGES, *TOPS}:
            yield f"{where}: unknown room, add it to EDGES and to docs/rooms.md"
            continue
        allowed = reachable(room) if room not in TOPS else {*EDGES, *TOPS}
        for line, (target, *_) in own_imports(path):
            at = f"{where}:{line}"
            if not target:
                yield f"{at} imports relatively: write the whole path"
            elif target not in {*EDGES, *TOPS, "_core"}:
                if room not in TOPS:
                    yield f"{at} imports latpred.{target}: from the room where it stands"
            elif target not in {*allowed, "_core"}:
                yield f"{at} imports latpred.{target}: not among {', '.join(sorted(allowed))}"


def core_complaints(root: Path) -> Iterator[str]:
    """Uses of rooms of the compiled core that the table does not give to a Python room."""
    for path in sources(root):
        room, where = room_of(root, path), path.relative_to(package(root))
        allowed = EVERYBODYS_CORE | {room} | CORE_ROOMS.get(room, set())
        for line, (target, *rest) in own_imports(path):
            if target != "_core":
                continue
            if not rest:
                yield f"{where}:{line} imports all of _core: name the room of it"
            elif rest[0] not in allowed or room in TOPS:
                yield f"{where}:{line} imports _core.{rest[0]}: not a room of {room}"


def module_of(root: Path, parts: list[str]) -> str | None:
    """The module that an import of latpred.<parts> loads last."""
    here = package(root)
    for count in range(len(parts), 0, -1):
        path = here.joinpath(*parts[:count])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            return ".".join(parts[:count])
    return None


def circle_complaints(root: Path) -> Iterator[str]:
    """Modules that import each other, however late."""
    graph: dict[str, set[str]] = {}
    for path in sources(root):
        parts = list(path.relative_to(package(root)).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found = {module_of(root, rest) for _, rest in own_imports(path)}
        graph[name] = {target for target in found if target is not None}
    for name in graph:
        circle = _way(graph, name)
        if circle and name == min(circle):
            yield f"circle of imports: {' -> '.join([*circle, name])}"


def _way(graph: dict[str, set[str]], start: str) -> list[str]:
    """The shortest way from a module back to itself; empty without one."""
    ways, seen = [[start]], set()
    for way in ways:
        for target in sorted(graph.get(way[-1], ())):
            if target == start:
                return way
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def string_complaints(root: Path) -> Iterator[str]:
    """Modules named in strings, by which an import would escape the arrows."""
    for path in sources(root):
        where = path.relative_to(package(root)).as_posix()
        if where in REGISTRIES:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and PLACE.match(text) and text != COMMAND:
                yield f"{where}:{node.lineno} names {text} in a string"
