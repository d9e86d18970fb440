"""Descriptions of devices, and the formula by NumPy beside it."""

from __future__ import annotations

import copy
import json
import math
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

dg = lp.device_generic
POSITIVE = st.floats(1e-3, 1e3)
# The hardware files of wangqinsi1/DGL, and what its formula makes of them.
PUBLISHED = {
    "Huawei Mate 20": (2.2, 10, 4, 34.1, 0.05212),
    "Motorola Moto E6s": (2, 3, 1, 7.46, 0.23369),
    "Sony Xperia XZ2": (2.8, 5, 2, 29.8, 0.07990),
    "Asus ROG Phone 3": (3.1, 10, 4, 44, 0.03592),
    "Oppo A5": (1.8, 3, 1, 7.46, 0.25966),
    "Samsung Galaxy S8+": (2.45, 4, 2, 29.8, 0.11173),
    "Xiaomi Mi 8 Lite": (2.2, 4, 2, 14.9, 0.13521),
}
BAD = [0, -1, math.nan, math.inf, -math.inf, 5e-324, 1e308]


def device(**changed: Any) -> Any:
    numbers = {"frequency_ghz": 2.2, "dispatch_width": 10, "cache_mb": 4, "memory_gbs": 34.1}
    return dg.DeviceDescription(**{**numbers, **changed})


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_devices(name: str) -> None:
    *numbers, k = PUBLISHED[name]
    assert dg.DeviceDescription(*numbers).ms_per_factor == pytest.approx(k, abs=5.1e-6)


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.lists(POSITIVE, min_size=1))
def test_formula_and_its_inverse(f: float, d: float, c: float, m: float, a: list[float]) -> None:
    one = dg.DeviceDescription(f, d, c, m)
    factors = np.array(a)
    expected = (factors / d + factors / (np.sqrt(c) * m)) / f  # as the original writes it
    ms = dg.latency_ms(a, one)
    np.testing.assert_allclose(ms, expected, rtol=1e-12)
    np.testing.assert_allclose(dg.architecture_factors(ms, one), factors, rtol=1e-12)
    faster = dg.DeviceDescription(2 * f, 2 * d, 4 * c, m)  # halves each of the two terms, and all
    np.testing.assert_allclose(dg.latency_ms(a, faster), ms / 4, rtol=1e-12)


def test_shapes_stay() -> None:
    for shape in [(), (0,), (3,), (2, 3)]:
        assert dg.latency_ms(np.ones(shape), device()).shape == shape
        assert dg.architecture_factors(np.ones(shape), device()).shape == shape


@pytest.mark.parametrize("field", ["frequency_ghz", "dispatch_width", "cache_mb", "memory_gbs"])
@pytest.mark.parametrize("value", [*BAD[:5], 10**400, "2.2", None, True, [2.2], 2j])
def test_numbers_that_no_device_has(field: str, value: object) -> None:
    error: type[Exception] = lp.DataError
    says = rf"^device 'x': .*{field}.*"
    if value is True or (not isinstance(value, float) and value not in BAD):  # none of 256 bits
        error, says = lp.ConfigError, rf"^DeviceDescription: {field} is .*, a number expected$"
    with pytest.raises(error, match=says) as caught:
        device(**{field: value}, name="x")
    assert len(str(caught.value)) < 200


def test_numbers_beyond_the_formula() -> None:
    for field, value in [("frequency_ghz", 1e-308), ("memory_gbs", 5e-324)]:
        with pytest.raises(lp.DataError, match="latency by these four numbers is inf"):
            device(**{field: value}, cache_mb=1e-300)


@pytest.mark.parametrize("value", [0, -3, math.nan, math.inf, "8", None])
def test_further_numbers(value: object) -> None:
    assert device(extra={"cores": np.int64(8)}).extra == {"cores": 8.0}
    with pytest.raises(lp.DataError, match="cores"):
        device(extra={"cores": value})


@pytest.mark.parametrize(
    "changed", [{"name": 3}, {"extra": [1]}, {"extra": {3: 1.0}}, {"sources": "data sheet"}]
)
def test_wrong_types(changed: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError):
        device(**changed)


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf])
@pytest.mark.parametrize("function", [dg.latency_ms, dg.architecture_factors])
def test_values_that_do_not_count(function: Any, value: float) -> None:
    with pytest.raises(lp.DataError, match=r"^(architecture factor|latency_ms) 1 is"):
        function([1.0, value], device())
    with pytest.raises(lp.DataError, match="must be numbers"):
        function(["x"], device())
    with pytest.raises(lp.ConfigError, match="DeviceDescription expected"):
        function([1.0], (2.2, 10, 4, 34.1))


