"""JSON, YAML and texts of others: byte-order marks, and keys that come twice."""

from __future__ import annotations

import codecs
from pathlib import Path

import latpred as lp
import pytest
from latpred.base.json import json_document
from latpred.base.text_files import decoded, read_text
from latpred.base.yaml import yaml_document

MARKED = {
    "utf-8": codecs.BOM_UTF8 + "µs ✓".encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + "µs ✓".encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + "µs ✓".encode("utf-16-be"),
    "utf-32-le": codecs.BOM_UTF32_LE + "µs ✓".encode("utf-32-le"),
    "none": "µs ✓".encode(),
}


@pytest.mark.parametrize("encoding", MARKED)
def test_marks_are_read_and_left_out(encoding: str) -> None:
    assert decoded(MARKED[encoding]) == "µs ✓"


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("a\nb,5 µs".encode("latin-1"))
    with pytest.raises(ValueError, match="byte 0xb5 in line 2"):
        read_text(path)
    with pytest.raises(lp.StorageError, match="cannot read"):
        read_text(tmp_path / "none")


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '{"x": [{"ks": 3, "e": 1, "ks": 5}]}', '{"": 1, "b": 2, "": 3}']
)
def test_keys_of_json_come_once(text: str) -> None:
    with pytest.raises(ValueError, match="comes twice"):
        json_document(text)


def test_json_with_a_mark() -> None:
    assert json_document(codecs.BOM_UTF8 + b'{"a": {"a": 1}}') == {"a": {"a": 1}}
    assert json_document('\ufeff["a"]') == ["a"]


@pytest.mark.parametrize(
    "text",
    ["a: 1\nb: 2\na: 3\n", "{a: 1, a: 1}", "top:\n  - {x: 1, y: 2, x: 3}\n", '"1": 2\n1: 3\n'],
)
def test_keys_of_yaml_come_once(text: str) -> None:
    with pytest.raises(ValueError, match="comes twice"):
        yaml_document(text.encode())


@pytest.mark.parametrize(
    "text",
    ["16: a\n0x10: b\n16.0: c\n", "1: a\ntrue: b\n", "a: {x: 1}\nb: {~: 1, null: 2}\n"],
)
def test_keys_of_yaml_that_are_equal_but_written_otherwise(text: str) -> None:
    with pytest.raises(ValueError, match="comes twice"):
        yaml_document(text.encode())


@pytest.mark.parametrize("text", ["010", "1:30", "yes", "off", "2026-01-02", "1_5", "0x1F", "1,5"])
def test_yaml_guesses_nothing(text: str) -> None:
    """What versions of YAML read as different numbers stays the text that it is."""
    assert yaml_document(f"mean: {text}".encode()) == {"mean": text}
    assert yaml_document(f"{text}: 1".encode()) == {text: 1}


def test_numbers_of_yaml() -> None:
    text = "[1, -2, +3, 1.5, .5, 1., 1e-3, 2.5E+2, .inf, true, False, null, ~, '7']"
    expected = [1, -2, 3, 1.5, 0.5, 1.0, 1e-3, 250.0, float("inf"), True, False, None, None, "7"]
    assert yaml_document(text.encode()) == expected


@pytest.mark.parametrize(
    "text",
    ["a: !!python/tuple [1]", "a: !!bool 5", "a: !!int x", "a: *b", "a: 1\n---\nb: 2", "\ta: 1"],
)
def test_what_is_no_plain_yaml(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        yaml_document(text.encode())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_json_that_is_nested_too_deep(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        json_document(text)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_texts_that_lack_their_mark(encoding: str) -> None:
    with pytest.raises(ValueError, match=r"NUL in line 1 .*byte-order mark"):
        decoded("a,b\n1,2\n".encode(encoding))


def test_own_spaces_come_with_each_key_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    units = '"units": [{"channels": [16], "depth": [1, 2], "depth": [3]}]'
    path.write_text(f'{{"name": "mine", "resolutions": [32], {units}}}')
    with pytest.raises(lp.ConfigError, match="'depth' comes twice"):
        lp.space(str(path))
    path.write_text('{"space": "ofa-mobilenetv3", "width": 1.2, "width": 1.0}')
    with pytest.raises(lp.ConfigError, match="'width' comes twice"):
        lp.space(str(path))
    path.write_bytes('{"name": "größe"}'.encode("latin-1"))
    with pytest.raises(lp.StorageError, match="byte 0xf6 in line 1"):
        lp.space(str(path))


def test_yaml() -> None:
    merged = b"base: &b {x: 1, y: 2}\nmore: {<<: *b, x: 3}\n"
    assert yaml_document(merged)["more"] == {"x": 3, "y": 2}
    for wrong in (b"a: [", b"!!python/object:os.system {}", b"\t- x"):
        with pytest.raises(ValueError, match=r"."):
            yaml_document(wrong)


def test_readers_of_documents_say_what_comes_twice(tmp_path: Path) -> None:
    table = tmp_path / "224_lookup_table.yaml"
    table.write_text("first: {count: 1, mean: 0.5}\nfirst: {count: 1, mean: 0.7}\n")
    ofa = lp.space("ofa-mobilenetv3", resolutions=[224])
    with pytest.raises(lp.CorruptionError, match="'first' comes twice"):
        lp.LookupTablePredictor.from_yaml(tmp_path, ofa)
    device = tmp_path / "phone.json"
    four = '"frequency_ghz": 2, "dispatch_width": 4, "cache_mb": 2, "memory_gbs": 30'
    device.write_text(f'{{{four}, "cache_mb": 8}}')
    with pytest.raises(lp.DataError, match="'cache_mb' comes twice"):
        lp.device_generic.read_device(device)
    device.write_bytes(codecs.BOM_UTF16_LE + f"{{{four}}}".encode("utf-16-le"))
    assert lp.device_generic.read_device(device).cache_mb == 2
    net = tmp_path / "n.json"
    net.write_text('{"name": "x", "blocks": [], "name": "y"}')
    with pytest.raises(lp.StorageError, match="'name' comes twice"):
        lp.read_ofa_config(net)
    nds = tmp_path / "DARTS.json"
    nds.write_text('{"top": [], "top": []}')
    with pytest.raises(lp.CorruptionError, match="'top' comes twice"):
        lp.datasets.read_nds(nds)
    plan = tmp_path / "plan.toml"
    plan.write_text('tasks = ["F1"]\ntasks = ["F2"]\n')
    with pytest.raises(lp.ConfigError):
        lp.transfer.suite(plan)
