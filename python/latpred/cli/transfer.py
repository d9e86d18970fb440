"""The verbs `latpred transfer`: predictors for a device that hardly anything is measured on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli import transfer_adapt, transfer_published, transfer_search
from latpred.cli.common import Json, Seed, show, write_csv
from latpred.cli.outputs import kept_in, output, output_folder

__all__ = ["app", "register"]

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Predict a new device from others and few measurements.",
)

TaskName = Annotated[
    str, typer.Argument(metavar="TASK", help="Name of a task; see `latpred transfer tasks`.")
]
PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="Plan of a suite: a TOML or JSON file.")
]
Method = Annotated[str, typer.Option(help="Method that learns and adapts.")]
Samples = Annotated[int, typer.Option(min=1, help="Networks measured on each target device.")]
Sampler = Annotated[
    str | None,
    typer.Option(help="How samples are chosen: random, flops, …; the method's wish if left out."),
]
SourceSamples = Annotated[
    int | None,
    typer.Option(min=1, help="Networks known of each source device; 800 or 900 if left out."),
]
TablesOption = Annotated[
    Path | None,
    typer.Option("--tables", help="Latencies: .npz, a folder of tables, or HELP's folder."),
]
Confidence = Annotated[float, typer.Option(help="Confidence of the intervals, 0 to 1.")]
Store = Annotated[
    Path | None, output_folder(help="Folder of the results; what is in it is not computed again.")
]
What = Annotated[list[str], typer.Argument(metavar="PLAN|TASK", help="A plan's file, or tasks.")]
Methods = Annotated[
    list[str] | None, typer.Option("--method", help="A method; may be given several times.")
]
ManySamples = Annotated[str, typer.Option(help="Numbers of samples, such as 5,10,20.")]
Seeds = Annotated[int, typer.Option(min=1, help="Number of seeds.")]
Samplers = Annotated[
    list[str] | None, typer.Option("--sampler", help="A sampler; may be given several times.")
]
Executor = Annotated[str, typer.Option(help="Where jobs run: threads, process or ray.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Jobs at the same time.")]
Protocol = Annotated[
    str, typer.Option(help="honest: all networks but the samples; legacy: as the published code.")
]
Protocols = Annotated[
    list[str] | None,
    typer.Option("--protocol", help="honest or legacy; may be given several times."),
]
Csv = Annotated[Path | None, output(help="CSV file for all rows.")]
Slurm = Annotated[
    Path | None, output_folder(help="Write a SLURM job array to this folder; run nothing.")
]
Account = Annotated[str | None, typer.Option(help="SLURM account.")]
Partition = Annotated[str | None, typer.Option(help="SLURM partition.")]
Time = Annotated[str, typer.Option(help="SLURM's limit of the time of one task of the array.")]
Memory = Annotated[str, typer.Option("--mem", help="Memory of one task, such as 4G.")]
Cpus = Annotated[int, typer.Option(min=1, help="Processors of one task.")]
METRICS = ("spearman", "median_ape_percent", "mape_percent", "rmse_ms", "coverage_percent")


@app.command()
def tasks(as_json: Json = False) -> None:
    """List the published transfer tasks.

    Also the devices that are missing from the tables.
    """
    rows = []
    for name, task in lp.transfer.tasks().items():
        row: dict[str, Any] = {"task": name, "space": task.space}
        for part in ("sources", "targets", "missing_sources", "missing_targets"):
            devices = list(getattr(task, part))
            row[part] = devices if as_json else len(devices)
        rows.append(row)
    show(rows, as_json)


@app.command()
def evaluate(
    task: TaskName,
    method: Method = "best",
    samples: Samples = 20,
    repeats: Annotated[int, typer.Option(min=1, help="Repetitions with seeds of their own.")] = 5,
    sampler: Sampler = None,
    source_samples: SourceSamples = None,
    confidence: Confidence = 0.9,
    protocol: Protocol = "honest",
    tables: TablesOption = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Judge a method on a task.

    It is judged on all networks of each target device but the measured ones. With --protocol legacy
    as the published code did: on the first 128 networks, the measured ones among them, for
    comparison with published figures only.
    """
    case = lp.transfer.task(task)
    found = lp.transfer.evaluate(
        case,
        method,
        samples,
        repeats,
        tables=None if tables is None else lp.transfer.read_tables(tables, case.space),
        sampler=sampler,
        source_samples=source_samples,
        seed=seed,
        confidence=confidence,
        protocol=protocol,
        progress=not as_json,
    )
    show(_evaluated(found, list(found) if as_json else [*METRICS, "ceiling"]), as_json)


