"""The same study on threads, in processes and on a Ray cluster; Optuna beside."""

from __future__ import annotations

import gc
import importlib.util
import math
import sys
import threading
import warnings
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.tuning import Choice, Float, Integer, StudySettings, executor_names
from latpred.tuning.parameters import Parameters

from tests.tuning.objectives import PARAMETERS, Momentum, reporting

SETTINGS = {"parameters": PARAMETERS, "trials": 12, "epochs": 8, "seed": 9, "progress": False}

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed (extra `ray`)"
)
optuna = pytest.importorskip("optuna", reason="Optuna is not installed (extra `optuna`)")


def test_executors() -> None:
    assert executor_names() == ["local", "process", "ray"]


def test_processes_give_the_result_of_threads(tmp_path) -> None:
    local = lp.tune(Momentum(), **SETTINGS)
    found = lp.tune(Momentum(), **SETTINGS, executor="process", workers=2, store=tmp_path / "s.db")
    assert found.ledger_hash == local.ledger_hash
    assert found.best_state == local.best_state
    again = lp.tune(Momentum(), **SETTINGS, store=tmp_path / "s.db")
    assert again.ledger_hash == local.ledger_hash


@pytest.mark.libtorch
def test_a_predictor_is_tuned_in_processes_as_on_threads() -> None:
    archs = lp.space("ofa-mobilenetv3").sample(80, seed=0)
    table = lp.LatencyTable(archs, 5 + archs.space.count(archs)["macs"] / 2e7)
    settings = {"trials": 3, "epochs": 2, "workers": 2, "progress": False}
    local = lp.tune(lp.MlpPredictor, table, **settings)
    found = lp.tune(lp.MlpPredictor, table, **settings, executor="process")
    assert found.ledger_hash == local.ledger_hash
    assert np.array_equal(found.best_predictor.predict(archs), local.best_predictor.predict(archs))


@needs_ray
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_a_local_ray_cluster_gives_the_result_of_threads(monkeypatch) -> None:
    import ray

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # Ray gives up a worker that starts slowly and kills some where other programs fill the memory.
    monkeypatch.setenv("RAY_worker_register_timeout_seconds", "600")
    monkeypatch.setenv("RAY_memory_monitor_refresh_ms", "0")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        runtime_env={"env_vars": {"PYTHONPATH": ":".join(sys.path)}},
    )
    try:
        # A worker of Ray takes seconds to start: two of them run the first study, one the other.
        for objective, workers in ((Momentum(), 2), (reporting, 1)):
            local = lp.tune(objective, **SETTINGS)
            found = lp.tune(objective, **SETTINGS, executor="ray", workers=workers)
            assert found.ledger_hash == local.ledger_hash
            assert found.best.params == local.best.params
        assert ray.is_initialized()
    finally:
        ray.shutdown()
        gc.collect()  # what Ray leaves open is warned of here, not in whichever test comes later


@pytest.mark.parametrize(
    ("module", "settings"), [("ray", {"executor": "ray"}), ("optuna", {"sampler": "tpe"})]
)
def test_what_is_not_installed(module: str, settings: dict, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(lp.ConfigError, match=rf"not installed: pip install 'latpred\[{module}\]'"):
        lp.tune(reporting, **SETTINGS, **settings)


def test_tpe_depends_on_seed_and_block_only() -> None:
    settings = SETTINGS | {"sampler": "tpe", "trials": 20, "scheduler": "none", "block": 10}
    found = [lp.tune(Momentum(), **settings, workers=workers) for workers in (1, 3)]
    assert found[0].ledger_hash == found[1].ledger_hash
    random = lp.tune(Momentum(), **settings | {"sampler": "random"})
    assert random.ledger_hash != found[0].ledger_hash


class _Held(Momentum):
    """Its trial of this number waits until the study is interrupted."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.free = threading.Event()

    def start(self, params: dict[str, Any], seed: int) -> Any:
        self.number -= 1
        if self.number < 0:
            self.free.wait(60)
        return super().start(params, seed)


@pytest.mark.parametrize("number", [3, 13, 19, 25])
def test_tpe_goes_on_in_the_middle_of_a_block(tmp_path, number: int) -> None:
    settings = SETTINGS | {"sampler": "tpe", "trials": 26, "scheduler": "none", "block": 10}
    whole = lp.tune(Momentum(), **settings)
    held = _Held(number)
    settings_of = {"trials": 26, "epochs": 8, "scheduler": "none", "sampler": "tpe", "block": 10}
    study = lp.Study(
        held, PARAMETERS, StudySettings(**settings_of, seed=9), store=tmp_path / "s.db",
        name="Momentum",
    )  # fmt: skip
    accept = study._accept

    def interrupt(changes: object, store: object) -> None:
        accept(changes, store)
        if sum(trial.state == "done" for trial in study.trials) == number:
            held.free.set()
            raise KeyboardInterrupt

    study._accept = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        study.run(workers=1, progress=False)
    resumed = lp.tune(Momentum(), **settings, store=tmp_path / "s.db")
    assert resumed.ledger_hash == whole.ledger_hash


def test_tpe_learns() -> None:
    """The blocks after the first lie nearer to the optimum than random ones."""

    def loss(trial: lp.tuning.TrialView) -> float:
        return (trial["x"] - 0.3) ** 2 + (trial["y"] - 0.7) ** 2

    plan = {"parameters": {"x": Float(0, 1), "y": Float(0, 1)}, "trials": 60, "epochs": 1}
    late = {
        sampler: math.fsum(
            trial.loss
            for seed in range(3)
            for trial in lp.tune(loss, **plan, seed=seed, sampler=sampler, progress=False).trials[
                30:
            ]
        )
        for sampler in ("random", "tpe")
    }
    assert late["tpe"] < 0.5 * late["random"]


def test_samplers_of_optuna() -> None:
    def quasi(seed: int) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return optuna.samplers.QMCSampler(seed=seed)

    study = lp.tune(reporting, **SETTINGS | {"sampler": quasi})
    assert study.finished


def test_export_to_optuna() -> None:
    parameters = PARAMETERS | {"depth": Integer(1, 9), "shape": Choice([[1, 2], [3]])}
    study = lp.tune(Momentum(), **SETTINGS | {"parameters": parameters, "trials": 24})
    exported = study.to_optuna()
    assert exported.best_value == study.best.loss
    assert len(exported.trials) == 24
    space = Parameters(parameters)
    for ours, theirs in zip(study.trials, exported.trials, strict=True):
        assert theirs.state.name == {"done": "COMPLETE", "stopped": "PRUNED"}[ours.state]
        assert theirs.intermediate_values == {i + 1: x for i, x in enumerate(ours.losses)}
        assert {k: theirs.params[k] for k in ("x", "rate", "depth", "kind", "batch")} == {
            k: ours.params[k] for k in ("x", "rate", "depth", "kind", "batch")
        }
        assert space.configuration(ours.params)
    importance = optuna.importance.get_param_importances(exported)
    assert set(importance) >= {"x", "rate"}
