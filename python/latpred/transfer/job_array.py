"""A suite as a job array of SLURM: a plan, a list of its jobs, and one script."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from latpred.base.files import write
from latpred.base.json import json_text
from latpred.errors import ConfigError, StorageError
from latpred.predictors.rows import StrPath, integer_setting
from latpred.transfer.suite_jobs import jobs_of
from latpred.transfer.suite_plan import Tables, given_plan, plan_tables, read_plan
from latpred.transfer.suites import run_one
from latpred.transfer.tables import DeviceTables

__all__ = ["run_job", "write_slurm"]

PLAN, SCRIPT, JOBS = "plan.json", "array.sh", "jobs.txt"
_MOST_TASKS = 1000  # of an array, as SLURM is set up
# Values of options of sbatch, none of which a shell or sbatch reads as anything else.
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@,+=%/-]*")


def write_slurm(
    folder: StrPath,
    tasks: object,
    methods: object = "best",
    samples: object = 20,
    seeds: object = 5,
    *,
    samplers: object = "method",
    tables: Tables = None,
    source_samples: int | None = None,
    confidence: float = 0.9,
    protocol: object = "honest",
    account: str | None = None,
    partition: str | None = None,
    time: str = "01:00:00",
    memory: str = "4G",
    cpus: int = 1,
    jobs_per_task: int | None = None,
    setup: Sequence[str] = (),
    command: Sequence[str] = ("latpred",),
) -> Path:
    """Write a suite as a job array; the script is started by `sbatch array.sh` in the folder.

    The folder holds "plan.json", which `suite(folder / "plan.json", store=folder)` turns into the
    table when the jobs are done (and which computes what is missing), "jobs.txt" with a line for
    each job, and "array.sh". Tables that are given are written beside them; else each job takes the
    named ones. Nothing in it is bound to this machine, and a job that ran twice changes nothing.

    Args:
        folder: Made where it is not there.
        tasks, methods, samples, seeds, samplers, tables, source_samples, confidence, protocol: As
            of `suite`; methods by name only.
        account, partition, time, memory, cpus: Options of sbatch for each task of the array.
        jobs_per_task: Jobs that one task does one after the other; where None as few as keep the
            array within 1,000 tasks.
        setup: Lines of shell before the command, such as "source env/bin/activate".
        command: Words of the command `latpred`, which are quoted.

    Returns:
        The path of the script.

    Raises:
        ConfigError: For options that are not single plain words, methods that are no names, and as
            `suite`.
        StorageError: Where the folder cannot be written.

    Example:
        >>> networks = lp.space("nas-bench-201").sample(60, seed=0, unique=True)
        >>> tables = lp.transfer.DeviceTables(networks, noise, list("pqrs"))
        >>> task = lp.transfer.make_task(tables, sources=2, targets=1)
        >>> script = lp.transfer.write_slurm("array", task, "flops", 10, tables=tables)
        >>> [line for line in script.read_text().splitlines() if "array=" in line]
        ['#SBATCH --array=0-4']
    """
    plan = given_plan(
        tasks, methods, samples, seeds, samplers=samplers, source_samples=source_samples,
        confidence=confidence, protocol=protocol, tables=tables,
    )  # fmt: skip
    document = plan.to_dict()
    held = plan_tables(tasks) if tables is None else tables
    jobs = list(jobs_of(plan, held))
    options = _options(account, partition, time, memory, cpus)
    many = _per_task(jobs_per_task, len(jobs))
    script = _script(options, len(jobs), many, cpus, setup, command)
    place = _made(Path(folder))
    if held is not None:
        document["tables"] = _keep_tables(place, {job.task.space: of for job, of in jobs})
    lines = [f"{number}\t{job.name}\t{job.label}\n" for number, (job, _) in enumerate(jobs)]
    return _keep(place, document, lines, script)


def run_job(
    plan: StrPath, index: int, *, store: StrPath | None = None, count: int = 1
) -> list[str]:
    """Do some jobs of a plan's file, as a task of a job array; what is done already stays.

    Args:
        plan: File of a plan.
        index: Number of the task, from 0; it does the jobs from index x count on.
        store: Folder of the results; that of the plan where None.
        count: Jobs to do.

    Returns:
        What the jobs are called.

    Raises:
        ConfigError: For a plan that is none, and for a number beyond its last job.

    Example:
        >>> networks = lp.space("nas-bench-201").sample(60, seed=0, unique=True)
        >>> tables = lp.transfer.DeviceTables(networks, noise, list("pqrs"))
        >>> task = lp.transfer.make_task(tables, sources=2, targets=1, name="made")
        >>> script = lp.transfer.write_slurm("array", task, "flops", 10, tables=tables)
        >>> lp.transfer.run_job("array/plan.json", 3)
        ['made flops 10 method 3']
    """
    first = integer_setting("run_job", "index", index, 0)
    many = integer_setting("run_job", "count", count, 1)
    found, tables = read_plan(plan), plan_tables(plan)
    folder = Path(plan).parent if store is None else Path(store)
    done = []
    begin = first * many
    for number in range(begin, begin + many):
        job = run_one(found, number, folder, tables)
        if job is None:
            break
        done.append(job.label)
    if not done:
        raise ConfigError(f"run_job: no job {begin} in {plan}")
    return done


def _options(
    account: str | None, partition: str | None, time: str, memory: str, cpus: int
) -> list[str]:
    named: dict[str, object] = {"account": account, "partition": partition}
    named |= {"time": time, "mem": memory}
    named["cpus-per-task"] = str(integer_setting("write_slurm", "cpus", cpus, 1))
    for name, value in named.items():
        if value is not None and not (isinstance(value, str) and _WORD.fullmatch(value)):
            raise ConfigError(f"write_slurm: {name}={str(value)[:40]!r}, one plain word expected")
    return [f"#SBATCH --{name}={value}" for name, value in named.items() if value is not None]


def _per_task(given: int | None, jobs: int) -> int:
    if given is not None:
        return integer_setting("write_slurm", "jobs_per_task", given, 1)
    return -(-jobs // _MOST_TASKS)


def _script(
    options: list[str],
    jobs: int,
    many: int,
    cpus: int,
    setup: Sequence[str],
    command: Sequence[str],
) -> str:
    for name, texts in (("setup", setup), ("command", command)):
        if not isinstance(texts, list | tuple) or not all(map(_is_line, texts)):
            raise ConfigError(f"write_slurm: {name}: a list of texts of one line each expected")
    if not command:
        raise ConfigError("write_slurm: command: no word, at least one expected")
    words = [*command, "transfer", "run-job", PLAN, "--count", str(many), "--index"]
    return "\n".join(
        [
            "#!/usr/bin/env bash",
            "#SBATCH --job-name=latpred-transfer",
            f"#SBATCH --array=0-{(jobs - 1) // many}",
            "#SBATCH --output=logs/%A_%a.log",
            "#SBATCH --requeue",
            *options,
            "# Start it in this folder: sbatch array.sh",
            "set -euo pipefail",
            'cd -- "${SLURM_SUBMIT_DIR:-.}"',
            f"export OMP_NUM_THREADS={cpus}",
            *setup,
            f'exec {shlex.join(words)} "$SLURM_ARRAY_TASK_ID"',
            "",
        ]
    )


def _is_line(text: object) -> bool:
    return isinstance(text, str) and not {"\n", "\r", "\0"}.intersection(text)


def _made(folder: Path) -> Path:
    try:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {error.strerror}") from error
    return folder


def _keep(folder: Path, plan: Mapping[str, object], jobs: list[str], script: str) -> Path:
    write(folder / PLAN, json_text(plan, indent=1) + "\n")
    write(folder / JOBS, "".join(jobs))
    place = folder / SCRIPT
    write(place, script)
    place.chmod(0o755)
    return place


def _keep_tables(folder: Path, held: dict[str, DeviceTables]) -> dict[str, str]:
    """Write the tables of each space; space -> name of the file."""
    names = {}
    for number, (space, tables) in enumerate(held.items()):
        names[space] = f"tables-{number}.npz"
        with (folder / names[space]).open("wb") as file:
            np.savez_compressed(
                file,
                devices=np.array(tables.devices),
                latency_ms=tables.latency_ms,
                arch_str=np.array(tables.archs.to_strings()),
            )
    return names
