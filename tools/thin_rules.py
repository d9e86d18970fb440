"""The layer of Python stays thin: what computes is in C++, and C++ names Python in one place.

tests/test_thin.py applies the rules to the project, and to small bad trees.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

# Operations from which a function counts as one that computes.
MOST_ARITHMETIC = 3
PACKAGE = "python/latpred"

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
# Methods and functions of NumPy, pandas, math, statistics and time that compute or measure.
COMPUTING = re.compile(
    r"abs|arg(max|min|partition|sort)|bincount|choice|clip|corrcoef|cov|cum(prod|sum)|default_rng"
    r"|diff|dot|einsum|exp|expm1|fmean|groupby|histogram|hypot|interp|lexsort|linspace|log"
    r"|log(10|1p|2)|matmul|maximum|minimum|(nan)?(max|mean|median|min)|norm|outer|percentile"
    r"|perf_counter(_ns)?|permutation|power|process_time|monotonic|prod|quantiles?|rank"
    r"|searchsorted|shuffle|sqrt|p?(std|stdev)|sum|thread_time|union1d|unique|p?var(iance)?"
)
BUILT_IN = {"abs", "divmod", "pow", "round", "sum"}


def _is_text(node: ast.AST) -> bool:
    """Whether `+`, `*` or `%` joins or fills text or lists there, as far as the source shows."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp | ast.Dict)


def arithmetic(function: ast.AST) -> int:
    """Operators on numbers and calls that compute in a function, without functions inside it."""
    found = 0
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.BinOp):
            found += isinstance(node.op, ARITHMETIC) and not _is_text(node)
        elif isinstance(node, ast.AugAssign):
            found += isinstance(node.op, ARITHMETIC) and not _is_text(node.value)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                found += bool(COMPUTING.fullmatch(node.func.attr))
            elif isinstance(node.func, ast.Name):
                found += node.func.id in BUILT_IN
    return found


def _functions(node: ast.AST, name: str = "") -> Iterator[tuple[str, ast.AST]]:
    """(qualified name, node) of all functions of a module."""
    for child in ast.iter_child_nodes(node):
        inner = f"{name}.{child.name}" if name and hasattr(child, "name") else name
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{name}.{child.name}".lstrip(".")
            if not isinstance(child, ast.ClassDef):
                yield inner, child
        yield from _functions(child, inner)


def arithmetic_complaints(root: Path, allowed: Mapping[str, str]) -> Iterator[str]:
    """Functions of the package that compute without leave, and leaves that nobody needs.

    Args:
        allowed: "folder/module.py:Class.function", or a folder or module, to the reason.
    """
    needed = set()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        module = str(path.relative_to(root / PACKAGE))
        for name, node in _functions(ast.parse(path.read_text(encoding="utf-8"))):
            count = arithmetic(node)
            if count <= MOST_ARITHMETIC:
                continue
            places = [f"{module}:{name}", module, *(f"{one}/" for one in Path(module).parents)]
            leave = next((one for one in places if allowed.get(one)), None)
            if leave is None:
                yield (
                    f"{module}:{name} computes ({count} operations, at most {MOST_ARITHMETIC}): "
                    "move it to C++, or say in ALLOWED why it stays"
                )
            else:
                needed.add(leave)
    for one in sorted(allowed.keys() - needed):
        yield f"ALLOWED has {one}, which does not compute or is not there: remove it"


PYTHON_CALL = re.compile(r"module_::import\(|\"latpred\.\w")
NAMES_HEADER = "python_names.hpp"


def python_name_complaints(root: Path) -> Iterator[str]:
    """Modules of Python that C++ names outside the one header for it."""
    for path in sorted(root.glob("cpp/*/*")):
        if path.suffix not in {".hpp", ".cpp"} or path.name == NAMES_HEADER:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if PYTHON_CALL.search(line):
                where = f"cpp/{path.parent.name}/{path.name}:{number}"
                yield f"{where} names a module of Python: put it into {NAMES_HEADER}"


def _is_any(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Name) and node.id == "Any"


def untyped(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a parameter or the result is `Any` and no more."""
    taken = function.args
    arguments = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs]
    return _is_any(function.returns) or any(_is_any(one.annotation) for one in arguments)


def _public_functions(
    holder: ast.Module | ast.ClassDef, name: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Of a module and its public classes; constructors and calls, too."""
    for node in holder.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public_functions(node, f"{name}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
            not node.name.startswith("_") or node.name in ("__init__", "__call__")
        ):
            yield name + node.name, node


def any_complaints(root: Path, allowed: Mapping[str, str]) -> Iterator[str]:
    """Public functions that take or give bare `Any` without leave, and leaves that nobody needs.

    Args:
        allowed: "folder/module.py:Class.function" to the reason.
    """
    needed = set()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        module = str(path.relative_to(root / PACKAGE))
        for name, node in _public_functions(ast.parse(path.read_text(encoding="utf-8"))):
            if not untyped(node):
                continue
            needed.add(f"{module}:{name}")
            if not allowed.get(f"{module}:{name}"):
                yield f"{module}:{name} takes or gives Any: say what"
    for one in sorted(allowed.keys() - needed):
        yield f"UNTYPED has {one}, which does not take or give Any: remove it"
