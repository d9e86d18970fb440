// What is known and believed of candidates in one round of a search that measures.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "guided/candidates.hpp"
#include "guided/readings.hpp"

namespace latpred {

/// Readings by network: those of the search, and the rows that the model was given.
class KnownReadings {
  public:
    void add(const Architectures& archs, const std::vector<Reading>& readings);
    /// Null for a network that was not measured.
    [[nodiscard]] const Reading* find(std::uint64_t hash) const;

  private:
    std::unordered_map<std::uint64_t, Reading> readings_;  ///< by hash of the genes
};

/// N candidates, highest score first.
struct Outlook {
    std::vector<double> scores;
    std::vector<double> latency;  ///< measured, else predicted; infinite where it failed
    std::vector<double> low, high;
    std::vector<std::uint8_t> measured;

    [[nodiscard]] std::size_t size() const { return scores.size(); }
};

/// Bounds are those of `confidence` to either side (the most that the calibration supports), of
/// candidates whose place they could change; of others `low` is the prediction, `high` infinite.
Outlook outlook_of(const CandidatePool& pool, const Predictor& model, const KnownReadings& known,
                   double confidence, Monitor& monitor);

/// Numbers of the candidates that no other surely dominates, by the bounds, and that are not
/// measured: a front of measured networks has no prediction that happens to be far too low.
std::vector<std::size_t> open_to_front(const Outlook& outlook);

/// Numbers of those that may keep the limit or not, and have a higher score than all that keep it.
std::vector<std::size_t> open_to_limit(const Outlook& outlook, double limit);

/// Numbers of those that are not open, nor measured, the nearest to being so first: by how many
/// times slower their lower bound is than what surely dominates them. In turn from `parts` parts of
/// equal size by score, so that the first ones come from all along the front.
std::vector<std::size_t> nearly_open_to_front(const Outlook& outlook, std::size_t parts);

/// The same under a limit: first the best that keeps it, if it is not measured, then those of
/// higher scores, by their lower bounds.
std::vector<std::size_t> nearly_open_to_limit(const Outlook& outlook, double limit);

/// Numbers of those that no other dominates, fastest first; `limit` of what counts against it: the
/// upper bound of predictions and measurements.
std::vector<std::size_t> front_of(const Outlook& outlook, double limit);

}  // namespace latpred
