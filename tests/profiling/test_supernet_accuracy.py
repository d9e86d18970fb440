"""Accuracies of networks of a supernet that is trained here, on pictures that are drawn here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core.profiling import count_hits, wilson_interval
from latpred.profiling import ImageFolder, SupernetAccuracy
from latpred.profiling.transforms import normalised
from numpy.typing import NDArray
from scipy.stats import binomtest

from tests.profiling.drawn_pictures import SHAPES, draw_folder

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.libtorch

from tests.networks.elastic_reference import ElasticMobileNet, Norm  # noqa: E402
from tests.networks.small_supernet import (  # noqa: E402
    choice_of,
    elastic_space,
    largest,
    state_of,
    trained,
)

SPACE = elastic_space(len(SHAPES), [24, 32])
SMALLEST = SPACE.architectures(np.zeros((1, len(SPACE.genes)), int))


def pixels(batches: Any) -> NDArray[np.float32]:
    return normalised(np.concatenate(list(batches)))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_folder(tmp_path_factory.mktemp("pictures"), 40, 20)


@pytest.fixture(scope="module")
def model(root: Path) -> ElasticMobileNet:
    """After 60 steps, each of a random network, a smallest or a largest one."""
    pictures = ImageFolder(root).training
    seen = {r: pixels(pictures.training_pixels(r, 100, seed=9)) for r in (24, 32)}
    archs = SPACE.sample(60, seed=1)
    steps = []
    for step, arch in enumerate(archs):
        arch = [arch, largest(SPACE), SMALLEST][step % 3]
        rows = np.random.default_rng(step).choice(len(pictures), 24, replace=False)
        images = seen[arch.graph(0).layers()[0]["shape"][1]][rows]
        steps.append((arch, torch.tensor(images), torch.tensor(pictures.labels[rows])))
    return trained(len(SHAPES), steps, 0.05)


@pytest.fixture(scope="module")
def supernet(model: ElasticMobileNet) -> lp.Supernet:
    return lp.Supernet(SPACE, state_of(model))


@pytest.fixture(scope="module")
def accuracy(supernet: lp.Supernet, root: Path) -> SupernetAccuracy:
    return SupernetAccuracy(supernet, root, calibration_images=50, batch_size=20)


def reference(
    model: ElasticMobileNet, arch: lp.Architectures, batches: list[Any], images: Any
) -> NDArray[Any]:
    """Outputs of PyTorch's network whose norms have averages of the batches by their sizes."""
    norms = [each for each in model.modules() if isinstance(each, Norm)]
    kept = [(each.running_mean.clone(), each.running_var.clone()) for each in norms]
    with torch.no_grad():
        for each in norms:
            each.taken = []
        for batch in batches:
            model(torch.tensor(batch), choice_of(arch))
        for each in norms:
            taken: Any = each.taken
            each.taken = None
            for count, mean, var in taken:
                share = count / sum(size for size, _, _ in taken)
                first = taken[0][1] is mean
                for target, value in ((each.running_mean, mean), (each.running_var, var)):
                    part = target[: len(value)]
                    part.copy_(share * value + (0 if first else part))
        outputs = model(torch.tensor(images), choice_of(arch)).numpy()
        for each, (mean, var) in zip(norms, kept, strict=True):
            each.running_mean.copy_(mean)
            each.running_var.copy_(var)
    return outputs


def test_accuracies_are_those_of_pytorch(
    accuracy: SupernetAccuracy, model: ElasticMobileNet, root: Path
) -> None:
    archs = SPACE.architectures(
        np.concatenate([largest(SPACE).genes, SMALLEST.genes, SPACE.sample(4, seed=5).genes])
    )
    table = accuracy.evaluate(archs)
    folder = ImageFolder(root)
    training, validation = folder.training.sample(50, 0), folder.validation
    for row, arch in enumerate(archs):
        size = arch.graph(0).layers()[0]["shape"][1]
        batches = [normalised(b) for b in training.training_pixels(size, 20, seed=0)]
        assert [len(batch) for batch in batches] == [20, 20, 10]
        images = pixels(validation.validation_pixels(size, 60))
        guesses = reference(model, arch, batches, images).argmax(axis=1)
        hits = np.mean(guesses == validation.labels)
        assert table.top1[row] == pytest.approx(100 * hits, abs=100 / 60 + 1e-9)
        assert table.architecture[row] == arch.to_strings()[0]
        interval = binomtest(round(table.top1[row] * 0.6), 60).proportion_ci(method="wilson")
        assert (table.low[row], table.high[row]) == pytest.approx(
            (100 * interval.low, 100 * interval.high)
        )
    assert table.top1[0] > 70, "far above the third that guessing gets"
    assert (table.top5 == 100).all()
    assert (table.pictures == 60).all()
    np.testing.assert_array_equal(accuracy(archs), table.top1)
    assert {archs.graph(row).layers()[0]["shape"][1] for row in range(6)} == {24, 32}


