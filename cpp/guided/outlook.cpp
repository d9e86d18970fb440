#include "guided/outlook.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "predictors/intervals.hpp"
#include "predictors/one_sided.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t chunk = 512;  // candidates whose bounds are asked for together

/// The least and the second least of values, and whose the least is.
struct Two {
    double least = infinite, second = infinite;
    std::size_t owner = 0;

    void add(double value, std::size_t i) {
        if (value < least) {
            second = least;
            least = value;
            owner = i;
        } else {
            second = std::min(second, value);
        }
    }
    [[nodiscard]] double without(std::size_t i) const { return i == owner ? second : least; }
};

/// For each candidate the least value of the others with its score or a higher one.
std::vector<double> least_of_others(const Outlook& outlook, const std::vector<double>& values) {
    std::vector<double> found(values.size());
    Two two;
    for (std::size_t begin = 0; begin < values.size();) {
        std::size_t end = begin;
        for (; end < values.size() && outlook.scores[end] == outlook.scores[begin]; ++end)
            two.add(values[end], end);
        for (; begin < end; ++begin)
            found[begin] = two.without(begin);
    }
    return found;
}

/// How many spreads a bound of that confidence reaches; as far as the held-out rows tell.
double bound_reach(const Predictor& model, double confidence) {
    if (confidence <= even_confidence)
        return 0;
    const auto rows = static_cast<double>(model.calibration().scores.size());
    const double most = (rows - 1e-6) / (rows + 1);
    return interval_reach(model, rows > 0 ? std::min(2 * confidence - 1, most) : confidence);
}

void fill_bounds(Outlook& outlook, const CandidatePool& pool, const Predictor& model, double reach,
                 std::span<const std::size_t> rows) {
    std::vector<double> predicted;
    for (const std::size_t i : rows)
        predicted.push_back(outlook.latency[i]);
    std::vector<double> spreads(rows.size());
    model.spreads(pool.archs.select(rows), predicted, spreads);
    for (std::size_t k = 0; k < rows.size(); ++k) {
        outlook.low[rows[k]] = std::max(predicted[k] - reach * spreads[k], 0.0);
        outlook.high[rows[k]] = predicted[k] + reach * spreads[k];
    }
}

/// What is not measured, by how many times slower than the fastest of no lower score it is
/// predicted to be.
std::vector<std::size_t> nearest_first(const Outlook& outlook) {
    std::vector<double> ratio(outlook.size());
    double fastest = infinite;
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        const double latency = std::max(outlook.latency[i], least_training_value);
        fastest = std::min(fastest, latency);
        ratio[i] = latency / fastest;
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        if (outlook.measured[i] == 0)
            order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return ratio[i]; });
    return order;
}

}  // namespace

void KnownReadings::add(const Architectures& archs, const std::vector<Reading>& readings) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    for (std::size_t i = 0; i < readings.size(); ++i)
        readings_[hashes[i]] = readings[i];
}

const Reading* KnownReadings::find(std::uint64_t hash) const {
    const auto place = readings_.find(hash);
    return place == readings_.end() ? nullptr : &place->second;
}

Outlook outlook_of(const CandidatePool& pool, const Predictor& model, const KnownReadings& known,
                   double confidence, Monitor& monitor) {
    const std::size_t count = pool.scores.size();
    Outlook outlook{pool.scores,
                    std::vector<double>(count),
                    {},
                    std::vector<double>(count, infinite),
                    std::vector<std::uint8_t>(count)};
    model.evaluate(pool.archs, outlook.latency);
    monitor.poll();
    outlook.low = outlook.latency;
    const std::vector<std::uint64_t> hashes = pool.archs.hashes();
    for (std::size_t i = 0; i < count; ++i) {
        const Reading* reading = known.find(hashes[i]);
        if (reading == nullptr)
            continue;
        outlook.measured[i] = 1;
        outlook.latency[i] = reading->failed() ? infinite : reading->value;
        outlook.low[i] = std::isnan(reading->low) ? outlook.latency[i] : reading->low;
        outlook.high[i] = std::isnan(reading->high) ? outlook.latency[i] : reading->high;
    }
    const double reach = bound_reach(model, confidence);
    const std::vector<std::size_t> order = nearest_first(outlook);
    for (std::size_t begin = 0; begin < order.size(); begin += chunk) {
        const auto rows = std::span(order).subspan(begin, std::min(chunk, order.size() - begin));
        fill_bounds(outlook, pool, model, reach, rows);
        monitor.poll();
        const std::vector<double> beaten = least_of_others(outlook, outlook.high);
        if (std::ranges::none_of(rows, [&](std::size_t i) { return outlook.low[i] < beaten[i]; }))
            break;
    }
    return outlook;
}

