"""
Fused kernels of networks, and models of latency that sum over them.
"""

from __future__ import annotations

__all__: list[str] = []