def test_accuracies_depend_on_settings_alone(
    accuracy: SupernetAccuracy, supernet: lp.Supernet, root: Path, tmp_path: Path
) -> None:
    """Not on the order of networks, what was asked before, threads, or whether pixels are kept."""
    archs = SPACE.sample(5, seed=8)
    want = accuracy(archs)
    file = tmp_path / "supernet.safetensors"
    supernet.save(file)
    kept = SupernetAccuracy(
        file, ImageFolder(root), calibration_images=50, batch_size=20, cache=tmp_path / "kept",
        threads=1,
    )  # fmt: skip
    np.testing.assert_array_equal(kept(archs[::-1]), want[::-1])
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert [name.rsplit("-", 1)[0] for name in names] == [
        "training-0-24", "training-0-32", "validation-24", "validation-32"
    ]  # fmt: skip
    again = SupernetAccuracy(
        file, root, calibration_images=50, batch_size=20, cache=tmp_path / "kept"
    )
    np.testing.assert_array_equal(again(archs), want)
    assert again.identity == kept.identity == accuracy.identity
    other = SupernetAccuracy(file, root, calibration_images=50, batch_size=20, seed=1)
    assert other.identity != accuracy.identity
    twice = SPACE.architectures(archs.genes[[1, 1, 0]])
    np.testing.assert_array_equal(accuracy(twice), want[[1, 1, 0]])


def test_what_stands_behind_it_is_said(accuracy: SupernetAccuracy, root: Path) -> None:
    assert accuracy.unit == "%"
    assert accuracy.space is SPACE
    assert accuracy.source == (
        f"supernet of elastic on 60 pictures of {root}, batch norms re-calibrated on 50, seed 0"
    )
    part = SupernetAccuracy(accuracy.supernet, root, validation_images=7)
    assert "on 7 pictures" in part.source
    assert "re-calibrated on 120" in part.source
    assert part.evaluate(SMALLEST).pictures[0] == 7


def test_a_block_that_is_spoilt_is_found(supernet: lp.Supernet, root: Path) -> None:
    """Smaller filters of the first elastic block are nothing: only 7 x 7 sees anything."""
    state = supernet.state_dict()
    name = "u1.l0.depthwise.7to5_matrix"
    spoilt = lp.Supernet(SPACE, state | {name: np.zeros_like(state[name])})
    accuracy = SupernetAccuracy(spoilt, root, calibration_images=40, batch_size=40)
    genes = SPACE.sample(4, seed=2).genes
    column = [gene.name for gene in SPACE.genes].index("ks[1]")
    found = {}
    for choice, kernel in enumerate(SPACE.genes[column].choices):
        genes[:, column] = choice
        found[kernel] = accuracy(SPACE.architectures(genes))
    np.testing.assert_allclose(found[3], 100 / 3)
    np.testing.assert_allclose(found[5], 100 / 3)
    assert found[7].mean() > 55


class Stopping(SupernetAccuracy):
    """Counts the networks that it measures, and stops before one."""

    measured, most = 0, 1000

    def __call__(self, archs: lp.Architectures) -> NDArray[np.float64]:
        assert len(archs) == 1, "so many are lost when a run is killed"
        if self.measured == self.most:
            raise KeyboardInterrupt
        self.measured += 1
        return super().__call__(archs)


