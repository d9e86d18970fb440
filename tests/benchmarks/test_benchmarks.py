"""The peers must do the same work as latpred, else their times say nothing."""

from __future__ import annotations

import json

import latpred as lp
import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks.harness import Contestant, Settings, Unavailable, available, compare, set_goal
from benchmarks.peers import numpy_mbv3
from benchmarks.question import Question, maker_of

QUICK = Settings(rounds=2, sample_s=0.0, quick=True)


@pytest.fixture(scope="module")
def archs() -> lp.Architectures:
    return lp.space("ofa-mobilenetv3", width=1.2).sample(300, seed=4)


@pytest.fixture(scope="module")
def tutorial(data_dir):
    from benchmarks.peers.ofa_tutorial import OfaTutorial

    assert data_dir.is_dir()
    try:
        return OfaTutorial()
    except Unavailable as reason:
        pytest.skip(str(reason))


def test_turns_alternate_and_rounds_are_kept():
    seen = []

    def other(turn):
        seen.append(("other", turn))
        return 0.5

    everyone = [
        Contestant("latpred", lambda turn: seen.append(("latpred", turn))),
        Contestant("other", other, rounds=1),
    ]
    ours, theirs = compare("q", "c", everyone, work=10, unit="x", settings=QUICK)
    assert seen[-3:] == [("latpred", 0), ("other", 0), ("latpred", 1)]
    assert (len(ours.cpu_s), len(theirs.cpu_s)) == (2, 1)
    assert ours.ratio == 1
    assert ours.merits == []
    assert theirs.merits == [0.5]
    set_goal([ours, theirs], "slower than never", lambda row: row.rate < 0)
    assert (ours.met, theirs.met) == (False, None)


def test_a_question_says_who_could_not_come():
    def absent():
        raise Unavailable("nobody is not installed")

    ask = Question("q", QUICK)
    everyone = [Contestant("latpred", lambda _: 2.0), lambda: Contestant("peer", float), absent]
    rows = ask.at_most(1).compare(
        "c", everyone, work=10, unit="x", goal="good", reached=lambda row: row.merit > 1
    )
    assert [(row.question, row.case) for row in rows] == [("q", "c")] * 3
    assert [row.contestant for row in rows] == ["latpred", "peer", "–"]
    assert [len(row.cpu_s) for row in rows] == [1, 1, 0]
    assert [row.goal for row in rows] == ["good", "", ""]
    assert rows[0].met
    assert rows[2].skipped == "nobody is not installed"
    assert ask.quick
    assert len(ask.of_rounds(4).compare("c", everyone[:1], work=1, unit="x")[0].cpu_s) == 4


def test_numpy_encodes_as_latpred(archs):
    ours = archs.space.encode(archs, "one-hot")
    np.testing.assert_array_equal(numpy_mbv3.one_hot(archs.genes), ours)


def test_numpy_draws_canonical_genes(archs):
    genes = archs.genes
    assert (numpy_mbv3.canonical(genes.copy()) == genes).all()


def test_tutorial_encodes_and_reads_as_latpred(archs, tutorial):
    from benchmarks.peers.ofa_tutorial import to_genes, to_specs

    specs = to_specs(archs.genes)
    assert specs == archs.to_dicts()
    assert (to_genes(specs) == archs.genes).all()
    encoded = np.stack([row.numpy() for row in tutorial.encode(specs)])
    np.testing.assert_array_equal(encoded, archs.space.encode(archs, "one-hot"))


def test_lookups_agree(archs, data_dir):
    folder = data_dir / "ofa" / "lut_note10"
    ours = lp.LookupTablePredictor.from_yaml(folder).predict(archs)
    peer = numpy_mbv3.lookup_table(folder).predict(archs.genes)
    np.testing.assert_allclose(ours, peer, rtol=0, atol=1e-9)


def test_tutorial_lookups_agree(archs, tutorial, data_dir):
    from benchmarks.peers.ofa_tutorial import to_specs

    peer = tutorial.lookup(to_specs(archs.genes))
    ours = lp.LookupTablePredictor.from_yaml(data_dir / "ofa" / "lut_note10").predict(archs)
    np.testing.assert_allclose(ours, peer, rtol=0, atol=1e-9)


def test_additive_is_recovered_by_the_gather(data_dir):
    space = lp.space("ofa-mobilenetv3")
    lookup = numpy_mbv3.lookup_table(data_dir / "ofa" / "lut_note10")
    train = space.sample(2000, seed=3)
    noise = 1 + 0.02 * np.random.default_rng(0).standard_normal(len(train))
    model = lp.AdditivePredictor().fit(train, lookup(train.genes) * noise)
    known, fresh = space.sample(8000, seed=1), space.sample(500, seed=2)
    peer = numpy_mbv3.additive_table(known.genes, model.predict(known))
    np.testing.assert_allclose(peer.predict(fresh.genes), model.predict(fresh), atol=1e-6)


def test_accuracies_agree(archs, data_dir):
    from benchmarks.peers.torch_accuracy import TorchAccuracy

    checkpoint = data_dir / "ofa" / "checkpoints" / "acc_predictor.pth"
    peer = 100 * TorchAccuracy(checkpoint).predict(archs.genes)
    np.testing.assert_allclose(lp.load_accuracy(checkpoint).predict(archs), peer, atol=2e-4)


@pytest.mark.usefixtures("data_dir")
def test_every_searcher_ends_under_the_limit():
    from benchmarks.questions import search as bench_search

    everyone = bench_search.contestants(bench_search.SearchTask(), generations=3)
    able, _ = available(*map(maker_of, everyone))
    assert len(able) >= 3
    for contestant in able:
        accuracy = contestant.run(0)  # the judge in it checks the limit
        assert accuracy is not None
        assert 0.75 < accuracy < 0.84, contestant.name


def test_removing_duplicates_evaluates_nothing_twice():
    evaluated: list[bytes] = []

    def accuracy(genes):
        evaluated.extend(row.tobytes() for row in genes)
        return genes.sum(1).astype(float)

    def latency(genes):
        return genes[:, 45].astype(float)

    from benchmarks.peers.numpy_evolution import NumpyEvolution

    best, value, count = NumpyEvolution(accuracy, latency, 2.0, unique=True).run(20, seed=0)
    assert count == len(evaluated) == len(set(evaluated)) == 2100
    assert best[0, 45] <= 2
    assert value == best.sum()


def test_command_writes_table_and_record(tmp_path, capsys):
    assert command.main(["--quick", "--only", "encoding", "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "results.json").read_text())
    assert record["machine"]["versions"]["numpy"] == np.__version__
    ours = [row for row in record["rows"] if row["contestant"] == "latpred"]
    assert [bool(row["cpu_s"]) for row in ours] == [True] * 4
    assert "| encoding |" in (tmp_path / "RESULTS.md").read_text()
    assert "encoding" in capsys.readouterr().out


def test_command_says_what_it_left_out(tmp_path, monkeypatch):
    monkeypatch.delenv("LATPRED_DATA", raising=False)
    command.main(["--quick", "--only", "lookup", "--out", str(tmp_path)])
    assert "LATPRED_DATA is not set" in (tmp_path / "RESULTS.md").read_text()
