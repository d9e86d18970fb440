"""Search spaces and their architectures."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.graphs import OpGraph
from latpred.spaces.benchmarks import (
    fbnetv3_published,
    nas_bench_201_architectures,
    nas_bench_201_classes,
    nas_bench_201_index,
    nds_outputs,
    nds_space_names,
)
from latpred.spaces.definitions import (
    Architectures,
    ArchitecturesLike,
    Gene,
    Place,
    Space,
    define_space,
    space,
    space_names,
    space_of_text,
    space_text,
)
from latpred.spaces.definitions import Objective as Objective
from latpred.spaces.definitions import as_objective as as_objective
from latpred.spaces.definitions import is_space_file as is_space_file

__all__ = [
    "Architectures",
    "ArchitecturesLike",
    "Gene",
    "OpGraph",
    "Place",
    "Space",
    "define_space",
    "fbnetv3_published",
    "nas_bench_201_architectures",
    "nas_bench_201_classes",
    "nas_bench_201_index",
    "nds_outputs",
    "nds_space_names",
    "space",
    "space_names",
    "space_of_text",
    "space_text",
]
__dir__ = listing(__all__)
