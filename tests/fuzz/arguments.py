"""Wrong arguments for everything that is public: calls of the docstrings' examples, recorded, and
then made again with one argument after the other replaced by what does not belong there."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import latpred as lp

from tools import example_rules as rules

MOST_LETTERS = 1100


class Hostile:
    """An object that raises when it is looked at."""

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    def __len__(self) -> int:
        raise RuntimeError("len")

    def __bool__(self) -> bool:
        raise RuntimeError("bool")


JUNK: dict[str, Any] = {
    "none": None,
    "text": "no such thing",
    "long text": "y" * 100_000,
    "lines": "a\nb\x00c\udc80",
    "minus": -1,
    "fraction": 1.5,
    "huge": 2**64,
    "digits": 10**5000,
    "nan": math.nan,
    "infinite": math.inf,
    "list": [],
    "numbers": [1.5, "a"],
    "dict": {},
    "bytes": b"x",
    "complex": 1j,
    "plain": object(),
    "hostile": Hostile(),
}


@dataclass
class Call:
    """A call that an example made."""

    label: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    places: tuple[int, ...] = ()
    """Those of `args` that may be replaced."""

    def others(self, step: int = 1) -> Iterator[tuple[str, tuple[Any, ...], dict[str, Any], str]]:
        """Name, arguments with one replaced, and the kind of what replaces it.

        Args:
            step: Of each argument every so-many-th kind, beginning with another one.
        """
        names = self._names()
        kinds = list(JUNK.items())
        for place in self.places:
            for kind, junk in kinds[place % step :: step]:
                args = (*self.args[:place], junk, *self.args[place + 1 :])
                yield f"argument {place}", args, self.keywords, kind
        for number, name in enumerate(names):
            for kind, junk in kinds[(number + len(self.places)) % step :: step]:
                yield name, self.args, {**self.keywords, name: junk}, kind

    def _names(self) -> list[str]:
        """Keywords that were given, and those that Python knows of."""
        try:
            known = inspect.signature(self.function).parameters
        except (ValueError, TypeError):
            return list(self.keywords)
        given = {name for name, _ in zip(known, self.args, strict=False)}
        free = [
            name
            for name, one in known.items()
            if one.kind in (one.KEYWORD_ONLY, one.POSITIONAL_OR_KEYWORD) and name not in given
        ]
        return list(dict.fromkeys([*self.keywords, *free]))


@contextmanager
def recorded(name: str, value: Any, calls: list[Call]) -> Iterator[None]:
    """Notes the calls of a public function, or of a class and its methods."""
    undo: list[Callable[[], None]] = []

    def watch(owner: Any, attribute: str, label: str, hidden: int) -> None:
        static = inspect.getattr_static(owner, attribute)
        kept = static.__func__ if isinstance(static, classmethod | staticmethod) else static
        first = hidden if not isinstance(static, staticmethod) else 0

        @functools.wraps(kept)
        def spy(*args: Any, **keywords: Any) -> Any:
            if all(call.label != label for call in calls):
                if attribute != "__init__":
                    places = tuple(range(first, len(args)))
                    calls.append(Call(label, kept, args, keywords, places))
                elif type(args[0]) is owner:  # made anew: the one at hand stays as it is
                    places = tuple(range(len(args) - 1))
                    calls.append(Call(label, owner, args[1:], keywords, places))
            return kept(*args, **keywords)

        kind = type(static) if isinstance(static, classmethod | staticmethod) else (lambda f: f)
        setattr(owner, attribute, kind(spy))
        undo.append(lambda: setattr(owner, attribute, static))

    module, _, last = name.rpartition(".")
    if inspect.isclass(value):
        for attribute, member in list(vars(value).items()):
            public = attribute == "__init__" or not attribute.startswith("_")
            if public and (
                inspect.isroutine(member) or isinstance(member, classmethod | staticmethod)
            ):
                watch(value, attribute, f"{name}.{attribute}", 1)
    else:
        import importlib

        watch(importlib.import_module(module), last, name, 0)
    try:
        yield
    finally:
        for each in reversed(undo):
            each()


def calls_of(name: str, value: Any, example: str, names: Mapping[str, Any]) -> list[Call]:
    """The first call of the function, or of each method, that the example makes."""
    calls: list[Call] = []
    with recorded(name, value, calls):
        rules.run_example(name, example, names)
    return calls


def complaint(function: Callable[..., Any], args: Any, keywords: Any) -> str | None:
    """What is wrong with how a call ends."""
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            function(*args, **keywords)
    except lp.LatpredError as error:
        text = str(error)
        if len(text) > MOST_LETTERS:
            return f"{len(text)} letters: {text[:120]}"
        return f"several lines: {text[:300]!r}" if "\n" in text.strip() else None
    except NameError as error:  # of the example's own code, whose names are gone
        return None if "is not defined" in str(error) else f"NameError: {error}"
    except Exception as error:  # noqa: BLE001 - anything else is what is looked for
        return f"{type(error).__name__}: {str(error)[:300]}"
    return None
