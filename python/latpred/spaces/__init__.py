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
    Objective,
    Place,
    Space,
    as_objective,
    define_space,
    is_space_file,
    space,
    space_names,
    space_of_text,
    space_text,
)

__all__ = [
    "Architectures",
    "ArchitecturesLike",
    "Gene",
    "Objective",
    "OpGraph",
    "Place",
    "Space",
    "as_objective",
    "define_space",
    "fbnetv3_published",
    "is_space_file",
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
