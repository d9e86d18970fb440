// A sum of decision trees over genes and costs, grown elsewhere (LightGBM).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "encodings/cost_features.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// Trees one after the other; node i of a tree has its children at greater numbers, so every walk
/// ends, and every node one parent or root, so a row costs no more steps than there are nodes. A
/// leaf has feature -1 and its value as threshold.
struct TreeNodes {
    std::vector<std::int32_t> roots;
    std::vector<std::int32_t> features;
    std::vector<std::int32_t> left;  ///< where the feature is at most the threshold
    std::vector<std::int32_t> right;
    std::vector<double> thresholds;
};

class Trees final : public Predictor {
  public:
    /// ConfigError for nodes that do not fit together or a number that is not finite.
    Trees(const SpacePtr& space, ModelInfo info, TreeNodes nodes);

    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    void check() const;

    TreeNodes nodes_;
    std::size_t features_;
};

/// N x (G + 14): the genes, then the cost features (cost_features.hpp).
std::vector<double> tree_features(const Architectures& archs);

std::shared_ptr<Predictor> load_trees(const SpacePtr& space, const ModelInfo& info,
                                      const TensorFile& file);

}  // namespace latpred
