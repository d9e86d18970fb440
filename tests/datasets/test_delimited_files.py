"""Latency tables as users have them: any delimiter and encoding, lines as editors count."""

from __future__ import annotations

import codecs
from pathlib import Path

import latpred as lp
import numpy as np
import pandas as pd
import pytest

SPACE = lp.space("fbnet")
TABLE = lp.LatencyTable(SPACE.sample(12, seed=0, unique=True), np.arange(12) + 5.25)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_spreadsheets_export(tmp_path: Path, delimiter: str, encoding: str) -> None:
    frame = TABLE.to_frame()
    frame.to_csv(tmp_path / "t.csv", sep=delimiter, encoding=encoding, index=False)
    found = lp.read_latency_table(tmp_path / "t.csv", SPACE)
    assert found.archs == TABLE.archs
    assert found.latency_ms.tolist() == TABLE.latency_ms.tolist()


def test_signs_blanks_and_indices(tmp_path: Path) -> None:
    texts = TABLE.archs.to_strings()
    path = tmp_path / "t.csv"
    path.write_text(f",architecture , latency_ms\n0,{texts[0]}, +39.9\n\n1,{texts[1]},1e1 \n")
    assert lp.read_latency_table(path, SPACE).latency_ms.tolist() == [39.9, 10.0]


@pytest.mark.parametrize("cell", ["12,5", "1.234,5", "1,234.5", "1'234.5"])
def test_decimal_commas_and_digit_groups_are_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"architecture;latency_ms\n{TABLE.archs.to_strings()[0]};{cell}\n")
    with pytest.raises(lp.DataError, match=r"line 2: '.*' has a comma or digit groups"):
        lp.read_latency_table(path, SPACE)


def rows_of(count: int = 12) -> list[str]:
    pairs = zip(TABLE.archs.to_strings(), TABLE.latency_ms, strict=True)
    return ["architecture,latency_ms", *(f"{text},{ms}" for text, ms in pairs)][: count + 1]


@pytest.mark.parametrize("left", [1, 20, 60])
def test_a_row_that_a_kill_cut_off(tmp_path: Path, left: int) -> None:
    rows = rows_of()
    path = tmp_path / "t.csv"
    path.write_text("\n".join([*rows[:-1], rows[-1][:left]]))
    with pytest.raises(lp.DataError, match=r"line 13 .*on_bad='drop'"):
        lp.read_latency_table(path, SPACE)
    found = lp.read_latency_table(path, SPACE, on_bad="drop")
    assert (len(found), found.dropped) == (11, 1)


def test_rows_are_named_as_editors_count_them(tmp_path: Path) -> None:
    rows = rows_of()
    path = tmp_path / "t.csv"
    texts = "\n\n".join(rows)
    for wrong, expected in (
        (texts.replace(",6.25", ",soon"), "line 5: 'soon' is no number"),
        (texts.replace(",6.25", ",-6.25"), r"line 5: -6\.25"),
        (f"{texts}\n{rows[2].replace('6.25', '7')}", r"line 26 has 7 and line 5 6\.25"),
        (texts.replace(rows[2], f"x{rows[2]}"), "line 5: "),
    ):
        path.write_text(wrong)
        with pytest.raises(lp.DataError, match=expected):
            lp.read_latency_table(path, SPACE)


def test_a_column_that_comes_twice(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"architecture,latency_ms,latency_ms\n{TABLE.archs.to_strings()[0]},1,2\n")
    with pytest.raises(lp.DataError, match="'latency_ms' comes twice"):
        lp.read_latency_table(path, SPACE)


def test_headers_in_capitals(tmp_path: Path) -> None:
    """As databases export them: nothing of the file is lost."""
    texts, path = TABLE.archs.to_strings(), tmp_path / "t.csv"
    path.write_text(f"ARCHITECTURE;LATENCY (US);DEVICE;Status\n{texts[0]};1500;board;labelled\n")
    found = lp.read_latency_table(path, SPACE)
    assert (found.latency_ms.tolist(), found.device, found.status) == (
        [1.5],
        "board",
        ("labelled",),
    )
    for header in ("architecture,latency_ms,Latency_MS", "Architecture,latency,architecture"):
        path.write_text(f"{header}\n{texts[0]},2,3\n")
        with pytest.raises(lp.DataError, match="one of them expected"):
            lp.read_latency_table(path, SPACE)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_exports_without_their_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes("\n".join(rows_of()).encode(encoding))
    for on_bad in ("raise", "drop"):
        with pytest.raises(lp.DataError, match="UTF-16 needs its byte-order mark"):
            lp.read_latency_table(tmp_path / "t.csv", SPACE, on_bad=on_bad)


