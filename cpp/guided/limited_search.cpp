#include "guided/limited_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/one_sided.hpp"

namespace latpred {
namespace {

/// Candidates that hardly keep the limit are not worth a measurement.
constexpr double least_chance = 0.05;

/// Candidates looked at together, the most that waits for one answer.
constexpr std::size_t fewest = 512;

/// One round: the candidates, and what is known of them now. Only as many as it takes to find
/// acceptable ones are looked at, as the others have lower scores.
class Round {
  public:
    Round(CandidateSource& source, const RefinedModel& latency, const LimitSettings& settings)
        : source_(source), pool_(source.pool(latency.model(), latency.measured())),
          settings_(settings) {
        for (std::size_t wanted = fewest;
             size() < pool_.scores.size() && acceptable_.size() < settings.finalists; wanted *= 2)
            look_at(wanted, latency);
        std::ranges::sort(acceptable_,
                          [this](std::size_t a, std::size_t b) { return ahead(a, b); });
        if (acceptable_.size() > settings.finalists)
            acceptable_.resize(settings.finalists);
    }

    [[nodiscard]] std::size_t candidates() const { return pool_.scores.size(); }
    /// How many were looked at.
    [[nodiscard]] std::size_t size() const { return known_.size(); }
    /// The best acceptable ones, best first.
    [[nodiscard]] const std::vector<std::size_t>& acceptable() const { return acceptable_; }

    /// What to measure next; `size()` where nothing is left that could change the choice.
    [[nodiscard]] std::size_t next_test() const {
        const std::size_t promising = most_promising();
        if (promising < size())
            return promising;
        const auto unmeasured = std::ranges::find_if(
            acceptable_, [this](std::size_t i) { return std::isnan(known_[i]); });
        return unmeasured == acceptable_.end() ? size() : *unmeasured;
    }

    [[nodiscard]] Contender contender(std::size_t i) const {
        return {pool_.archs.select(std::vector{i}),
                pool_.scores[i],
                outlook_.predicted[i],
                outlook_.upper[i],
                outlook_.chance[i],
                known_[i]};
    }

    [[noreturn]] void refuse() const {
        double least = source_.least_upper();
        for (std::size_t i = 0; i < size(); ++i)
            least = std::min(least, value(i));
        throw InfeasibleError(message("search: none of ", size(), " candidates keeps ",
                                      settings_.limit, " ms with confidence ", settings_.confidence,
                                      "; the least bound is ", least, " ms"),
                              least, {{"latency", least}});
    }

  private:
    /// The next `wanted` candidates, and those of the same score as the last of them.
    void look_at(std::size_t wanted, const RefinedModel& latency) {
        const std::size_t begin = size();
        std::size_t end = std::min(begin + wanted, pool_.scores.size());
        while (end < pool_.scores.size() && pool_.scores[end] == pool_.scores[end - 1])
            ++end;
        std::vector<std::size_t> rows(end - begin);
        std::iota(rows.begin(), rows.end(), begin);
        const Architectures archs = pool_.archs.select(rows);
        const std::vector<double> known = latency.known(archs);
        known_.insert(known_.end(), known.begin(), known.end());
        const LimitOutlook more =
            limit_outlook(*latency.model(), archs, settings_.limit, settings_.confidence);
        const auto append = [](std::vector<double>& all, const std::vector<double>& added) {
            all.insert(all.end(), added.begin(), added.end());
        };
        append(outlook_.predicted, more.predicted);
        append(outlook_.upper, more.upper);
        append(outlook_.chance, more.chance);
        for (std::size_t i = begin; i < end; ++i) {
            if (value(i) <= settings_.limit)
                acceptable_.push_back(i);
        }
    }

    /// The candidate with the greatest expected gain; `size()` where none promises any.
    [[nodiscard]] std::size_t most_promising() const {
        const double beaten = acceptable_.size() == settings_.finalists
                                  ? pool_.scores[acceptable_.back()]
                                  : pool_.scores.back();
        std::size_t best = size();
        double most = 0;
        for (std::size_t i = 0; i < size(); ++i) {
            if (!std::isnan(known_[i]) || is_acceptable(i) || outlook_.chance[i] < least_chance)
                continue;
            const double gain = (pool_.scores[i] - beaten) * outlook_.chance[i];
            if (gain > most) {
                best = i;
                most = gain;
            }
        }
        return best;
    }

