"""Figures as the bytes of image files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["image_bytes"]


def image_bytes(
    source: Axes | Figure, *, form: str = "svg", dpi: int = 110, tight: bool = False
) -> bytes:
    """A figure, or the figure that axes lie in, as the bytes of an image file.

    Args:
        form: Ending of such files: "svg", "png", "pdf".
        dpi: Dots per inch of 2.54 cm.
        tight: Whether to cut the empty edge off.
    """
    import matplotlib as mpl

    figure: Any = getattr(source, "figure", None) or source
    buffer = io.BytesIO()
    # Without date and random ids the same numbers write the same bytes.
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
    settings = {"bbox_inches": "tight"} if tight else {}
    with mpl.rc_context({"svg.hashsalt": "latpred"}):
        figure.savefig(buffer, format=form, dpi=dpi, metadata=metadata, **settings)
    return buffer.getvalue()
