"""Tables of several devices: what they hold, what they refuse, and what does not change them."""

from __future__ import annotations

import copy
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SPACE = lp.space("nas-bench-201")
NETWORKS = SPACE.sample(40, seed=3, unique=True)


def latencies(devices: int = 4, rows: int = 40) -> np.ndarray:
    return np.random.default_rng(5).uniform(0.5, 20.0, (rows, devices))


def tables() -> lp.transfer.DeviceTables:
    return lp.transfer.DeviceTables(NETWORKS, latencies(), ["a", "b", "c", "d"])


def test_what_it_holds() -> None:
    held = tables()
    assert (len(held), held.devices, held.space.name) == (40, tuple("abcd"), "nas-bench-201")
    assert "b" in held
    assert "x" not in held
    one = held["b"]
    assert isinstance(one, lp.LatencyTable)
    assert one.device == "b"
    np.testing.assert_array_equal(one.latency_ms, latencies()[:, 1])
    assert one.archs == NETWORKS
    assert "40 networks" in repr(held)
    assert "DeviceTables" in held._repr_html_()


def test_nobody_changes_it() -> None:
    given_values = latencies()
    held = lp.transfer.DeviceTables(NETWORKS, given_values, list("abcd"))
    given_values[:] = 1
    np.testing.assert_array_equal(held.latency_ms, latencies())
    with pytest.raises(ValueError, match="read-only"):
        held.latency_ms[0, 0] = 1
    held["a"].latency_ms[:] = 1
    np.testing.assert_array_equal(held.latency_ms, latencies())


def test_parts() -> None:
    part = tables().select(["d", "a"]).rows([7, 3])
    np.testing.assert_array_equal(part.latency_ms, latencies()[np.ix_([7, 3], [3, 0])])
    assert part.devices == ("d", "a")
    assert part.archs == NETWORKS[[7, 3]]
    mask = np.arange(40) % 3 == 0
    assert tables().rows(mask) == tables().rows(slice(None, None, 3))
    assert tables().rows(-1) == tables().rows([39])


def test_a_copy_in_another_process_is_the_same() -> None:
    again = copy.deepcopy(tables())  # by the same protocol as pickle
    assert again == tables()
    assert again.fingerprint == tables().fingerprint


@given(st.randoms(use_true_random=False))
def test_fingerprint_has_neither_order_nor_name(random: Any) -> None:
    rows, columns = list(range(40)), list(range(4))
    random.shuffle(rows)
    random.shuffle(columns)
    other = lp.transfer.DeviceTables(
        NETWORKS[rows], latencies()[np.ix_(rows, columns)], [f"device {i}" for i in columns]
    )
    assert other.fingerprint == tables().fingerprint
    assert len(other.fingerprint) == 16


def test_fingerprint_sees_values_and_which_network_they_belong_to() -> None:
    values = latencies()
    values[3, 2] = np.nextafter(values[3, 2], 100)
    swapped = latencies()
    swapped[[0, 1], 0] = swapped[[1, 0], 0]
    seen = {tables().fingerprint, tables().select(["a", "b"]).fingerprint}
    for changed in (values, swapped):
        seen.add(lp.transfer.DeviceTables(NETWORKS, changed, list("abcd")).fingerprint)
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"archs": NETWORKS[:39]}, lp.DataError, "39 networks but 40 rows"),
        ({"latency_ms": latencies(3)}, lp.DataError, "3 columns of latencies but 4 names"),
        ({"devices": ["a", "b", "c"]}, lp.DataError, "4 columns of latencies but 3 names"),
        ({"devices": ["a", "b", "c", "a"]}, lp.DataError, "device a comes twice"),
        ({"devices": ["a", "b", "c", ""]}, lp.DataError, "without a name"),
        ({"devices": ["a", "b", "c", 4]}, lp.ConfigError, "names as texts expected, got int"),
        ({"devices": "abcd"}, lp.ConfigError, "devices is 'abcd', a list expected"),
        (
            {"archs": NETWORKS.genes},
            lp.ConfigError,
            "archs is an array .*, an Architectures expected",
        ),
        ({"latency_ms": latencies()[:, 0]}, lp.DataError, r"N x D latencies expected.*\(40,\)"),
        ({"latency_ms": [["x"]]}, lp.DataError, "latency_ms must be numbers"),
        ({"archs": NETWORKS[[0, *range(39)]]}, lp.DataError, "40 rows of 39 networks"),
        ({"archs": NETWORKS[:0], "latency_ms": latencies()[:0]}, lp.DataError, "at least one"),
        ({"latency_ms": latencies(0), "devices": []}, lp.DataError, "at least one"),
    ],
)
def test_refused(changed: dict[str, Any], error: type[Exception], said: str) -> None:
    valid = {"archs": NETWORKS, "latency_ms": latencies(), "devices": list("abcd")}
    with pytest.raises(error, match=said):
        lp.transfer.DeviceTables(**valid | changed)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, -1.5])
