"""The data fixture skips for an outsider and fails where the data must be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import find_data


def test_named_folder_is_returned(tmp_path: Path) -> None:
    assert find_data({"LATPRED_DATA": str(tmp_path)}) == tmp_path.resolve()


def test_missing_data_skips() -> None:
    with pytest.raises(pytest.skip.Exception, match="LATPRED_DATA is not set"):
        find_data({})


@pytest.mark.parametrize("name", ["", "/no/such/folder"])
def test_missing_data_fails_where_required(name: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="LATPRED_DATA"):
        find_data({"LATPRED_DATA": name, "LATPRED_REQUIRE_DATA": "1"})
