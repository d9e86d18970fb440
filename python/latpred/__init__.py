"""latpred: measure, predict, transfer, explain and search network latency."""

from __future__ import annotations

import lazy_loader

from latpred.base.arguments import checks_arguments
from latpred.base.core_import import check_core_when_imported

check_core_when_imported()
checks_arguments(__name__, left_out=("_core", "base", "cli", "demo", "worker"))

# The names stand in __init__.pyi. Each is imported at first use, so that `import latpred` needs
# neither the compiled core nor pandas, matplotlib or torch; EAGER_IMPORT=1 in the environment
# imports all at once.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
