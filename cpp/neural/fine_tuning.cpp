#include "neural/fine_tuning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "predictors/training_rows.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/source_head.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_rows = 5;
constexpr int judging_evidence = 160;  ///< rows for variances while methods are only compared

using SourcePtr = std::shared_ptr<const Predictor>;

bool needs_mlp(const std::string& method) {
    return method == "last-layer" || method == "network" || method == "legacy";
}

ModelInfo named(const ModelInfo& info, const std::string& kind) {
    ModelInfo other = info;
    other.kind = kind;
    other.notes.clear();
    return other;
}

SourcePtr tuned_mlp(const std::string& method, const Architectures& archs,
                    std::span<const double> values, const MlpObjective& source,
                    const FineTuneOptions& options, const ModelInfo& info, Monitor& monitor) {
    const TuningRows rows{as_rows_of(source.space(), archs, "source model"), values};
    if (method == "last-layer")
        return tune_last_layer(source, rows, named(info, "mlp"));
    if (method == "network")
        return tune_network(source, rows, named(info, "mlp"), options.network, monitor);
    return tune_legacy(source, rows, named(info, "mlp"), options.legacy, monitor);
}

/// One method's model; `judging`: only to compare methods.
SourcePtr fitted(const std::string& method, const Architectures& archs,
                 std::span<const double> values, const SourcePtr& source,
                 const FineTuneOptions& options, const ModelInfo& info, bool judging,
                 Monitor& monitor) {
    monitor.poll();
    if (method == "gaussian-process") {
        GaussianProcessOptions process;
        if (judging)
            process.evidence_rows = judging_evidence;
        return fit_gaussian_process(archs, values, std::const_pointer_cast<Predictor>(source),
                                    process, named(info, method));
    }
    if (method == "affine" || method == "feature") {
        return fit_source_head(archs, values, source, method == "feature", {},
                               named(info, "source-head"));
    }
    const auto mlp = std::dynamic_pointer_cast<const MlpObjective>(source);
    return tuned_mlp(method, archs, values, *mlp, options, info, monitor);
}

std::vector<std::string> candidates(const Predictor& source, std::size_t rows,
                                    const FineTuneOptions& options) {
    std::vector<std::string> all{"gaussian-process", "feature", "affine"};
    if (dynamic_cast<const MlpObjective*>(&source) != nullptr) {
        all.emplace_back("last-layer");
        if (rows >= options.network_rows)
            all.emplace_back("network");
    }
    return all;
}

/// Fold of each row.
std::vector<std::size_t> folds_of(std::size_t rows, std::uint64_t seed) {
    const std::size_t folds = rows < 10 ? rows : rows < 50 ? 10 : 5;
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(seed, "folds").shuffle(std::span(order));
    std::vector<std::size_t> fold(rows);
    for (std::size_t i = 0; i < rows; ++i)
        fold[order[i]] = i % folds;
    return fold;
}

/// |error| of each row, predicted by models that did not see it.
using Errors = std::map<std::string, std::vector<double>>;

Errors cross_validated(const std::vector<std::string>& methods, const Architectures& archs,
                       std::span<const double> values, const SourcePtr& source,
                       const FineTuneOptions& options, const ModelInfo& info, Monitor& monitor) {
    const std::vector<std::size_t> fold = folds_of(archs.size(), options.seed);
    const std::size_t folds = *std::max_element(fold.begin(), fold.end()) + 1;
    Errors errors;
    for (const std::string& method : methods)
        errors[method].resize(values.size());
    for (std::size_t k = 0; k < folds; ++k) {
        std::vector<std::size_t> used, left;
        std::vector<double> known;
        for (std::size_t row = 0; row < fold.size(); ++row) {
            (fold[row] == k ? left : used).push_back(row);
            if (fold[row] != k)
                known.push_back(values[row]);
        }
        const Architectures judged = archs.select(left);
        for (const std::string& method : methods) {
            const SourcePtr model =
                fitted(method, archs.select(used), known, source, options, info, true, monitor);
            const Eigen::VectorXd predicted = values_at(*model, judged, "model");
            for (std::size_t i = 0; i < left.size(); ++i)
                errors[method][left[i]] =
                    std::abs(predicted[static_cast<Eigen::Index>(i)] - values[left[i]]);
        }
        monitor.progress(k + 1, folds, "comparing methods");
    }
    return errors;
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Whether `errors` lie below `usual` by more than one standard error of the differences.
bool clearly_lower(const std::vector<double>& errors, const std::vector<double>& usual) {
    const double difference = mean_of(usual) - mean_of(errors);
    double squares = 0;
    for (std::size_t i = 0; i < errors.size(); ++i)
        squares += std::pow(usual[i] - errors[i] - difference, 2);
    const auto n = static_cast<double>(errors.size());
    return difference > std::sqrt(squares / (n * std::max(n - 1, 1.0)));
}

std::string chosen_of(const std::vector<std::string>& methods, const Errors& errors) {
    std::string best = methods.front();
    for (const std::string& method : methods) {
        if (mean_of(errors.at(method)) < mean_of(errors.at(best)) &&
            clearly_lower(errors.at(method), errors.at(methods.front())))
            best = method;
    }
    return best;
}

void check(const Architectures& archs, std::span<const double> values, const Predictor& source,
           const FineTuneOptions& options) {
    const std::vector<std::string> known = fine_tuning_methods();
    if (std::find(known.begin(), known.end(), options.method) == known.end()) {
        throw ConfigError(
            message("fine-tuning: no method '", options.method, "'; known: ", join(known)));
    }
    check_training_values(archs, values);
    if (archs.size() < least_rows) {
        throw DataError(
            message("fine-tuning: ", archs.size(), " rows, at least ", least_rows, " expected"));
    }
    if (source.info().unit != "ms") {
        throw ConfigError(message("fine-tuning: a source in ms expected, got one in ",
                                  source.info().unit, " (", source.info().kind, ")"));
    }
    static_cast<void>(as_rows_of(source.space(), archs, "source model"));
    if (needs_mlp(options.method) && dynamic_cast<const MlpObjective*>(&source) == nullptr) {
        throw ConfigError(message("fine-tuning: '", options.method,
                                  "' changes layers of a perceptron; the source is a ",
                                  source.info().kind, " model"));
    }
}

}  // namespace

std::vector<std::string> fine_tuning_methods() {
    return {"auto", "gaussian-process", "feature", "affine", "last-layer", "network", "legacy"};
}

FineTuneResult fine_tune(const Architectures& archs, std::span<const double> values,
                         const std::shared_ptr<const Predictor>& source,
                         const FineTuneOptions& options, const ModelInfo& info, Monitor& monitor) {
    check(archs, values, *source, options);
    FineTuneResult result{nullptr, options.method, {}};
    if (options.method == "auto") {
        const std::vector<std::string> methods = candidates(*source, archs.size(), options);
        const Errors errors =
            cross_validated(methods, archs, values, source, options, info, monitor);
        for (const auto& [method, found] : errors)
            result.errors[method] = mean_of(found);
        result.method = chosen_of(methods, errors);
    }
    SourcePtr model = fitted(result.method, archs, values, source, options, info, false, monitor);
    result.model =
        std::make_shared<FineTuned>(archs.space_ptr(), named(info, "fine-tuned"), std::move(model),
                                    needs_mlp(result.method) ? source : nullptr);
    return result;
}

}  // namespace latpred
