#include "guided/measuring_search.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "guided/batch_choice.hpp"
#include "predictors/one_sided.hpp"
#include "sampling/choose.hpp"

namespace latpred {
namespace {

constexpr std::size_t usual_first = 20;
constexpr std::size_t least_batch = 8;
constexpr std::size_t share_of_budget = 16;
constexpr std::size_t most_designed = 5000;  // candidates that a design is chosen from
constexpr double rounding_share = 1e-6;      // of a latency that an exact model may be off

class Measuring {
  public:
    Measuring(CandidateSource& source, RefinedModel& model, const Measure& measure,
              const Allowance& allowance, const MeasuringSettings& settings, MeasuringState& state,
              Monitor& monitor)
        : source_(source), model_(model), measure_(measure), allowance_(allowance),
          settings_(settings), state_(state), monitor_(monitor), pool_(state.front.archs),
          batch_(settings.batch != 0
                     ? settings.batch
                     : std::max(least_batch, settings.measurements / share_of_budget)) {
        std::vector<Reading> readings;
        for (const double value : model.known(model.measured()))
            readings.push_back({.value = value});
        known_.add(model.measured(), readings);
    }

    void run() {
        if (!model_.model())
            begin();
        while (true) {
            look();
            const bool confirms = open_.empty();
            const std::vector<std::size_t> chosen = confirms ? confirming() : next_batch();
            if (chosen.empty())
                return;
            const std::vector<Reading> readings = readings_of(measure_, pool_.select(chosen));
            if (confirms)
                doubted_ = surprised(chosen, readings);
            take(pool_.select(chosen), readings, confirms && doubted_);
        }
    }

  private:
    /// Networks by design, until there are enough for a model.
    void begin() {
        const Architectures all = distinct_candidates();
        const std::size_t first =
            settings_.first != 0 ? settings_.first : std::max(usual_first, batch_);
        const std::size_t wanted = allowed(std::min(first, all.size()));
        if (wanted < 2)
            throw ConfigError(message("search: a budget of ", wanted,
                                      " measurements for a model that is not fitted, at least 2 "
                                      "expected"));
        const ChoiceSettings design{.method = "d-optimal", .seed = settings_.seed};
        const Architectures some = all.select(choose_networks(all, wanted, design));
        take(some, readings_of(measure_, some));
        if (!model_.model())
            throw DataError(
                message("search: none of the first ", wanted, " networks could be measured"));
    }

    [[nodiscard]] Architectures distinct_candidates() {
        const Architectures& all = source_.pool(nullptr, model_.measured()).archs;
        if (all.size() <= most_designed)
            return all;
        std::vector<std::size_t> order = canonical_order(all);
        order.resize(most_designed);
        return all.select(order);
    }

    /// What is known now, of all candidates.
    void look() {
        monitor_.progress(state_.measured.size(), settings_.measurements, "measurements");
        monitor_.poll();
        const CandidatePool& pool = source_.pool(model_.model(), model_.measured());
        pool_ = pool.archs;
        state_.candidates = pool.scores.size();
        outlook_ = outlook_of(pool, *model_.model(), known_, settings_.confidence, monitor_);
        if (state_.reference.empty())
            state_.reference = reference();
        const std::vector<std::size_t> front = front_of(outlook_, settings_.limit);
        note(front);
        state_.history_measurements.push_back(state_.measured.size());
        state_.history_hypervolume.push_back(covered(outlook_, front, state_.reference));
        open_ = std::isfinite(settings_.limit) ? open_to_limit(outlook_, settings_.limit)
                                               : open_to_front(outlook_);
        state_.undecided = open_.size();
    }

    [[nodiscard]] std::vector<double> reference() const {
        if (!settings_.reference.empty())
            return settings_.reference;
        double slowest = 0;
        for (const double latency : outlook_.latency) {
            if (std::isfinite(latency))
                slowest = std::max(slowest, latency);
        }
        return {outlook_.scores.back(), slowest};
    }

    void note(const std::vector<std::size_t>& front) {
        MeasuredFront& into = state_.front;
        into = MeasuredFront(pool_.space_ptr());
        into.archs = pool_.select(front);
        for (const std::size_t i : front) {
            into.scores.push_back(outlook_.scores[i]);
            into.latencies.push_back(outlook_.latency[i]);
            into.low.push_back(outlook_.low[i]);
            into.high.push_back(outlook_.high[i]);
            into.measured.push_back(outlook_.measured[i]);
        }
    }

