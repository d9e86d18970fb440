// Features of nodes as networks learn from them.
#pragma once

#include <string>
#include <vector>

#include "base/safetensors.hpp"
#include "encodings/graph_batch.hpp"

namespace latpred {

/// Every feature standardised by the nodes that were trained on, constant ones to 0; behind them
/// the costs that add up over nodes (MACs, parameters, bytes, kernels), not as logarithms but as
/// they are, in their deviations.
class GraphScaling {
  public:
    explicit GraphScaling(const GraphBatch& trained);

    [[nodiscard]] std::size_t width() const { return names_.size() + sums_.size(); }
    [[nodiscard]] std::size_t sums() const { return sums_.size(); }
    /// The batch with nodes of `width()` features. SchemaError where a feature is missing; those
    /// that were not trained on are left out.
    [[nodiscard]] GraphBatchPtr apply(GraphBatch batch) const;

    void store(TensorFile& file) const;
    /// CorruptionError.
    static GraphScaling load(const TensorFile& file);

  private:
    GraphScaling() = default;
    void find_sums();
    [[nodiscard]] std::vector<std::size_t> columns_in(const GraphBatch& batch) const;

    std::vector<std::string> names_;
    std::vector<double> means_, factors_;  ///< of each feature
    std::vector<std::size_t> sums_;        ///< features that are logarithms of costs
    std::vector<double> sum_factors_;
};

}  // namespace latpred
