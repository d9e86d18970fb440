"""Public facts of common devices, and how a device is found by its name."""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from typing import Any

from latpred.base.names import did_you_mean
from latpred.device_generic.descriptions import NUMBERS, DeviceDescription
from latpred.errors import ConfigError, StorageError

__all__ = ["device", "devices"]

_FILE = "devices.toml"
_EXTRA = ("cores", "simd_bits", "memory_gb")
_NEAR = 5

Entry = dict[str, Any]


def devices(kind: str | None = None) -> dict[str, DeviceDescription]:
    """The devices of the catalogue, by name: phones, boards, CPUs, GPUs and accelerators.

    Numbers are public facts, most of them of data sheets; `sources` says of each whether it is
    estimated, and which are the ones that the authors of DGL publish. Clock and dispatch width are
    those of the fastest core; for GPUs, dispatch width counts the lanes that start a 32-bit
    operation in a cycle (CUDA cores), for accelerators their multiply-accumulators. The formula is
    made for CPUs: it knows neither launches of kernels nor batches. Names of latency tables
    ("pixel2", "1080ti_32") are devices of their own, with `batch_size` in `extra`.

    Args:
        kind: "phones", "boards", "cpus", "gpus" or "accelerators"; all where None.

    Raises:
        ConfigError: For another kind.

    Example:
        >>> found = lp.device_generic.devices("phones")
        >>> found["Huawei Mate 20"].memory_gbs, found["pixel2"].sources["dispatch_width"]
        (34.1, 'estimated')
    """
    kinds = _kinds()
    if kind is not None and kind not in kinds:
        known = ", ".join(kinds)
        raise ConfigError(
            f"devices: kind {str(kind)[:60]!r}: one of {known} expected{did_you_mean(kind, kinds)}"
        )
    wanted = kinds if kind is None else [kind]
    return {name: one for each in wanted for name, one in kinds[each].items()}


def device(name: str) -> DeviceDescription:
    """A device of the catalogue by its name, whatever the case, blanks and punctuation.

    Words before it may be missing ("Mate 20") where one device alone ends so.

    Raises:
        ConfigError: For an unknown or ambiguous name; names the nearest ones.

    Example:
        >>> lp.device_generic.device("mate-20").name
        'Huawei Mate 20'
        >>> lp.device_generic.device("1080ti_32").extra["batch_size"]
        32.0
    """
    if not isinstance(name, str):
        raise ConfigError(f"device: a name expected, got {type(name).__name__}")
    wanted = _letters(name)
    whole, ends = _by_letters()
    if wanted in whole:
        return whole[wanted]
    found = ends.get(wanted, []) if wanted else []
    if len(found) == 1:
        return whole[found[0]]
    near = _near(wanted, found)[:_NEAR]
    hint = f"nearest are {', '.join(near)}" if near else "device_generic.devices() has all"
    raise ConfigError(f"device {name[:60]!r} is not in the catalogue: {hint}")


def _near(wanted: str, found: list[str]) -> list[str]:
    """Names of `found`, else of what goes on or looks like that."""
    whole, ends = _by_letters()
    known = [*whole, *ends]
    longer = [key for key in known if wanted and key.startswith(wanted)]
    keys = found or longer + difflib.get_close_matches(wanted[:60], known, _NEAR, 0.5)
    return list(dict.fromkeys(whole[one].name for key in keys for one in ends.get(key, [key])))


def _letters(text: str) -> str:
    """Letters and digits alone, small; "+" counts as a word."""
    plain = unicodedata.normalize("NFKC", text[:200].replace("+", " plus ")).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@lru_cache(maxsize=1)
def _document() -> dict[str, dict[str, Entry]]:
    try:
        text = (resources.files("latpred") / "data" / _FILE).read_text(encoding="utf-8")
    except OSError as error:
        raise StorageError(f"the package lacks its table data/{_FILE}: {error.strerror}") from error
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, dict[str, DeviceDescription]]:
    document = _document()
    return {
        kind: {
            each.name: each
            for name, entry in entries.items()
            for each in _described(kind, name, entry)
        }
        for kind, entries in document.items()
        if kind != "chips"
    }


def _described(kind: str, name: str, entry: Entry) -> Iterator[DeviceDescription]:
    """The device, then one for each of its names in latency tables."""
    values = {**_document()["chips"].get(entry.get("chip", ""), {}), **entry}
    if kind == "gpus":
        values["dispatch_width"] = values["cores"]
    numbers = {key: values[key] for key in (*NUMBERS, *_EXTRA) if key in values}
    estimated = {*values.get("estimated", ()), *(["dispatch_width"] if kind == "phones" else [])}
    sources = {key: "estimated" if key in estimated else "data sheet" for key in numbers}
    if published := entry.get("published"):
        numbers |= dict(zip(NUMBERS, published, strict=True))
        sources |= dict.fromkeys(NUMBERS, "published by DGL")
    four = {key: numbers.pop(key) for key in NUMBERS}
    one = DeviceDescription(**four, name=name, extra=numbers, sources=sources)
    yield one
    for table, batch in entry.get("tables", {}).items():
        extra = {**one.extra, "batch_size": float(batch)}
        yield replace(one, name=table, extra=extra, sources={**sources, "batch_size": "its table"})


@lru_cache(maxsize=1)
def _by_letters() -> tuple[dict[str, DeviceDescription], dict[str, list[str]]]:
    """Devices by letters of their names and aliases; and those of whose name it is the end."""
    all_of_them = devices()
    whole = {_letters(name): one for name, one in all_of_them.items()}
    for entries in _document().values():
        for name, entry in entries.items():
            for alias in entry.get("aliases", ()):
                whole[_letters(alias)] = all_of_them[name]
    ends: dict[str, list[str]] = {}
    for name in all_of_them:
        words = name.split()
        for start in range(1, len(words)):
            ends.setdefault(_letters("".join(words[start:])), []).append(_letters(name))
    return whole, ends