    /// Where nothing is open: the nearest candidates to being so, for as long as the intervals that
    /// say so are in doubt.
    [[nodiscard]] std::vector<std::size_t> confirming() {
        std::vector<std::size_t> nearest;
        if (doubted_)
            nearest = std::isfinite(settings_.limit)
                          ? nearly_open_to_limit(outlook_, settings_.limit)
                          : nearly_open_to_front(outlook_, batch_);
        nearest.resize(allowed(std::min(batch_, nearest.size())));
        if (nearest.empty())
            state_.stopped = "nothing is left that a measurement would decide";
        return nearest;
    }

    /// Whether more readings lie outside of their intervals than should, or there are none.
    [[nodiscard]] bool surprised(const std::vector<std::size_t>& chosen,
                                 const std::vector<Reading>& readings) const {
        double expected = 0;
        double outside = 0;
        for (std::size_t k = 0; k < chosen.size(); ++k) {
            const double value = readings[k].value;
            if (readings[k].failed())
                continue;
            expected += 2 * (1 - settings_.confidence);
            const double rounding = rounding_share * value;
            if (value < outlook_.low[chosen[k]] - rounding ||
                value > outlook_.high[chosen[k]] + rounding)
                outside += 1;
        }
        return expected == 0 || outside > expected;
    }

    [[nodiscard]] std::vector<std::size_t> next_batch() {
        const std::size_t wanted = allowed(std::min(batch_, open_.size()));
        if (wanted == 0) {
            state_.stopped = state_.measured.size() >= settings_.measurements
                                 ? "all measurements made"
                                 : "the time is used";
            return {};
        }
        return std::isfinite(settings_.limit)
                   ? choose_for_limit(outlook_, open_, wanted, settings_.limit)
                   : choose_for_front(outlook_, open_, wanted, state_.reference);
    }

    [[nodiscard]] std::size_t allowed(std::size_t wanted) const {
        const std::size_t left =
            settings_.measurements - std::min(settings_.measurements, state_.measured.size());
        wanted = std::min(wanted, left);
        return wanted == 0 ? 0 : std::min(wanted, allowance_(wanted));
    }

    void take(const Architectures& some, const std::vector<Reading>& readings,
              bool calibrate = false) {
        state_.measured.append(some);
        state_.readings.insert(state_.readings.end(), readings.begin(), readings.end());
        known_.add(some, readings);
        std::vector<std::size_t> good;
        std::vector<double> values;
        for (std::size_t i = 0; i < readings.size(); ++i) {
            if (!readings[i].failed()) {
                good.push_back(i);
                values.push_back(readings[i].value);
            }
        }
        model_.add(some.select(good), values, calibrate);
    }

    CandidateSource& source_;
    RefinedModel& model_;
    const Measure& measure_;
    const Allowance& allowance_;
    const MeasuringSettings& settings_;
    MeasuringState& state_;
    Monitor& monitor_;
    Architectures pool_;
    KnownReadings known_;
    Outlook outlook_;
    std::vector<std::size_t> open_;
    std::size_t batch_;
    bool doubted_ = true;  ///< whether readings have still to confirm the intervals
};

}  // namespace

void check(const MeasuringSettings& settings) {
    if (!(settings.limit > 0))
        throw ConfigError(
            message("search: limit of ", settings.limit, " ms, a positive number expected"));
    if (!(settings.confidence >= even_confidence && settings.confidence < 1))
        throw ConfigError(message("search: confidence ", settings.confidence, ", at least ",
                                  even_confidence, " and below 1 expected"));
    if (!settings.reference.empty() && settings.reference.size() != 2)
        throw ConfigError(message("search: a reference of ", settings.reference.size(),
                                  " values, 2 (objective, latency) expected"));
}

void search_measuring(CandidateSource& source, RefinedModel& model, const Measure& measure,
                      const Allowance& allowance, const MeasuringSettings& settings,
                      MeasuringState& state, Monitor& monitor) {
    check(settings);
    Measuring(source, model, measure, allowance, settings, state, monitor).run();
}

}  // namespace latpred
