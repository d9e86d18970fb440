"""latpred: measure, predict, transfer, explain and search network latency."""

from __future__ import annotations

import lazy_loader

from latpred.base.torch_series import check_torch, torch_of_build

check_torch(torch_of_build())  # before the extension is loaded, which may fail with another torch

from latpred import _core  # noqa: E402
from latpred.base.arguments import checks_arguments  # noqa: E402
from latpred.base.torch_rooms import stand_in  # noqa: E402

check_torch(_core.build.get("torch"))
stand_in(_core)
checks_arguments(__name__, left_out=("_core", "base", "cli", "demo", "worker"))

# The names stand in __init__.pyi. Each is imported at first use, so that `import latpred` needs
# neither pandas nor matplotlib nor torch; EAGER_IMPORT=1 in the environment imports all at once.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
