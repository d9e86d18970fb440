"""Pages: escaping, tables, figures, and files that hold all they show."""

from __future__ import annotations

import base64
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import ConfigError, StorageError
from latpred.report import Report, cell_text, json_text
from matplotlib.figure import Figure

VOID = {"meta", "img"}


class Reader(HTMLParser):
    """An independent reader: texts by tag, attributes, and whether tags are balanced."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.append((self.open[-1], data))

    def of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def small_figure() -> Figure:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    return figure


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]))


@given(PRINTABLE.filter(bool), PRINTABLE.filter(bool))
def test_any_text_comes_back(text: str, cell: str) -> None:
    page = Reader(Report(text).text(text).table([{"a": cell}]).html())
    assert page.of("h1") == page.of("p") == page.of("title") == [text]
    assert page.of("td") == [cell]
    assert page.open == []


def test_script_in_a_name_stays_text() -> None:
    evil = '<script>alert("x")</script>'
    page = Report(evil, evil).heading(evil).table([{evil: evil}], evil).code(evil)
    page.figure(small_figure(), f'"><script>{evil}')
    reader = Reader(page.html())
    assert "script" not in {tag for tag, _ in reader.attributes}
    (picture,) = (found for tag, found in reader.attributes if tag == "img")
    assert picture["alt"] == f'"><script>{evil}'


@given(st.text(st.sampled_from("a \n\t<&")))
def test_code_stays_as_typed(text: str) -> None:
    """Line for line: HTML's reader drops the one line end that the template puts after <pre>."""
    (shown,) = re.findall("<pre>\n(.*)</pre>", Report("t").code(text).html(), re.DOTALL)
    assert html.unescape(shown) == text


def test_kinds_of_text() -> None:
    page = Report("t", "lead").text("a").text("b", "note").text("c", "lead")
    kinds = [found.get("class") for tag, found in Reader(page.html()).attributes if tag == "p"]
    assert kinds == ["lead", None, "note", "lead"]


def test_order_is_that_of_the_calls() -> None:
    page = Report("t").footer("1").code("2").heading("3").table([{"4": "5"}], "6").text("7")
    texts = [text.strip() for _, text in Reader(page.html()).texts]
    assert texts[-7:] == ["1", "2", "3", "6", "4", "5", "7"]


def test_numbers_stand_right_and_short() -> None:
    rows = [{"name": "a", "ms": 12.34567, "n": 12345}, {"name": "b", "ms": float("nan"), "n": None}]
    page = Reader(Report("t").table(rows, "caption").html())
    assert page.of("td") == ["a", "12.35", "12,345", "b", "–", "–"]
    assert page.of("caption") == ["caption"]
    heads = [found for tag, found in page.attributes if tag == "th"]
    assert [found.get("class") for found in heads] == [None, "number", "number"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        ("1.50", "1.50"),
        (np.float64(0.000123456), "0.0001235"),
        (np.int64(7), "7"),
        (123456.7, "123,457"),
        (float("inf"), "inf"),
        (-0.5, "-0.5000"),
        (0.0, "0"),
        (99.996, "100.0"),
    ],
)
def test_cells(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_json_is_standard() -> None:
    document = {"a": np.array([1.5, np.nan]), "b": (np.int64(2), Path("x")), 3: {"ü": None}}
    text = json_text(document)
    assert json.loads(text, parse_constant=pytest.fail) == {
        "a": [1.5, None],
        "b": [2, "x"],
        "3": {"ü": None},
    }
    assert "ü" in text


def test_ragged_table_is_refused() -> None:
    with pytest.raises(ConfigError, match="row 1"):
        Report("t").table([{"a": 1}, {"b": 1}])


def test_empty_table_is_a_page() -> None:
    assert Reader(Report("t").table([]).html()).of("td") == []


def test_wrong_kinds_are_refused() -> None:
    with pytest.raises(ConfigError, match="kind"):
        Report("t").text("x", "loud")
    with pytest.raises(ConfigError, match="svg or png"):
        Report("t").figure(small_figure(), "x", form="gif")


@pytest.mark.parametrize(("form", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_figures_are_inside(form: str, magic: bytes) -> None:
    page = Report("t").figure(small_figure(), "c", form=form)
    (picture,) = (found for tag, found in Reader(page.html()).attributes if tag == "img")
    kind, _, data = str(picture["src"]).partition(";base64,")
    assert kind.startswith("data:image/")
    assert base64.b64decode(data, validate=True).startswith(magic)
    assert page.images == 1


def test_page_asks_for_nothing_else() -> None:
    text = Report("t").figure(small_figure(), "c").table([{"a": 1}]).html()
    assert len(re.findall('src="data:', text)) == 1
    assert not re.search(r'(?:src|href)="(?!data:)', text)


@pytest.mark.parametrize("form", ["svg", "png"])
def test_same_numbers_same_page(form: str) -> None:
    def page() -> str:
        return Report("t").figure(small_figure(), "c", form=form).html()

    assert page() == page()


def test_write_makes_the_folder(tmp_path: Path) -> None:
    path = Report("grün").write(tmp_path / "a" / "b.html")
    assert "grün" in path.read_text(encoding="utf-8")


def test_unwritable_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="not written"):
        Report("t").write(tmp_path / "file" / "page.html")
