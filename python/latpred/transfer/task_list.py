"""Transfer tasks: from which devices to learn, and to which to transfer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral

from latpred._core import transfer as _native
from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.errors import ConfigError, SchemaError
from latpred.predictors.rows import integer_setting
from latpred.transfer.table_files import load_tables
from latpred.transfer.tables import DeviceTables, known_names
from latpred.transfer.task_table import HELD, TASKS

__all__ = ["TransferTask", "generated_tasks", "make_task", "task", "tasks"]

_SPACES = {"N": "nas-bench-201", "F": "fbnet"}
_GENERATED = re.compile(r"([NF])-seed(\d{1,18})")


@dataclass(frozen=True)
class TransferTask(Shown):
    """Devices to learn from, and devices to transfer to.

    Attributes:
        name: E.g. "F2".
        space: Name of the space of the networks.
        sources: Names of the devices whose tables are learnt from.
        targets: Names of the devices that are predicted with few samples of theirs.
        missing_sources, missing_targets: Devices of the published task whose tables are not
            among the named data; they are left out.
        mean_cross_spearman: Mean of Spearman's correlations of each source with each target; None
            where it was not computed (`on` does).

    Raises:
        ConfigError: Without sources or targets, and for a device that is both, or one of them
            twice.

    Example:
        >>> task = lp.transfer.TransferTask("mine", "fbnet", ("a", "b"), ("c",))
        >>> task.sources, task.targets
        (('a', 'b'), ('c',))
    """

    name: str
    space: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    missing_sources: tuple[str, ...] = ()
    missing_targets: tuple[str, ...] = ()
    mean_cross_spearman: float | None = None

    def __post_init__(self) -> None:
        """Check the devices; any list of names becomes a tuple."""
        where = f"task {str(self.name)[:40]!r}"
        for role in ("sources", "targets"):
            devices = getattr(self, role)
            if isinstance(devices, str) or not devices:
                raise ConfigError(f"{where}: at least one of {role} expected, as a list of names")
            object.__setattr__(self, role, tuple(devices))
        both = [*self.sources, *self.targets]
        twice = sorted({str(device) for device in both if both.count(device) > 1})
        if twice:
            overlap = set(self.sources) & set(self.targets)
            said = "source and target" if overlap else "there twice"
            raise ConfigError(f"{where}: {known_names(twice)} is {said}")

    def on(self, tables: DeviceTables) -> TransferTask:
        """The task on these tables: checked, and with `mean_cross_spearman` of all networks.

        Raises:
            SchemaError: For tables of another space.
            ConfigError: For a device that they do not hold.
        """
        if tables.space.name != self.space:
            found = f"tables of {tables.space.name}, {self.space} expected"
            raise SchemaError(f"task {self.name[:40]!r}: {found}")
        parts = tables.columns(self.sources), tables.columns(self.targets)
        found_mean = _native.mean_cross_correlation(tables.matrix, *parts)
        return replace(self, mean_cross_spearman=found_mean)


def tasks() -> dict[str, TransferTask]:
    """The 12 tasks of NASFLAT, with the devices of HELP's tables; name -> task.

    ND, N1–N4, NA on NAS-Bench-201 and FD, F1–F4, FA on FBNet. Eagle's devices are not among the
    named data: N1–N4 and NA lack some, which `missing_sources` and `missing_targets` name. For
    more tasks on NAS-Bench-201 see `generated_tasks`.

    Source: device lists of Akhauri and Abdelfattah, "On latency predictors for neural architecture
    search" (2024).

    Example:
        >>> lp.transfer.tasks()["NA"].missing_targets
        ('desktop_gpu_gtx_1080ti_fp32', 'embedded_tpu_edge_tpu_int8')
    """
    return {name: _published(name) for name in TASKS}


def _published(name: str) -> TransferTask:
    space = _SPACES[name[0]]
    (sources, no_sources), (targets, no_targets) = (
        (
            tuple(d for d in given if d in HELD[space]),
            tuple(d for d in given if d not in HELD[space]),
        )
        for given in TASKS[name]
    )
    return TransferTask(name, space, sources, targets, no_sources, no_targets)


def task(name: object) -> TransferTask:
    """A task by name: one of `tasks`, or "N-seed<number>" and "F-seed<number>".

    The latter are `make_task(load_tables(...), seed=<number>)`: five sources and five targets.

    Raises:
        ConfigError: For another name; the message has the names.
        DataError: For a generated task without the tables it is made of.

    Example:
        >>> lp.transfer.task("F1").targets
        ('eyeriss', 'fpga', 'raspi4', 'samsung_a50', 'samsung_s7')
    """
    if isinstance(name, str) and name in TASKS:
        return _published(name)
    found = _GENERATED.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        known = f"{', '.join(TASKS)}, N-seed0, F-seed0 and so on"
        raise ConfigError(
            f"task {str(name)[:60]!r}: one of {known} expected{did_you_mean(name, TASKS)}"
        )
    return make_task(load_tables(_SPACES[found[1]]), seed=int(found[2]), name=found[0])


def make_task(
    tables: DeviceTables,
    sources: int | Sequence[str] = 5,
    targets: int | Sequence[str] = 5,
    seed: int = 0,
    *,
    name: str | None = None,
) -> TransferTask:
    """Make a task of the devices of tables: named ones, or a hard task by partition.

    With numbers, three quarters of the devices are drawn and parted so that sources and targets
    correlate little: the graph of Spearman's correlations is bisected with a small cut
    (Kernighan–Lin, ten starts); then the device most like the other side leaves a side until the
    numbers are met. This follows NASFLAT, whose cut had the wrong sign. The same latencies and
    seed give the same devices, whatever their names and the order of devices and networks.

    Args:
        tables: Devices to choose from.
        sources, targets: How many devices, or which: two numbers or two lists.
        seed: Seed of the partition.
        name: Name of the task; "N-seed0" (NAS-Bench-201), "F-seed0" (FBNet) or the space's name
            with the seed where None.

    Raises:
        ConfigError: For a device that is not held, one that is source and target, a number and a
            list, and numbers below 1.
        DataError: For fewer devices than sources and targets together.

    Example:
        >>> slow = table.latency_ms[:, None] * [1, 2, 3] + np.c_[np.zeros(60), np.arange(60), 1:61]
        >>> tables = lp.transfer.DeviceTables(archs, slow, ["a", "b", "c"])
        >>> task = lp.transfer.make_task(tables, sources=["a", "b"], targets=["c"])
        >>> task.name, task.mean_cross_spearman > 0
        ('tiny', True)
    """
    seeded = integer_setting("make_task", "seed", seed, 0)
    letters = {space: letter for letter, space in _SPACES.items()}
    prefix = letters.get(tables.space.name, tables.space.name)
    if isinstance(sources, Integral) and isinstance(targets, Integral):
        many = integer_setting("make_task", "sources", sources, 1)
        few = integer_setting("make_task", "targets", targets, 1)
        parts = _native.part_devices(tables.matrix, many, few, seeded)
        first, second = (tuple(tables.devices[column] for column in part) for part in parts)
        made = TransferTask(name or f"{prefix}-seed{seeded}", tables.space.name, first, second)
    elif isinstance(sources, Sequence) and isinstance(targets, Sequence):
        if isinstance(sources, str) or isinstance(targets, str):
            raise ConfigError("make_task: lists of names expected as sources and targets")
        given = tuple(sources), tuple(targets)
        made = TransferTask(name or tables.space.name, tables.space.name, *given)
    else:
        raise ConfigError("make_task: two numbers or two lists expected as sources and targets")
    return made.on(tables)


def generated_tasks(
    tables: DeviceTables, count: int = 4, sources: int = 5, targets: int = 5, *, seed: int = 0
) -> dict[str, TransferTask]:
    """Several tasks by `make_task`, with the seeds from `seed` on; name -> task.

    Of the named tables of NAS-Bench-201 they are "N-seed0", "N-seed1" and so on, in place of
    N1–N4, whose devices are not all at hand; `task` knows them by these names.

    Raises:
        ConfigError, DataError: As `make_task`.

    Example:
        >>> columns = np.random.default_rng(0).uniform(1, 2, (60, 8))
        >>> tables = lp.transfer.DeviceTables(archs, columns, list("abcdefgh"))
        >>> list(lp.transfer.generated_tasks(tables, 2, sources=3, targets=2))
        ['tiny-seed0', 'tiny-seed1']
    """
    first = integer_setting("generated_tasks", "seed", seed, 0)
    number = integer_setting("generated_tasks", "count", count, 1, 10_000)
    made = [make_task(tables, sources, targets, first + i) for i in range(number)]
    return {one.name: one for one in made}
