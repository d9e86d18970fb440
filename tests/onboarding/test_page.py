"""The page of a pack says what is known of it, and does not fail for what is not."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.onboarding import page as pages
from latpred.onboarding import sentences
from latpred.report import Report

from tests.onboarding import made_pack


@pytest.fixture(autouse=True)
def few_images(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images take a second each; one test has them all."""

    def figure(page: Report, source: object, caption: str, **_: Any) -> Report:
        assert source is not None
        page.images += 1
        return page.text(caption)

    if "drawn" not in request.fixturenames:
        monkeypatch.setattr(Report, "figure", figure)


@pytest.fixture
def drawn() -> None:
    """Asks for the images."""


def text_of(pack: lp.DevicePack) -> str:
    """The page without marks, on one line."""
    body = pages.pack_page(pack).html().partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_pack_that_was_verified() -> None:
    pack = made_pack.pack(verification=made_pack.verification(), target_percent=3.0)
    page = pages.pack_page(pack)
    assert page.images == 7
    text = text_of(pack)
    assert "40 measurements of tiny on board:command" in text
    assert "On 12 fresh networks the predictions are off by 2.0 % on average, 100 %" in text
    assert "Intervals of 90 % hold 92 % of them, which agrees" in text
    assert "Tasks that wanted a processor: 0.5" in text
    assert "not rejected" in text


def test_scores_stand_beside_their_ceiling() -> None:
    text = text_of(made_pack.pack(verification=made_pack.verification()))
    row = re.search(r"mean relative error in % (\S+) (\S+) (\S+)", text)
    assert row is not None
    assert row.groups() == ("2.000", "2.900", "1.250")
    assert "One label is 1.5 % off by noise alone" in text


def test_a_pack_that_was_not_verified() -> None:
    pack = made_pack.pack()
    text = text_of(pack)
    assert (
        "On held-out networks that were measured with care the predictions are off by 2.2 %" in text
    )
    assert "No fresh networks verify this" in text
    assert pages.pack_page(pack).images == 4
    assert "(p " not in text


def test_cross_validation_stands_in_where_it_is_kept() -> None:
    pack = made_pack.pack(table=made_pack.table(held_out=True))
    assert pages.pack_page(pack).images == 6
    assert "by a model that did not see the network (cross-validation)" in text_of(pack)


def test_without_noise() -> None:
    pack = made_pack.pack(
        noise_percent=float("nan"), ceiling={}, verification=made_pack.verification()
    )
    text = text_of(pack)
    assert "Too few networks were labelled twice" in text
    assert "mean relative error in % 2.000 2.900 –" in text
    assert "nan" not in text.lower().split()


def test_without_intervals() -> None:
    pack = made_pack.pack(verification=made_pack.verification(intervals=False))
    text = text_of(pack)
    assert text.count("too few measurements for intervals") == 2
    assert "rejected" not in text


def test_intervals_that_do_not_hold() -> None:
    pack = made_pack.pack(verification=made_pack.verification(p_value=0.0004))
    text = text_of(pack)
    assert "which chance does not explain (p 0.0004): do not rely on them" in text
    assert re.search(r"90 % 92\.50 \S+ rejected", text)


def test_failures_and_statuses() -> None:
    text = text_of(made_pack.pack())
    assert "2 failed:" in text
    assert "net <1> hangs" in text
    assert re.search(r"drift 1 the network changed while it was measured", text)
    assert re.search(r"converged 20 as precise as asked for", text)


def test_many_failures_are_counted() -> None:
    first, second = made_pack.rounds()
    many = tuple(f"net {i} hangs" for i in range(50))
    pack = made_pack.pack(rounds=(lp.onboarding.Round(1, "labels", failed=many), second))
    text = text_of(pack)
    assert "50 failed:" in text
    assert "net 49 hangs" in text
    assert "net 29 hangs" not in text
    assert "The last 20; 30 more are in pack.json" in text
    assert first.number == 1


def test_a_pack_without_a_predictor() -> None:
    pack = made_pack.empty()
    text = text_of(pack)
    assert "There is no predictor: too few networks could be measured." in text
    assert "The last run did not come to its end; the same command goes on from it." in text
    assert "the device does not answer" in text
    assert "Once there is a predictor" in text


def test_findings_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ("the device drifted: keep its clock", "only 9 % of the samples were undisturbed")
    monkeypatch.setattr(lp.DevicePack, "findings", found)
    page = pages.pack_page(made_pack.pack()).html()
    assert '<p class="note">The device drifted: keep its clock.</p>' in page
    assert 'class="good"' not in page


def test_the_code_pastes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = made_pack.pack("folder of 'mine'")
    asked: list[Any] = []
    monkeypatch.setattr(lp, "load_pack", lambda folder: asked.append(folder) or pack)
    exec(compile(sentences.python_of(pack), "page", "exec"), {})  # noqa: S102  as if typed in
    assert asked == ["folder of 'mine'"]
    assert len(capsys.readouterr().out.splitlines()) >= 3
    assert pages.pack_page(pack).html().count("<pre>") == 2


def test_the_commands_are_words_of_a_terminal() -> None:
    import shlex

    pack = made_pack.pack("folder of 'mine'")
    predict, search = map(shlex.split, sentences.commands_of(pack))
    assert pack.table is not None
    assert predict == [
        "latpred",
        "predict",
        "folder of 'mine'",
        pack.table.archs[0].to_strings()[0],
    ]
    assert search[:3] == ["latpred", "search", "folder of 'mine'"]


@pytest.mark.usefixtures("drawn")
def test_it_is_written_with_its_figures(tmp_path: Path) -> None:
    path = pages.write_page(made_pack.pack(), tmp_path / "report.html")
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("data:image/svg+xml") == page.count("<figure>") == 4
