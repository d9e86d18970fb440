"""One call that computes, or resumes, the comparison with the published methods."""

from __future__ import annotations

from collections.abc import Sequence

from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.predictors.rows import StrPath
from latpred.transfer.published_results import PublishedTable, table_rows
from latpred.transfer.published_suites import PUBLISHED_TASKS, full_suite, quick_suite
from latpred.transfer.suite_plan import Tables
from latpred.transfer.suite_table import TransferSuite
from latpred.transfer.suites import suite

__all__ = ["published_table"]

_SIZES = {"quick": quick_suite, "full": full_suite}


def published_table(
    size: object = "quick",
    *,
    tasks: object = PUBLISHED_TASKS,
    methods: Sequence[str] | None = None,
    seeds: object = 3,
    store: StrPath | None = None,
    executor: str = "threads",
    workers: int | None = None,
    tables: Tables = None,
    progress: bool = False,
) -> PublishedTable:
    """Published figures, ours by the published protocol and honest ones, with equal budgets.

    Runs the plans of `quick_suite` or `full_suite`. With a store nothing is computed twice, and a
    run that was killed goes on where it was; with all results there it takes seconds.

    Args:
        size: "quick" or "full".
        tasks: As of `suite`; NASFLAT's that are complete here if left out.
        methods: Some of the compared ones; all that this build has where None. Without "best" there
            is nothing to pair with.
        seeds, store, executor, workers, tables, progress: As of `suite`.

    Raises:
        ConfigError: For another size, and as `suite`.
        DataError: Where the tables are not there.
        StorageError: Where the store cannot be written.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=2)
        >>> found = lp.transfer.published_table(
        ...     "quick", tasks=task, methods=["best"], seeds=2, tables=devices, store="table")
        >>> row = found.rows[0]
        >>> row["simple"] == row["honest"]
        True
    """
    if not isinstance(size, str) or size not in _SIZES:
        raise ConfigError(
            f"published_table: size {str(size)[:40]!r}; known: {', '.join(_SIZES)}"
            f"{did_you_mean(size, _SIZES)}"
        )
    plans = _SIZES[size](tasks, methods, seeds=seeds, tables=tables)
    found = [
        suite(
            plan, store=store, executor=executor, workers=workers, tables=tables, progress=progress
        )
        for plan in plans
    ]
    rows = tuple(row for one in found for row in one.rows)
    both = TransferSuite(rows, sum(one.computed for one in found))
    return PublishedTable(tuple(table_rows(both)), both)
