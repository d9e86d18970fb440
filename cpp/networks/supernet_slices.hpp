// Parameters of a smaller network out of those of a larger one.
#pragma once

#include <span>
#include <vector>

#include "networks/state_dict.hpp"

namespace latpred {

/// A matrix that makes a filter of `to` x `to` from the centre of a larger one: y = M x, both row
/// by row.
struct KernelStep {
    std::int64_t to = 0;
    std::span<const float> matrix;  ///< to² x to², row-major
};

/// The first entries of both leading dimensions and the centre of the others. The shape fits into
/// the array, and what is left of its planes is as much on either side.
void cut_first(const NamedArray& from, std::span<const std::int64_t> shape,
               std::span<float> values);

/// The same for filters whose planes go through `steps`, the last of which has the size wanted.
void cut_transformed(const NamedArray& from, std::span<const std::int64_t> shape,
                     std::span<const KernelStep> steps, std::span<float> values);

}  // namespace latpred
