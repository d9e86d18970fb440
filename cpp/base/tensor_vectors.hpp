// Vectors and matrices in a tensor file.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "base/safetensors.hpp"

namespace latpred {

/// The numbers of a matrix, column after column; valid while it lives.
inline std::span<const double> numbers_of(const Eigen::Ref<const Eigen::MatrixXd>& values) {
    return {values.data(), static_cast<std::size_t>(values.size())};
}

/// Throws as `TensorFile::doubles`.
inline Eigen::VectorXd vector_of(const TensorFile& file, const std::string& name) {
    const std::vector<double> found = file.doubles(name);
    return Eigen::Map<const Eigen::VectorXd>(found.data(), static_cast<Eigen::Index>(found.size()));
}

}  // namespace latpred
