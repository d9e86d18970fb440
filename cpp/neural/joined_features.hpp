// Several kinds of numbers of a network, one behind the other: CAZ is arch2vec, cate and zcp.
#pragma once

#include <string>
#include <vector>

#include "neural/network_features.hpp"

namespace latpred {

class JoinedFeatures final : public NetworkFeatures {
  public:
    /// Every number standardised by its mean and deviation over these networks, constant ones 0,
    /// and then divided by the root of its part's width, so that parts count alike in distances.
    /// Parts that are joined themselves are taken apart. ConfigError for fewer than 2 parts or a
    /// missing one, SchemaError for parts of different spaces, DataError for no networks.
    JoinedFeatures(const std::vector<NetworkFeaturesPtr>& parts, const Architectures& archs,
                   int threads = 1);
    /// Scaled as given: number = (number of the part - mean) x factor. ConfigError where sizes do
    /// not fit or a number is not finite.
    JoinedFeatures(std::vector<NetworkFeaturesPtr> parts, std::vector<double> means,
                   std::vector<double> factors);

    [[nodiscard]] std::string name() const override;
    [[nodiscard]] std::size_t width() const override { return means_.size(); }
    [[nodiscard]] const std::vector<NetworkFeaturesPtr>& parts() const { return parts_; }
    void store(TensorFile& file, const std::string& prefix) const override;

  protected:
    void write(const Architectures& archs, std::span<float> out, int threads) const override;

  private:
    void check_parts() const;
    /// Numbers of the parts, as they are.
    void join(const Architectures& archs, std::span<float> out, int threads) const;

    std::vector<NetworkFeaturesPtr> parts_;
    std::vector<double> means_, factors_;
};

/// CorruptionError.
NetworkFeaturesPtr load_joined_features(const SpacePtr& space, const TensorFile& file,
                                        const std::string& prefix);

}  // namespace latpred
