#include "selection/bag.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/splits.hpp"
#include "predictors/ensemble.hpp"
#include "predictors/fitter_settings.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

constexpr std::size_t usual_members = 5;
constexpr double usual_share = 0.8;

}  // namespace

EnsembleFitter::EnsembleFitter(std::vector<FitterPtr> bases, const BagOptions& options)
    : bases_(std::move(bases)),
      members_(options.members.value_or(bases_.size() > 1 ? bases_.size() : usual_members)) {
    const bool differ = bases_.size() > 1 && members_ <= bases_.size();
    share_ = options.share.value_or(differ ? 1.0 : usual_share);
    if (bases_.empty() || members_ < 1 || !(share_ > 0 && share_ <= 1))
        throw ConfigError(message("ensemble: ", bases_.size(), " bases, members ", members_,
                                  ", share ", share_,
                                  "; a base, 1 or more, and above 0 to 1, expected"));
}

std::string EnsembleFitter::settings() const {
    return FitterSettings(kind())
        .put("bases", bases_)
        .put("members", members_)
        .put("share", share_)
        .text();
}

bool EnsembleFitter::one_at_a_time() const {
    return std::ranges::any_of(bases_, [](const FitterPtr& f) { return f->one_at_a_time(); });
}

bool EnsembleFitter::keeps_order() const {
    return std::ranges::any_of(bases_, [](const FitterPtr& f) { return f->keeps_order(); });
}

PredictorPtr EnsembleFitter::member(std::size_t number, const Rows& rows,
                                    const FitContext& context) const {
    const Fitter& base = *bases_[number % bases_.size()];
    const FitContext own = context.with_seed(context.seed + number);
    if (share_ == 1 || rows.archs.size() < 2)
        return base.fit(rows, own);
    const std::vector<std::vector<std::size_t>> parts = split_rows(
        rows.archs,
        {.method = "architecture", .fractions = {share_}, .seed = 1000 * context.seed + number});
    const std::vector<std::size_t>& drawn = parts.front();
    if (drawn.empty())  // one network holds more than the share
        return base.fit(rows, own);
    const RowSelection chosen(rows, drawn);
    return base.fit(chosen.rows(), own);
}

PredictorPtr EnsembleFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    PollOnly quiet(context.watch());
    Ensemble::Members members;
    for (std::size_t i = 0; i < members_; ++i) {
        context.watch().progress(i, members_, "members");
        members.push_back(member(i, rows, {context.seed, context.threads, &quiet}));
    }
    ModelInfo info = fitted_info(kind(), rows.archs, rows.values, "");
    info.unit = members.front()->info().unit;
    info.any_width = members.front()->info().any_width;
    return std::make_shared<Ensemble>(std::move(info), std::move(members));
}

}  // namespace latpred
