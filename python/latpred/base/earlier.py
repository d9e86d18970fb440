"""Words of files that earlier versions wrote, as this version says them."""

from __future__ import annotations

from latpred._core import base as _native
from latpred.errors import DataError

__all__ = ["current_device", "current_status", "is_device_text", "refuse_other_device"]


def current_device(text: str) -> str:
    """The text of a device as this version writes it.

    A device on LibTorch that does not say what ran the networks is one of latpred's own runner.
    Any other text stays as it is.

    Example:
        >>> from latpred.base.earlier import current_device
        >>> current_device("here:libtorch-plain-t1-b1-fp32"), current_device("note10")
        ('here:libtorch-runner-plain-t1-b1-fp32', 'note10')
    """
    return _native.current_device_text(text)


def is_device_text(text: str) -> bool:
    """Whether it is the text of a device with runtime, mode, threads, batch size and precision.

    Example:
        >>> from latpred.base.earlier import is_device_text
        >>> is_device_text(lp.Device(name="here").id), is_device_text("note10")
        (True, False)
    """
    return _native.is_device_text(text)


def current_status(status: str, *, has_interval: bool) -> str:
    """The status of a measured row: one that is `converged` without an interval was a label.

    Example:
        >>> from latpred.base.earlier import current_status
        >>> current_status("converged", has_interval=False)
        'labelled'
    """
    return "labelled" if status == "converged" and not has_interval else status


def refuse_other_device(what: str, *, found: str | None, expected: str | None) -> None:
    """Raise DataError, naming both, where two texts name devices and not the same one.

    Example:
        >>> from latpred.base.earlier import refuse_other_device
        >>> refuse_other_device("calibrate", found="phone", expected="phone")
        >>> refuse_other_device("calibrate", found=None, expected="phone")
    """
    if _native.different_devices(found or "", expected or ""):
        raise DataError(
            f"{what}: latencies of device {found!r:.200} where those of {expected!r:.200} are "
            "expected: a device's numbers say nothing of another's"
        )
