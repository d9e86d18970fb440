// The networks that a sampler chooses from, in an order that the given one does not decide.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "encodings/encoding.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// One row a candidate, so that a candidate's features lie together.
using FeatureRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The first row of each different network, in canonical order. Samplers see candidates by their
/// number in it, so what they choose depends neither on the order of rows nor on repeated ones.
std::vector<std::size_t> distinct_rows(const Architectures& archs);

/// N x F features of a named encoding. ConfigError for an unknown name.
FeatureRows encoded_rows(const Architectures& archs, const std::string& encoding);
FeatureRows encoded_rows(const Architectures& archs, const Encoding& encoding);

/// Columns with mean 0 and standard deviation 1; those that are constant go.
FeatureRows standardised(const FeatureRows& features);

/// Rows of length 1; those of length 0 stay.
FeatureRows unit_rows(FeatureRows features);

}  // namespace latpred
