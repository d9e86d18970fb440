// The networks that a search under a predicted limit may return.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "predictors/predictor.hpp"
#include "searching/search.hpp"

namespace latpred {

/// Different networks, the highest score first, equal ones in canonical order.
struct CandidatePool {
    Architectures archs;
    std::vector<double> scores;
};

class CandidateSource {
  public:
    CandidateSource() = default;
    CandidateSource(const CandidateSource&) = delete;
    CandidateSource& operator=(const CandidateSource&) = delete;
    virtual ~CandidateSource() = default;

    /// Candidates for what this model says of latencies, and of those already measured the ones
    /// that may be returned.
    virtual const CandidatePool& pool(const std::shared_ptr<const Predictor>& model,
                                      const Architectures& measured) = 0;
    /// The least upper bound seen beyond the pool.
    [[nodiscard]] virtual double least_upper() const {
        return std::numeric_limits<double>::infinity();
    }
};

/// A list, or all networks of a small space, whatever the model.
class ListedCandidates final : public CandidateSource {
  public:
    /// DataError for no candidate, or a score that is not finite.
    ListedCandidates(const Architectures& archs, const Objective& score);

    const CandidatePool& pool(const std::shared_ptr<const Predictor>& model,
                              const Architectures& measured) override;

  private:
    CandidatePool pool_;
};

/// The best scores at each latency that evolution finds in a space, once with upper bounds and once
/// with predictions kept below the limit; each round goes on from the one before.
class SearchedCandidates final : public CandidateSource {
  public:
    SearchedCandidates(SpacePtr space, std::shared_ptr<const Objective> score, double limit,
                       double confidence, SearchSettings settings, Monitor& monitor);

    /// From now on by the method of this name, and once more with lower bounds, for what only
    /// measurements can tell.
    void look_wider(const std::string& method);

    /// Throws as `search`, but InfeasibleError only where nothing was measured either.
    const CandidatePool& pool(const std::shared_ptr<const Predictor>& model,
                              const Architectures& measured) override;
    [[nodiscard]] double least_upper() const override { return least_upper_; }

  private:
    /// Appends the front of one search.
    void add(Architectures& found, const std::shared_ptr<const Objective>& latency);

    SpacePtr space_;
    std::shared_ptr<const Objective> score_;
    double limit_;
    double confidence_;
    SearchSettings settings_;
    Monitor& monitor_;
    std::string method_ = "evolution";
    bool optimistic_ = false;
    CandidatePool pool_;
    double least_upper_ = std::numeric_limits<double>::infinity();
};

/// All of a small space, else what evolution finds. Throws as the two.
std::unique_ptr<CandidateSource> candidates_of_space(const SpacePtr& space,
                                                     const std::shared_ptr<const Objective>& score,
                                                     double limit, double confidence,
                                                     const SearchSettings& settings,
                                                     Monitor& monitor);

}  // namespace latpred
