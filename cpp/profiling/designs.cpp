#include "profiling/designs.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/dense.hpp"
#include "base/distributions.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "profiling/several_tests.hpp"

namespace latpred {
namespace {

void check_sizes(const DesignValues& values) {
    if (values.count() < 2) {
        throw DataError(message("block profile: at least 2 networks of a placement expected, got ",
                                values.count()));
    }
    if (values.placed.size() % values.count() != 0) {
        throw DataError(message("block profile: ", values.placed.size(), " values of placements, ",
                                "a multiple of ", values.count(), " expected"));
    }
}

/// Sums of values that cancel leave this much.
double rounding_of(const DesignValues& values) {
    double largest = 0;
    for (const double value : values.random)
        largest = std::max(largest, std::abs(value));
    return 8 * std::numeric_limits<double>::epsilon() * largest;
}

SampledMean with_interval(double value, double error, double degrees, double tail) {
    const double half = error > 0 ? student_bound(tail, degrees) * error : 0;
    return {value, error, value - half, value + half, degrees};
}

/// Of a mean of n values that hold together, or of a sum of independent parts with their variances.
SampledMean mean_of(std::span<const double> series, double tail) {
    const Summary summary = summarise(series);
    return with_interval(summary.mean, summary.standard_error,
                         static_cast<double>(series.size() - 1), tail);
}

/// Welch and Satterthwaite: of independent parts, each the mean of n values.
SampledMean welch(double value, std::span<const double> variances, std::size_t count, double tail) {
    double sum = 0;
    double squares = 0;
    for (const double variance : variances) {
        sum += variance;
        squares += variance * variance;
    }
    const auto single = static_cast<double>(count - 1);
    const double degrees = squares > 0 ? sum * sum / squares * single : single;
    return with_interval(value, std::sqrt(sum), degrees, tail);
}

double square(double x) {
    return x * x;
}

Eigen::MatrixXd differences(const DesignValues& values) {
    const auto rows = static_cast<Eigen::Index>(values.placements());
    Eigen::MatrixXd found(rows, static_cast<Eigen::Index>(values.count()));
    for (Eigen::Index p = 0; p < rows; ++p) {
        const auto row = values.row(static_cast<std::size_t>(p));
        for (std::size_t i = 0; i < row.size(); ++i)
            found(p, static_cast<Eigen::Index>(i)) = row[i] - values.random[i];
        found.row(p).array() -= found.row(p).mean();
    }
    return found;
}

Eigen::MatrixXd covariance_of(const DesignValues& values, const std::vector<Summary>& summaries,
                              double random_variance) {
    const auto n = static_cast<double>(values.count());
    if (values.pairing == Pairing::paired)
        return gram(differences(values), Monitor::current()) / (n * (n - 1));
    const auto count = static_cast<Eigen::Index>(summaries.size());
    Eigen::MatrixXd found = Eigen::MatrixXd::Constant(count, count, random_variance);
    for (Eigen::Index p = 0; p < count; ++p)
        found(p, p) += square(summaries[static_cast<std::size_t>(p)].standard_error);
    return found;
}

}  // namespace

SampledMean group_mean(const DesignValues& values, std::span<const std::size_t> group,
                       bool contrast, double confidence) {
    check_sizes(values);
    if (std::ranges::any_of(group, [&](std::size_t p) { return p >= values.placements(); })) {
        throw DataError(message("block profile: a group of placements other than the ",
                                values.placements(), " that have values"));
    }
    const double tail = 1 - confidence;
    const auto size = static_cast<double>(group.size());
    if (values.pairing == Pairing::paired) {
        std::vector<double> series(values.count());
        for (const std::size_t p : group) {
            for (std::size_t i = 0; i < series.size(); ++i)
                series[i] += (values.row(p)[i] - (contrast ? values.random[i] : 0)) / size;
        }
        return mean_of(series, tail);
    }
    double mean = 0;
    std::vector<double> variances;
    for (const std::size_t p : group) {
        const Summary summary = summarise(values.row(p));
        mean += summary.mean / size;
        variances.push_back(square(summary.standard_error / size));
    }
    if (contrast) {
        const Summary random = summarise(values.random);
        mean -= random.mean;
        variances.push_back(square(random.standard_error));
    }
    return welch(mean, variances, values.count(), tail);
}

DesignEffects design_effects(const DesignValues& values, double confidence, std::uint64_t seed) {
    check_sizes(values);
    const std::size_t count = values.placements();
    DesignEffects found;
    for (std::size_t p = 0; p < count; ++p)
        found.summaries.push_back(summarise(values.row(p)));
    const double random_variance = square(summarise(values.random).standard_error);
    const double level = simultaneous_level(covariance_of(values, found.summaries, random_variance),
                                            confidence, seed);
    const double rounding = rounding_of(values);
    const double root = std::sqrt(static_cast<double>(values.count()));
    for (std::size_t p = 0; p < count; ++p) {
        const SampledMean effect = group_mean(values, std::span(&p, 1), true, confidence);
        found.effects.push_back(effect);
        const double apart = std::sqrt(random_variance + square(found.summaries[p].standard_error));
        found.independent_deviation = std::max(found.independent_deviation, root * apart);
        if (values.pairing == Pairing::paired)
            found.paired_deviation = std::max(found.paired_deviation, root * effect.error);
        found.family.push_back(with_interval(effect.value, effect.error, effect.degrees, level));
        const double error = std::max(effect.error, rounding);
        found.p_value.push_back(student_tail(error > 0 ? effect.value / error : 0, effect.degrees));
    }
    found.p_holm = holm(found.p_value);
    found.p_bh = benjamini_hochberg(found.p_value);
    return found;
}

std::uint64_t required_samples(double deviation, double terms, double half_width,
                               double confidence) {
    const auto enough = [&](std::uint64_t degrees) {
        const auto d = static_cast<double>(degrees);
        return student_bound(1 - confidence, d) * deviation / std::sqrt(d) <= half_width * 1.000001;
    };
    std::uint64_t high = 1;
    while (!enough(high) && high < std::uint64_t{1} << 52)
        high *= 2;
    std::uint64_t low = high / 2;  // not enough, or 0
    while (high - low > 1) {
        const std::uint64_t middle = low + (high - low) / 2;
        (enough(middle) ? high : low) = middle;
    }
    return high + static_cast<std::uint64_t>(std::ceil(terms));
}

}  // namespace latpred
