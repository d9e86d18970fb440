// Several models as one: their mean is steadier, and their spread says where not to trust it.
#pragma once

#include <optional>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

struct BagOptions {
    std::optional<std::size_t> members;  ///< none: 5, or one of each of several bases
    std::optional<double> share;         ///< of the rows of each member; none: .8, or 1 where every
                                         ///< base has one member, as these differ anyway
};

/// Fits an Ensemble. Member i takes base i modulo their number, the seed of the fit plus i, and
/// `share` of the rows, drawn by architecture without repetition.
class EnsembleFitter final : public Fitter {
  public:
    /// ConfigError for no base, no members, or a share outside (0, 1].
    explicit EnsembleFitter(std::vector<FitterPtr> bases, const BagOptions& options = {});

    [[nodiscard]] std::string kind() const override { return "ensemble"; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] bool one_at_a_time() const override;
    [[nodiscard]] bool keeps_order() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    [[nodiscard]] PredictorPtr member(std::size_t number, const Rows& rows,
                                      const FitContext& context) const;

    std::vector<FitterPtr> bases_;
    std::size_t members_;
    double share_;
};

}  // namespace latpred
