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
