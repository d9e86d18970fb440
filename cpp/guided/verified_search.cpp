#include "guided/verified_search.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "guided/remembered.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

/// The bound of a network; beyond every limit where it was measured, and does not hold.
class BoundOfUntested final : public Objective {
  public:
    BoundOfUntested(LatencyBelief::Shared bound, const std::unordered_set<std::uint64_t>& tested,
                    double factor = 1)
        : bound_(std::move(bound)), tested_(tested), factor_(factor) {}

    void evaluate(const Architectures& archs, std::span<double> values) const override {
        bound_->evaluate(archs, values);
        for (double& value : values)
            value *= factor_;
        if (tested_.empty())
            return;
        const std::vector<std::uint64_t> hashes = archs.hashes();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (tested_.contains(hashes[i]))
                values[i] = std::numeric_limits<double>::infinity();
        }
    }

  private:
    LatencyBelief::Shared bound_;
    const std::unordered_set<std::uint64_t>& tested_;
    double factor_;
};

std::string counted(const std::vector<VerifiedCandidate>& tests) {
    std::vector<std::string> parts;
    for (const char* word : {"over", "not distinguishable", "no interval", "not measured"}) {
        const auto count = std::ranges::count(tests, word, &VerifiedCandidate::verdict);
        if (count > 0)
            parts.push_back(message(count, " ", word));
    }
    return join(parts);
}

/// The least that was measured.
double least_measured(const std::vector<VerifiedCandidate>& tests) {
    double least = std::numeric_limits<double>::infinity();
    for (const VerifiedCandidate& test : tests) {
        if (!test.reading.failed())
            least = std::min(least, test.reading.value);
    }
    return least;
}

[[noreturn]] void refuse_all(const std::vector<VerifiedCandidate>& tests, double limit,
                             const std::string& why) {
    const double least = least_measured(tests);
    throw InfeasibleError(message("search: none of ", tests.size(), " measured candidates keeps ",
                                  limit, " ms (", counted(tests), "); ", why),
                          least, {{"latency", least}});
}

void ask_once(Problem& problem) {
    for (Goal& goal : problem.goals) {
        if (goal.objective)
            goal.objective = std::make_shared<Remembered>(goal.objective);
    }
    for (std::size_t c = bound_constraint + 1; c < problem.constraints.size(); ++c)
        problem.constraints[c].objective =
            std::make_shared<Remembered>(problem.constraints[c].objective);
}

/// The result without the networks that nobody measured.
void keep_best_alone(SearchResult& found) {
    found.front = found.best;
    found.front_values = found.objective;
}

/// Rows that the next search starts from: those given, and what this one found.
void start_from(SearchSettings& settings, const SearchResult& found) {
    Architectures rows = found.front;
    if (settings.initial)
        rows.append(*settings.initial);
    settings.initial = std::move(rows);
}

/// What to measure next by what is believed now.
class NextCandidate {
  public:
    NextCandidate(Problem& problem, const LatencyBelief& belief,
                  const std::vector<VerifiedCandidate>& tests, Monitor& monitor)
        : problem_(problem), belief_(belief), tests_(tests), monitor_(monitor),
          bound_(problem.constraints[bound_constraint]) {
        for (const VerifiedCandidate& test : tests)
            tested_.insert(test.architecture.hashes().front());
        problem.constraints[latency_constraint].objective = belief.prediction();
    }

    /// Where the common factor leaves nothing, but the model by itself does, the network of the
    /// least bound: one measurement may have been far off.
    SearchResult find(const VerifySettings& settings) {
        try {
            return within(1, settings);
        } catch (const InfeasibleError& error) {
            if (tests_.empty())
                throw;
            const double least = least_bound(error);
            if (!(least > bound_.limit && least <= bound_.limit * belief_.factor()))
                refuse(error);
            try {
                return within(bound_.limit / least * (1 - 1e-9), settings);
            } catch (const InfeasibleError& again) {
                refuse(again);
            }
        }
    }

  private:
    SearchResult within(double factor, const VerifySettings& settings) {
        bound_.objective = std::make_shared<BoundOfUntested>(belief_.upper(), tested_, factor);
        return search(problem_, settings.method, settings.search, monitor_);
    }

    [[nodiscard]] double least_bound(const InfeasibleError& error) const {
        for (const auto& [name, value] : error.minima) {
            if (name == bound_.name)
                return value;
        }
        return std::numeric_limits<double>::quiet_NaN();
    }

    [[noreturn]] void refuse(const InfeasibleError& error) const {
        refuse_all(tests_, bound_.limit, message("no other is left: ", error.what()));
    }

    Problem& problem_;
    const LatencyBelief& belief_;
    const std::vector<VerifiedCandidate>& tests_;
    Monitor& monitor_;
    Constraint& bound_;
    std::unordered_set<std::uint64_t> tested_;
};

}  // namespace

SearchResult search_verified(Problem problem, LatencyBelief& belief, const Measure& measure,
                             VerifySettings settings, std::vector<VerifiedCandidate>& tests,
                             Monitor& monitor) {
    if (problem.constraints.size() <= bound_constraint)
        throw ConfigError("search: a limit of the latency expected, to verify");
    if (settings.most == 0)
        throw ConfigError("search: verify=0, at least 1 candidate to measure expected");
    const double limit = problem.constraints[bound_constraint].limit;
    const std::optional<Architectures> given = settings.search.initial;
    PollOnly quiet(monitor);
    ask_once(problem);
    while (true) {
        monitor.progress(tests.size(), settings.most, "measured candidates");
        monitor.poll();
        SearchResult found = NextCandidate(problem, belief, tests, quiet).find(settings);
        const Reading reading = readings_of(measure, found.best).front();
        tests.push_back({found.best, found.objective.front(), found.values[latency_constraint],
                         found.values[bound_constraint], reading, reading.verdict(limit)});
        if (reading.holds(limit)) {
            keep_best_alone(found);
            return found;
        }
        if (tests.size() == settings.most)
            refuse_all(tests, limit, "more may be measured by a larger verify=");
        if (!reading.failed())
            belief.learn(found.best, {&reading.value, 1});
        settings.search.initial = given;
        start_from(settings.search, found);
    }
}

}  // namespace latpred
