"""Wrong arguments of public functions: one sentence, as compiled functions say it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import FunctionType, ModuleType
from typing import Any

from latpred.base.annotations import MOST_COUNTED, Expectation, expectations, is_beyond
from latpred.errors import ArgumentError

__all__ = ["checks_arguments", "shown"]

_MOST = 400  # letters of a message
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
    if all(_of(owner, name) is _of(object, name) for name in ("__init__", "__new__")):
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


def _of(owner: type, name: str) -> object:
    return getattr(owner, name)


def _nothing(self: object) -> None:
    """Python's own constructor, which takes nothing either, would say so in other words."""


assert isinstance(_nothing, FunctionType)
_without_arguments: FunctionType = _nothing


class _Checks:
    """What the annotations of a function say, read at its first call."""

    def __init__(self, function: FunctionType, where: str) -> None:
        code = function.__code__
        self.function, self._where = function, where
        self._names = code.co_varnames[: code.co_argcount]
        stars = code.co_varnames[code.co_argcount + code.co_kwonlyargcount :]
        self._more = stars[0] if code.co_flags & _STAR else ""
        self._rest = stars[bool(self._more)] if code.co_flags & _STARS else ""
        self._tests: dict[str, Expectation] | None = None
        self._by_place: list[Expectation | None] = []

    def _read(self) -> dict[str, Expectation]:
        self._tests = expectations(self.function)
        self._tests.pop(self._rest, None)
        self._by_place = [self._tests.get(name) for name in self._names]
        return self._tests

    def check(self, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
        """Raise an ArgumentError for the first value that surely does not fit."""
        tests = self._read() if self._tests is None else self._tests
        if not tests:
            return
        for place, (test, value) in enumerate(zip(self._by_place, args)):  # noqa: B905
            if test is not None and not test[0](value):
                raise self._refusal(args, self._names[place], value, test[1])
        for name, value in keywords.items():
            test = tests.get(name)
            if test is not None and not test[0](value):
                raise self._refusal(args, name, value, test[1])
        if (test := tests.get(self._more)) is not None:
            for value in args[len(self._names) :]:
                if not test[0](value):
                    raise self._refusal(args, f"one of {self._more}", value, test[1])

    def where(self, args: tuple[Any, ...]) -> str:
        """A constructor that a class inherits is known by that class's name."""
        constructor = self._names[:1] == ("self",) and "." not in self._where
        return type(args[0]).__name__ if constructor and args else self._where

    def _refusal(
        self, args: tuple[Any, ...], name: str, value: object, expected: str
    ) -> ArgumentError:
        hint = ""
        if is_beyond(value) and "an integer" in expected:
            expected = expected.replace("an integer", f"an integer below {MOST_COUNTED:,}", 1)
        if isinstance(value, str) and expected.split(" or ", 1)[0] == "a Space":
            hint = f", e.g. lp.space({shown(value)})"
        said = f"{name} is {shown(value)}, {expected} expected{hint}"
        return ArgumentError(f"{self.where(args)}: {said}"[:_MOST])


def _checked(function: FunctionType, where: str) -> Callable[..., Any]:
    if hasattr(function, "__wrapped__") or function.__code__.co_flags & _GENERATOR:
        return function
    checks = _Checks(function, where)

    @functools.wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        checks.check(args, keywords)
        try:
            return function(*args, **keywords)
        except TypeError as error:
            trace = error.__traceback__
            if trace is None or trace.tb_next is not None:
                raise
            told = checks.where(args)
            text = _unbound(function, told, args, keywords) or f"{told}: {error}"
        raise ArgumentError(text[:_MOST])

    return call


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
