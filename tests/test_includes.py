"""Sources include what declares the names that they use, and the rule is able to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import include_rules as rules

CPP = Path(__file__).resolve().parent.parent / "cpp"

HEADERS = {
    "base/add.hpp": "namespace latpred {\ndouble add(double one, double two);\n}\n",
    "base/part.hpp": "namespace latpred {\nstruct Part {\n    double size;\n};\n}\n",
    "base/both.hpp": '#include "base/add.hpp"\n#include "base/part.hpp"\n',
}


def complaints(text: str, name: str = "graphs/total.cpp") -> list[str]:
    return list(rules.missing_includes({**HEADERS, name: text}))


def test_the_tree_includes_what_it_uses() -> None:
    files = rules.texts(CPP)
    assert len(files) > 100
    assert not list(rules.missing_includes(files))


@pytest.mark.parametrize(
    ("use", "header"),
    [
        ("double x = add(1, 2);", "base/add.hpp"),
        ("    return add(x, add(1, 2));", "base/add.hpp"),
        ("    throw Part{add};", "base/part.hpp"),
        ("std::vector<Part> parts;", "base/part.hpp"),
        ("void f(const Part& part) {}", "base/part.hpp"),
    ],
)
def test_what_is_not_included_is_found(use: str, header: str) -> None:
    other = ({"base/add.hpp", "base/part.hpp"} - {header}).pop()
    (found,) = complaints(f'#include "{other}"\n{use}\n')
    assert found == (
        f"graphs/total.cpp uses {found.split()[2]} but includes no header with it: {header}"
    )
    assert not complaints(f'#include "{header}"\n{use}\n')
    assert not complaints(f'#include "base/both.hpp"\n{use}\n')
    assert complaints(use, "graphs/total.hpp")


@pytest.mark.parametrize(
    "text",
    [
        "// add(1, 2)\n",
        'auto text = "add(1, 2)";\n',
        "double x = sum.add(1, 2) + std::add(1, 2);\n",
        "double add(double x) { return x; }\ndouble y = add(1);\n",
        "const auto add = [](double x) { return x; };\ndouble y = add(1);\n",
        "class Part {};\nPart part;\n",
        "template <class Part>\nvoid f(const Part& part) {}\n",
    ],
)
def test_what_may_be_something_else_is_not(text: str) -> None:
    assert not complaints(text)


def test_a_source_includes_its_header() -> None:
    found = complaints('#include "base/part.hpp"\n', "base/add.cpp")
    assert found == ["base/add.cpp does not include base/add.hpp"]
    assert not complaints('#include "base/add.hpp"\n', "base/add.cpp")
