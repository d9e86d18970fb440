"""Headings are words, and pages fit phones and dark windows."""

from __future__ import annotations

import re

import pytest
from latpred.report import Report
from latpred.report.words import in_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("latency_ms", "latency in ms"),
        ("fit_cpu_s", "fit cpu in s"),
        ("predict_us", "predict in µs"),
        ("clean_percent", "clean in %"),
        ("standard_error", "standard error"),
        ("mape_percent", "mean relative error in %"),
        ("limit (ms)", "limit (ms)"),
        ("RTX_2080", "RTX_2080"),
        ("_hidden", "_hidden"),
        ("ms", "ms"),
        ("", ""),
    ],
)
def test_names_in_words(name: str, words: str) -> None:
    assert in_words(name) == words


def test_tables_and_facts_use_them() -> None:
    page = Report("A page").table([{"low_ms": 1.5, "latency_ms": 2.0}]).facts({"peak_bytes": 3})
    text = page.html()
    assert "latency in ms" in text
    assert "peak memory in bytes" in text
    assert not re.search(r"<t[hd][^>]*>[a-z]+_[a-z_]+<", text)


def test_pages_have_a_dark_and_a_narrow_form() -> None:
    style = Report("A page").html().partition("<style>")[2].partition("</style>")[0]
    for query in ("prefers-color-scheme: dark", "max-width: 40rem"):
        assert f"@media ({query})" in style
    root, dark = (part.partition("}")[0] for part in style.split(":root {")[1:3])
    colours = re.compile(r"(--\w+):")
    assert set(colours.findall(root)) == set(colours.findall(dark))
    used = re.sub(r":root \{.*?\}", "", style, flags=re.DOTALL).replace("background: #fff", "")
    bars = {"#E69F00", "#009E73", "#D55E00"}  # seen on both grounds
    assert set(re.findall(r"#[0-9a-fA-F]{3,6}\b", used)) <= bars
    assert set(re.findall(r"var\((--\w+)\)", used)) == set(colours.findall(root))
