// The mean of several predictors of one space.
#pragma once

#include <memory>
#include <vector>

#include "predictors/predictor.hpp"

namespace latpred {

class Ensemble final : public Predictor {
  public:
    using Members = std::vector<std::shared_ptr<const Predictor>>;

    static constexpr std::size_t most_members = 1024;

    /// ConfigError for no member or more than `most_members`, SchemaError for members of different
    /// families or units.
    Ensemble(ModelInfo info, Members members);

    [[nodiscard]] const Members& members() const { return members_; }

    /// N sample standard deviations of the members; 0 for one member.
    void deviations(const Architectures& archs, std::span<double> values) const;

    /// Deviation and 1 % of the value (.1 of an accuracy's points), as members also agree by
    /// chance.
    void spreads(const Architectures& archs, std::span<const double> predicted,
                 std::span<double> spreads) const override;

    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    Members members_;
};

std::shared_ptr<Predictor> load_ensemble(const SpacePtr& space, const ModelInfo& info,
                                         const TensorFile& file);

}  // namespace latpred
