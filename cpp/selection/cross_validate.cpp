#include "selection/cross_validate.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "metrics/evaluation.hpp"
#include "predictors/rehouse.hpp"
#include "selection/watch.hpp"

namespace latpred {

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
        visit(folds[k], *model);
    }
    context.watch().progress(folds.size(), folds.size(), what);
}

std::vector<double> held_out_predictions(const Fitter& fitter, const Rows& rows,
                                         const std::vector<Fold>& folds, const FitContext& context,
                                         std::string_view what) {
    std::vector<double> predicted(rows.values.size(), std::numeric_limits<double>::quiet_NaN());
    fit_folds(fitter, rows, folds, context, what, [&](const Fold& fold, const Predictor& model) {
        const Eigen::VectorXd part = values_at(model, rows.archs.select(fold.held_out), "model");
        for (std::size_t i = 0; i < fold.held_out.size(); ++i)
            predicted[fold.held_out[i]] = part[static_cast<Eigen::Index>(i)];
    });
    return predicted;
}

CandidateScore cross_validate(const Fitter& fitter, const Rows& rows, const FoldPlan& plan,
                              const FitContext& context) {
    constexpr double none = std::numeric_limits<double>::infinity();
    try {
        const std::vector<Fold> folds = folds_of(rows, plan);
        const Evaluation found =
            evaluate(rows.values, held_out_predictions(fitter, rows, folds, context));
        return {found.mae, found.mape_percent, found.spearman, folds.size(), ""};
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        return {none, none, std::numeric_limits<double>::quiet_NaN(), plan.count, error.what()};
    }
}

}  // namespace latpred
