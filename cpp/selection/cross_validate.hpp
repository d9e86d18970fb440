// Errors of a fitter on rows that its fits did not see.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "datasets/folds.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// Into how many parts, and the seed of who is in which. `count` 0: as the number of rows asks for.
struct FoldPlan {
    std::size_t count = 0;
    std::uint64_t seed = 0;
};

/// The rows' own number below 10, 10 below 100 rows, 5 below 1,000, else 3.
std::size_t usual_folds(std::size_t rows);

/// See `make_folds`.
std::vector<Fold> folds_of(const Rows& rows, const FoldPlan& plan);

/// Called after the fit of fold k of n with the model of the other folds.
using FoldVisitor = std::function<void(const Fold& fold, const PredictorPtr& model)>;

/// Fits one model for each fold without its rows, in the order of the folds, and shows it to
/// `visit`. Progress counts folds, named `what`. Throws as the fitter.
void fit_folds(const Fitter& fitter, const Rows& rows, const std::vector<Fold>& folds,
               const FitContext& context, std::string_view what, const FoldVisitor& visit);

/// Models that were fitted without some of the rows each, and what they say of those.
struct HeldOut {
    std::vector<Fold> folds;
    std::vector<PredictorPtr> models;  ///< one for each fold
    std::vector<double> predicted;     ///< N, each by the model that did not see the row
};

HeldOut held_out(const Fitter& fitter, const Rows& rows, std::vector<Fold> folds,
                 const FitContext& context, std::string_view what = "folds");

/// N predictions, each by the model that did not see the row.
std::vector<double> held_out_predictions(const Fitter& fitter, const Rows& rows,
                                         const std::vector<Fold>& folds, const FitContext& context,
                                         std::string_view what = "folds");

/// Held-out errors: mean absolute in the unit of the values, and relative.
struct CandidateScore {
    double mae = 0;
    double mape_percent = 0;
    double spearman = 0;
    std::size_t folds = 0;
    std::string failure;  ///< why there is no model; the errors are infinite then
};

/// A fitter that cannot be fitted to such rows has infinite errors and says why; only Cancelled
/// and what is no error of latpred's passes through. The models are kept in `kept`, where given.
CandidateScore cross_validate(const Fitter& fitter, const Rows& rows, const FoldPlan& plan,
                              const FitContext& context, HeldOut* kept = nullptr);

}  // namespace latpred