def test_blanks_around_an_architecture(tmp_path: Path) -> None:
    cells = lp.space("nas-bench-201").sample(2, seed=1)
    for archs in (cells, TABLE.archs[:2]):
        rows = [f"  {text}\t, {n + 1.5}" for n, text in enumerate(archs.to_strings())]
        (tmp_path / "t.csv").write_text("\n".join(["architecture,latency_ms", *rows, ""]))
        assert lp.read_latency_table(tmp_path / "t.csv", archs.space).archs == archs


def test_a_text_in_place_of_a_path() -> None:
    for given in ("\n".join(rows_of()), "architecture,latency_ms\nx,1\n"):
        with pytest.raises(lp.ArgumentError, match=r"path is 'arch.*, a path expected") as caught:
            lp.read_latency_table(given, SPACE)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["ks=3;ks=5;e=3", "{'ks': [3], 'ks': [5]}", '{"ks": 3, "ks": 5}'])
def test_a_key_that_comes_twice_in_a_row(text: str) -> None:
    with pytest.raises(lp.ArchitectureError, match="'ks' comes twice"):
        lp.space("ofa-mobilenetv3").architectures([text])


def test_the_wrong_space_is_one_message_with_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for made, asked, guess in (
        (lp.space("ofa-proxyless"), SPACE, r"lp\.space\('ofa-proxyless'"),
        (SPACE, lp.space("ofa-mobilenetv3"), r"lp\.space\('fbnet'"),
        (lp.space("nas-bench-201"), SPACE, r"lp\.space\('nas-bench-201'"),
        (
            lp.space("ofa-mobilenetv3", resolutions=[128, 144]),
            lp.space("ofa-mobilenetv3", width=1.2),
            r"lp\.space\('ofa-mobilenetv3', width=1.2, resolutions=\[128, 144\]\)",
        ),
    ):
        archs = made.sample(40, seed=0, unique=True)
        lp.LatencyTable(archs, np.full(40, 9.0)).to_csv(path)
        with pytest.raises(lp.DataError, match=f"none of the 40 rows .*fit {guess}") as said:
            lp.read_latency_table(path, asked)
        assert len(str(said.value)) < 600
        assert str(said.value).count("line ") == 1


def test_rows_of_no_space(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("architecture,latency_ms\nresnet18,3\nresnet50,9\n")
    with pytest.raises(lp.DataError, match=r"none of the 2 rows is of .*fbnet"):
        lp.read_latency_table(path, SPACE)
    with pytest.raises(lp.DataError, match="none of the 2 rows"):
        lp.read_latency_table(path, SPACE, on_bad="drop")


def test_forms_of_cells(tmp_path: Path) -> None:
    """NAS-Bench-201's text, number, tuple of names and of numbers, in one file."""
    cells = lp.space("nas-bench-201")
    archs = lp.spaces.nas_bench_201_architectures([7, 8, 9, 10], cells)
    names = [list(genes["op"]) for genes in archs.to_dicts()]
    texts = [archs.to_strings()[0], "8", str(tuple(names[2])), str(archs.genes[3].tolist())]
    frame = pd.DataFrame({"architecture": texts, "latency_ms": [1.0, 2.0, 3.0, 4.0]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    assert lp.read_latency_table(tmp_path / "t.csv", cells).archs == archs


def test_tables_of_several_devices_and_candidates(tmp_path: Path) -> None:
    """The other readers of tables: folders, and lists of architectures."""
    frame = TABLE.to_frame().rename(columns={"latency_ms": "latency (us)"})
    frame.to_csv(tmp_path / "PHONE.CSV", sep=";", index=False, encoding="utf-8-sig")
    tables = lp.transfer.read_tables(tmp_path, SPACE)
    assert tables.devices == ("PHONE",)
    np.testing.assert_allclose(tables.latency_ms[:, 0], TABLE.latency_ms / 1e3)
    lines = ["1.5", "", f"{TABLE.archs.to_strings()[0]}, 70.5, +0.5"]
    found = tmp_path / "found.txt"
    found.write_bytes(codecs.BOM_UTF8 + "\r\n".join(lines).encode())
    assert lp.transfer.read_candidates(found, SPACE).score.tolist() == [0.5]
    found.write_text("\n".join([*lines, "", "x"]))
    with pytest.raises(lp.CorruptionError, match="line 5"):
        lp.transfer.read_candidates(found, SPACE)


def test_files_of_numbers(tmp_path: Path) -> None:
    device = tmp_path / "d.txt"
    device.write_bytes(codecs.BOM_UTF16_LE + "+2.2 10 4 34.1\r\n".encode("utf-16-le"))
    assert lp.device_generic.read_device(device).frequency_ghz == 2.2