def test_latencies_that_are_none_are_named(value: float) -> None:
    values = latencies()
    values[7, 2] = value
    with pytest.raises(lp.DataError, match=f"row 7 of c: {value:g}"):
        lp.transfer.DeviceTables(NETWORKS, values, list("abcd"))


def test_long_names_are_cut() -> None:
    values = latencies()
    values[:] = np.nan
    with pytest.raises(lp.DataError) as caught:
        lp.transfer.DeviceTables(NETWORKS, values, [letter * 9000 for letter in "abcd"])
    assert len(str(caught.value)) < 500
    held = lp.transfer.DeviceTables(NETWORKS, latencies(200), [f"{i}" * 99 for i in range(200)])
    with pytest.raises(lp.ConfigError, match="is not held") as refused:
        held["y" * 9000]
    assert len(str(refused.value)) < 2000


def test_devices_and_rows_that_are_not_held() -> None:
    for ask in (lambda: tables()["pixel9"], lambda: tables().select(["a", "pixel9"])):
        with pytest.raises(lp.ConfigError, match="'pixel9' is not held: one of a, b, c, d"):
            ask()
    with pytest.raises(lp.ConfigError):
        tables()[0]  # type: ignore[index]
    with pytest.raises(lp.ConfigError, match="rows of 0 to 39 expected"):
        tables().rows([0, 40])
    with pytest.raises(lp.ConfigError, match="row numbers expected"):
        tables().rows([0.5])
    with pytest.raises(lp.DataError, match="2 rows of 1 networks"):
        tables().rows([3, 3])
    with pytest.raises(lp.DataError, match="at least one"):
        tables().rows([])


def single(device: str | None = "a", rows: Any = slice(None)) -> lp.LatencyTable:
    return lp.LatencyTable(NETWORKS[rows], latencies()[rows, 0], device=device)


def test_from_tables_of_single_devices() -> None:
    order = np.random.default_rng(1).permutation(40)
    shuffled = single("b", order)
    joined = lp.transfer.DeviceTables.from_tables([single(), shuffled])
    np.testing.assert_array_equal(joined.latency_ms, latencies()[:, [0, 0]])
    named = lp.transfer.DeviceTables.from_tables({"x": single(None), "y": shuffled})
    assert named.devices == ("x", "y")
    parts = {name: tables()[name] for name in tables().devices}
    assert lp.transfer.DeviceTables.from_tables(parts) == tables()


def test_tables_of_different_networks() -> None:
    join = lp.transfer.DeviceTables.from_tables
    other_space = lp.space("fbnet").sample(40, seed=0)
    fbnet = lp.LatencyTable(other_space, latencies()[:, 0], device="b")
    with pytest.raises(lp.SchemaError, match=r"b has networks of fbnet.*first table of nas"):
        join([single(), fbnet])
    more = SPACE.sample(41, seed=8, unique=True)
    others = lp.LatencyTable(more[:40], latencies()[:, 0], device="b")
    with pytest.raises(lp.DataError, match="b has 40 networks that are not the 40"):
        join([single(), others])
    with pytest.raises(lp.DataError, match="b has 39 networks that are not the 40"):
        join([single(), single("b", slice(39))])
    twice = single("b", [0, *range(40)])
    with pytest.raises(lp.DataError, match="b has each network once expected, got 41 rows of 40"):
        join([single(), twice])
    with pytest.raises(lp.DataError, match="device a comes twice"):
        join([single(), single()])
    with pytest.raises(lp.DataError, match="without the name"):
        join([single(None)])
    with pytest.raises(lp.DataError, match="at least one table"):
        join([])
    with pytest.raises(lp.ConfigError, match="LatencyTable expected, got dict"):
        join([{}])  # type: ignore[list-item]
