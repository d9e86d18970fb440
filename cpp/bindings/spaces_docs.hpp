#pragma once

namespace latpred::bindings {

inline constexpr auto gene_doc = R"(One integer choice of an architecture: an index into `choices`.

Example:
    >>> gene = space.genes[0]
    >>> gene.name, gene.choices
    ('ks[0]', [3, 5]))";

inline constexpr auto space_doc = R"(A search space, whose networks have G genes each; immutable.

Example:
    >>> space.size, len(space.genes), space.resolutions
    (800, 13, [32, 48])
    >>> space.sample(3, seed=0).genes.shape
    (3, 13))";

inline constexpr auto architectures_doc = R"(A batch of N architectures of one space.

Example:
    >>> two = space.sample(2, seed=0)
    >>> two.genes.shape, two[0].to_strings()
    ((2, 13), ['ks=5-3-3-3;e=3-3-6-6;c=8-8;d=1-2;r=48'])
    >>> space.architectures(two.to_dicts()) == two
    True)";

}  // namespace latpred::bindings
