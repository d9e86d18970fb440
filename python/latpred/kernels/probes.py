"""The probe networks of a pack: each by its number, the same in every run of a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from latpred._core import kernels as _native
from latpred._core.graphs import OpGraph, TensorGraph
from latpred.kernels.rounds import ChosenProbe

__all__ = ["Probes"]

FRESH = 1_000_000  # from where on numbers are those of verifications
EACH_RUN = 10_000


@dataclass(frozen=True)
class Probes:
    """Networks by number.

    Attributes:
        seed: Of all of them.
        batch: Images that one run takes.
    """

    seed: int
    batch: int
    _known: dict[int, OpGraph] = field(default_factory=dict, repr=False)
    _tensors: dict[int, TensorGraph] = field(default_factory=dict, repr=False)

    def family(self, number: int) -> str:
        """What kind of network it is."""
        return str(_native.probe_family(self.seed, number))

    def graph(self, number: int) -> OpGraph:
        """The network itself, as it is measured."""
        if number not in self._known:
            self._known[number] = _native.probe_network(self.seed, number)
        return self._known[number]

    def tensors(self, number: int) -> TensorGraph:
        """What the model sees of it."""
        if number not in self._tensors:
            self._tensors[number] = _native.tensor_graph(self.graph(number), self.batch)
        return self._tensors[number]

    def macs(self, number: int) -> float:
        """Multiply-accumulates of one run."""
        return float(self.tensors(number).costs["macs"])

    def chosen(self, number: int, why: str) -> ChosenProbe:
        """The row of a network that was chosen; a second label has a name of its own."""
        family = self.family(number)
        name = f"probe {number} ({family}){' again' * (why == 'again')}"
        return ChosenProbe(name, number, family, self.macs(number), why)

    def in_turn(self, count: int, taken: Sequence[int], begin: int = 0) -> list[int]:
        """New numbers so that the families come equally often.

        Args:
            count: How many.
            taken: Numbers that are not to come again; their families count.
            begin: The least number to take.
        """
        families = list(_native.probe_families())
        seen = Counter(self.family(number) for number in taken)
        used, chosen = {*taken}, list[int]()
        waiting: dict[str, list[int]] = {name: [] for name in families}
        number = begin
        while len(chosen) < count:
            rarest = min(families, key=lambda name: (seen[name], families.index(name)))
            while not waiting[rarest]:
                if number not in used:
                    waiting[self.family(number)].append(number)
                number += 1
            chosen.append(waiting[rarest].pop(0))
            seen[rarest] += 1
        return chosen


def fresh_begin(run: int) -> int:
    """The first number of the networks that verify a run."""
    return FRESH + EACH_RUN * run
