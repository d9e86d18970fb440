"""Python stays thin, C++ names Python in one place; and the rules are able to fail."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import thin_rules as rules
from tools.thin_allowed import ALLOWED, UNTYPED

ROOT = Path(__file__).resolve().parent.parent


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_nothing_computes_in_python() -> None:
    assert not list(rules.arithmetic_complaints(ROOT, ALLOWED))


def test_each_leave_has_a_reason() -> None:
    for leaves in (ALLOWED, UNTYPED):
        assert all(len(reason.split()) >= 3 for reason in leaves.values())


def test_public_functions_are_typed() -> None:
    assert not list(rules.any_complaints(ROOT, UNTYPED))


def test_names_of_python_stand_in_one_header() -> None:
    assert not list(rules.python_name_complaints(ROOT))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a + b * c - d / e", 4),
        ("x += np.median(y) - y.mean()", 4),
        ("sum(x) / len(x) ** 2 % abs(z)", 5),
        ("[time.perf_counter() - start for _ in range(3)]", 2),
        ("np.argsort(y)[np.quantile(y, 0.9) // 1]", 3),
        ("x @ y", 1),
        ("'a' + b + 'c'", 0),
        ("f'{a}' * 3 + [1] + (2,)", 0),
        ("'%d' % n", 0),
        ("a | b & c, a < b, -a", 0),
        ("def g(): return a + b", 0),
    ],
)
def test_what_counts(text: str, count: int) -> None:
    body = f"def f():\n    {text}\n"
    assert rules.arithmetic(ast.parse(body).body[0]) == count


HEAVY = "a = b * c + d\n{indent}e = np.sqrt(a) / 2"


def test_a_package_that_computes(tmp_path: Path) -> None:
    heavy = HEAVY.format(indent=" " * 8)
    write(tmp_path, "python/latpred/a.py", f"class A:\n    def f(self):\n        {heavy}\n")
    write(tmp_path, "python/latpred/b/c.py", f"def g():\n    if 1:\n        {heavy}\n")
    write(tmp_path, "python/latpred/b/d.py", "def h():\n    return 1 + 2\n")
    found = list(rules.arithmetic_complaints(tmp_path, {}))
    assert [one.split(" computes")[0] for one in found] == ["a.py:A.f", "b/c.py:g"]
    assert "4 operations" in found[0]
    for allowed in ({"a.py:A.f": "why", "b/": "why"}, {"a.py": "why", "b/c.py": "why"}):
        assert not list(rules.arithmetic_complaints(tmp_path, allowed))
    stale = {"a.py": "why", "b/c.py:g": "why", "b/d.py:h": "why", "gone.py": "why"}
    assert [one.split(",")[0] for one in rules.arithmetic_complaints(tmp_path, stale)] == [
        "ALLOWED has b/d.py:h",
        "ALLOWED has gone.py",
    ]
    assert len(list(rules.arithmetic_complaints(tmp_path, {"a.py": "", "b/": "why"}))) == 2


def test_c_plus_plus_that_names_python(tmp_path: Path) -> None:
    write(tmp_path, "cpp/bindings/a.cpp", 'x = py::module_::import("numpy");\n')
    write(tmp_path, "cpp/bindings/b.hpp", '\nconst_name("latpred.spaces.Place");\n')
    write(tmp_path, "cpp/bindings/python_names.hpp", 'm = "latpred.spaces"; module_::import(m);\n')
    write(tmp_path, "cpp/base/c.cpp", '// See latpred.spaces.\nconst char* x = "latpred-1";\n')
    found = list(rules.python_name_complaints(tmp_path))
    assert [one.split(" names")[0] for one in found] == [
        "cpp/bindings/a.cpp:1",
        "cpp/bindings/b.hpp:2",
    ]


def test_public_functions_without_types(tmp_path: Path) -> None:
    text = "class A:\n    def f(self, x: Any) -> int: ...\n    def _g(self, x: Any): ...\n"
    text += "class _B:\n    def f(self) -> Any: ...\n"
    write(tmp_path, "python/latpred/a.py", text + "def h(x: dict[str, Any]) -> Any | None: ...\n")
    write(tmp_path, "python/latpred/b/c.py", "def k(*, y: Any = 1):\n    def m(z: Any): ...\n")
    found = list(rules.any_complaints(tmp_path, {}))
    assert [one.split(" takes")[0] for one in found] == ["a.py:A.f", "b/c.py:k"]
    leaves = {"a.py:A.f": "why", "b/c.py:k": ""}
    (found_one,) = rules.any_complaints(tmp_path, leaves)
    assert found_one.startswith("b/c.py:k")
    stale = {"a.py:A.f": "why", "b/c.py:k": "why", "a.py": "why", "a.py:h": "why"}
    assert [one.split(",")[0] for one in rules.any_complaints(tmp_path, stale)] == [
        "UNTYPED has a.py",
        "UNTYPED has a.py:h",
    ]
