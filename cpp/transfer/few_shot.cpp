#include "transfer/few_shot.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "selection/calibrate.hpp"
#include "transfer/design.hpp"
#include "transfer/few_shot_methods.hpp"

namespace latpred {

std::vector<std::string> few_shot_methods() {
    std::vector<std::string> names;
    for (const FewShotMethod& method : all_few_shot_methods())
        names.push_back(method.name);
    return names;
}

FewShotFitter::FewShotFitter(std::string method) : method_(std::move(method)) {
    static_cast<void>(find_few_shot_method(method_));
}

std::string FewShotFitter::settings() const {
    return FitterSettings(kind()).put("method", method_).text();
}

AdaptablePtr FewShotFitter::fit(std::span<const DeviceRows> devices,
                                const FitContext& context) const {
    return std::make_shared<FewShot>(
        method_, std::make_shared<const SourceModels>(fit_sources(devices, context)));
}

FewShot::FewShot(std::string method, std::shared_ptr<const SourceModels> sources)
    : method_(std::move(method)), sources_(std::move(sources)) {
    static_cast<void>(find_few_shot_method(method_));
}

PredictorPtr FewShot::adapt(const Rows& target, const FitContext& context) const {
    const FewShotMethod& method = find_few_shot_method(method_);
    const Architectures archs =
        as_rows_of(sources_->basis.space(), target.archs, "transfer: source devices");
    const TrainingRows rows = canonical_rows(archs, target.values);
    const std::size_t networks = network_starts(rows.archs).size() - 1;
    if (networks < method.least_networks) {
        throw DataError(message("transfer: ", networks, " different networks measured, method '",
                                method.name, "' needs at least ", method.least_networks));
    }
    const Rows canonical{rows.archs, rows.values};
    PredictorPtr model = method.adapt(*sources_, canonical, context);
    if (model->calibration().scores.empty())
        calibrate_by_folds(*model, *adapting_fitter(method, *sources_), canonical,
                           {networks, context.seed}, context);
    return model;
}

std::vector<std::size_t> FewShot::choose(const Architectures& candidates, std::size_t count,
                                         const FitContext& context) const {
    return choose_design(*sources_, candidates, count, context.watch());
}

}  // namespace latpred
