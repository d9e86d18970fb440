#include "selection/calibrate.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "predictors/intervals.hpp"

namespace latpred {

std::size_t calibration_folds(std::size_t rows) {
    return rows < 200 ? std::min<std::size_t>(rows, 10) : 5;
}

void calibrate_by_folds(Predictor& model, const Fitter& fitter, const Rows& rows,
                        const FoldPlan& plan, const FitContext& context) {
    const std::size_t count = plan.count == 0 ? calibration_folds(rows.archs.size()) : plan.count;
    const std::vector<Fold> folds = folds_of(rows, {count, plan.seed});
    std::vector<double> scores;
    fit_folds(fitter, rows, folds, context, "intervals",
              [&](const Fold& fold, const PredictorPtr& part) {
                  part->info().unit = model.info().unit;
                  const RowSelection held_out(rows, fold.held_out);
                  const std::vector<double> found =
                      interval_scores(*part, held_out.archs, held_out.values);
                  scores.insert(scores.end(), found.begin(), found.end());
              });
    set_calibration(model, std::move(scores), message(count, " folds"));
}

}  // namespace latpred