def test_a_description_is_a_value() -> None:
    given_extra = {"cores": 8.0}
    one = device(name="x", extra=given_extra, sources={"cores": "data sheet"})
    given_extra["cores"] = 9.0
    assert one == device(name="x", extra={"cores": 8}, sources={"cores": "data sheet"})
    assert hash(one) == hash(copy.deepcopy(one))
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301
    assert one != device(name="x")
    with pytest.raises(AttributeError):
        one.cache_mb = 3
    shown = one._repr_html_()
    assert "frequency_ghz" in shown
    assert "data sheet" in shown
    assert "<b>" not in device(name="<b>")._repr_html_()


# --- files ----------------------------------------------------------------------------------------

NAMED = {"frequency_ghz": 2.2, "dispatch_width": 10, "cache_mb": 4, "memory_gbs": 34.1}


@pytest.mark.parametrize(
    "text",
    [
        "2.2 10 4 34.1",
        "2.2\n10\n4\n34.1\n",
        "\ufeff2.2\t10  4 34.1 \r\n\r\n",
        "22e-1\r\n10\r\n4\r\n34.1",
    ],
)
def test_four_numbers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "Mate 20.txt"
    path.write_text(text, encoding="utf-8", newline="")
    found = dg.read_device(path)
    assert found == device(name="Mate 20", sources=dict.fromkeys(NAMED, "file"))
    assert dg.read_device(str(path), "other").name == "other"


def test_files_with_names(tmp_path: Path) -> None:
    more = {**NAMED, "extra": {"cores": 8}, "sources": {"cores": "data sheet"}}
    (tmp_path / "x.json").write_text(json.dumps({**more, "name": "Mate 20"}))
    lines = [f"{key} = {value}" for key, value in NAMED.items()]
    lines += ["[extra]", "cores = 8", "[sources]", 'cores = "data sheet"']
    (tmp_path / "x.toml").write_text("\n".join(lines))
    expected = device(extra={"cores": 8}, sources={"cores": "data sheet"}, name="Mate 20")
    assert dg.read_device(tmp_path / "x.json") == expected
    assert dg.read_device(tmp_path / "x.toml").name == "x"
    assert dg.read_device(tmp_path / "x.toml", "Mate 20") == expected


def test_a_description_written_and_read(tmp_path: Path) -> None:
    for name in ("Huawei Mate 20", "1080ti_32"):
        one = dg.device(name)
        (tmp_path / "x.json").write_text(json.dumps(asdict(one)), encoding="utf-8")
        assert dg.read_device(tmp_path / "x.json") == one


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no numbers"),
        (b" \n\n", "no numbers"),
        (b"2.2 10 4", "3 numbers, four expected: frequency in GHz"),
        (b"2.2 10 4 34.1 7", "5 numbers, four expected"),
        (b"2.2 10\n4 34.1", "4 numbers, four expected.*on one line or on four"),
        (b"2.2 10\n4", "line 2: 1 numbers, 2 expected as on line 1"),
        (b"0 10 4 34.1", "frequency_ghz is 0, a finite number above 0"),
        (b"2.2\n-10\n4\n34.1", "dispatch_width is -10"),
        (b"2.2 10 nan 34.1", "cache_mb is nan"),
        (b"2.2 10 4 inf", "memory_gbs is inf"),
        (b"2,2 10 4 34.1", "line 1: '2,2' is no number"),
        (b"\n2.2 ten 4 34.1", "line 2: 'ten' is no number"),
        (b"2.2 10 4 \xff\xfe", r"line 1: '\?\?' is no number"),
        (b"\x00" * 9, r"line 1: '\?+' is no number"),
        (b"0x10 10 4 34.1", "'0x10' is no number"),
        (b"x" * 10**6, "is no number"),
    ],
)
def test_files_that_are_no_device(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "Mate 20.txt"
    path.write_bytes(content)
    with pytest.raises(lp.DataError, match=f"Mate 20.txt.*{says}") as caught:
        dg.read_device(path)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.json", "{}", "frequency_ghz is missing"),
        ("x.json", json.dumps({**NAMED, "cache_mb": None}), "cache_mb"),
        ("x.json", json.dumps({**NAMED, "cache_mb": 0}), "cache_mb is 0"),
        ("x.json", json.dumps({**NAMED, "speed" * 900: 0}), "unknown name 'speed"),
        ("x.json", json.dumps({**NAMED, "extra": 3}), "extra is 3, a dict expected"),
        ("x.json", "[1, 2]", "names and numbers expected, got list"),
        ("x.json", "[" * 10**5, "no readable JSON"),
        ("x.json", '{"a": 1', "no readable JSON"),
        ("x.toml", "a = ", "no readable TOML"),
        ("x.toml", "frequency_ghz = 2.2", "dispatch_width is missing"),
        ("x.toml", "\n".join(f"{key} = nan" for key in NAMED), "frequency_ghz is nan"),
    ],
)
def test_wrong_files_with_names(tmp_path: Path, name: str, content: str, says: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(lp.DataError, match=f"{name}: .*{says}") as caught:
        dg.read_device(tmp_path / name)
    assert len(str(caught.value)) < 400


def test_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "x.txt", tmp_path):
        with pytest.raises(lp.StorageError, match="cannot be read"):
            dg.read_device(path)