std::vector<std::size_t> open_to_front(const Outlook& outlook) {
    const std::vector<double> surely_beaten = least_of_others(outlook, outlook.high);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        if (outlook.measured[i] == 0 && outlook.low[i] < surely_beaten[i])
            open.push_back(i);
    }
    return open;
}

std::vector<std::size_t> open_to_limit(const Outlook& outlook, double limit) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        if (outlook.high[i] <= limit) {
            const double best = outlook.scores[i];
            std::erase_if(open, [&](std::size_t k) { return outlook.scores[k] <= best; });
            break;
        }
        if (outlook.measured[i] == 0 && outlook.low[i] <= limit)
            open.push_back(i);
    }
    return open;
}

std::vector<std::size_t> nearly_open_to_front(const Outlook& outlook, std::size_t parts) {
    const std::vector<double> surely_beaten = least_of_others(outlook, outlook.high);
    std::vector<std::size_t> nearest;
    std::vector<double> ratio(outlook.size());
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        ratio[i] = outlook.low[i] / surely_beaten[i];
        if (outlook.measured[i] == 0 && ratio[i] >= 1)
            nearest.push_back(i);
    }
    const std::size_t size = std::max<std::size_t>(1, (nearest.size() + parts - 1) / parts);
    std::vector<std::pair<std::size_t, std::size_t>> turns;  // place in its part, number
    for (std::size_t begin = 0; begin < nearest.size(); begin += size) {
        const auto part = std::span(nearest).subspan(begin, std::min(size, nearest.size() - begin));
        std::ranges::stable_sort(part, {}, [&](std::size_t i) { return ratio[i]; });
        for (std::size_t k = 0; k < part.size(); ++k)
            turns.emplace_back(k, part[k]);
    }
    std::ranges::stable_sort(turns, {}, &std::pair<std::size_t, std::size_t>::first);
    std::ranges::transform(turns, nearest.begin(), [](const auto& turn) { return turn.second; });
    return nearest;
}

std::vector<std::size_t> nearly_open_to_limit(const Outlook& outlook, double limit) {
    std::vector<std::size_t> better;
    std::vector<std::size_t> nearest;
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        if (outlook.high[i] <= limit) {
            const double best = outlook.scores[i];
            std::erase_if(better, [&](std::size_t k) { return outlook.scores[k] <= best; });
            if (outlook.measured[i] == 0)
                nearest.push_back(i);
            break;
        }
        if (outlook.measured[i] == 0 && outlook.low[i] > limit)
            better.push_back(i);
    }
    std::ranges::stable_sort(better, {}, [&](std::size_t i) { return outlook.low[i]; });
    nearest.insert(nearest.end(), better.begin(), better.end());
    return nearest;
}

std::vector<std::size_t> front_of(const Outlook& outlook, double limit) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        if (std::isfinite(outlook.latency[i]) && outlook.high[i] <= limit)
            order.push_back(i);
    }
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return outlook.latency[a] != outlook.latency[b] ? outlook.latency[a] < outlook.latency[b]
                                                        : outlook.scores[a] > outlook.scores[b];
    });
    std::vector<std::size_t> front;
    for (const std::size_t i : order) {
        if (front.empty() || outlook.scores[i] > outlook.scores[front.back()])
            front.push_back(i);
    }
    return front;
}

}  // namespace latpred
