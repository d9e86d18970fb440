#include "guided/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/one_sided.hpp"
#include "sampling/candidates.hpp"
#include "searching/feasibility.hpp"
#include "spaces/enumeration.hpp"

namespace latpred {
namespace {

/// Networks of a large space that are looked at before there is a model.
constexpr std::size_t drawn = 2000;

CandidatePool scored(const Architectures& archs, const Objective& score) {
    CandidatePool pool{archs.select(distinct_rows(archs)), {}};
    pool.scores.resize(pool.archs.size());
    score.evaluate(pool.archs, pool.scores);
    for (std::size_t i = 0; i < pool.scores.size(); ++i) {
        if (!std::isfinite(pool.scores[i]))
            throw DataError(message("search: candidate ", i, " of ", pool.scores.size(),
                                    " has the score ", pool.scores[i],
                                    ", a finite number expected"));
    }
    std::vector<std::size_t> order(pool.scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t i) { return pool.scores[i]; });
    pool.archs = pool.archs.select(order);
    std::ranges::sort(pool.scores, std::greater<>());
    return pool;
}

}  // namespace

ListedCandidates::ListedCandidates(const Architectures& archs, const Objective& score)
    : pool_(scored(archs, score)) {
    if (archs.size() == 0)
        throw DataError("search: no candidates, at least one expected");
}

const CandidatePool& ListedCandidates::pool(const std::shared_ptr<const Predictor>& /*model*/,
                                            const Architectures& /*measured*/) {
    return pool_;
}

SearchedCandidates::SearchedCandidates(SpacePtr space, std::shared_ptr<const Objective> score,
                                       double limit, double confidence, SearchSettings settings,
                                       Monitor& monitor)
    : space_(std::move(space)), score_(std::move(score)), limit_(limit), confidence_(confidence),
      settings_(std::move(settings)), monitor_(monitor), pool_{Architectures(space_), {}} {}

void SearchedCandidates::look_wider(const std::string& method) {
    method_ = method;
    optimistic_ = true;
}

void SearchedCandidates::add(Architectures& found,
                             const std::shared_ptr<const Objective>& latency) {
    const Problem problem{space_,
                          {{"score", score_, true, {}}, {"latency", nullptr, false, 0}},
                          {{"latency", latency, limit_}}};
    found.append(search(problem, method_, settings_, monitor_).front);
}

const CandidatePool& SearchedCandidates::pool(const std::shared_ptr<const Predictor>& model,
                                              const Architectures& measured) {
    if (!model) {
        pool_ = scored(sample(space_, drawn, settings_.seed), *score_);
        return pool_;
    }
    std::vector<std::shared_ptr<const Objective>> views{
        std::make_shared<UpperBound>(model, confidence_),
        std::make_shared<UpperBound>(model, even_confidence)};
    if (optimistic_)
        views.push_back(std::make_shared<LowerBound>(model, confidence_));
    Architectures found(space_);
    std::exception_ptr refusal;  // the first one
    for (const auto& latency : views) {
        try {
            add(found, latency);
        } catch (const InfeasibleError& error) {
            if (!refusal) {
                least_upper_ = std::min(least_upper_, error.minimum);
                refusal = std::current_exception();
            }
        }
    }
    for (std::size_t i = 0; i < measured.size(); ++i) {
        if (space_->contains(measured.row(i)))
            found.append(measured.row(i));
    }
    if (found.size() == 0)
        std::rethrow_exception(refusal);
    pool_ = scored(found, *score_);
    settings_.initial = pool_.archs;
    return pool_;
}

std::unique_ptr<CandidateSource> candidates_of_space(const SpacePtr& space,
                                                     const std::shared_ptr<const Objective>& score,
                                                     double limit, double confidence,
                                                     const SearchSettings& settings,
                                                     Monitor& monitor) {
    if (is_small(*space))
        return std::make_unique<ListedCandidates>(enumerate(space, small_space), *score);
    return std::make_unique<SearchedCandidates>(space, score, limit, confidence, settings, monitor);
}

}  // namespace latpred
