#include "selection/select.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/training_rows.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

std::string reasons_of(std::span<const Candidate> candidates,
                       const std::vector<CandidateScore>& scores) {
    std::vector<std::string> reasons;
    for (std::size_t i = 0; i < scores.size(); ++i)
        reasons.push_back(message(candidates[i].name, ": ", excerpt(scores[i].failure, 300)));
    return join(reasons, "; ");
}

}  // namespace

Selection select(std::span<const Candidate> candidates, const Rows& rows, const FoldPlan& plan,
                 const FitContext& context) {
    check_training_values(rows.archs, rows.values);
    if (candidates.empty())
        throw ConfigError("select: at least one candidate expected");
    static_cast<void>(folds_of(rows, plan));  // wrong folds are no candidate's failure
    PollOnly quiet(context.watch());
    Selection found;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        context.watch().progress(i, candidates.size(), candidates[i].name);
        HeldOut kept;
        found.scores.push_back(cross_validate(*candidates[i].fitter, rows, plan,
                                              {context.seed, context.threads, &quiet}, &kept));
        if (found.scores.back().mae < least) {
            least = found.scores.back().mae;
            found.held_out = std::move(kept);
        }
    }
    context.watch().progress(candidates.size(), candidates.size(), "candidates");
    found.ranking.resize(candidates.size());
    std::iota(found.ranking.begin(), found.ranking.end(), std::size_t{0});
    std::ranges::stable_sort(found.ranking, {}, [&](std::size_t i) { return found.scores[i].mae; });
    if (!std::isfinite(found.scores[found.ranking.front()].mae))
        throw DataError(
            message("no candidate could be fitted: ", reasons_of(candidates, found.scores)));
    return found;
}

}  // namespace latpred
