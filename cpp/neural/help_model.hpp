// A device's latency by networks that HELP adapted to it.
#pragma once

#include <memory>
#include <vector>

#include "neural/help_forward.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// What was adapted, with how its outputs become ms.
struct HelpState {
    std::vector<float> device;       ///< reference latencies, 0 to 1
    std::vector<LayerStack> stacks;  ///< of each modulation; their mean predicts
    double shift = 0, scale = 1;     ///< ms = shift + scale x output
    double least = 0;                ///< ms; no prediction is below
};

/// Kind "help".
class HelpModel final : public Predictor {
  public:
    /// CorruptionError where stacks read something else or numbers are not finite.
    HelpModel(const SpacePtr& space, ModelInfo info, HelpState state);

    [[nodiscard]] const HelpState& state() const { return state_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    HelpState state_;
    std::vector<HelpForward> forwards_;  ///< of each stack
};

std::shared_ptr<Predictor> load_help(const SpacePtr& space, const ModelInfo& info,
                                     const TensorFile& file);

}  // namespace latpred
