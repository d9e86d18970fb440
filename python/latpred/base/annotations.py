"""What annotations say of values: plain types, and classes of latpred."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import FunctionType, UnionType
from typing import Any, Union, cast, get_args, get_origin

__all__ = ["MOST_COUNTED", "Expectation", "expectations", "is_beyond", "is_integer"]

Test = Callable[[Any], bool]
Expectation = tuple[Test, str]
"""Whether a value may be right, and what is expected in words."""
_MOST_BITS = 256  # of an integer, whose range is the function's business
MOST_COUNTED = 0x8000_0000  # 31 bits
_MOST_OF_A_NAME = 255  # letters of the name of a file
_UNKNOWN = object()
_PATHS = ("Path", "os.PathLike[str]")  # beside which a text is one too
_WITH = "an object with "


def expectations(function: FunctionType) -> dict[str, Expectation]:
    """Of each parameter whose annotation says enough: the test, and what is expected."""
    found = {}
    for name, annotation in function.__annotations__.items():
        test = _test_of(str(annotation), function.__globals__) if name != "return" else None
        if test is not None:
            counts = "int" in _alternatives(str(annotation).strip("'\"")) and not _is_wide(name)
            if name == "name":  # of something known, or of a file
                test = test[0], test[1].replace("a path", "a name or a path")
            found[name] = _counted(test) if counts else test
    return found


def is_beyond(value: object) -> bool:
    """Whether it is an integer of which nothing that is counted can be made."""
    return is_integer(value) and operator.index(cast("Any", value)) >= MOST_COUNTED


def _counted(test: Expectation) -> Expectation:
    """The same without counts that no run ends with and no memory holds."""
    fits, words = test
    return (lambda value: fits(value) and not is_beyond(value)), words


def _is_wide(name: str) -> bool:
    """Whether integers of that name are no counts."""
    wide = ("size", "start", "index", "macs", "params")
    return name in wide or name.endswith("bytes") or "seed" in name


def _test_of(annotation: str, scope: Mapping[str, Any]) -> Expectation | None:
    parts = _alternatives(annotation.strip("'\""))
    paths = [one for one in parts if one in _PATHS and scope.get(one, Path) is Path]
    if paths:
        parts = ["StrPath", *(part for part in parts if part != "str" and part not in paths)]
    return _either([_test_of_one(part, scope) for part in parts])


def _either(known: Sequence[Expectation | None]) -> Expectation | None:
    tests = [one for one in known if one is not None]
    if len(tests) != len(known):
        return None
    said = [words for _, words in tests if words != "None"]
    if len({words.startswith(_WITH) for words in said}) > 1:
        return None  # the function tells its several forms apart itself
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


def _test_of_one(annotation: str, scope: Mapping[str, Any]) -> Expectation | None:
    head = annotation.partition("[")[0]
    found: Any = scope.get(head.partition(".")[0], _UNKNOWN)
    if head == "pd.DataFrame":  # of a package that only type checkers import there
        return _PLAIN["DataFrame"]
    if head in _PLAIN and (found is _UNKNOWN or isinstance(found, type) or head == "StrPath"):
        return _PLAIN[head]  # another alias of that name means something else
    for part in head.split(".")[1:]:
        found = getattr(found, part, _UNKNOWN)
    return _test_of_object(found)


def _test_of_object(found: Any) -> Expectation | None:
    """Of a class of latpred, or of an alias of types."""
    if found is None or found is type(None):
        return _PLAIN["None"]
    if isinstance(found, UnionType) or get_origin(found) is Union:
        return _either([_test_of_object(one) for one in get_args(found)])
    if (origin := get_origin(found)) is not None:
        return _test_of_object(origin)
    if not isinstance(found, type):
        return None
    if getattr(found, "_is_protocol", False):
        return _test_of_protocol(found)
    if not found.__module__.startswith("latpred"):
        return _PLAIN.get(found.__name__)
    article = "an" if found.__name__[0] in "AEIOU" else "a"
    return (lambda value: isinstance(value, found)), f"{article} {found.__name__}"


def _test_of_protocol(protocol: type) -> Expectation | None:
    """Whether a value has what the protocol names; methods such as `__call__` are not asked for."""
    if not protocol.__module__.startswith("latpred"):
        return None
    bases = [one for one in protocol.__mro__ if getattr(one, "_is_protocol", False)]
    named = [name for one in bases for name in (*vars(one), *vars(one).get("__annotations__", ()))]
    names = list(dict.fromkeys(name for name in named if not name.startswith("_")))
    if not names:
        return None
    shown = ", ".join(names[:-1]) + " and " * (len(names) > 1) + names[-1]
    return (lambda value: all(_has(value, name) for name in names)), f"{_WITH}{shown}"


def _has(value: object, name: str) -> bool:
    try:
        return hasattr(value, name)
    except Exception:  # noqa: BLE001 - a property that raises is there
        return True


def is_integer(value: object) -> bool:
    """Whether it is one number without a fraction, and not of thousands of digits."""
    if isinstance(value, bool):
        return False  # True is no number of anything
    if isinstance(value, int):
        return value.bit_length() <= _MOST_BITS
    try:
        operator.index(cast("Any", value))
    except Exception:  # noqa: BLE001 - arrays have the method, of which few are an integer
        return False
    return not _is_truth(value)


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return value.bit_length() <= _MOST_BITS
    if isinstance(value, float):
        return True
    single = hasattr(type(value), "__float__") and getattr(value, "ndim", 0) == 0
    return single and not _is_truth(value)


def _is_truth(value: object) -> bool:
    """Whether it is True or False of NumPy or torch, alone or in an array without dimensions."""
    return str(getattr(value, "dtype", "")).endswith("bool")


def _is_path(value: object) -> bool:
    if isinstance(value, str):  # what no file system takes is no path
        lines = any(one in value for one in "\n\r")  # rather a content than a name
        if "\0" in value or (lines and not os.path.lexists(value)):
            return False
        return max(map(len, value.split("/"))) <= _MOST_OF_A_NAME
    return hasattr(type(value), "__fspath__")


def _is_axes(value: object) -> bool:
    return hasattr(type(value), "set_xlabel")


def _is_frame(value: object) -> bool:
    return all(hasattr(type(value), name) for name in ("iloc", "groupby", "columns"))


def _is_flag(value: object) -> bool:
    alone = getattr(value, "ndim", 0) == 0
    if isinstance(value, bool) or (_is_truth(value) and alone):
        return True
    return _is_number(value) and value in (0, 1)


def _is_function(value: object) -> bool:
    return callable(value) or hasattr(type(value), "run")  # as what is measured has it


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)


def _is_sequence(value: object) -> bool:
    return _is_list(value) and not isinstance(value, Mapping)


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping) or hasattr(type(value), "keys")


_LIST: Expectation = (_is_list, "a list")
_SEQUENCE: Expectation = (_is_sequence, "a list")
_MAPPING: Expectation = (_is_mapping, "a dict")
_TEXT: Expectation = (lambda value: isinstance(value, str), "a text")
_PLAIN: dict[str, Expectation] = {
    "int": (is_integer, "an integer"),
    "float": (_is_number, "a number"),
    "bool": (_is_flag, "True or False"),
    "str": _TEXT,
    "bytes": (lambda value: isinstance(value, bytes | bytearray | memoryview), "bytes"),
    "None": (lambda value: value is None, "None"),
    "Path": (_is_path, "a path"),
    "PathLike": (_is_path, "a path"),
    "StrPath": (_is_path, "a path"),
    "Sequence": _SEQUENCE,
    "Iterable": _LIST,
    "Collection": _LIST,
    "list": _SEQUENCE,
    "tuple": _SEQUENCE,
    "set": _LIST,
    "frozenset": _LIST,
    "Mapping": _MAPPING,
    "dict": _MAPPING,
    "Callable": (_is_function, "a function"),
    "Axes": (_is_axes, "Axes of matplotlib"),
    "DataFrame": (_is_frame, "a DataFrame of pandas"),
}
