// The features of a perceptron: one encoding or several beside each other.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "encodings/encoding.hpp"

namespace latpred {

class MlpEncoding {
  public:
    /// `names`: encodings joined by "+", e.g. "one-hot+cost-features". ConfigError for an unknown
    /// one or one that comes twice.
    MlpEncoding(const std::string& names, const SpacePtr& space);

    [[nodiscard]] const std::string& names() const { return names_; }
    [[nodiscard]] std::size_t features() const { return features_; }
    /// N x F values, row-major. The monitor is polled between some hundred rows.
    [[nodiscard]] std::vector<float> encode(const Architectures& archs,
                                            Monitor& monitor = Monitor::none()) const;

  private:
    void encode_rows(const Architectures& archs, std::span<float> out) const;

    std::string names_;
    std::vector<EncodingPtr> parts_;
    std::size_t features_ = 0;
};

}  // namespace latpred
