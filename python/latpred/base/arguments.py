"""Wrong arguments of public functions: one sentence, as compiled functions say it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import FunctionType, ModuleType, UnionType
from typing import Any, Union, get_args, get_origin

from latpred.errors import ArgumentError

__all__ = ["checks_arguments", "shown"]

_Test = Callable[[Any], bool]
_MOST = 400  # letters of a message
_MOST_BITS = 256  # of an integer, whose range is the function's business
_MOST_OF_A_NAME = 255  # letters of the name of a file
_UNKNOWN = object()
_STAR, _STARS, _GENERATOR = 0x04, 0x08, 0x20  # flags of code


def shown(value: object) -> str:
    """A value as messages show it, on one short line.

    The compiled core says it, and is imported only where there is something to say.
    """
    from latpred._core import base

    return base.shown(value)


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
    if owner.__init__ is object.__init__ and owner.__new__ is object.__new__:
        setattr(owner, "__init__", _checked(_without_arguments, owner.__name__))  # noqa: B010
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


def _without_arguments(self: object) -> None:
    """Python's own one, which takes nothing either, would say so in other words."""


def _checked(function: FunctionType, where: str) -> Callable[..., Any]:
    code = function.__code__
    if getattr(function, "__wrapped__", None) is not None or code.co_flags & _GENERATOR:
        return function
    names = code.co_varnames[: code.co_argcount]
    stars = list(code.co_varnames[code.co_argcount + code.co_kwonlyargcount :])
    more = stars.pop(0) if code.co_flags & _STAR else ""
    tests: dict[str, tuple[_Test, str]] | None = None
    by_place: list[tuple[_Test, str] | None] = []

    @functools.wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        nonlocal tests
        if tests is None:
            tests = _tests(function)
            by_place.extend(tests.get(name) for name in names)
            if code.co_flags & _STARS:
                tests.pop(stars[0], None)
        if tests:
            for place, (test, value) in enumerate(zip(by_place, args)):  # noqa: B905
                if test is not None and not test[0](value):
                    raise _refusal(where, names[place], value, test[1])
            if more in tests:
                for value in args[len(names) :]:
                    if not tests[more][0](value):
                        raise _refusal(where, f"one of {more}", value, tests[more][1])
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
    takes = _some([name for name in known if name not in ("self", "cls")])
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


def _some(names: Sequence[str], most: int = 12) -> str:
    cut = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "none") + cut


def _tests(function: FunctionType) -> dict[str, tuple[_Test, str]]:
    """Of each parameter whose annotation says enough: the test, and what is expected."""
    found = {}
    for name, annotation in function.__annotations__.items():
        test = _test_of(str(annotation), function.__globals__) if name != "return" else None
        if test is not None:
            found[name] = test
    return found


def _test_of(annotation: str, scope: Mapping[str, Any]) -> tuple[_Test, str] | None:
    parts = _alternatives(annotation.strip("'\""))
    if any(part.startswith("os.PathLike") for part in parts):
        parts = ["StrPath", *(part for part in parts if part not in ("str", "os.PathLike[str]"))]
    return _either([_test_of_one(part, scope) for part in parts])


def _either(known: Sequence[tuple[_Test, str] | None]) -> tuple[_Test, str] | None:
    tests = [one for one in known if one is not None]
    if len(tests) != len(known):
        return None
    expected = " or ".join(dict.fromkeys(words for _, words in tests))
    if len(tests) == 1:
        return tests[0][0], expected
    return lambda value: any(test(value) for test, _ in tests), expected


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
    found: Any = scope.get(head.partition(".")[0], _UNKNOWN)
    for part in head.split(".")[1:]:
        found = getattr(found, part, _UNKNOWN)
    return _test_of_object(found)


def _test_of_object(found: Any) -> tuple[_Test, str] | None:
    """Of a class of latpred, or of an alias of types."""
    if found is None or found is type(None):
        return _PLAIN["None"]
    if isinstance(found, UnionType) or get_origin(found) is Union:
        return _either([_test_of_object(one) for one in get_args(found)])
    if (origin := get_origin(found)) is not None:
        return _test_of_object(origin)
    if not isinstance(found, type) or getattr(found, "_is_protocol", False):
        return None
    if not found.__module__.startswith("latpred"):
        return _PLAIN.get(found.__name__)
    article = "an" if found.__name__[0] in "AEIOU" else "a"
    return (lambda value: isinstance(value, found)), f"{article} {found.__name__}"


def _is_integer(value: object) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= _MOST_BITS
    return hasattr(type(value), "__index__") and getattr(value, "ndim", 0) == 0


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= _MOST_BITS
    return hasattr(type(value), "__float__") and getattr(value, "ndim", 0) == 0


def _is_path(value: object) -> bool:
    if isinstance(value, str):  # what no file system takes is no path
        return "\0" not in value and max(map(len, value.split("/"))) <= _MOST_OF_A_NAME
    return hasattr(type(value), "__fspath__")


def _is_axes(value: object) -> bool:
    return hasattr(type(value), "set_xlabel")


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
    "Path": (_is_path, "a path"),
    "PathLike": (_is_path, "a path"),
    "StrPath": (_is_path, "a path"),
    "Sequence": _LIST,
    "Iterable": _LIST,
    "Collection": _LIST,
    "list": _LIST,
    "tuple": _LIST,
    "set": _LIST,
    "frozenset": _LIST,
    "Mapping": _MAPPING,
    "dict": _MAPPING,
    "Callable": (callable, "a function"),
    "Axes": (_is_axes, "Axes of matplotlib"),
}
