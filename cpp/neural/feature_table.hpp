// Given numbers of known networks.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "neural/network_features.hpp"

namespace latpred {

class FeatureTable final : public NetworkFeatures {
  public:
    /// `numbers`: N x width, row-major. ConfigError where their count does not fit or the name is
    /// that of a learned encoding; DataError, naming the row, for numbers that are not finite and
    /// for a network that comes twice with different ones; DataError for no network.
    FeatureTable(const Architectures& archs, std::size_t width, std::span<const float> numbers,
                 std::string name = "table");

    [[nodiscard]] std::string name() const override { return name_; }
    [[nodiscard]] std::size_t width() const override { return width_; }
    [[nodiscard]] std::size_t networks() const { return rows_.size(); }
    void store(TensorFile& file, const std::string& prefix) const override;

  protected:
    void write(const Architectures& archs, std::span<float> out, int threads) const override;

  private:
    std::string name_;
    std::size_t width_;
    Architectures archs_;                                ///< each once, in canonical order
    std::vector<float> numbers_;                         ///< of `archs_`
    std::unordered_map<std::string, std::size_t> rows_;  ///< of the genes of `archs_`
};

/// CorruptionError.
NetworkFeaturesPtr load_feature_table(const SpacePtr& space, const TensorFile& file,
                                      const std::string& prefix);

}  // namespace latpred
