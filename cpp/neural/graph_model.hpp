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

/// shift + scale x output of each row of the data. `at_once` rows go through the stack together;
/// with 1 the last bits of a value do not depend on which other rows there are, as sums of matrix
/// products may run otherwise where rows are many.
std::vector<double> outputs_of(const LayerStack& stack, const StackData& data, double shift,
                               double scale, std::size_t at_once);

/// CorruptionError; SchemaError where this version has no such features.
std::shared_ptr<Predictor> load_graph_model(const SpacePtr& space, const ModelInfo& info,
                                            const TensorFile& file);

}  // namespace latpred