    /// What counts against the limit.
    [[nodiscard]] double value(std::size_t i) const {
        return std::isnan(known_[i]) ? outlook_.upper[i] : known_[i];
    }
    [[nodiscard]] bool is_acceptable(std::size_t i) const {
        return std::ranges::find(acceptable_, i) != acceptable_.end();
    }
    /// Equal scores: the faster one, then canonical order.
    [[nodiscard]] bool ahead(std::size_t a, std::size_t b) const {
        if (pool_.scores[a] != pool_.scores[b])
            return pool_.scores[a] > pool_.scores[b];
        return value(a) != value(b) ? value(a) < value(b) : a < b;
    }

    const CandidateSource& source_;
    const CandidatePool& pool_;
    std::vector<double> known_;
    LimitOutlook outlook_;
    const LimitSettings& settings_;
    std::vector<std::size_t> acceptable_;
};

double measure_one(const Objective& meter, const Architectures& one) {
    std::vector<double> value(1);
    meter.evaluate(one, value);
    if (!(std::isfinite(value[0]) && value[0] > 0))
        throw DataError(message("search: a measurement gave ", value[0],
                                ", a positive finite number of ms expected"));
    return value[0];
}

/// The finalist with the best accuracy; of equal ones the first.
void decide(LimitedResult& result, const Objective* accuracy) {
    result.best = result.finalists.front();
    result.accuracy = result.best.score;
    if (!accuracy)
        return;
    Architectures asked(result.best.architecture.space_ptr());
    for (const Contender& finalist : result.finalists)
        asked.append(finalist.architecture);
    std::vector<double> values(asked.size());
    accuracy->evaluate(asked, values);
    for (const double value : values) {
        if (!std::isfinite(value))
            throw DataError(message("search: the accuracy of a finalist is ", value,
                                    ", a finite number expected"));
    }
    const auto best = std::ranges::max_element(values) - values.begin();
    result.best = result.finalists[static_cast<std::size_t>(best)];
    result.accuracy = values[static_cast<std::size_t>(best)];
}

}  // namespace

void check(const LimitSettings& settings) {
    if (!(std::isfinite(settings.limit) && settings.limit > 0))
        throw ConfigError(
            message("search: limit of ", settings.limit, " ms, a positive finite number expected"));
    if (!(settings.confidence >= even_confidence && settings.confidence < 1))
        throw ConfigError(message("search: confidence ", settings.confidence, ", at least ",
                                  even_confidence, " and below 1 expected"));
    if (settings.finalists == 0)
        throw ConfigError("search: finalists=0, at least 1 expected");
}

LimitedResult search_within_limit(CandidateSource& source, RefinedModel& latency,
                                  const Objective* accuracy, const Objective* meter,
                                  const LimitSettings& settings, Monitor& monitor) {
    check(settings);
    if (settings.most_tests > 0 && !meter)
        throw ConfigError("search: `measure` expected, to verify candidates by measurements");
    LimitedResult result(latency.measured().space_ptr());
    result.stopped = "all measurements made";
    while (true) {
        monitor.progress(result.tests.size(), settings.most_tests, "measurements");
        monitor.poll();
        const Round now(source, latency, settings);
        const bool done = result.tests.size() == settings.most_tests;
        const std::size_t next = done ? now.size() : now.next_test();
        if (next < now.size()) {
            Contender test = now.contender(next);
            test.measured = measure_one(*meter, test.architecture);
            latency.add(test.architecture, {&test.measured, 1});
            result.tests.push_back(std::move(test));
            continue;
        }
        if (!done)
            result.stopped = "the choice is measured and no candidate promises more";
        if (now.acceptable().empty())
            now.refuse();
        for (const std::size_t i : now.acceptable())
            result.finalists.push_back(now.contender(i));
        result.candidates = now.candidates();
        break;
    }
    decide(result, accuracy);
    return result;
}

}  // namespace latpred
