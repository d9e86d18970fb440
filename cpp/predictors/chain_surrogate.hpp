// AutoBuild's graph predictors as objectives: chains of inverted bottlenecks of two OFA spaces.
#pragma once

#include <memory>

#include "predictors/chain_network.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// How the outputs of a surrogate are read.
struct ChainOutput {
    double factor = 1;      ///< on the network's output: 100 where it is a fraction
    bool any_size = false;  ///< beyond the resolutions that it was trained on
};

/// A graph predictor of networks of `ofa-mobilenetv3` or `ofa-proxyless` at any width and with any
/// resolutions to choose from. DataError where a network has a resolution that the surrogate has
/// not seen (192, 208 and 224 it has) unless `any_size`.
class ChainSurrogate final : public Predictor {
  public:
    /// DataError as `chain_family`.
    ChainSurrogate(const SpacePtr& space, ModelInfo info, ChainArrays arrays, ChainOutput output);

    [[nodiscard]] ChainOutput output() const { return output_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;
    [[nodiscard]] bool fits(const Space& other) const override;

  private:
    void check_resolutions(const Architectures& archs) const;

    ChainArrays arrays_;
    ChainOutput output_;
    ChainNetwork network_;
};

/// Of arrays that may be anything, for the space and resolutions that they were trained on. Kind
/// and space of `info` are set. DataError as `chain_family`.
std::shared_ptr<Predictor> make_chain_surrogate(ChainArrays arrays, ModelInfo info,
                                                ChainOutput output);

std::shared_ptr<Predictor> load_chain_surrogate(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file);

}  // namespace latpred
