"""Numbers that users give."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred.errors import DataError

_MOST = 120  # letters of what NumPy says, which may repeat the whole value


def numbers(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return a contiguous array of doubles.

    Raises:
        DataError: For anything else, beginning with `what` (for example "fit: latencies").
    """
    try:
        return np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        said = str(error)
        short = said if len(said) <= _MOST else said[:_MOST] + "…"
        raise DataError(f"{what} must be numbers: {short}") from error
