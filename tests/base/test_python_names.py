"""What the compiled core calls in Python by name is there."""

from __future__ import annotations

import importlib

import pytest
from latpred._core import base

NAMES = base.python_names()


@pytest.mark.parametrize(("module", "attribute"), NAMES, ids=[".".join(one) for one in NAMES])
def test_each_name_is_importable(module: str, attribute: str) -> None:
    found = importlib.import_module(module)
    assert not attribute or callable(getattr(found, attribute))


def test_all_errors_are_among_them() -> None:
    from latpred import errors

    own = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and value.__module__ == errors.__name__
    }
    named = {attribute for module, attribute in NAMES if module == errors.__name__}
    assert named <= own
    assert {"ConfigError", "InfeasibleError", "LatpredError"} <= named
