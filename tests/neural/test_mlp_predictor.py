"""MlpPredictor: fitting, settings, files, interruption."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading

import latpred as lp
import numpy as np
import pytest
from latpred import MlpPredictor

SPACE = lp.space("ofa-mobilenetv3")
SMALL = {"hidden": (32, 32), "epochs": 8}


def table(rows=400, seed=0, space=SPACE):
    archs = space.sample(rows, seed=seed)
    counts = space.count(archs)
    latency = 3 + counts["macs"] / 2e7 + counts["kernels"] / 20
    return lp.LatencyTable(archs, latency, device="made up")


def fitted(rows=400, **settings):
    return MlpPredictor(**{**SMALL, **settings}).fit(table(rows), progress=False)


def test_learns_and_tells_how():
    model = MlpPredictor(hidden=(64, 64), epochs=30)
    assert model.fit(table(1500), progress=False) is model
    test = table(300, seed=9)
    found = lp.evaluate(test.latency_ms, model.predict(test.archs))
    assert found["mae_ms"] < 0.1 * np.abs(test.latency_ms - test.latency_ms.mean()).mean()
    history = model.history_
    assert model.n_epochs_ == 30 == len(history["train_loss"])
    assert model.best_epoch_ == np.argmin(history["validation_mae"])
    assert not model.stopped_early_
    assert model.device_name == "made up"
    assert model.unit == "ms"
    assert float(model.notes["validation_mae_ms"]) == history["validation_mae"].min()


@pytest.mark.parametrize(
    "name",
    ["ofa-proxyless", "ofa-resnet50", "nas-bench-201", "fbnet", "fbnetv3", "compofa-elastic"],
)
def test_fits_any_space(name):
    space = lp.space(name)
    train, test = table(600, space=space), table(100, seed=8, space=space)
    model = MlpPredictor(hidden=(48,), epochs=25).fit(train, progress=False)
    assert lp.evaluate(test.latency_ms, model.predict(test.archs))["spearman"] > 0.8


def test_costs_beside_the_one_hot_help():
    errors = {}
    test = table(300, seed=9)
    for encoding in ("one-hot", "one-hot+cost-features", "cost-features"):
        model = fitted(800, encoding=encoding, epochs=15)
        errors[encoding] = lp.evaluate(test.latency_ms, model.predict(test.archs))["mae_ms"]
    assert errors["one-hot+cost-features"] < 0.6 * errors["one-hot"]
    assert errors["cost-features"] < 0.8 * errors["one-hot"]


@pytest.mark.parametrize(
    "settings",
    [
        {"loss": "relative"},
        {"loss": "mse", "optimizer": "sgd", "learning_rate": 0.02, "weight_decay": 0},
        {"loss": "rmse", "optimizer": "adam", "weight_decay": 0, "clip_norm": 1},
        {"loss": "mae", "schedule": "one-cycle"},
        {"loss": "smooth-l1", "scale_target": False, "epochs": 25},
    ],
)
def test_every_recipe_learns(settings):
    model = fitted(1200, epochs=settings.pop("epochs", 15), **settings)
    test = table(200, seed=9)
    found = lp.evaluate(test.latency_ms, model.predict(test.archs))
    assert found["mae_ms"] < 0.35 * np.abs(test.latency_ms - test.latency_ms.mean()).mean()


def test_rank_loss_orders():
    model = fitted(800, loss="pairwise-rank", criterion="spearman", epochs=15)
    test = table(200, seed=9)
    assert lp.evaluate(test.latency_ms, model.predict(test.archs))["spearman"] > 0.9


def test_same_seed_same_bits():
    archs = SPACE.sample(100, seed=5)
    first, again, other = (fitted(seed=seed).predict(archs) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_bits_do_not_depend_on_threads():
    code = (
        "import torch, latpred as lp, hashlib, numpy as np;"
        "torch.set_num_threads({threads});"
        "s = lp.space('ofa-mobilenetv3'); a = s.sample(300, seed=0);"
        "y = 3 + s.count(a)['macs'] / 2e7;"
        "m = lp.MlpPredictor(hidden=(200, 200), epochs=2).fit(a, y, progress=False);"
        "w = m.start(a, y); w.run();"
        "print(hashlib.sha256(b''.join(p.tobytes() for l in w.layers for p in l)).hexdigest())"
    )
    found = set()
    for threads in (1, 2):
        command = [sys.executable, "-c", code.format(threads=threads)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop().strip()) == hashlib.sha256().digest_size * 2


def test_given_validation_rows_are_used_whole():
    judged = table(123, seed=4)
    model = MlpPredictor(**SMALL).fit(table(), validation=judged, progress=False)
    assert model.notes["validation_rows"] == "123"
    error = lp.evaluate(judged.latency_ms, model.predict(judged.archs))["mae_ms"]
    assert error == pytest.approx(model.history_["validation_mae"].min(), rel=1e-5)


def test_patience_ends_early():
    model = fitted(200, epochs=400, patience=3, learning_rate=0.01, schedule="constant")
    assert model.stopped_early_
    assert model.n_epochs_ == model.best_epoch_ + 4 < 400


@pytest.mark.parametrize("rows", [1, 2, 19, 33])
def test_few_rows_fit(rows):
    model = fitted(rows, epochs=3)
    assert np.isfinite(model.predict(SPACE.sample(5, seed=1))).all()
    held_out = model.notes["validation_rows"]
    assert held_out == ("0" if rows < 20 else "2")
    assert np.isnan(model.history_["validation_mae"]).all() == (rows < 20)


def test_epochs_left_and_continued_give_the_same_bits():
    rows, model = table(), MlpPredictor(**SMALL)
    whole = model.start(rows)
    whole.run()
    half = model.start(rows)
    half.run(3)
    again = model.start(rows)
    again.restore(half.checkpoint())
    again.run()
    assert again.finished
    assert again.checkpoint() == whole.checkpoint()
    for other in (table(seed=1), rows[:399]):
        with pytest.raises(lp.ConfigError, match="another training"):
            model.start(other).restore(half.checkpoint())
    with pytest.raises(lp.ConfigError, match="another training"):
        MlpPredictor(**SMALL, beta=0.5).start(rows).restore(half.checkpoint())


# --- settings ---


def test_parameters_are_scikit_learns():
    from sklearn.base import clone

    model = MlpPredictor(epochs=7, hidden=(5,))
    assert model.get_params()["epochs"] == 7
    assert clone(model).get_params() == model.get_params()
    assert model.set_params(batch_size=64).batch_size == 64
    with pytest.raises(lp.ConfigError, match="no setting 'lr'"):
        model.set_params(lr=1)


def test_tutorial_preset_is_the_published_recipe():
    settings = MlpPredictor.preset("ofa-tutorial", seed=3).get_params()
    published = {"learning_rate": 1e-3, "weight_decay": 1e-3, "momentum": 0.9, "batch_size": 32}
    assert settings.items() >= published.items()
    assert (settings["epochs"], settings["loss"], settings["seed"]) == (50, "rmse", 3)
    with pytest.raises(lp.ConfigError, match=r"known: .*ofa-tutorial"):
        MlpPredictor.preset("tutorial")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"epochs": 0}, "epochs=0"),
        ({"epochs": 2.5}, "epochs is 2.5, an integer expected"),
        ({"epochs": True}, "epochs is True, an integer expected"),
        ({"batch_size": -1}, "batch_size=-1"),
        ({"patience": 0}, "patience=0"),
        ({"seed": -1}, "seed=-1"),
        ({"hidden": (10, 0)}, "hidden=0"),
        ({"hidden": 3}, "hidden is 3, a list expected"),
        ({"hidden": (10**6,)}, "1000000 units"),
        ({"loss": "l2"}, "known: mae"),
        ({"loss": 3}, "loss is 3, a text expected"),
        ({"beta": float("nan")}, "beta"),
        ({"optimizer": "lion"}, "known: adam"),
        ({"learning_rate": -1.0}, "learning rate -1"),
        ({"weight_decay": float("inf")}, "weight decay"),
        ({"schedule": "cos"}, "known: constant"),
        ({"criterion": "r2"}, "known: mae"),
        ({"encoding": "two-hot"}, "known: adjacency-ops"),
        ({"encoding": "one-hot+one-hot"}, "comes twice"),
        ({"encoding": ""}, "unknown encoding"),
        ({"validation_share": 1.0}, "validation_share 1"),
    ],
)
def test_wrong_settings_are_told(settings, told):
    with pytest.raises(lp.ConfigError, match=told):
        MlpPredictor(**settings).fit(table(30), progress=False)


def test_wrong_rows_are_told():
    archs, model = SPACE.sample(3, seed=0), MlpPredictor(**SMALL)
    for latency, told in [
        ([1, 2], "2 values"),
        ([1, np.nan, 2], r"row 1: .*nan"),
        ([1, 2, 0], r"row 2: .*0"),
        ([], "0 values"),
        (["a", "b", "c"], "numbers"),
    ]:
        with pytest.raises(lp.DataError, match=told):
            model.fit(archs, latency, progress=False)
    with pytest.raises(lp.SchemaError, match="ofa-proxyless"):
        model.fit(table(30), validation=table(9, space=lp.space("ofa-proxyless")), progress=False)
    with pytest.raises(lp.NotFittedError):
        model.predict(archs)


def test_divergence_leaves_the_model_as_it_was():
    model, archs = fitted(), SPACE.sample(20, seed=2)
    before = model.predict(archs)
    model.set_params(optimizer="sgd", loss="mse", learning_rate=1e6, scale_target=False)
    with pytest.raises(lp.TrainingError, match=r"epoch 1 .*smaller learning rate"):
        model.fit(table(), progress=False)
    np.testing.assert_array_equal(model.predict(archs), before)


def test_ctrl_c_stops_soon_and_leaves_the_model_as_it_was():
    import _thread

    model, archs, rows = fitted(), SPACE.sample(20, seed=2), table(2000)
    before = model.predict(archs)
    model.set_params(epochs=10**6)
    timer = threading.Timer(0.3, _thread.interrupt_main)

    def fit():
        timer.start()  # not before: on a busy machine it may fire before anybody waits for it
        model.fit(rows, progress=False)

    with pytest.raises(KeyboardInterrupt):
        fit()
    timer.join()
    np.testing.assert_array_equal(model.predict(archs), before)


def test_progress_is_reported():
    heard = []
    training = MlpPredictor(**SMALL).start(table())
    training.run(total=8, progress=lambda *told: heard.append(told))
    assert heard[-1][:2] == (8, 8)
    assert "validation MAE" in heard[-1][2]


# --- real rows ---


def test_tutorial_preset_on_real_rows(data_dir):
    path = data_dir / "ofa" / "datasets" / "note10_lookuptable_ofa.csv"
    rows = lp.read_latency_table(path, SPACE)
    model = MlpPredictor.preset("ofa-tutorial", epochs=6).fit(
        rows[:7000], validation=rows[7000:8500], progress=False
    )
    assert model.history_["validation_rmse"][-1] < 1.2  # ms; the labels' deviation is 8.6
    assert model.best_epoch_ == np.argmin(model.history_["validation_mae"])


def test_default_beats_the_originals_network_on_real_rows(data_dir):
    path = data_dir / "ofa" / "datasets" / "RTX_2080_Ti_GPU_ofa_rows0-8499.csv"
    rows = lp.read_latency_table(path, SPACE)
    model = MlpPredictor(epochs=14).fit(rows[:7000], progress=False)
    judged = rows[7000:8500]
    error = lp.evaluate(judged.latency_ms, model.predict(judged.archs))["mae_ms"]
    assert error < 0.312  # MAE in ms of the originals' checkpoint on these rows
