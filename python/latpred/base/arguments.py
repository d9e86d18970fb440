"""Wrong arguments of public functions: one sentence, as compiled functions say it."""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import FunctionType, ModuleType
from typing import Any

from latpred._core.base import shown
from latpred.errors import ArgumentError

__all__ = ["checks_arguments", "shown"]

_Test = Callable[[Any], bool]
_MOST = 400  # letters of a message
_GENERATOR = 0x20  # flag of code


class _Finder:
    """Finds modules as Python does, and has their functions checked once they are loaded."""

    def __init__(self, package: str, left_out: frozenset[str]) -> None:
        self.package = package
        self._left_out = left_out

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        parts = fullname.split(".")
        if parts[0] != self.package or len(parts) < 2 or parts[1] in self._left_out:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            _check_module(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def checks_arguments(package: str, *, left_out: Iterable[str] = ()) -> None:
    """Let the public functions and classes of a package answer wrong arguments by ArgumentErrors.

    One call in its `__init__`, before its other modules are imported. Values are held against
    annotations that say a plain type or a class of latpred; unknown, missing and surplus arguments
    are named. Signatures, docstrings, subclassing and pickles stay as they are.

    Args:
        package: Its name.
        left_out: Modules and packages directly in it that stay as they are.
    """
    if not any(isinstance(one, _Finder) and one.package == package for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder(package, frozenset(left_out)))


def _check_module(module: ModuleType) -> None:
    scope = vars(module)
    for name in scope.get("__all__") or [name for name in scope if not name.startswith("_")]:
        found = scope.get(name)
        if getattr(found, "__module__", None) != module.__name__:
            continue
        if isinstance(found, FunctionType):
            scope[name] = _checked(found, name)
        elif isinstance(found, type) and not issubclass(found, BaseException | tuple):
            _check_methods(found)


def _check_methods(owner: type) -> None:
    if getattr(owner, "_is_protocol", False):
        return
    for name, member in list(vars(owner).items()):
        if name != "__init__" and name.startswith("_"):
            continue
        where = owner.__name__ if name == "__init__" else f"{owner.__name__}.{name}"
        if isinstance(member, FunctionType):
            setattr(owner, name, _checked(member, where))
        elif isinstance(member, classmethod | staticmethod) and isinstance(
            member.__func__, FunctionType
        ):
            setattr(owner, name, type(member)(_checked(member.__func__, where)))


def _checked(function: FunctionType, where: str) -> Callable[..., Any]:
    code = function.__code__
    if getattr(function, "__wrapped__", None) is not None or code.co_flags & _GENERATOR:
        return function
    names = code.co_varnames[: code.co_argcount]
    tests: dict[str, tuple[_Test, str]] | None = None
    by_place: list[tuple[_Test, str] | None] = []

    @functools.wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        nonlocal tests
        if tests is None:
            tests = _tests(function)
            by_place.extend(tests.get(name) for name in names)
        if tests:
            for place, (test, value) in enumerate(zip(by_place, args)):  # noqa: B905
                if test is not None and not test[0](value):
                    raise _refusal(where, names[place], value, test[1])
            for name, value in keywords.items():
                test = tests.get(name)
                if test is not None and not test[0](value):
                    raise _refusal(where, name, value, test[1])
        try:
            return function(*args, **keywords)
        except TypeError as error:
            trace = error.__traceback__
            if trace is None or trace.tb_next is not None:
                raise
            text = _unbound(function, where, args, keywords) or f"{where}: {error}"
        raise ArgumentError(text[:_MOST])

    return call


def _refusal(where: str, name: str, value: object, expected: str) -> ArgumentError:
    hint = ""
    if isinstance(value, str) and expected.split(" or ", 1)[0] == "a Space":
        hint = f", e.g. lp.space({shown(value)})"
    return ArgumentError(f"{where}: {name} is {shown(value)}, {expected} expected{hint}"[:_MOST])


def _unbound(
    function: FunctionType, where: str, args: tuple[Any, ...], keywords: Mapping[str, Any]
) -> str | None:
    """What a call that Python could not bind lacks or has too much of."""
    import difflib
    import inspect

    known = inspect.signature(function).parameters
    several = {one.kind: True for one in known.values()}
    in_order = [n for n, one in known.items() if one.kind <= one.POSITIONAL_OR_KEYWORD]
    hidden = 1 if in_order[:1] in (["self"], ["cls"]) else 0
    takes = ", ".join(name for name in known if name not in ("self", "cls")) or "none"
    for name in keywords:
        if name not in known and inspect.Parameter.VAR_KEYWORD not in several:
            close = difflib.get_close_matches(name[:60], known, 1)
            guess = f"; did you mean '{close[0]}'?" if close else ""
            return f"{where}: no argument is called {shown(name)}{guess} (it takes {takes})"
        if name in in_order[: len(args)]:
            return f"{where}: {name} is given twice"
    if len(args) > len(in_order) and inspect.Parameter.VAR_POSITIONAL not in several:
        given, most = len(args) - hidden, len(in_order) - hidden
        return (
            f"{where}: {given} arguments without a name, at most {most} expected (it takes {takes})"
        )
    bound = {*in_order[: len(args)], *keywords}
    for name, one in known.items():
        free = one.default is not one.empty or one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
        if not free and name not in bound:
            return f"{where}: {name} is missing"
    return None


def _tests(function: FunctionType) -> dict[str, tuple[_Test, str]]:
    """Of each parameter whose annotation says enough: the test, and what is expected."""
    found = {}
    for name, annotation in function.__annotations__.items():
        test = _test_of(str(annotation), function.__globals__) if name != "return" else None
        if test is not None:
            found[name] = test
    code = function.__code__
    stars = code.co_varnames[code.co_argcount + code.co_kwonlyargcount :]
    for name in stars[: bool(code.co_flags & 4) + bool(code.co_flags & 8)]:
        found.pop(name, None)
    return found


def _test_of(annotation: str, scope: Mapping[str, Any]) -> tuple[_Test, str] | None:
    tests, words = [], []
    for one in _alternatives(annotation.strip("'\"")):
        known = _test_of_one(one, scope)
        if known is None:
            return None
        tests.append(known[0])
        words.append(known[1])
    expected = " or ".join(dict.fromkeys(words))
    if len(tests) == 1:
        return tests[0], expected
    return lambda value: any(test(value) for test in tests), expected


def _alternatives(annotation: str) -> list[str]:
    """The parts between bars that no bracket holds."""
    parts, depth = [""], 0
    for letter in annotation:
        depth += (letter in "[(") - (letter in "])")
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _test_of_one(annotation: str, scope: Mapping[str, Any]) -> tuple[_Test, str] | None:
    head = annotation.partition("[")[0]
    if head in _PLAIN:
        return _PLAIN[head]
    found: Any = scope.get(head.partition(".")[0])
    for part in head.split(".")[1:]:
        found = getattr(found, part, None)
    if not isinstance(found, type) or getattr(found, "_is_protocol", False):
        return None
    if hasattr(builtins, head) or not found.__module__.startswith("latpred"):
        return None
    article = "an" if found.__name__[0] in "AEIOU" else "a"
    return (lambda value: isinstance(value, found)), f"{article} {found.__name__}"


def _is_integer(value: object) -> bool:
    return hasattr(type(value), "__index__") and getattr(value, "ndim", 0) == 0


def _is_number(value: object) -> bool:
    numeric = hasattr(type(value), "__float__") or _is_integer(value)
    return numeric and getattr(value, "ndim", 0) == 0


def _is_flag(value: object) -> bool:
    return isinstance(value, bool) or (_is_number(value) and value in (0, 1))


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping) or hasattr(type(value), "keys")


_LIST: tuple[_Test, str] = (_is_list, "a list")
_MAPPING: tuple[_Test, str] = (_is_mapping, "a dict")
_TEXT: tuple[_Test, str] = (lambda value: isinstance(value, str), "a text")
_PLAIN: dict[str, tuple[_Test, str]] = {
    "int": (_is_integer, "an integer"),
    "float": (_is_number, "a number"),
    "bool": (_is_flag, "True or False"),
    "str": _TEXT,
    "bytes": (lambda value: isinstance(value, bytes | bytearray | memoryview), "bytes"),
    "None": (lambda value: value is None, "None"),
    "os.PathLike": (lambda value: hasattr(type(value), "__fspath__"), "a path"),
    "Path": (lambda value: hasattr(type(value), "__fspath__"), "a path"),
    "StrPath": (lambda value: isinstance(value, str) or hasattr(value, "__fspath__"), "a path"),
    "Sequence": _LIST,
    "Iterable": _LIST,
    "Collection": _LIST,
    "list": _LIST,
    "Mapping": _MAPPING,
    "dict": _MAPPING,
    "Callable": (callable, "a function"),
}
