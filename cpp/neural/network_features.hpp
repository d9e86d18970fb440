// Numbers that describe networks beside their graphs: learned encodings, zero-cost proxies.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/safetensors.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Immutable; may be asked on several threads at once.
class NetworkFeatures {
  public:
    NetworkFeatures() = default;
    NetworkFeatures(const NetworkFeatures&) = delete;
    NetworkFeatures& operator=(const NetworkFeatures&) = delete;
    virtual ~NetworkFeatures() = default;

    /// "arch2vec", "cate", "zcp", names joined by "+", or "table" of given numbers.
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::size_t width() const = 0;
    /// N x width, row-major, finite. SchemaError for networks of another space; DataError, naming
    /// the first, for networks that a table does not have.
    [[nodiscard]] virtual std::vector<float> of(const Architectures& archs,
                                                int threads = 1) const = 0;
    /// Tensors and texts behind `prefix`.
    virtual void store(TensorFile& file, const std::string& prefix) const = 0;
};

using NetworkFeaturesPtr = std::shared_ptr<const NetworkFeatures>;

/// What `store` wrote. CorruptionError.
NetworkFeaturesPtr load_network_features(const SpacePtr& space, const TensorFile& file,
                                         const std::string& prefix);

}  // namespace latpred
