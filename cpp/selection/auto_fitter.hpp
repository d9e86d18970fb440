// The fitter that tries others on the rows given and takes the best.
#pragma once

#include <string>
#include <vector>

#include "selection/select.hpp"

namespace latpred {

/// `select` among candidates, then a fit of the best to all rows; what was chosen, and how, stands
/// in the model's notes.
class AutoFitter final : public Fitter {
  public:
    /// `candidates`: those usual for the rows and the effort where there are none. `folds` 0: as
    /// the rows ask for. ConfigError for an unknown effort.
    AutoFitter(std::string effort, std::size_t folds, std::vector<Candidate> candidates = {},
               std::vector<Candidate> offered = {});

    [[nodiscard]] std::string kind() const override { return "auto"; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] bool one_at_a_time() const override;

    [[nodiscard]] std::vector<Candidate> candidates_for(std::size_t rows) const;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    std::string effort_;
    std::size_t folds_;
    std::vector<Candidate> candidates_, offered_;
};

/// Notes that say how a model was chosen, and its held-out errors.
std::map<std::string, std::string> selection_notes(std::span<const Candidate> candidates,
                                                   const Selection& selection);

}  // namespace latpred
