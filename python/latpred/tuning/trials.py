"""Trials of a study: resumable objects, and plain functions that report their losses."""

from __future__ import annotations

import queue
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from latpred.base.live import Live
from latpred.base.numbers import number, numbers
from latpred.errors import ConfigError, TrainingError
from latpred.tuning.parameters import Parameters

__all__ = ["ResumableTrial", "TrialMaker", "TrialStopped", "TrialView"]

StepResult = tuple[list[float], bool, str | None]
"""Losses, whether the trial ended, and why it gave up."""


class TrialStopped(Exception):
    """Raise it in an objective to give the trial up; the study counts it as stopped.

    Example:
        >>> from latpred.tuning import TrialStopped
        >>> def objective(trial):
        ...     if trial.params["x"] > 2:
        ...         raise TrialStopped
        ...     return trial.params["x"]
        >>> study = lp.tune(objective, parameters={"x": [1, 2, 3]}, sampler="grid", progress=False)
        >>> [trial.state for trial in study.trials]
        ['done', 'stopped', 'done']
    """


class _Abandoned(BaseException):
    """Ends the thread of a trial that nobody waits for any more; no `except Exception` sees it."""


class ResumableTrial(Protocol):
    """What `start(params, seed)` of a resumable objective returns."""

    def step(self, epochs: int, poll: Callable[[], None]) -> Sequence[float]:
        """Run at most so many epochs and return the loss after each; fewer end the trial.

        Call `poll` several times a second: it raises when the study is cancelled or late.
        """

    def state(self) -> bytes | None:
        """Return all that a new object needs to go on from here."""

    def restore(self, state: bytes) -> None:
        """Go on from there."""


def may_retry(error: BaseException) -> bool:
    """Whether another attempt may end otherwise: a diverged training and bad settings do not."""
    return not isinstance(error, TrainingError | ConfigError)


def reason_of(error: BaseException) -> str:
    """ "ValueError: what it says"; only its name where it cannot say itself."""
    kind = type(error).__name__
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - whatever a user's class raises
        said = ""
    return f"{kind}: {said}" if said else kind


def interrupt_of(error: BaseException) -> BaseException:
    """Return what travels from a worker for KeyboardInterrupt, SystemExit and the like."""
    if isinstance(error, SystemExit):
        code = error.code
        return SystemExit(code if code is None or isinstance(code, int) else str(code)[:200])
    text = str(error)[:200] if type(error) is KeyboardInterrupt else reason_of(error)[:200]
    return KeyboardInterrupt(*([text] if text else []))


@dataclass(frozen=True)
class TrialMaker:
    """Makes the trials of an objective; travels to other processes."""

    objective: Any
    parameters: Any
    """The mapping that `Parameters` takes."""
    epochs: int

    def __call__(
        self, number: int, configuration: Sequence[float], seed: int
    ) -> _Resumable | _Function:
        """Return an object with step, state and restore as the core wants them."""
        params = Parameters(self.parameters).values(configuration)
        if hasattr(self.objective, "start"):
            return _Resumable(self.objective.start(params, seed))
        return _Function(self.objective, TrialView(number, params, seed, self.epochs))


class _Resumable:
    def __init__(self, trial: ResumableTrial) -> None:
        self._trial = trial
        self.state = trial.state
        self.restore = trial.restore

    def step(self, epochs: int, poll: Callable[[], None]) -> StepResult:
        try:
            losses = numbers(list(self._trial.step(epochs, poll)), "losses").tolist()
        except TrialStopped as stop:
            return [], False, _stop_text(stop)
        return losses, len(losses) < epochs, None


def _stop_text(stop: TrialStopped) -> str:
    return f"objective: {stop}" if str(stop) else "by the objective"


class TrialView(Live):
    """What an objective function sees of its trial.

    Example:
        >>> def objective(trial):  # a TrialView
        ...     for epoch in range(trial.epochs):
        ...         trial.report(trial.params["x"] / (epoch + 1))
        >>> study = lp.tune(objective, parameters={"x": [1, 2]}, sampler="grid", epochs=4,
        ...                 progress=False)
        >>> study.best.loss
        0.25
    """

    def __init__(self, number: int, params: dict[str, Any], seed: int, epochs: int) -> None:
        self.number = number
        self.params = params
        self.seed = seed
        """Take all randomness from it, and the study can be repeated."""
        self.epochs = epochs
        """Reports after which the trial ends."""
        self.epoch = 0
        """Reports so far."""
        self.state: bytes | None = None
        """What `save` was given when an earlier run was left; None at a new start."""
        self._saved: tuple[int, bytes] | None = None
        self._asked: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()

    def __getitem__(self, name: str) -> Any:
        """Return the value of a hyper-parameter."""
        return self.params[name]

    def save(self, state: bytes) -> None:
        """Keep what a later run needs to go on after the next report."""
        self._saved = (self.epoch + 1, bytes(state))

    def report(self, loss: float) -> None:
        """Tell the loss after an epoch; does not return where the study stops the trial."""
        self.epoch += 1
        self._told.put(("loss", number(loss, "loss")))
        self._wait()

    def _wait(self) -> None:
        if not self._asked.get():
            raise _Abandoned


class _Function:
    """An objective function on a thread of its own, halted while nobody asks for its next loss."""

    def __init__(self, function: Callable[[TrialView], Any], view: TrialView) -> None:
        self._view = view
        self._thread = threading.Thread(
            target=_run_function, args=(function, view), daemon=True, name=f"trial-{view.number}"
        )
        self._begun = False
        weakref.finalize(self, view._asked.put, False)

    def step(self, epochs: int, poll: Callable[[], None]) -> StepResult:
        losses: list[float] = []
        for _ in range(epochs):
            kind, value = self._next(poll)
            if kind == "error":
                raise value
            if kind == "stop":
                return losses, False, value
            if kind == "end":
                if value is not None and self._view.epoch == 0:
                    losses.append(number(value, "loss"))
                return losses, True, None
            losses.append(value)
        return losses, False, None

    def _next(self, poll: Callable[[], None]) -> tuple[str, Any]:
        if not self._begun:
            self._begun = True
            self._thread.start()
        self._view._asked.put(True)
        while True:
            try:
                return self._view._told.get(timeout=0.02)
            except queue.Empty:
                poll()

    def state(self) -> bytes | None:
        saved = self._view._saved
        if saved is None or saved[0] != self._view.epoch:
            return None
        return saved[0].to_bytes(8, "little") + saved[1]

    def restore(self, state: bytes) -> None:
        self._view.epoch = int.from_bytes(state[:8], "little")
        self._view.state = state[8:]


def _run_function(function: Callable[[TrialView], Any], view: TrialView) -> None:
    try:
        view._wait()
        value = function(view)
        if isinstance(value, Iterator):
            for loss in value:
                view.report(loss)
            value = None
        view._told.put(("end", value))
    except _Abandoned:
        pass
    except TrialStopped as stop:
        view._told.put(("stop", _stop_text(stop)))
    except BaseException as error:  # noqa: BLE001 - raised again by `step`
        view._told.put(("error", error))


def never_cancelled() -> None:
    """Poll of trials that are ended from outside."""
