from __future__ import annotations

__all__: list[str] = ["encoding_names"]

def encoding_names() -> list[str]:
    """
    Names of all encodings.
    """
