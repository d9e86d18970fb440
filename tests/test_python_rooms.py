"""The Python package keeps its rooms, and each rule of tools/python_rooms.py is able to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import python_rooms as rules

ROOT = Path(__file__).resolve().parent.parent
RULES: list[Callable[[Path], Iterator[str]]] = [
    rules.arrow_complaints,
    rules.core_complaints,
    rules.circle_complaints,
    rules.string_complaints,
]


def tree(root: Path, **files: str) -> Path:
    """A package with those files; `__` in a name stands for a folder."""
    for name, text in {"base__files": "", "plots__style": "", **files}.items():
        path = root / "python" / "latpred" / f"{name.replace('__', '/', 1)}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_package_keeps_rule(rule: Callable[[Path], Iterator[str]]) -> None:
    assert not list(rule(ROOT))


def test_arrows_make_no_circle() -> None:
    for room in rules.EDGES:
        assert all(room not in rules.reachable(lower) for lower in rules.EDGES[room])


def test_tables_and_page_name_every_room() -> None:
    rooms = {rules.room_of(ROOT, path) for path in rules.sources(ROOT)} - {"_core"}
    assert rooms <= {*rules.EDGES, *rules.TOPS}
    page = (ROOT / "docs/rooms.md").read_text(encoding="utf-8")
    assert not {room for room in rooms if f"`{room}`" not in page}


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("plots__search", "from latpred.searching import search", "searching: not among"),
        ("plots__search", "def f():\n    from latpred.store.rows import x", "store: not among"),
        ("plots__search", "if TYPE_CHECKING:\n    from latpred.spaces import Space", "spaces: not"),
        ("plots__search", "import latpred.neural.mlp as mlp", "neural: not among"),
        ("predictors__auto", "from latpred import neural", "neural: not among"),
        ("transfer__curve", "from latpred.evaluation import cases", "evaluation: not among"),
        ("store__rows", "import latpred as lp", "from the room where it stands"),
        ("store__rows", "from latpred import LatencyTable", "from the room where it stands"),
        ("store__rows", "from . import tables", "relatively"),
        ("store__rows", "from ..errors import DataError", "relatively"),
        ("attic__old", "import os", "unknown room"),
        ("cellar", "import os", "unknown room"),
    ],
)
def test_bad_arrow(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    found = list(rules.arrow_complaints(tree(tmp_path, **{file: text})))
    assert any(complaint in one for one in found)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("cli__fit", "import latpred as lp\nfrom latpred.predictors import made"),
        ("neural__mlp", "from latpred.spaces import Space\nfrom latpred.base.files import write"),
        ("evaluation__cases", "from latpred.plots import style\nimport numpy.random as r"),
    ],
)
def test_good_arrow(tmp_path: Path, file: str, text: str) -> None:
    assert not list(rules.arrow_complaints(tree(tmp_path, **{file: text})))


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("store__rows", "from latpred import _core", "name the room"),
        ("store__rows", "import latpred._core", "name the room"),
        ("plots__search", "from latpred._core import searching", "not a room of plots"),
        ("store__rows", "def f():\n    from latpred._core.neural import x", "not a room of store"),
        ("evaluation__cases", "from latpred._core import neural", "not a room of evaluation"),
        ("cli__fit", "from latpred._core import base", "not a room of cli"),
    ],
)
def test_bad_room_of_the_core(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    (found,) = rules.core_complaints(tree(tmp_path, **{file: text}))
    assert complaint in found


def test_bad_circle(tmp_path: Path) -> None:
    files = {
        "store__a": "def f():\n    from latpred.store import b",
        "store__b": "if TYPE_CHECKING:\n    from latpred.store.c import name",
        "store__c": "from latpred.store.a import f",
        "store__d": "from latpred.store import a, b, c",
    }
    (found,) = rules.circle_complaints(tree(tmp_path, **files))
    assert found == "circle of imports: store.a -> store.b -> store.c -> store.a"


def test_bad_string(tmp_path: Path) -> None:
    text = 'PLACE = "latpred.neural.mlp:MlpPredictor"\nTEXT = "see latpred.neural.mlp"\n'
    files = {"store__rows": text, "predictors__registry": text}
    (found,) = rules.string_complaints(tree(tmp_path, **files))
    assert found.startswith("store/rows.py:1 names latpred.neural.mlp:MlpPredictor")
