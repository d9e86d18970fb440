"""How well latency is predicted on devices that were not measured, for networks nobody has seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latpred._core import device_generic as _native
from latpred.base.progress import with_bar
from latpred.device_generic.descriptions import DeviceDescription
from latpred.device_generic.device_learning import Measured, device_rows
from latpred.device_generic.folder import DeviceGenericData, StrPath, read_folder
from latpred.errors import ConfigError, DataError
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fitter_of
from latpred.predictors.rows import integer_setting
from latpred.transfer.device_runs import DeviceRuns
from latpred.transfer.tables import DeviceTables

__all__ = ["DeviceGenericEvaluation", "evaluate"]

METRICS = ("pearson", "spearman", "kendall", "rmse_ms", "mae_ms", "mape_percent")
_OTHERS = ("median_ape_percent", "coverage_percent", "width_percent")


@dataclass(frozen=True, kw_only=True)
class DeviceGenericEvaluation(DeviceRuns):
    """Errors on held-out networks of devices that the model did not learn from.

    A mapping: "pearson", "spearman", "kendall" (correlations with the truth), "rmse_ms", "mae_ms",
    "mape_percent", "median_ape_percent" (errors), "coverage_percent" and "width_percent" (share of
    the networks inside their interval, mean width of the intervals as a share of the latency) to
    the mean over devices and splits, and "per_device" to device -> metric -> mean over splits.

    Attributes:
        devices: The D devices, each left out in turn.
        seeds: Of the R splits.
        runs: Metric -> D x R numbers.
        samples: Networks measured on the device that is judged.
        measured: Whether other devices had the networks that are judged by.
        test_fraction: Share of the networks that is judged by.

    Example:
        >>> found = lp.device_generic.evaluate(published, repeats=2)
        >>> found["spearman"] > 0.9, sorted(found["per_device"])
        (True, ['board', 'lap', 'phone'])
    """

    samples: int
    measured: bool
    test_fraction: float

    def __getitem__(self, name: str) -> Any:
        """The mean of a metric over devices and splits, or "per_device"."""
        return self.per_device if name == "per_device" else super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        """The names of the metrics, and "per_device"."""
        return iter([*self.runs, "per_device"])

    def __len__(self) -> int:
        """The number of metrics, and one."""
        return len(self.runs) + 1

    def _labels(self) -> dict[str, object]:
        return {"samples": self.samples, "measured": self.measured}

    def _title(self) -> str:
        known = "measured elsewhere" if self.measured else "unseen"
        return f"{len(self.devices)} unseen devices, {self.samples} samples, networks {known}"


def evaluate(
    folder: StrPath | Measured,
    samples: int = 0,
    repeats: int = 10,
    seed: int = 0,
    *,
    devices: Mapping[str, DeviceDescription] | None = None,
    factors: Predictor | None = None,
    measured: bool = False,
    test_fraction: float = 0.2,
    sampler: str = "method",
    confidence: float = 0.9,
    workers: int = 2,
    progress: bool = False,
) -> DeviceGenericEvaluation:
    """Judge `DeviceGenericPredictor` on devices and networks that it has not learnt from.

    In each split a fifth of the networks is held out. Each device in turn is the unseen one: the
    model learns from the published factors and from the other devices, on the other networks, is
    told the device's description, and perhaps `samples` of its latencies, of those networks too;
    it is judged by the device's latencies of the networks held out. Published factors that the
    audit does not believe are left out of the fits, not of the judging.

    Args:
        folder: A folder as `read_folder` reads it (net.txt, a.txt, latency/, hardware/), its data,
            `lp.transfer.DeviceTables`, or device -> table.
        samples: Networks measured on the unseen device.
        repeats: Splits, with the seeds `seed`, `seed` + 1, …
        seed: First seed; the same seeds give the same splits, in whatever order networks stand.
        devices: Device -> description, where `folder` is not a folder.
        factors: An unfitted predictor of architecture factors; `FactorPredictor` where None.
        measured: Whether the networks that are judged by have a factor and latencies of the other
            devices.
        test_fraction: Share of the networks held out.
        sampler: Of the samples: "method" (`DeviceGenericPredictor.choose`) or "random".
        confidence: Of the intervals whose coverage is judged.
        workers: Threads; results do not depend on it.
        progress: Whether to show a bar.

    Raises:
        StorageError, DataError: As `read_folder`; DataError for a device with too few networks.
        ConfigError: For no device, counts and shares out of range, an unknown sampler, and an
            undescribed device without samples.

    Example:
        >>> found = lp.device_generic.evaluate(published, samples=5, repeats=2)
        >>> found["mape_percent"] < 10
        True
    """
    published, rows = device_rows(_data(folder), devices)
    count = integer_setting("device_generic.evaluate", "repeats", repeats, 1)
    first = integer_setting("device_generic.evaluate", "seed", seed, 0)
    plan = _plan(samples, count, test_fraction, measured, sampler, confidence)
    found = with_bar(
        progress,
        "device-generic",
        lambda report: _native.judge_devices(
            published,
            rows,
            fitter=None if factors is None else fitter_of(factors),
            plan=plan,
            seed=first,
            threads=integer_setting("device_generic.evaluate", "workers", workers, 1),
            progress=report,
        ),
    )
    return DeviceGenericEvaluation(
        devices=tuple(name for name, *_ in rows),
        seeds=tuple(range(first, first + count)),
        runs=_runs(found),
        samples=int(samples),
        measured=bool(measured),
        test_fraction=float(test_fraction),
    )


def _data(folder: StrPath | Measured) -> Measured:
    if isinstance(folder, DeviceGenericData | DeviceTables | Mapping):
        return folder
    data = read_folder(folder)
    if not data.latency_ms:
        raise DataError(f"{folder}: no latency of any device; files in latency/ expected")
    return data


def _plan(
    samples: int, repeats: int, fraction: float, measured: bool, sampler: str, confidence: float
) -> _native.GenericPlan:
    try:
        return _native.GenericPlan(
            samples=integer_setting("device_generic.evaluate", "samples", samples, 0),
            repeats=repeats,
            test_fraction=fraction,
            measured=measured,
            sampler=sampler,
            confidence=confidence,
        )
    except TypeError as error:
        raise ConfigError(
            "device_generic.evaluate: numbers expected as test_fraction and confidence, a text as "
            "sampler"
        ) from error


def _runs(found: list[list[Any]]) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """Metric -> devices x splits."""
    runs = {}
    for name in METRICS:
        runs[name] = np.array([[getattr(one.errors, name) for one in of] for of in found])
    for name in _OTHERS:
        runs[name] = np.array([[getattr(one, name) for one in of] for of in found])
    return runs
