#include "selection/auto_fitter.hpp"

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/fitter_settings.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_rows = 4;

std::string digits(double value, int significant) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", significant, value);
    return text;
}

bool any_alone(const std::vector<Candidate>& all) {
    return std::ranges::any_of(all, [](const Candidate& c) { return c.fitter->one_at_a_time(); });
}

void put(FitterSettings& settings, const std::string& what, const std::vector<Candidate>& all) {
    std::vector<std::string> names;
    std::vector<FitterPtr> fitters;
    for (const Candidate& candidate : all) {
        names.push_back(candidate.name);
        fitters.push_back(candidate.fitter);
    }
    settings.put((what + "_names").c_str(), names).put(what.c_str(), fitters);
}

}  // namespace

AutoFitter::AutoFitter(std::string effort, std::size_t folds, std::vector<Candidate> candidates,
                       std::vector<Candidate> offered)
    : effort_(std::move(effort)), folds_(folds), candidates_(std::move(candidates)),
      offered_(std::move(offered)) {
    static_cast<void>(usual_candidates(0, effort_));
}

std::string AutoFitter::settings() const {
    FitterSettings settings(kind());
    settings.put("effort", effort_).put("folds", static_cast<std::uint64_t>(folds_));
    put(settings, "candidates", candidates_);
    put(settings, "offered", offered_);
    return settings.text();
}

bool AutoFitter::one_at_a_time() const {
    return any_alone(candidates_) || any_alone(offered_);
}

std::vector<Candidate> AutoFitter::candidates_for(std::size_t rows) const {
    return candidates_.empty() ? usual_candidates(rows, effort_, offered_) : candidates_;
}

PredictorPtr AutoFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    if (rows.archs.size() < least_rows)
        throw DataError(
            message("auto: ", rows.archs.size(), " rows, ", least_rows, " or more expected"));
    const std::vector<Candidate> candidates = candidates_for(rows.archs.size());
    const Selection found = select(candidates, rows, {folds_, context.seed}, context);
    PollOnly quiet(context.watch());
    PredictorPtr model = candidates[found.ranking.front()].fitter->fit(
        rows, {context.seed, context.threads, &quiet});
    model->info().notes.merge(selection_notes(candidates, found));
    return model;
}

std::map<std::string, std::string> selection_notes(std::span<const Candidate> candidates,
                                                   const Selection& selection) {
    std::vector<std::string> names;
    for (const std::size_t i : selection.ranking)
        names.push_back(candidates[i].name);
    const CandidateScore& best = selection.scores[selection.ranking.front()];
    return {
        {"chosen_by", message(best.folds, "-fold cross-validation among ", join(names))},
        {"cross_validated_mae", digits(best.mae, 6)},
        {"cross_validated_mape_percent", digits(best.mape_percent, 4)},
    };
}

}  // namespace latpred
