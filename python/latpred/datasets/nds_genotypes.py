"""Genotypes of cells as DARTS writes them: (operation, input) pairs, two a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latpred.base.names import did_you_mean
from latpred.errors import DataError
from latpred.spaces import Architectures, Space, nds_outputs

__all__ = ["architecture_of", "genotypes"]

_CELLS = ("normal", "reduce")


def genotypes(archs: Architectures) -> list[dict[str, list[Any]]]:
    """The cells of N networks, each as `normal`, `normal_concat`, `reduce`, `reduce_concat`.

    Args:
        archs: Networks of "darts", "nasnet", "amoeba", "pnas" or "enas".

    Raises:
        SchemaError: For networks of another space.

    Example:
        >>> from latpred.datasets import genotypes
        >>> genotype = genotypes(lp.space("darts").sample(1, seed=0))[0]
        >>> genotype["normal_concat"], len(genotype["normal"])
        ([2, 3, 4, 5], 8)
    """
    outputs = [nds_outputs(archs, cell) for cell in range(len(_CELLS))]
    found = []
    for number, lists in enumerate(archs.to_dicts()):
        genotype: dict[str, list[Any]] = {}
        for cell, name in enumerate(_CELLS):
            pairs = zip(lists[f"{name}_op"], lists[f"{name}_in"], strict=True)
            genotype[name] = [[operation, int(source)] for operation, source in pairs]
            genotype[f"{name}_concat"] = list(outputs[cell][number])
        found.append(genotype)
    return found


def architecture_of(place: Space, genotype: Mapping[str, Any], where: str) -> list[int]:
    """The genes of a genotype, in any order of a node's pairs.

    Raises:
        DataError: Starting with `where`, for what is no network of the space.
    """
    genes: list[int] = []
    for name in _CELLS:
        operations = _choices(place, f"{name}_op")
        pairs = genotype.get(name)
        if not isinstance(pairs, list) or len(pairs) != len(operations):
            given = f"{len(pairs)} pairs" if isinstance(pairs, list) else "no list"
            raise DataError(f"{where}: {name}: {given}, {len(operations)} pairs expected")
        checked = [
            _pair(pair, operations[i], 2 + i // 2, f"{where}: {name}[{i}]")
            for i, pair in enumerate(pairs)
        ]
        genes += [operation for operation, _ in checked]
        genes += [source for _, source in checked]
    _check_outputs(place, genes, genotype, where)
    return genes


def _choices(place: Space, group: str) -> list[list[Any]]:
    return [list(gene.choices) for gene in place.genes if gene.group == group]


def _pair(pair: Any, operations: Sequence[str], inputs: int, where: str) -> tuple[int, int]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise DataError(f"{where}: an operation and an input expected")
    operation, source = pair
    if operation not in operations:
        known = ", ".join(operations)
        raise DataError(
            f"{where}: operation {str(operation)[:40]!r}, one of {known} expected"
            f"{did_you_mean(operation, operations)}"
        )
    if isinstance(source, bool) or not isinstance(source, int) or not 0 <= source < inputs:
        said = f"input {str(source)[:20]}, a whole number from 0 to {inputs - 1} expected"
        raise DataError(f"{where}: {said}")
    return operations.index(operation), source


def _check_outputs(
    place: Space, genes: Sequence[int], genotype: Mapping[str, Any], where: str
) -> None:
    one = place.architectures(np.array([genes], dtype=np.int16))
    for cell, name in enumerate(_CELLS):
        expected = nds_outputs(one, cell)[0]
        given = genotype.get(f"{name}_concat", expected)
        if not isinstance(given, list) or not _same(given, expected):
            said = f"{name}_concat {str(given)[:40]}, {expected} expected in {place.name}"
            raise DataError(f"{where}: {said}")


def _same(given: list[Any], expected: Sequence[int]) -> bool:
    return all(isinstance(node, int) for node in given) and sorted(given) == list(expected)
