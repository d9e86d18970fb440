#include "selection/cross_validate.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "metrics/evaluation.hpp"
#include "predictors/rehouse.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

std::vector<double> no_predictions(const Rows& rows) {
    return std::vector<double>(rows.values.size(), std::numeric_limits<double>::quiet_NaN());
}

void predict_fold(const Predictor& model, const Rows& rows, const Fold& fold,
                  std::vector<double>& predicted) {
    const Eigen::VectorXd part = values_at(model, rows.archs.select(fold.held_out), "model");
    for (std::size_t i = 0; i < fold.held_out.size(); ++i)
        predicted[fold.held_out[i]] = part[static_cast<Eigen::Index>(i)];
}

}  // namespace

std::size_t usual_folds(std::size_t rows) {
    return rows < 10 ? rows : rows < 100 ? 10 : rows < 1000 ? 5 : 3;
}

std::vector<Fold> folds_of(const Rows& rows, const FoldPlan& plan) {
    const std::size_t count = plan.count == 0 ? usual_folds(rows.archs.size()) : plan.count;
    return make_folds(rows.archs, count, plan.seed);
}

void fit_folds(const Fitter& fitter, const Rows& rows, const std::vector<Fold>& folds,
               const FitContext& context, std::string_view what, const FoldVisitor& visit) {
    PollOnly quiet(context.watch());
    for (std::size_t k = 0; k < folds.size(); ++k) {
        context.watch().progress(k, folds.size(), what);
        const RowSelection train(rows, folds[k].train);
        const PredictorPtr model =
            fitter.fit(train.rows(), {context.seed, context.threads, &quiet});
        visit(folds[k], model);
    }
    context.watch().progress(folds.size(), folds.size(), what);
}

HeldOut held_out(const Fitter& fitter, const Rows& rows, std::vector<Fold> folds,
                 const FitContext& context, std::string_view what) {
    HeldOut found{std::move(folds), {}, no_predictions(rows)};
    fit_folds(fitter, rows, found.folds, context, what,
              [&](const Fold& fold, const PredictorPtr& model) {
                  predict_fold(*model, rows, fold, found.predicted);
                  found.models.push_back(model);
              });
    return found;
}

std::vector<double> held_out_predictions(const Fitter& fitter, const Rows& rows,
                                         const std::vector<Fold>& folds, const FitContext& context,
                                         std::string_view what) {
    std::vector<double> predicted = no_predictions(rows);
    fit_folds(fitter, rows, folds, context, what, [&](const Fold& fold, const PredictorPtr& model) {
        predict_fold(*model, rows, fold, predicted);
    });
    return predicted;
}

CandidateScore cross_validate(const Fitter& fitter, const Rows& rows, const FoldPlan& plan,
                              const FitContext& context, HeldOut* kept) {
    constexpr double none = std::numeric_limits<double>::infinity();
    try {
        std::vector<Fold> folds = folds_of(rows, plan);
        const std::size_t count = folds.size();
        std::vector<double> predicted;
        if (kept == nullptr) {
            predicted = held_out_predictions(fitter, rows, folds, context);
        } else {
            *kept = held_out(fitter, rows, std::move(folds), context);
            predicted = kept->predicted;
        }
        const Evaluation found = evaluate(rows.values, predicted);
        return {found.mae, found.mape_percent, found.spearman, count, ""};
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        return {none, none, std::numeric_limits<double>::quiet_NaN(), plan.count, error.what()};
    }
}

}  // namespace latpred
