#include "transfer/few_shot_methods.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "predictors/core_fitters.hpp"
#include "predictors/ensemble.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/intervals.hpp"
#include "selection/cross_validate.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

constexpr std::size_t averaged_members = 3;

PredictorPtr adapt_layer_wise(const SourceModels& /*sources*/, const Rows& rows,
                              const FitContext& context) {
    PredictorPtr model = AdditiveFitter().fit(rows, context);
    model->info().notes["method"] = "layer-wise";
    return model;
}

// "gated" and "averaged" look at those between "best" and them.
const std::array<FewShotMethod, 10> few_shot_table = {{
    {"best", 3, &adapt_best},
    {"flops", 2, &adapt_flops},
    {"layer-wise", 3, &adapt_layer_wise},
    {"nearest-device", 3, &adapt_nearest},
    {"anchor-ridge", 3, &adapt_anchor},
    {"cost-ridge", 3, &adapt_cost_ridge},
    {"cost-gp", 3, &adapt_cost_process},
    {"low-rank", 3, &adapt_low_rank},
    {"gated", 5, &adapt_gated},
    {"averaged", 5, &adapt_averaged},
}};

std::span<const FewShotMethod> simple_methods() {
    return std::span(few_shot_table).subspan(1, few_shot_table.size() - 3);
}

class AdaptingFitter final : public Fitter {
  public:
    AdaptingFitter(const FewShotMethod& method, const SourceModels& sources)
        : method_(method), sources_(sources) {}

    [[nodiscard]] std::string kind() const override { return "few-shot"; }
    [[nodiscard]] std::string settings() const override {
        return FitterSettings(kind()).put("method", method_.name).text();
    }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows,
                                        const FitContext& context) const override {
        return method_.adapt(sources_, rows, context);
    }

  private:
    const FewShotMethod& method_;
    const SourceModels& sources_;
};

struct Judged {
    const FewShotMethod* method = nullptr;
    std::vector<double> predictions;  ///< n, each without its row
    double error = 0;                 ///< mean of the absolute errors
};

/// The simple methods, the least error of samples left out first.
std::vector<Judged> judged_methods(const SourceModels& sources, const Rows& rows,
                                   const FitContext& context) {
    const std::vector<Fold> folds = make_folds(rows.archs, rows.archs.size(), 0);
    PollOnly quiet(context.watch());
    std::vector<Judged> judged;
    for (const FewShotMethod& method : simple_methods()) {
        Judged found{&method,
                     held_out_predictions(*adapting_fitter(method, sources), rows, folds,
                                          {context.seed, context.threads, &quiet}),
                     0};
        for (std::size_t i = 0; i < rows.values.size(); ++i)
            found.error += std::abs(found.predictions[i] - rows.values[i]) /
                           static_cast<double>(rows.values.size());
        judged.push_back(std::move(found));
    }
    std::ranges::stable_sort(judged, {}, &Judged::error);
    return judged;
}

/// Intervals by what each sample was predicted without itself.
void calibrate_by(Predictor& model, const Rows& rows, const std::vector<double>& predictions) {
    std::vector<double> scores(rows.values.size());
    model.spreads(rows.archs, rows.values, scores);
    for (std::size_t i = 0; i < scores.size(); ++i)
        scores[i] = std::abs(predictions[i] - rows.values[i]) / scores[i];
    set_calibration(model, std::move(scores), "samples left out");
}

}  // namespace

std::span<const FewShotMethod> all_few_shot_methods() {
    return few_shot_table;
}

const FewShotMethod& find_few_shot_method(const std::string& name) {
    const auto found = std::ranges::find(few_shot_table, name, &FewShotMethod::name);
    if (found == few_shot_table.end()) {
        std::vector<std::string> names;
        for (const FewShotMethod& method : few_shot_table)
            names.push_back(method.name);
        throw ConfigError(message("transfer: method '", excerpt(name), "' is unknown; expected: ",
                                  join(names), did_you_mean(name, names)));
    }
    return *found;
}

FitterPtr adapting_fitter(const FewShotMethod& method, const SourceModels& sources) {
    return std::make_shared<AdaptingFitter>(method, sources);
}

PredictorPtr adapt_gated(const SourceModels& sources, const Rows& rows, const FitContext& context) {
    const Judged chosen = judged_methods(sources, rows, context).front();
    PredictorPtr model = chosen.method->adapt(sources, rows, context);
    calibrate_by(*model, rows, chosen.predictions);
    model->info().notes["method"] = "gated: " + chosen.method->name;
    return model;
}

PredictorPtr adapt_averaged(const SourceModels& sources, const Rows& rows,
                            const FitContext& context) {
    const std::vector<Judged> judged = judged_methods(sources, rows, context);
    Ensemble::Members members;
    std::vector<double> predictions(rows.values.size(), 0.0);
    for (std::size_t m = 0; m < averaged_members; ++m) {
        members.push_back(judged[m].method->adapt(sources, rows, context));
        for (std::size_t i = 0; i < predictions.size(); ++i)
            predictions[i] += judged[m].predictions[i] / static_cast<double>(averaged_members);
    }
    ModelInfo info = fitted_info("ensemble", rows.archs, rows.values, "");
    info.notes["method"] = "averaged";
    auto model = std::make_shared<Ensemble>(std::move(info), std::move(members));
    calibrate_by(*model, rows, predictions);
    return model;
}

}  // namespace latpred
