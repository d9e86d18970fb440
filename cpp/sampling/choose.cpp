#include "sampling/choose.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "encodings/encoding.hpp"
#include "sampling/clusters.hpp"
#include "sampling/legacy.hpp"
#include "sampling/optimal_design.hpp"
#include "sampling/strata.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

using Rows = std::vector<std::size_t>;

constexpr std::string_view legacy_prefix = "legacy-";

struct Method {
    std::string encoding;  ///< empty: features are given
    std::string way;
};

[[noreturn]] void refuse(const std::string& method) {
    std::vector<std::string> known{"random", "params", "flops", "oracle", "d-optimal"};
    for (const std::string& way : choice_ways()) {
        known.push_back(way);
        for (const std::string& encoding : encoding_names())
            known.push_back(message(encoding, "-", way));
    }
    throw ConfigError(message("choose: method '", excerpt(method),
                              "' is unknown; expected: random, params, flops, oracle, d-optimal or "
                              "an encoding (",
                              join(encoding_names()), "), '-' and one of ", join(choice_ways()),
                              did_you_mean(method, known)));
}

std::optional<Method> split(const std::string& method) {
    // A way may end as a longer one does ("kmeans", "legacy-kmeans"), so the longest counts.
    std::optional<Method> found;
    for (const std::string& way : choice_ways()) {
        if (method == way)
            return Method{"", way};
        if (method.ends_with("-" + way) && (!found || way.size() > found->way.size()))
            found = Method{method.substr(0, method.size() - way.size() - 1), way};
    }
    const std::vector<std::string> known = encoding_names();
    if (found && std::ranges::find(known, found->encoding) == known.end())
        return std::nullopt;
    return found;
}

void require_finite(const FeatureRows& features) {
    for (Eigen::Index row = 0; row < features.rows(); ++row) {
        for (Eigen::Index column = 0; column < features.cols(); ++column) {
            if (!std::isfinite(features(row, column))) {
                throw DataError(message("choose: features of row ", row, ", column ", column, ": ",
                                        features(row, column), "; a finite number expected"));
            }
        }
    }
}

FeatureRows given_features(const ChoiceSettings& settings, const Rows& rows, std::size_t all) {
    const FeatureRows& features = settings.features;
    if (features.size() == 0) {
        throw ConfigError(message("choose: method '", settings.method,
                                  "' names no encoding, so features (N x F) are expected"));
    }
    if (static_cast<std::size_t>(features.rows()) != all) {
        throw ConfigError(message("choose: features of ", features.rows(), " rows given for ", all,
                                  " architectures"));
    }
    require_finite(features);
    return features(Rows(rows), Eigen::all);
}

Rows by_features(FeatureRows features, const std::string& way, std::size_t count, Rng& rng) {
    if (way.starts_with(legacy_prefix))
        return choose_legacy(features, count, way.substr(legacy_prefix.size()), rng);
    features = standardised(features);
    if (features.cols() == 0)
        return {};  // all alike
    if (way == "cosine")
        return stratify(typicality(features), count, rng);
    if (way == "kmeans")
        return k_means(features, count, Member::nearest_to_centre, rng);
    return way == "kcenter" ? k_centre(features, count, rng) : d_optimal(features, count, rng);
}

std::vector<double> latencies(const ChoiceSettings& settings, const Rows& rows, std::size_t all) {
    if (settings.latency_ms.size() != all) {
        throw ConfigError(message("choose: method 'oracle' needs the latency of each of ", all,
                                  " architectures, got ", settings.latency_ms.size()));
    }
    std::vector<double> values;
    for (const std::size_t row : rows) {
        values.push_back(settings.latency_ms[row]);
        if (!std::isfinite(values.back())) {
            throw DataError(message("choose: latency of row ", row, ": ", values.back(),
                                    "; a finite number of ms expected"));
        }
    }
    return values;
}

std::vector<double> costs(const Architectures& archs, bool params) {
    std::vector<double> values;
    for (const Costs& cost : count_costs(archs))
        values.push_back(static_cast<double>(params ? cost.params : cost.macs));
    return values;
}

/// Numbers of candidates, perhaps fewer than `count`.
Rows candidates_of(const Architectures& archs, const Rows& rows, std::size_t count,
                   const ChoiceSettings& settings, Rng& rng) {
    const std::string method = settings.method == "d-optimal" && settings.features.size() == 0
                                   ? "one-hot-d-optimal"
                                   : settings.method;
    if (method == "random")
        return {};
    if (method == "oracle")
        return stratify(latencies(settings, rows, archs.size()), count, rng);
    if (method == "params" || method == "flops")
        return stratify(costs(archs.select(rows), method == "params"), count, rng);
    const std::optional<Method> parts = split(method);
    if (!parts)
        refuse(method);
    return by_features(parts->encoding.empty() ? given_features(settings, rows, archs.size())
                                               : encoded_rows(archs.select(rows), parts->encoding),
                       parts->way, count, rng);
}

/// Adds candidates at random until there are `count`.
void fill(Rows& chosen, std::size_t candidates, std::size_t count, Rng& rng) {
    Rows rest;
    for (std::size_t i = 0; i < candidates; ++i) {
        if (std::ranges::find(chosen, i) == chosen.end())
            rest.push_back(i);
    }
    rng.shuffle(std::span(rest));
    rest.resize(count - chosen.size());
    chosen.insert(chosen.end(), rest.begin(), rest.end());
}

}  // namespace

std::vector<std::size_t> choose_networks(const Architectures& archs, std::size_t count,
                                         const ChoiceSettings& settings) {
    if (count == 0)
        throw ConfigError("choose: n is 0; at least one network expected");
    const Rows rows = distinct_rows(archs);
    if (rows.size() < count) {
        throw DataError(
            message("choose: ", count, " networks wanted of ", rows.size(), " different ones"));
    }
    Rng rng(settings.seed, "choose");
    Rows chosen = candidates_of(archs, rows, count, settings, rng);
    fill(chosen, rows.size(), count, rng);
    for (std::size_t& number : chosen)
        number = rows[number];
    std::ranges::sort(chosen);
    return chosen;
}

std::vector<std::string> choice_ways() {
    std::vector<std::string> ways{"cosine", "kmeans", "kcenter", "d-optimal"};
    for (const std::string& kind : legacy_kinds())
        ways.push_back(std::string(legacy_prefix) + kind);
    return ways;
}

}  // namespace latpred
