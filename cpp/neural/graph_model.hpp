// A predictor that feeds the graphs of architectures to layers over graphs.
#pragma once

#include <memory>
#include <string>

#include "neural/graph_scaling.hpp"
#include "neural/stack_model.hpp"

namespace latpred {

/// The graphs of a level, scaled; see space_graphs.hpp.
class GraphInput final : public NetworkInput {
  public:
    GraphInput(std::string level, GraphScaling scaling)
        : level_(std::move(level)), scaling_(std::move(scaling)) {}
    /// Scaled by the graphs of these networks.
    GraphInput(std::string level, const Architectures& trained, int threads);

    [[nodiscard]] const std::string& level() const { return level_; }
    [[nodiscard]] std::map<std::string, int> widths() const override;
    [[nodiscard]] StackData read(const Architectures& archs, bool each_once,
                                 int threads) const override;
    void store(TensorFile& file) const override;
    /// CorruptionError.
    static std::shared_ptr<const GraphInput> load(const TensorFile& file);

  private:
    std::string level_;
    GraphScaling scaling_;
};

/// Kind "graph".
class GraphModel final : public StackModel {
  public:
    GraphModel(const SpacePtr& space, ModelInfo info, std::shared_ptr<const GraphInput> input,
               LayerStack stack, OutputScale target)
        : StackModel(space, std::move(info), input, std::move(stack), target),
          level_(input->level()) {}

    [[nodiscard]] const std::string& level() const { return level_; }

  private:
    std::string level_;
};

/// CorruptionError; SchemaError where this version has no such features.
std::shared_ptr<Predictor> load_graph_model(const SpacePtr& space, const ModelInfo& info,
                                            const TensorFile& file);

}  // namespace latpred
