"""The path by which the compiled core calls `latpred.tuning.trials`."""

from __future__ import annotations

from latpred.tuning.trials import may_retry

__all__ = ["may_retry"]
