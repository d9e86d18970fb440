// Features that a network makes of networks' graphs.
#pragma once

#include <span>
#include <string>

#include "neural/encoder_graphs.hpp"
#include "neural/network_features.hpp"

namespace latpred {

/// Equal graphs have equal features, and each is computed by itself.
class LearnedEncoding : public NetworkFeatures {
  public:
    explicit LearnedEncoding(EncoderGraphs graphs);

    [[nodiscard]] const EncoderGraphs& graphs() const { return graphs_; }
    void store(TensorFile& file, const std::string& prefix) const final;

  protected:
    void write(const Architectures& archs, std::span<float> out, int threads) const final;
    /// `out`: width numbers. On many threads at once.
    virtual void encode(const EncoderGraph& graph, std::span<float> out) const = 0;
    /// Settings and weights.
    virtual void store_network(TensorFile& file, const std::string& prefix) const = 0;

  private:
    EncoderGraphs graphs_;
};

}  // namespace latpred
