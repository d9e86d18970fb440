// Features of nodes as networks learn from them.
#pragma once

#include <string>
#include <vector>

#include "base/safetensors.hpp"
#include "neural/layer_stack.hpp"

namespace latpred {

/// Every feature of a node and every cost of a whole graph (the sums of MACs, parameters, bytes and
/// kernels over its nodes) standardised by the graphs that were trained on, constant ones to 0.
class GraphScaling {
  public:
    explicit GraphScaling(const GraphBatch& trained);

    [[nodiscard]] std::size_t features() const { return names_.size(); }  ///< of a node
    [[nodiscard]] std::size_t costs() const { return sums_.size(); }      ///< of a graph
    /// What a stack reads: inputs "nodes" and "costs", a row a network, or with `each_once` a row a
    /// graph. SchemaError where a feature is missing; those not trained on are left out.
    [[nodiscard]] StackData apply(GraphBatch batch, bool each_once = false) const;

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
    std::vector<double> sum_means_, sum_factors_;
};

}  // namespace latpred