def test_a_profile_of_converted_weights_finds_the_block_that_is_spoilt(
    supernet: lp.Supernet, root: Path, tmp_path: Path
) -> None:
    """From a checkpoint to effects; a run that is stopped goes on where it was."""
    state = {name: torch.tensor(array) for name, array in supernet.state_dict().items()}
    state["u1.l0.depthwise.7to5_matrix"] *= 0
    torch.save({"state_dict": state}, tmp_path / "trained.pth")
    lp.Supernet.load(tmp_path / "trained.pth", SPACE).save(tmp_path / "supernet.safetensors")
    settings = {"calibration_images": 40, "batch_size": 40, "validation_images": 40}

    def profiled(most: int) -> tuple[lp.BlockProfile, int]:
        accuracy = Stopping(tmp_path / "supernet.safetensors", root, **settings)
        accuracy.most = most
        try:
            found = lp.profile_blocks(
                SPACE, {"accuracy": accuracy}, samples=4, design="paired", resolution=24,
                blocks=["u1.l0=e4k3", "u1.l0=e4k7"], store=tmp_path / "values.db", progress=False,
            )  # fmt: skip
        finally:
            counted.append(accuracy.measured)
        return found, accuracy.measured

    counted: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        profiled(5)
    found, _ = profiled(1000)
    assert counted[0] == 5
    assert 3 <= counted[1] <= 7, "of at most 4 random networks and 8 with a block"
    assert found.units["accuracy"] == "%"
    assert "supernet of elastic on 40 pictures of" in found.sources["accuracy"]
    effects = found.effects.set_index("block")
    assert effects.loc["e4k3", "mean"] < 45
    assert effects.loc["e4k7", "mean"] > 55
    assert effects.loc["e4k3", "effect"] < effects.loc["e4k7", "effect"] - 15
    again, _ = profiled(0)
    assert counted[2] == 0
    assert again.effects.equals(found.effects)


def test_search_takes_it(accuracy: SupernetAccuracy) -> None:
    found = lp.search(
        SPACE, objective=accuracy, latency="macs", limit_ms=8e5, population=4, generations=2, seed=0
    )
    assert found.objective == accuracy(found.architecture)[0]


def test_what_makes_no_sense_is_refused(supernet: lp.Supernet, root: Path, tmp_path: Path) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"calibration_images": 0}, "calibration_images=0, an integer >= 1 expected"),
        ({"batch_size": 2.5}, r"batch_size is 2\.5, an integer expected"),
        ({"validation_images": -1}, "validation_images=-1, an integer >= 1 expected"),
        ({"seed": -1}, "seed=-1, an integer >= 0 expected"),
    ]
    for settings, pattern in cases:
        with pytest.raises(lp.ConfigError, match=pattern):
            SupernetAccuracy(supernet, root, **settings)
    few = draw_folder(tmp_path / "few", 1, 1)
    for part in ("train", "val"):
        (few / part / "circle").rename(few / f"{part}-circle")
    with pytest.raises(lp.DataError, match="2 classes, the supernet of elastic tells 3 apart"):
        SupernetAccuracy(supernet, few)
    with pytest.raises(lp.StorageError):
        SupernetAccuracy(supernet, tmp_path / "none")
    accuracy = SupernetAccuracy(supernet, root, calibration_images=10)
    with pytest.raises(lp.SchemaError, match="one of the same parameters expected"):
        accuracy(lp.space("ofa-proxyless").sample(1, seed=0))
    with pytest.raises(lp.ConfigError, match="confidence 1, between 0 and 1"):
        accuracy.evaluate(SMALLEST, confidence=1)
    with pytest.raises(lp.DataError, match="not finite"):
        count_hits(np.array([[np.nan, 1]], np.float32), [0])
    for outputs, labels in (([[1, 2]], [2]), ([[1, 2]], [-1]), ([[1, 2]], [0, 1])):
        with pytest.raises(lp.ConfigError):
            count_hits(outputs, labels)


def test_hits_count_what_comes_before() -> None:
    outputs = np.random.default_rng(0).integers(0, 4, (50, 9)).astype(np.float32)
    labels = np.random.default_rng(1).integers(0, 9, 50)
    order = np.argsort(-outputs, axis=1, kind="stable")
    ranks = np.argmax(order == labels[:, None], axis=1)
    assert count_hits(outputs, labels) == ((ranks == 0).sum(), (ranks < 5).sum())


@pytest.mark.parametrize("hits", [0, 1, 29, 30])
def test_intervals_are_wilsons(hits: int) -> None:
    want = binomtest(hits, 30).proportion_ci(0.9, method="wilson")
    np.testing.assert_allclose(wilson_interval(hits, 30, 0.9), (want.low, want.high), atol=1e-12)
    for wrong in ((31, 30, 0.9), (-1, 30, 0.9), (0, 0, 0.9)):
        with pytest.raises(lp.ConfigError, match="given"):
            wilson_interval(*wrong)
