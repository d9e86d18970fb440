"""The device as a value, and the clocks of this machine."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import ConfigError, DataError
from latpred._core import measurement as core
from latpred.base import earlier


def test_defaults_and_text() -> None:
    device = core.Device()
    assert (device.runtime, device.threads, device.batch_size) == ("libtorch", 1, 1)
    assert (device.precision, device.mode, device.name) == ("fp32", "fastest", "")
    assert (device.program, device.id) == ("runner", "libtorch-runner-fastest-t1-b1-fp32")
    assert core.Device("libtorch", 2, 8, mode="plain", name="board").id == (
        "board:libtorch-runner-plain-t2-b8-fp32"
    )


devices = st.builds(
    core.Device,
    threads=st.integers(1, 3),
    batch_size=st.integers(1, 3),
    mode=st.sampled_from(["plain", "channels-last"]),
    name=st.sampled_from(["", "a", "b-2"]),
    program=st.sampled_from(core.device_programs("libtorch")),
)


@given(devices, devices)
def test_equal_devices_have_equal_text_and_hash(a: Any, b: Any) -> None:
    assert (a == b) == (a.id == b.id)
    if a == b:
        assert hash(a) == hash(b)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"runtime": "tensorflow"}, "unknown runtime 'tensorflow', expected one of libtorch"),
        ({"threads": 0}, "threads is 0, expected 1 to"),
        ({"batch_size": -1}, "batch_size is -1, expected 1 to"),
        ({"precision": "int4"}, "precision 'int4' is not known to libtorch, expected one of fp32"),
        ({"mode": "magic"}, "mode 'magic' is not known to libtorch"),
        ({"name": "a,b"}, "name 'a,b' may hold"),
        ({"program": "scripted"}, "program 'scripted' is not known to libtorch, expected one of"),
        ({"program": "eager", "mode": "fastest"}, "mode 'fastest' is not known to libtorch with"),
        ({"runtime": "openvino", "program": "eager"}, "openvino runs networks itself"),
        ({"runtime": "libtorch-cuda", "program": "compiled"}, "program 'compiled' is not known"),
    ],
)
def test_wrong_fields_are_named(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        core.Device(**settings)


def test_unknown_runtime_has_no_modes() -> None:
    for ask in (core.device_modes, core.device_programs):
        with pytest.raises(ConfigError, match="unknown runtime"):
            ask("tensorflow")


def test_the_text_names_what_runs() -> None:
    texts = {core.Device(program=program).id for program in core.device_programs("libtorch")}
    assert texts == {
        "libtorch-runner-fastest-t1-b1-fp32",
        "libtorch-eager-plain-t1-b1-fp32",
        "libtorch-compiled-plain-t1-b1-fp32",
        "libtorch-exported-plain-t1-b1-fp32",
    }
    assert core.device_modes("libtorch", "eager") == ["plain", "channels-last"]
    for runtime in set(core.device_runtimes()) - {"libtorch", "libtorch-cuda"}:
        device = core.Device(runtime)
        assert (core.device_programs(runtime), device.program) == ([], "")
        assert device.id == f"{runtime}-{device.mode}-t1-b1-fp32"


@given(devices)
def test_every_device_is_told_by_its_text(device: Any) -> None:
    assert earlier.is_device_text(device.id)
    assert earlier.current_device(device.id) == device.id
    old = device.id.replace(f"-{device.program}-", "-", 1)
    runner = core.Device(
        threads=device.threads, batch_size=device.batch_size, mode=device.mode, name=device.name
    )
    assert earlier.current_device(old) == runner.id  # texts without a program are the runner's
    again = copy.deepcopy(device)  # by its pickled form
    assert (again, again.program) == (device, device.program)


@pytest.mark.parametrize(
    ("text", "current"),
    [
        (
            "libtorch-cuda-channels-last-t1-b64-fp32",
            "libtorch-cuda-runner-channels-last-t1-b64-fp32",
        ),
        ("lab.2:libtorch-prepacked-t12-b1-fp32", "lab.2:libtorch-runner-prepacked-t12-b1-fp32"),
        ("onnxruntime-all-t1-b1-int8-dynamic", "onnxruntime-all-t1-b1-int8-dynamic"),
        *(
            (text, text)
            for text in ("", "note10", "libtorch", "my:libtorch-phone", "rtx2080ti-b64")
        ),
        *((text, text) for text in ("a:b:libtorch-plain-t1-b1-fp32", "libtorch-plain-t1-b1-fp32 ")),
        ("x" * 10**6, "x" * 10**6),
    ],
)
def test_texts_of_earlier_versions(text: str, current: str) -> None:
    assert earlier.current_device(text) == current
    assert earlier.current_device(current) == current


def test_different_devices_are_named() -> None:
    old, new = "libtorch-plain-t1-b1-fp32", core.Device(mode="plain").id
    eager = core.Device(program="eager").id
    for found, expected in [(old, new), (None, new), (new, ""), ("phone", "phone")]:
        earlier.refuse_other_device("fit", found=found, expected=expected)
    for found, expected in [(old, eager), ("phone", "board"), (eager, "phone")]:
        with pytest.raises(DataError, match=f"fit: .*{found}.*{expected}"):
            earlier.refuse_other_device("fit", found=found, expected=expected)


@pytest.mark.parametrize("scope", [core.Scope.thread, core.Scope.process])
def test_system_clock_runs_forward(scope: Any) -> None:
    clock = core.SystemClock()
    wall, cpu, evidence = clock.wall_ns(), clock.cpu_ns(scope), clock.evidence(scope)
    while clock.cpu_ns(scope) == cpu:
        sum(range(1000))
    assert clock.wall_ns() > wall
    assert clock.cpu_ns(scope) > cpu
    assert all(b >= a for a, b in zip(evidence[:2], clock.evidence(scope)[:2], strict=True))


def test_sleeping_takes_wall_time_but_no_cpu_time() -> None:
    clock = core.SystemClock()
    wall, cpu = clock.wall_ns(), clock.cpu_ns()
    time.sleep(0.05)
    # Time servers may make the system's seconds shorter than raw ones, by up to a tenth.
    assert clock.wall_ns() - wall >= 0.9 * 0.05e9
    assert clock.cpu_ns() - cpu < clock.wall_ns() - wall


def test_synthetic_clock_moves_only_when_told() -> None:
    clock = core.SyntheticClock()
    assert (clock.wall_ns(), clock.cpu_ns(), clock.evidence()) == (0, 0, (0, 0, 0))
    clock.advance(2.0, 1.5, switches=3, faults=1, migrated=True)
    clock.advance(1.0)
    assert (clock.wall_ns(), clock.cpu_ns(), clock.evidence()) == (3_000_000, 2_500_000, (3, 1, 1))


def test_a_slowed_clock_counts_a_second_as_many() -> None:
    system, slowed = core.SystemClock(), core.SlowedClock(1000)
    before, start = system.wall_ns(), slowed.wall_ns()
    time.sleep(0.02)
    passed = slowed.wall_ns() - start
    assert 0.9 * 0.02e9 * 1000 < passed <= 1000 * (system.wall_ns() - before)
    for factor in (0.5, float("nan"), 1e7):
        with pytest.raises(ConfigError, match="slowed clock: factor"):
            core.SlowedClock(factor)


def test_scripted_runnable_repeats_its_columns() -> None:
    clock = core.SyntheticClock()
    work = core.ScriptedRunnable("w", clock, [1.0, 2.0], [0.5, 1.0], [0, 1])
    for _ in range(3):
        work.run()
    assert (clock.wall_ns(), clock.cpu_ns(), clock.evidence()[0]) == (4_000_000, 2_000_000, 1)
    with pytest.raises(ConfigError, match="at least one lapse"):
        core.ScriptedRunnable("w", clock, [])
    with pytest.raises(ConfigError, match="a column of 1 values beside 2"):
        core.ScriptedRunnable("w", clock, [1.0, 2.0], [0.5])
