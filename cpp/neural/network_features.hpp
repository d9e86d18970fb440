// Numbers that describe networks beside their graphs: learned encodings, zero-cost proxies.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/safetensors.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Immutable; may be asked on several threads at once.
class NetworkFeatures {
  public:
    explicit NetworkFeatures(SpacePtr space) : space_(std::move(space)) {}
    NetworkFeatures(const NetworkFeatures&) = delete;
    NetworkFeatures& operator=(const NetworkFeatures&) = delete;
    virtual ~NetworkFeatures() = default;

    [[nodiscard]] const SpacePtr& space() const { return space_; }
    /// "arch2vec", "cate", "zcp", names joined by "+", or "table" of given numbers.
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::size_t width() const = 0;
    /// N x width, row-major, finite: of each network the same whatever stands beside it, and
    /// however many threads. SchemaError for networks of another space; DataError, naming the
    /// first, for networks that a table does not have.
    [[nodiscard]] std::vector<float> of(const Architectures& archs, int threads = 1) const;
    /// Tensors and texts behind `prefix`.
    virtual void store(TensorFile& file, const std::string& prefix) const = 0;

  protected:
    /// `out`: N x width.
    virtual void write(const Architectures& archs, std::span<float> out, int threads) const = 0;

  private:
    SpacePtr space_;
};

using NetworkFeaturesPtr = std::shared_ptr<const NetworkFeatures>;

/// What `store` wrote. CorruptionError.
NetworkFeaturesPtr load_network_features(const SpacePtr& space, const TensorFile& file,
                                         const std::string& prefix);

/// The bytes of a file of their own, with their space and a checksum.
std::string features_bytes(const NetworkFeatures& features);

/// CorruptionError for any damage, ModelVersionError for another schema, SchemaError where this
/// build's space has other genes. `where` (a path) starts the messages.
NetworkFeaturesPtr features_from_bytes(std::string_view bytes, const std::string& where);

}  // namespace latpred
