"""Parameters of networks so deep that random ones amplify rounding from block to block."""

from __future__ import annotations

import latpred as lp
import numpy as np
from latpred.networks import random_parameters
from numpy.typing import NDArray

# Factors on what a block adds to its shortcut. In double precision the networks agree without; in
# float32 two orders of a sum differ by up to a quarter after FBNetV3's 46 blocks with gates.
_FACTORS = {"fbnetv3": 0.5, "fbnetv3-published": 0.75}


def steady(arch: lp.Architectures, seed: int = 1) -> dict[str, NDArray[np.float32]] | None:
    """Random parameters that are tamed where the space needs it, else None."""
    factor = _FACTORS.get(arch.space.family)
    if factor is None:
        return None
    return {
        name: array * np.float32(factor) if name.endswith("project.bn.weight") else array
        for name, array in random_parameters(arch, seed=seed).items()
    }
