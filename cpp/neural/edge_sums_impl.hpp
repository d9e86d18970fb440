// Sums along edges that LibTorch's autograd knows.
#pragma once

#include <ATen/ATen.h>

#include "neural/graph_input_impl.hpp"

namespace latpred {

/// For each target the weighted sum of the rows of x (float, sources x width) whose edges lead to
/// it; `turned`: along the same edges the other way. Differentiable as often as wanted.
at::Tensor sum_along(const EdgePairPtr& edges, const at::Tensor& x, bool turned = false);

/// As EdgeAttention, of k (nodes x width) and a (width). Differentiable once: a second time throws
/// ConfigError.
at::Tensor attend_along(const EdgePairPtr& edges, const at::Tensor& k, const at::Tensor& a,
                        double slope);

}  // namespace latpred