def _evaluated(found: lp.transfer.TransferEvaluation, names: list[str]) -> dict[str, Any]:
    per_device = {**found.per_device, "mean": dict(found)}
    document: dict[str, Any] = {"task": found.task, "method": found.method}
    document |= {"samples": found.samples, "sampler": found.sampler, "seeds": len(found.seeds)}
    document |= {"protocol": found.protocol, "judged_on": found.scored}
    document["spearman_interval"] = list(found.interval())
    if found.remark:
        document["remark"] = found.remark
    if found.failures:
        document["failures"] = dict(found.failures)
    rows = [{"device": d} | {name: of[name] for name in names} for d, of in per_device.items()]
    return document | {"rows": rows}


@app.command()
def suite(
    what: What,
    method: Methods = None,
    samples: ManySamples = "20",
    seeds: Seeds = 5,
    sampler: Samplers = None,
    protocol: Protocols = None,
    source_samples: SourceSamples = None,
    store: Store = None,
    executor: Executor = "threads",
    workers: Workers = None,
    csv: Csv = None,
    slurm: Slurm = None,
    account: Account = None,
    partition: Partition = None,
    time: Time = "01:00:00",
    memory: Memory = "4G",
    cpus: Cpus = 1,
    as_json: Json = False,
) -> None:
    """Judge methods on tasks, by a plan or by names.

    Each result is kept, so that nothing is computed twice.
    """
    sweep: dict[str, Any] = {"methods": method or ["best"], "samples": _numbers(samples)}
    sweep |= {"seeds": seeds, "samplers": sampler or ["method"], "source_samples": source_samples}
    sweep |= {"protocol": protocol or ["honest"]}
    given = _plan_or_tasks(what)
    if slurm is not None:
        asked: dict[str, Any] = {"account": account, "partition": partition}
        asked |= {"time": time, "memory": memory, "cpus": cpus}
        script = lp.transfer.write_slurm(slurm, given, **sweep, **asked)
        show({"script": str(script), "start": "sbatch array.sh, in its folder"}, as_json)
        return
    with kept_in(store):
        found = lp.transfer.suite(
            given, **sweep, store=store, executor=executor, workers=workers, progress=not as_json
        )
    if csv is not None:
        write_csv(csv, found.rows)
    document: dict[str, Any] = {"computed": found.computed}
    if found.failures:
        document["failures"] = found.failures
    show(document | {"rows": _summary(found)}, as_json)


def _plan_or_tasks(what: list[str]) -> Any:
    """A plan's file, or the names."""
    plan = len(what) == 1 and what[0].endswith((".toml", ".json"))
    return Path(what[0]) if plan else what


def _summary(found: lp.transfer.TransferSuite) -> list[dict[str, Any]]:
    """Means of some metrics, and the interval of the first."""
    rows = found.summary().to_dict("records")
    for name in METRICS[1:]:
        for row, other in zip(rows, found.summary(name).to_dict("records"), strict=True):
            row[name] = other[name]
    return [{str(name): value for name, value in row.items()} for row in rows]


@app.command("run-job")
def run_job(
    plan: PlanFile,
    index: Annotated[int, typer.Option(min=0, help="Number of the task of the job array.")],
    count: Annotated[int, typer.Option(min=1, help="Jobs of one task.")] = 1,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Do some jobs of a plan, as a task of a job array.

    What is done already stays.
    """
    done = lp.transfer.run_job(plan, index, store=store, count=count)
    show([{"job": label} for label in done], as_json)


def _numbers(text: str) -> list[int]:
    try:
        return [int(each) for each in text.split(",")]
    except ValueError as error:
        raise lp.ConfigError(f"--samples {text[:40]!r}: e.g. 5,10,20 expected") from error


def register(parent: typer.Typer) -> None:
    """Add the verbs to the command."""
    transfer_adapt.register(app)
    transfer_search.register(app)
    transfer_published.register(app)
    parent.add_typer(app, name="transfer")
