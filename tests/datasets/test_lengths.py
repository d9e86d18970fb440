"""What reads architectures beside latencies asks for one of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import datasets as core
from latpred._core import predictors

ARCHS = lp.space("ofa-mobilenetv3").sample(60, seed=0)
ARCHS = ARCHS[np.repeat(np.arange(30), 2)]  # each twice, so that all is looked at

CALLS: dict[str, Callable[[Any], Any]] = {
    "audit": lambda values: core.audit(ARCHS, values),
    "conflicting_rows": lambda values: core.conflicting_rows(ARCHS, values),
    "check_consistent": lambda values: core.check_consistent(ARCHS, values),
    "gene_lines": lambda values: core.gene_lines(ARCHS, values, 0, 10),
    "canonical_rows": lambda values: predictors.canonical_rows(ARCHS, values),
}


@pytest.mark.parametrize("count", [0, 1, 59, 61])
@pytest.mark.parametrize("name", CALLS)
def test_another_number_is_refused(name: str, count: int) -> None:
    with pytest.raises(lp.DataError, match=f"60 .*{count} "):
        CALLS[name](np.ones(count))


@pytest.mark.parametrize("name", CALLS)
def test_as_many_are_taken(name: str) -> None:
    CALLS[name](np.ones(60))


def test_parts_that_are_not_there() -> None:
    with pytest.raises(lp.ConfigError, match="part 2 of 2"):
        core.audit_parts(["a", "b"], [(0, "", ARCHS), (2, "", ARCHS)])
    nothing: Any = None
    with pytest.raises((lp.ConfigError, TypeError)):
        core.audit_parts(["a"], [(0, "", nothing)])
