"""The published figures of transfer as data, with what keeps ours from being of the same inputs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from latpred.errors import ConfigError
from latpred.transfer.published_figures import FIGURES, Figure
from latpred.transfer.task_list import tasks as named_tasks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["headline", "lacking", "published"]

_ENCODINGS = "the authors' learned encodings and zero-cost values, which are not public"
_PROXIES = "the authors' zero-cost values, which have no licence"
_HEADLINES = ("headline", "HELP's devices", "ablation, 16 source networks", "ceiling")


def published(task: str | None = None, method: str | None = None) -> pd.DataFrame:
    """Spearman's correlations that the authors of transfer methods published, a row for each.

    Columns: "task"; "device" (empty for the mean over the targets); "method" as its authors call
    it; "ours", the name of our method ("" where we have none, such as steps of an ablation);
    "samples" of the target; "spearman"; "deviation" over their repetitions (NaN where not given);
    "study"; "source", the file that the figure is from; "lacking", which of their inputs we do not
    have. The "ceiling" of each task is ours.

    Figures of different methods are not of equal budgets: NASFLAT knew 16 (NAS-Bench-201) or 800
    networks of each source, HELP and MultiPredict 900 or 4,000, and HELP measures ten reference
    networks beside its ten samples.

    Args:
        task: Only this task.
        method: Only this method, by the authors' name or ours.

    Raises:
        ConfigError: For a task or a method without a figure.

    Example:
        >>> frame = lp.transfer.published("F1", "nasflat")
        >>> float(frame[frame.study == "headline"].spearman.item())
        0.809
    """
    import pandas as pd

    wanted = [of for of in FIGURES if task in (None, of.task)]
    found = [of for of in wanted if method in (None, of.method, of.ours) and method != ""]
    if not found:
        said = f"task {str(task)[:40]!r}, method {str(method)[:40]!r}"
        raise ConfigError(f"published: no figure of {said}; see published() for all")
    return pd.DataFrame([{**asdict(of), "lacking": lacking(of.task, of.ours)} for of in found])


def headline(task: str, ours: str) -> Figure | None:
    """The figure that stands for a method on a task: its mean with the most usual budget."""
    found = [
        of for of in FIGURES if (of.task, of.device, of.ours) == (task, "", ours) and of.spearman
    ]
    ranked = [of for study in _HEADLINES for of in found if of.study == study]
    return ranked[0] if ranked else None


def lacking(task: str, ours: str) -> str:
    """What the authors had and we have not, on a task; empty for nothing."""
    reasons = []
    known = named_tasks().get(task)
    if known is not None:
        for role in ("sources", "targets"):
            missing = len(getattr(known, f"missing_{role}"))
            if missing:
                of = missing + len(getattr(known, role))
                reasons.append(f"{missing} of {of} {role} are not among the named data")
    if ours == "nasflat":
        reasons.append(_ENCODINGS if task.startswith("N") else _PROXIES)
    if ours == "multipredict" and task.startswith("F"):
        reasons.append(_PROXIES)
    return "; ".join(reasons)
