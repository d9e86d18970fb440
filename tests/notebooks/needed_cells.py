"""The cells of a notebook that a part of it needs, so that this part can run without the rest."""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType


def instructions(code: CodeType) -> Iterator[tuple[str, str]]:
    """Name and kind of what code does with global names, in its order; functions where they are
    defined."""
    for step in dis.get_instructions(code):
        if isinstance(step.argval, CodeType):
            yield from ((kind, name) for kind, name in instructions(step.argval) if kind == "read")
        elif step.opname in {"LOAD_NAME", "LOAD_GLOBAL"}:
            yield "read", str(step.argval)
        elif step.opname in {"STORE_NAME", "STORE_GLOBAL"}:
            yield "made", str(step.argval)


def reads_and_makes(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell takes from cells above it, and those that it makes or may change."""
    read: set[str] = set()
    made: set[str] = set()
    for kind, name in instructions(compile(source, "cell", "exec")):
        if kind == "made":
            made.add(name)
        elif name not in made:
            read.add(name)
    return read, made | changed_names(source)


def changed_names(source: str) -> set[str]:
    """Names whose attributes or items are set, or whose method is called for its effect alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        inner: ast.AST = node
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            inner = node.value.func
        elif not isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        outer = inner
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if inner is not outer and isinstance(inner, ast.Name):
            found.add(inner.id)
    return found


def needed_cells(sources: list[str], texts: Sequence[str]) -> list[int]:
    """Numbers of the cells in which one of `texts` stands, of those that use what they make, and of
    those that all these need."""
    cells = [reads_and_makes(source) for source in sources]
    chosen = {
        number for number, source in enumerate(sources) if any(text in source for text in texts)
    }
    modules = set().union(*map(imported, sources))
    tainted: set[str] = set()
    for number, (read, made) in enumerate(cells):
        if number in chosen or read & tainted:
            chosen.add(number)
            tainted |= made - modules
    for number in range(len(cells) - 1, -1, -1):
        if number in chosen:
            chosen |= set(makers(cells[:number], cells[number][0], modules))
    return sorted(chosen)


def imported(source: str) -> set[str]:
    """The names that a cell imports."""
    nodes = ast.walk(ast.parse(source))
    imports = (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}


def makers(
    above: list[tuple[set[str], set[str]]], wanted: Iterable[str], modules: set[str]
) -> Iterator[int]:
    """The cells above that make or change what is wanted; of a module, those that import it."""
    for name in wanted:
        found = [number for number, (_, made) in enumerate(above) if name in made]
        yield from found[:1] if name in modules else found
