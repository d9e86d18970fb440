"""Is each network of the zoo read, and does it cost what PyTorch's own counter says?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import latpred as lp
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.any_network.zoo import Entry

__all__ = ["COLUMNS", "checked", "counted_macs", "tensors"]

COLUMNS = [
    "name", "family", "status", "seconds", "operators", "macs", "counted_macs", "params",
    "counted_params", "bytes", "peak_bytes", "kernels", "error",
]  # fmt: skip


def counted_macs(module: nn.Module, inputs: tuple[Any, ...]) -> int:
    """Half of what PyTorch's counter counts; attention in its plain parts."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with (
            torch.no_grad(),
            nn.attention.sdpa_kernel(nn.attention.SDPBackend.MATH),
            FlopCounterMode(display=False) as counter,
        ):
            module(*inputs)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return int(counter.get_total_flops()) // 2


def tensors(inputs: object) -> tuple[torch.Tensor, ...]:
    """Noise, and zeros for whole numbers, of the shapes of example inputs."""
    several = inputs if isinstance(inputs, list) else [inputs]
    found = []
    for one in several:
        typed = len(one) == 2 and isinstance(one[1], str)
        shape = one[0] if typed else one
        found.append(torch.zeros(shape, dtype=torch.int64) if typed else torch.randn(shape))
    return tuple(found)


def checked(entries: list[Entry]) -> Iterator[dict[str, Any]]:
    """A row a network: costs, those that PyTorch counts, or the error."""
    for entry in entries:
        row: dict[str, Any] = {"name": entry.name, "family": entry.family, "status": "ok"}
        try:
            module, inputs = entry.network()
            began = time.perf_counter()
            network = lp.import_network(module, example_inputs=inputs)
            row["seconds"] = round(time.perf_counter() - began, 2)
            row |= network.costs
            row["operators"] = len(network)
            row["counted_macs"] = counted_macs(module, tensors(inputs))
            row["counted_params"] = sum(one.numel() for one in module.parameters())
        except Exception as error:  # noqa: BLE001 - whatever a definition raises
            row |= {"status": type(error).__name__, "error": " ".join(str(error).split())[:300]}
        yield row
