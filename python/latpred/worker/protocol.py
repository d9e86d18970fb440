"""The protocol between a campaign and the worker that measures for it: JSON, a message a line.

The worker begins with `hello` and then answers requests in their order:

    worker                                    campaign
    hello {protocol, runtimes, environment}
                                              measure {job, device, networks, references, ...}
    step {subject, phase}                       before it builds or runs another network
    visit {record}, finished {row}
    done {rows, campaign} | error {kind, message} | cancelled
                                              cancel, ping, end

NaN travels as null. Numbers of networks count from 0; references are "reference 0" and so on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from latpred import errors
from latpred.base.json import json_text
from latpred.errors import LatpredError, MeasurementError

__all__ = [
    "MOST_LINE",
    "PROTOCOL",
    "Row",
    "campaign_fields",
    "campaign_from",
    "decode",
    "encode",
    "error_fields",
    "error_from",
    "row_fields",
]

PROTOCOL = 2
MOST_LINE = 256 << 20  # a network of 2 GB goes by path

ROW = (
    "index",
    "name",
    "status",
    "reason",
    "latency_ms",
    "low_ms",
    "high_ms",
    "cpu_ms",
    "p90_ms",
    "ratio",
    "ratio_low",
    "ratio_high",
    "reference",
    "correlation",
    "time",
    "visits",
    "clean_visits",
    "dropped_visits",
    "fallback_share",
    "half_width_percent",
    "samples",
    "clean_samples",
    "runs_per_sample",
)
WORDS = {"name", "status", "reason", "time"}
REFERENCE = ("name", "latency_ms", "low_ms", "high_ms", "time", "calm", "legs", "clean_legs")
CAMPAIGN = (
    "clean_fraction",
    "calibrated",
    "changes",
    "quarantined",
    "wall_seconds",
    "cpu_seconds",
    "warnings",
)


class Row(SimpleNamespace):
    """A row of a campaign elsewhere, with the attributes of `NetworkResult`."""


def encode(message: Mapping[str, Any]) -> bytes:
    """One line."""
    return json_text(message).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """The message of a line.

    Raises:
        MeasurementError: Unless it is a JSON object with a text `type`, with the line's begin.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MeasurementError(f"a line is no message of the worker protocol: {line[:80]!r}")
    return message


def row_fields(row: Any) -> dict[str, Any]:
    """A row as plain values."""
    return {name: getattr(row, name) for name in ROW}


def row_from(fields: Mapping[str, Any]) -> Row:
    """The row of plain values."""
    return Row(**{name: math.nan if fields[name] is None else fields[name] for name in ROW})


def campaign_fields(campaign: Any) -> dict[str, Any]:
    """What is known of a campaign as a whole, as plain values."""
    references = [{name: getattr(one, name) for name in REFERENCE} for one in campaign.references]
    fields = {name: getattr(campaign, name) for name in CAMPAIGN}
    main = campaign.reference
    return fields | {
        "references": references,
        "reference": {name: getattr(main, name) for name in REFERENCE},
    }


def campaign_from(message: Mapping[str, Any]) -> SimpleNamespace:
    """The campaign of a `done` message, with the attributes of a native one."""

    def numbers(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {name: math.nan if one is None else one for name, one in fields.items()}

    fields = numbers(message["campaign"])
    references = [SimpleNamespace(**numbers(one)) for one in fields.pop("references")]
    main = SimpleNamespace(**numbers(fields.pop("reference")))
    rows = [row_from(one) for one in message["rows"]]
    return SimpleNamespace(**fields, references=references, reference=main, rows=rows)


def error_fields(error: BaseException) -> dict[str, str]:
    """An `error` message of what was raised."""
    text = " ".join(str(error).split()) or type(error).__name__
    return {"type": "error", "kind": type(error).__name__, "message": text}


def error_from(message: Mapping[str, Any]) -> LatpredError:
    """The error of latpred that the worker named, a MeasurementError for any other."""
    text = str(message.get("message", ""))
    kind = getattr(errors, str(message.get("kind")), None)
    if isinstance(kind, type) and issubclass(kind, LatpredError):
        return kind(text)
    return MeasurementError(f"{message.get('kind')} in the worker: {text}")
