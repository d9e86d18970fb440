"""Options that `latpred profile` and `latpred profile-search` both have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["OwnModels", "ProfiledSpace", "Values"]

ProfiledSpace = Annotated[
    str,
    typer.Option(
        "--space",
        "-s",
        help="OFAPred, OFASupernet, ProxylessSupernet, ResNet50Supernet, a search space (see "
        "`latpred spaces`), or a .json file with what lp.define_space takes.",
    ),
]
Values = Annotated[
    Path | None, typer.Option(help="File that keeps values: what was stopped goes on with it.")
]
OwnModels = Annotated[
    list[str] | None,
    typer.Option(
        "--model", help="NAME=FILE of a saved predictor: a further metric or goal; repeatable."
    ),
]
