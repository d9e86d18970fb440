"""The protocol between a campaign and the worker that measures for it: one JSON object a line.

The worker begins with `hello` and then answers requests in order:

    worker                                    campaign
    hello {protocol, runtimes, environment}
                                              measure {job, device, networks, references, ...}
    step {subject, phase}                       before it builds or runs another network
    visit {record}, finished {row}
                                                with progress: visits done, expected, a text
    done {rows, campaign} | error {kind, message} | cancelled
                                              memory {device, network, runs, base}
    remembered {held, load_peak, run_peak, base}
                                                or with a reason why it does not run
                                              cancel, ping, end

NaN is sent as null. Networks are numbered from 0; references are "reference 0" and so on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from latpred import errors
from latpred._core.measurement import Campaign, NetworkResult
from latpred.base.json import json_text
from latpred.errors import LatpredError, MeasurementError

__all__ = [
    "MOST_LINE",
    "PROTOCOL",
    "campaign_fields",
    "campaign_from",
    "decode",
    "encode",
    "error_fields",
    "error_from",
]

PROTOCOL = 4
MOST_LINE = 256 << 20  # a network of 2 GB is sent by path


def encode(message: Mapping[str, Any]) -> bytes:
    """The message as one line."""
    return json_text(message).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """The message of a line.

    Raises:
        MeasurementError: Unless it is a JSON object with a text `type`; it quotes the line's start.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MeasurementError(f"a line is not a message of the worker protocol: {line[:80]!r}")
    return message


def campaign_fields(campaign: Campaign) -> dict[str, Any]:
    """What is known about a campaign as a whole and its references, as plain values."""
    return campaign.fields() | {"references": [one.fields() for one in campaign.references]}


def campaign_from(message: Mapping[str, Any]) -> Campaign:
    """The campaign of a `done` message; DataError for a wrong or missing field."""
    fields = message["campaign"]
    rows = [NetworkResult.from_fields(one) for one in message["rows"]]
    return Campaign.from_fields(fields, fields["references"], rows)


def error_fields(error: BaseException) -> dict[str, str]:
    """The `error` message for a raised error."""
    text = " ".join(str(error).split()) or type(error).__name__
    return {"type": "error", "kind": type(error).__name__, "message": text}


def error_from(message: Mapping[str, Any]) -> LatpredError:
    """The latpred error that the worker names, or a MeasurementError for any other."""
    text = str(message.get("message", ""))
    kind = getattr(errors, str(message.get("kind")), None)
    if isinstance(kind, type) and issubclass(kind, LatpredError):
        return kind(text)
    return MeasurementError(f"{message.get('kind')} in the worker: {text}")
