// A predictor that is a sum of tables: additive, look-up table, built-in accuracy.
#pragma once

#include <memory>
#include <vector>

#include "predictors/block_table.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

class TablePredictor final : public Predictor {
  public:
    TablePredictor(const SpacePtr& space, ModelInfo info, std::vector<TableTerm> terms)
        : Predictor(space, std::move(info)), table_(*space, std::move(terms)) {}

    [[nodiscard]] const BlockTable& table() const { return table_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override {
        table_.evaluate(archs.genes(), values);
    }

  private:
    BlockTable table_;
};

std::shared_ptr<Predictor> load_table_predictor(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file);

}  // namespace latpred
