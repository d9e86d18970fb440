"""How well a method brings what some devices teach to others, judged on all networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred._core import predictors as _predictors
from latpred._core import transfer as _native
from latpred.base.numbers import numbers
from latpred.base.progress import Progress, with_bar
from latpred.errors import ConfigError
from latpred.predictors.rows import Values, integer_setting
from latpred.transfer.device_runs import DeviceRuns
from latpred.transfer.judged_runs import (
    METRICS,
    Setting,
    Task,
    judge,
    judged_case,
    method_name,
    setting_of,
)
from latpred.transfer.legacy_protocol import protocol_of
from latpred.transfer.method_forms import fitter_of
from latpred.transfer.tables import DeviceTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TransferEvaluation", "evaluate"]


@dataclass(frozen=True)
class TransferEvaluation(DeviceRuns):
    """How well a method serves the target devices of a task, each from a few measured networks.

    A mapping: "spearman", "kendall", "pearson" (correlations with the truth), "rmse_ms", "mae_ms",
    "mape_percent", "median_ape_percent" (errors), "coverage_percent" and "width_percent" (share of
    the networks inside their interval, mean width of the intervals as a share of the latency),
    "parameters" (trainable ones of the model; weights of linear ones; NaN for methods of your own)
    and "ceiling" (rank correlation that thousands of rows of the device itself give) to the mean
    over devices and seeds. It is NaN where a device failed, and where the method
    gives no intervals.

    Attributes:
        task, method: Their names.
        devices: The D target devices.
        seeds: The R seeds.
        samples: Networks measured on each target.
        source_samples: Networks known of the source devices.
        sampler: How the samples are chosen.
        runs: Metric -> D x R numbers.
        scored: Networks that each number is over: all but the samples, or the published ones.
        failures: Device -> why the method failed on it.
        protocol: "honest" or "legacy".
        remark: What of the protocol does not apply to the method; empty where all of it does.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=1)
        >>> found = lp.transfer.evaluate(task, "nearest-device", 10, 2, tables=devices)
        >>> found.runs["spearman"].shape, found.scored
        ((1, 2), 50)
    """

    task: str
    method: str
    samples: int
    source_samples: int
    sampler: str
    scored: int
    failures: Mapping[str, str]
    protocol: str = "honest"
    remark: str = ""

    def _labels(self) -> dict[str, object]:
        return {"task": self.task, "method": self.method}

    def _title(self) -> str:
        published = ", published protocol" if self.protocol == "legacy" else ""
        return f"{self.method} on {self.task}, {self.samples} samples{published}"

    def plot(self, metric: str = "spearman", *, ax: Axes | None = None) -> Axes:
        """Draw a metric of each device as a bar; see `latpred.plots.transfer_devices`."""
        from latpred.plots import transfer_devices as draw

        scores = {device: found[metric] for device, found in self.per_device.items()}
        ceilings = {device: found["ceiling"] for device, found in self.per_device.items()}
        ranks = metric == "spearman"
        return draw({self.method: scores}, ceilings if ranks else None, metric=metric, ax=ax)

    def __str__(self) -> str:
        """A line for each device and one for their mean."""
        remarks = [self.remark] if self.remark else []
        failures = [f"{name}: {why}" for name, why in self.failures.items()]
        return "\n".join([super().__str__(), *remarks, *failures])


def evaluate(
    task: str | Task,
    predictor: str | object = "best",
    samples: int = 20,
    repeats: int = 5,
    *,
    tables: DeviceTables | None = None,
    sampler: str | None = None,
    source_samples: int | None = None,
    seed: int = 0,
    confidence: float = 0.9,
    protocol: object = "honest",
    accuracy: npt.ArrayLike | None = None,
    progress: bool = False,
) -> TransferEvaluation:
    """Fit a method to the source devices of a task and judge it on each target device.

    In each repetition the method sees the same random networks on all source devices, adapts to
    `samples` measured networks of a target, and is judged on all other networks of the table.
    Results depend on networks, latencies and arguments; names and order of devices and the order
    of networks do not matter.

    The protocol "legacy" is what the published code did, for comparison with published figures
    only: scores over the first 128 networks of the table, samples included (HELP: the 1,000 after
    its pool, without the fastest and slowest tenth), and for methods that are tuned by epochs
    (those of `lp.transfer.methods()` that are networks, or your own with `tune`) the mean of the
    correlations after the last four epochs, targets and numbers of samples one after the other
    without setting the weights back, and scales from the whole table. `remark` says what of it
    does not apply to a method.

    Args:
        task: Name of a task (`lp.transfer.tasks()`), or one of `make_task`.
        predictor: Name of a method (`lp.transfer.methods()`), a dict of "method" (a name) and
            settings of its class, or an object with `fit(tables, seed)`, where `tables` has the
            networks and latencies of each source device; it returns an object with
            `adapt(archs, latency_ms, seed)`, which returns a predictor, and perhaps
            `choose(archs, n, seed)`, the rows that it wants to be measured. With
            `tune(archs, latency_ms, range_ms, shown, epochs, seed)` beside it is judged by all of
            the protocol "legacy": it goes on from its weights and returns scores of the networks
            `shown` after each of the last `epochs` epochs.
        samples: Networks measured on each target.
        repeats: Repetitions, with the seeds `seed`, `seed` + 1, …
        tables: Latencies of all devices; those of the task's space (`load_tables`) where None.
        sampler: A method of `lp.sampling.choose`, for one set of samples for all targets
            ("oracle": of each target's own latencies); the method's own wish where None.
        source_samples: Networks known of the source devices: 800 of "fbnet", 900 of others where
            None (under "legacy" as many as published); all where the table has no more.
        seed: First seed.
        confidence: Of the intervals whose coverage is judged.
        protocol: "honest" or "legacy".
        accuracy: N accuracies of the tables' networks, for the sampler "params" under "legacy" in
            NAS-Bench-201: there it sorts by them.
        progress: Whether to show a bar.

    Raises:
        ConfigError: For an unknown task, method or sampler, devices that are not held, counts out
            of range.
        DataError: For a target that is a source, or has the same latencies as one; for tables that
            are not there; for samples that leave no network to judge by, or are fewer than the
            method needs. A method that fails on some of the targets only has `failures`.

    Example:
        >>> class Flops:
        ...     def fit(self, tables, seed):
        ...         return self
        ...     def adapt(self, archs, latency_ms, seed):
        ...         return lp.FlopsPredictor().fit(archs, latency_ms)
        >>> task = lp.transfer.make_task(devices, sources=2, targets=1)
        >>> found = lp.transfer.evaluate(task, Flops(), 10, 2, tables=devices)
        >>> bool(found["spearman"] > 0.9)
        True
    """
    case, held = judged_case(task, tables)
    count = integer_setting("transfer.evaluate", "repeats", repeats, 1)
    first = integer_setting("transfer.evaluate", "seed", seed, 0)
    rules = protocol_of(protocol)
    fitter = fitter_of(predictor, rules, str(held.space.name))
    setting = setting_of(
        case, held, samples=samples, source_samples=source_samples, sampler=sampler,
        confidence=confidence, seed=first, protocol=rules, kind=fitter.kind,
    )  # fmt: skip
    found = _judged(fitter, held, setting, count, progress, _accuracies(accuracy, setting))
    return TransferEvaluation(
        task=case.name,
        method=method_name(predictor),
        devices=setting.targets,
        seeds=tuple(range(first, first + count)),
        samples=setting.samples,
        source_samples=setting.source_samples,
        sampler=setting.sampler,
        runs=_runs(found, held, setting),
        scored=max(of["scored"] for one in found for of in one),
        failures={of["device"]: of["failure"] for one in found for of in one if of["failure"]},
        protocol=setting.protocol,
        remark=_remark(fitter, setting),
    )


def _accuracies(accuracy: npt.ArrayLike | None, setting: Setting) -> Values | None:
    if accuracy is None:
        return None
    if (setting.protocol, setting.sampler) != ("legacy", "params"):
        raise ConfigError("transfer: accuracy: only for sampler='params' with protocol='legacy'")
    return numbers(accuracy, "transfer: accuracy")


def _remark(fitter: _predictors.DeviceFitter, setting: Setting) -> str:
    """What of the published evaluation a method has no place for."""
    if setting.protocol != "legacy" or _native.tuned_by_epochs(fitter):
        return ""
    return (
        "not tuned by epochs: scored once, on the published networks with the samples among them; "
        "each target starts anew, scales are of the samples alone"
    )


def _judged(
    fitter: _predictors.DeviceFitter,
    tables: DeviceTables,
    setting: Setting,
    count: int,
    progress: bool,
    accuracy: Values | None,
) -> list[list[dict[str, Any]]]:
    """What `judge` gives for each of the seeds."""
    found = []

    def run(report: Progress | None) -> None:
        for done in range(count):
            if report is not None:
                report(done, count, f"seed {setting.seed + done}")
            case = replace(setting, seed=setting.seed + done)
            found.append(judge(fitter, tables, case, accuracy=accuracy))

    with_bar(progress, "transfer", run)
    return found


def _runs(
    found: list[list[dict[str, Any]]], tables: DeviceTables, setting: Setting
) -> dict[str, Values]:
    """Metric -> devices x seeds."""
    runs = {name: np.array([[of[name] for of in one] for one in found]).T for name in METRICS[:-1]}
    ceilings = _native.ceilings(tables.matrix, tables.columns(setting.targets))
    return runs | {"ceiling": np.repeat(ceilings[:, None], len(found), axis=1)}
