"""Each public class and function has an example that runs; tests/docs/test_examples.py applies it.

Examples start from what `docs/examples.py` makes.
"""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

SETUP = Path(__file__).resolve().parent.parent / "docs" / "examples.py"


def public_modules() -> list[ModuleType]:
    """latpred itself and the faces of its rooms, without `base`, which is for other rooms."""
    import latpred

    rooms = {one.name for one in pkgutil.iter_modules(latpred.__path__)} - {"base"}
    names = sorted(f"latpred.{room}" for room in rooms if not room.startswith("_"))
    return [latpred, *map(importlib.import_module, names)]


def exported(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Classes and functions that a module hands on: of its `__all__`, or its own ones."""
    own = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    for name in getattr(module, "__all__", own):
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isroutine(value):
            yield f"{module.__name__}.{name}", value


def public_names(modules: list[ModuleType]) -> dict[str, Any]:
    """Name -> class or function; each once, by the first name it is found under."""
    found: dict[int, tuple[str, Any]] = {}
    for module in modules:
        for name, value in exported(module):
            found.setdefault(id(value), (name, value))
    return dict(found.values())


def example_of(value: object) -> str:
    """The text from `Example:` on in the docstring of a class or function itself; or ""."""
    documented = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
    text = inspect.cleandoc(documented or "")
    _, found, example = text.partition("Example:\n")
    return found + example if ">>> " in example else ""


def missing_examples(names: Mapping[str, Any], without: Mapping[str, str]) -> Iterator[str]:
    """Public names that have no example and no leave, and leaves that nobody needs.

    Args:
        names: As `public_names` has them.
        without: Name -> the reason why there is none.
    """
    for name, value in names.items():
        if bool(example_of(value)) == (name in without):
            yield f"{name} {'has an example after all' if name in without else 'has no example'}"
    for name in without.keys() - names.keys():
        yield f"{name} is no public class or function"


class _Runner(doctest.DocTestRunner):
    """Keeps what went wrong first instead of printing it."""

    error: BaseException | None = None

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        self.error = self.error or exc_info[1]
        super().report_unexpected_exception(out, test, example, exc_info)


def run_example(name: str, text: str, names: Mapping[str, Any]) -> tuple[str, BaseException | None]:
    """Run an example in the present folder.

    Returns:
        What is wrong ("" for nothing), and the exception, if one ended it.
    """
    test = doctest.DocTestParser().get_doctest(text, dict(names), name, None, None)
    runner = _Runner(optionflags=doctest.FAIL_FAST)
    said: list[str] = []
    runner.run(test, out=said.append)
    return "".join(said), runner.error
