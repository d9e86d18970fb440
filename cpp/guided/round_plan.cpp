#include "guided/round_plan.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t first_networks = 16;
constexpr std::size_t fewest_networks = 4;
constexpr std::size_t least_networks = 2;
constexpr std::size_t least_checks = 20;
constexpr std::size_t most_checks = 60;
constexpr double first_share = 0.3;
constexpr double labels_share = 0.45;
constexpr double checks_share = 0.25;
constexpr double worth_share = 0.1;  // of the budget that is not left unused
constexpr double round_share = 0.25;
constexpr double check_labels = 6;  // a check costs as much as so many labels
constexpr double growth = 2.0;      // power of the rows that learning costs
constexpr double no_limit = 0;
constexpr double finish = 1.2;  // of the last learning beside an ordinary one

/// Seconds of a campaign: start + each * networks.
struct Cost {
    double start = 0;
    double each = 0;
};

Cost cost_of(std::span<const SpentRound> rounds) {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (const SpentRound& round : rounds) {
        if (round.kind != "labels" || round.networks == 0)
            continue;
        const auto networks = static_cast<double>(round.networks);
        n += 1;
        x += networks;
        y += round.measuring;
        xx += networks * networks;
        xy += networks * round.measuring;
    }
    if (n == 0)
        return {};
    const Cost through_zero{0, y / x};
    const double spread = n * xx - x * x;
    if (spread <= 0)
        return through_zero;
    const double each = (n * xy - x * y) / spread;
    const double start = (y - each * x) / n;
    return each > 0 && start > 0 ? Cost{start, each} : through_zero;
}

class Planner {
  public:
    Planner(const RoundSettings& settings, std::span<const SpentRound> rounds)
        : settings_(settings), rounds_(rounds), cost_(cost_of(rounds)) {}

    [[nodiscard]] RoundPlan plan() const {
        if (cost_.each <= 0)
            return first();
        if (settings_.good_enough && had_checks())
            return {"stop", 0, 0, "the error target is reached"};
        const double left = left_for(0);
        if (left < cost_of_labels(least_networks) && left < worth_share * settings_.budget)
            return {"stop", 0, 0, "the time is used"};
        if (wants_checks() && checks_fit(left))
            return checks(left);
        if (settings_.good_enough)
            return {"stop", 0, 0, "the error target is reached"};
        return labels(left);
    }

  private:
    [[nodiscard]] RoundPlan first() const {
        const double left = settings_.budget - settings_.spent;
        // A pack without any row is of no use to anybody: few get as long as they take.
        if (left <= 0 && settings_.rows == 0 && !rounds_.empty())
            return {"labels", fewest_networks, no_limit, ""};
        if (left <= 0)
            return {"stop", 0, 0, "the time is used"};
        // Where the time of the first one was too short for any network, few get much.
        if (!rounds_.empty())
            return {"labels", fewest_networks, left, ""};
        return {"labels", first_networks, std::min(left, first_share * settings_.budget), ""};
    }

    [[nodiscard]] bool had_checks() const {
        return std::ranges::any_of(rounds_, [](const auto& r) { return r.kind == "checks"; });
    }
    [[nodiscard]] double cost_of_labels(std::size_t networks) const {
        return cost_.start + cost_.each * static_cast<double>(networks);
    }

    /// Seconds that learning from so many more rows will take.
    [[nodiscard]] double learning_from(std::size_t more) const {
        const SpentRound& last = rounds_.back();
        const double rows = std::max<double>(1, static_cast<double>(settings_.rows));
        const double grown = std::pow((rows + static_cast<double>(more)) / rows, growth);
        return finish * last.learning * grown;
    }
    /// Seconds for measuring, less that.
    [[nodiscard]] double left_for(std::size_t more) const {
        return settings_.budget - settings_.spent - learning_from(more);
    }

    /// Seconds of labels before the checks.
    [[nodiscard]] double to_checks() const {
        return labels_share * settings_.budget - settings_.spent;
    }
    [[nodiscard]] bool worth_a_round(double seconds) const {
        return seconds >= std::max(cost_of_labels(least_networks), learning_from(0));
    }
    [[nodiscard]] bool wants_checks() const {
        return !had_checks() && (settings_.good_enough || room() < least_networks ||
                                 !worth_a_round(std::min(to_checks(), cost_of_labels(room()))));
    }
    [[nodiscard]] double check_cost() const { return check_labels * cost_.each; }
    [[nodiscard]] double checks_time(double left) const {
        return std::min(checks_share * settings_.budget, 0.6 * left);
    }
    [[nodiscard]] bool checks_fit(double left) const {
        return checks_time(left) >= cost_.start + static_cast<double>(least_checks) * check_cost();
    }
    [[nodiscard]] RoundPlan checks(double left) const {
        const double seconds = checks_time(left);
        const double fit = (seconds - cost_.start) / check_cost();
        const auto networks = static_cast<std::size_t>(std::max(0.0, fit));
        return {"checks", std::clamp(networks, least_checks, most_checks), seconds, ""};
    }

    [[nodiscard]] RoundPlan labels(double left) const {
        double seconds = left;
        if (!had_checks() && checks_fit(left)) {
            seconds = std::clamp(to_checks(), cost_of_labels(least_networks), left);
        }
        seconds = std::min(
            seconds, std::max(round_share * settings_.budget, cost_of_labels(4 * least_networks)));
        if (left - seconds < worth_share * settings_.budget && (had_checks() || !checks_fit(left)))
            seconds = left;
        std::size_t networks = fitting(seconds);
        while (networks > least_networks && cost_of_labels(networks) > left_for(networks))
            networks -= std::max<std::size_t>(1, networks / 20);
        networks = std::min(networks, room());
        if (networks < least_networks && left >= worth_share * settings_.budget &&
            room() >= least_networks)
            return {"labels", least_networks, left, ""};
        if (networks < least_networks)
            return {"stop", 0, 0,
                    room() < least_networks ? "as many rows as are of use" : "the time is used"};
        return {"labels", networks, std::max(seconds, cost_of_labels(networks)), ""};
    }
    [[nodiscard]] std::size_t room() const {
        return settings_.most_rows > settings_.rows ? settings_.most_rows - settings_.rows : 0;
    }
    [[nodiscard]] std::size_t fitting(double seconds) const {
        return static_cast<std::size_t>(std::max(0.0, (seconds - cost_.start) / cost_.each));
    }

    const RoundSettings& settings_;
    std::span<const SpentRound> rounds_;
    Cost cost_;
};

}  // namespace

RoundPlan plan_round(const RoundSettings& settings, std::span<const SpentRound> rounds) {
    if (!(std::isfinite(settings.budget) && settings.budget > 0))
        throw ConfigError(
            message("budget of ", settings.budget, " s, a positive finite number expected"));
    for (const SpentRound& round : rounds) {
        if (round.kind != "labels" && round.kind != "checks")
            throw DataError(message("round of kind '", round.kind, "', labels or checks expected"));
    }
    return Planner(settings, rounds).plan();
}

}  // namespace latpred
