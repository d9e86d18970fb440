from __future__ import annotations
import collections.abc
import typing

__all__: list[str] = [
    "Grid",
    "Parameter",
    "Study",
    "Task",
    "TrialRecord",
    "check_parameters",
    "random_configuration",
    "run",
    "scheduler_names",
    "trial_block",
    "trial_seed",
]

class Parameter:
    """
    A hyper-parameter and its values as numbers.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        name: str,
        *,
        kind: str,
        low: typing.SupportsFloat | typing.SupportsIndex,
        high: typing.SupportsFloat | typing.SupportsIndex,
        log: bool = False,
    ) -> None:
        """
        `kind`: "real", "integer" or "choice" (of indices).
        """
    def contains(self, value: typing.SupportsFloat | typing.SupportsIndex) -> bool:
        """
        Whether a draw may be that value.
        """
    def grid(self, points: typing.SupportsInt | typing.SupportsIndex) -> list[float]:
        """
        Its values on a grid.
        """
    @property
    def name(self) -> str: ...

class Grid:
    """
    All combinations, in an order drawn by the seed.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        parameters: collections.abc.Sequence[Parameter],
        points: typing.SupportsInt | typing.SupportsIndex,
        seed: typing.SupportsInt | typing.SupportsIndex,
    ) -> None: ...
    def __len__(self) -> int: ...
    def configuration(self, trial: typing.SupportsInt | typing.SupportsIndex) -> list[float]:
        """
        Values of trial `trial`.
        """

class TrialRecord:
    """
    A trial of the ledger.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        configuration: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        state: str,
        reason: str,
        losses: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        failures: typing.SupportsInt | typing.SupportsIndex,
    ) -> None: ...
    @property
    def configuration(self) -> list[float]: ...
    @property
    def failures(self) -> int: ...
    @property
    def losses(self) -> list[float]: ...
    @property
    def over(self) -> bool: ...
    @property
    def reason(self) -> str: ...
    @property
    def state(self) -> str: ...

class Task:
    """
    Epochs `begin` to `end` of a trial.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def begin(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def trial(self) -> int: ...

class Study:
    """
    The state of a sweep; see latpred.tuning.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        trials: typing.SupportsInt | typing.SupportsIndex,
        seed: typing.SupportsInt | typing.SupportsIndex,
        scheduler: str,
        epochs: typing.SupportsInt | typing.SupportsIndex,
        grace: typing.SupportsInt | typing.SupportsIndex,
        reduction: typing.SupportsInt | typing.SupportsIndex,
        startup: typing.SupportsInt | typing.SupportsIndex,
        task_epochs: typing.SupportsInt | typing.SupportsIndex,
        live: typing.SupportsInt | typing.SupportsIndex,
        retries: typing.SupportsInt | typing.SupportsIndex,
    ) -> None: ...
    def changes(self) -> list[int]:
        """
        Trials that changed since the last call.
        """
    def configure(
        self,
        trial: typing.SupportsInt | typing.SupportsIndex,
        configuration: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
    ) -> None:
        """
        Set the values of a trial that has none.
        """
    def fail(
        self, trial: typing.SupportsInt | typing.SupportsIndex, reason: str, retry: bool
    ) -> None:
        """
        An attempt failed.
        """
    def record(self, trial: typing.SupportsInt | typing.SupportsIndex) -> TrialRecord:
        """
        A copy of a trial's record.
        """
    def release(self, trial: typing.SupportsInt | typing.SupportsIndex) -> None:
        """
        The task was not done.
        """
    def report(
        self,
        trial: typing.SupportsInt | typing.SupportsIndex,
        losses: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        finished: bool = False,
        stop: str | None = None,
    ) -> None:
        """
        The losses of the epochs of a task.
        """
    def restore(
        self, trial: typing.SupportsInt | typing.SupportsIndex, record: TrialRecord
    ) -> None:
        """
        A trial of an earlier run; call `settle` after the last.
        """
    def settle(self) -> None:
        """
        Take all decisions that can be taken.
        """
    def take(self) -> Task | None:
        """
        The next task that is ready, if any.
        """
    def touch(self, trial: typing.SupportsInt | typing.SupportsIndex) -> None:
        """
        Count the trial as changed.
        """
    @property
    def best(self) -> int | None: ...
    @property
    def configured(self) -> int: ...
    @property
    def epochs_saved(self) -> int: ...
    @property
    def finished(self) -> bool: ...
    @property
    def ledger_hash(self) -> str: ...
    @property
    def seed(self) -> int: ...

def check_parameters(parameters: collections.abc.Sequence[Parameter]) -> None:
    """
    ConfigError for parameters that no study can draw.
    """

def random_configuration(
    parameters: collections.abc.Sequence[Parameter],
    seed: typing.SupportsInt | typing.SupportsIndex,
    trial: typing.SupportsInt | typing.SupportsIndex,
) -> list[float]:
    """
    Values of trial `trial`, one a parameter.
    """

def run(
    study: Study,
    *,
    make: collections.abc.Callable,
    workers: typing.SupportsInt | typing.SupportsIndex,
    timeout_seconds: typing.SupportsFloat | typing.SupportsIndex,
    states: collections.abc.Mapping[
        typing.SupportsInt | typing.SupportsIndex,
        tuple[typing.SupportsInt | typing.SupportsIndex, bytes],
    ],
    sink: collections.abc.Callable,
    clock: collections.abc.Callable[[], float] | None = None,
) -> None:
    """
    Run the study on threads. `make(trial, configuration, seed)` gives an object with step(epochs, poll) -> (losses, finished, stop), state() -> bytes or None and restore(bytes); `states` and the states that `sink` gets are (epochs, bytes); `sink` gets lists of (trial, record, state or None, seconds); `clock` gives seconds (steady time).
    """

def scheduler_names() -> list[str]:
    """
    Names of the schedulers of a study.

    Example:
        >>> from latpred.tuning import scheduler_names
        >>> scheduler_names()
        ['none', 'asha', 'median']
    """

def trial_block(
    study_seed: typing.SupportsInt | typing.SupportsIndex,
    begin: typing.SupportsInt | typing.SupportsIndex,
    size: typing.SupportsInt | typing.SupportsIndex,
    trials: typing.SupportsInt | typing.SupportsIndex,
) -> tuple[int, int]:
    """
    (trials that a sampler draws together from trial `begin` on, their seed). ConfigError.
    """

def trial_seed(
    study_seed: typing.SupportsInt | typing.SupportsIndex,
    trial: typing.SupportsInt | typing.SupportsIndex,
) -> int:
    """
    Seed of a trial, below 2^63.
    """
