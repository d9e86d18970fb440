// A predictor that feeds the graphs of architectures to layers over graphs.
#pragma once

#include <memory>
#include <string>

#include "neural/graph_scaling.hpp"
#include "neural/layer_stack.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// value = shift + scale x output of the stack; kind "graph". Equal graphs are computed once.
class GraphModel final : public Predictor {
  public:
    GraphModel(const SpacePtr& space, ModelInfo info, std::string level, GraphScaling scaling,
               LayerStack stack, double shift, double scale);

    [[nodiscard]] const LayerStack& stack() const { return stack_; }
    [[nodiscard]] const std::string& level() const { return level_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    std::string level_;
    GraphScaling scaling_;
    LayerStack stack_;
    double shift_, scale_;
};

/// CorruptionError; SchemaError where this version has no such features.
std::shared_ptr<Predictor> load_graph_model(const SpacePtr& space, const ModelInfo& info,
                                            const TensorFile& file);

}  // namespace latpred
