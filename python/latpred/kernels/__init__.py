"""Any network on a device: fused kernels, probe networks, a model of latency that sums over them."""

from __future__ import annotations
