#include "transfer/judging.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "predictors/intervals.hpp"
#include "predictors/rehouse.hpp"
#include "sampling/choose.hpp"
#include "selection/watch.hpp"
#include "transfer/each_target.hpp"
#include "transfer/parameter_count.hpp"

namespace latpred {
namespace {

using Numbers = std::vector<std::size_t>;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr const char* own_choice = "method";

std::uint64_t stream(std::uint64_t seed, std::string_view purpose) {
    return Rng(seed, purpose).next_u64();
}

void check_columns(const DeviceMatrix& tables, const Numbers& columns, const char* what) {
    if (columns.empty())
        throw ConfigError(message("transfer: no ", what, " device; at least one expected"));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i] >= tables.devices())
            throw ConfigError(message("transfer: ", what, " device ", columns[i], " of ",
                                      tables.devices(), " devices, counted from 0"));
        if (std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i),
                      columns[i]) != columns.begin() + static_cast<std::ptrdiff_t>(i))
            throw ConfigError(message("transfer: ", what, " device ", columns[i], " comes twice"));
    }
}

void check_apart(const DeviceMatrix& tables, const JudgePlan& plan) {
    for (const std::size_t target : plan.targets) {
        for (const std::size_t source : plan.sources) {
            if (target == source)
                throw DataError(message("transfer: device ", target,
                                        " is a source and a target; different ones expected"));
            if (std::ranges::equal(tables.device(target), tables.device(source)))
                throw DataError(message("transfer: target device ", target,
                                        " has the very latencies of source device ", source,
                                        ": its rows are among the sources"));
        }
    }
}

void check_plan(const DeviceMatrix& tables, const JudgePlan& plan) {
    check_columns(tables, plan.sources, "source");
    check_columns(tables, plan.targets, "target");
    check_apart(tables, plan);
    if (plan.samples == 0)
        throw ConfigError("transfer: samples=0; at least one measured network expected");
    if (plan.samples >= tables.networks())
        throw DataError(message("transfer: ", plan.samples, " samples of ", tables.networks(),
                                " different networks leave none to judge by"));
    if (!(plan.confidence > 0 && plan.confidence < 1))
        throw ConfigError(
            message("transfer: confidence ", plan.confidence, ": between 0 and 1 expected"));
}

/// The method's own wish, checked; random networks where it has none.
Numbers wished(const Adaptable& learnt, const DeviceMatrix& tables, std::size_t count,
               const FitContext& context) {
    Numbers rows = learnt.choose(tables.archs(), count, context);
    if (rows.empty())
        return choose_networks(tables.archs(), count, {"random", context.seed, {}, {}});
    const bool ascending = std::ranges::adjacent_find(rows, std::greater_equal<>()) == rows.end();
    if (rows.size() != count || !ascending || rows.back() >= tables.networks())
        throw std::logic_error("transfer: a method chose rows that are not `count` ascending ones");
    return rows;
}

void judge_intervals(const Predictor& model, const Rows& rest, std::span<const double> predicted,
                     double confidence, DeviceJudgement& found) {
    std::vector<double> low(rest.values.size());
    std::vector<double> high(rest.values.size());
    try {
        interval_around(model, rest.archs, predicted, confidence, low, high);
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        found.no_interval = error.what();
        return;
    }
    found.coverage_percent = 100 * coverage(low, high, rest.values);
    double width = 0;
    for (std::size_t i = 0; i < low.size(); ++i)
        width += (high[i] - low[i]) / rest.values[i];
    found.width_percent = 100 * width / static_cast<double>(low.size());
}

double median_ape(std::span<const double> truth, std::span<const double> predicted) {
    std::vector<double> relative;
    for (std::size_t i = 0; i < truth.size(); ++i)
        relative.push_back(100 * std::abs(predicted[i] - truth[i]) / truth[i]);
    return median(relative);
}

DeviceJudgement judge_target(const Adaptable& learnt, const DeviceMatrix& tables,
                             std::size_t target, const Numbers& samples, double confidence,
                             const FitContext& context) {
    const Rows all{tables.archs(), tables.device(target)};
    Numbers others;
    for (std::size_t row = 0; row < tables.networks(); ++row) {
        if (!std::ranges::binary_search(samples, row))
            others.push_back(row);
    }
    const RowSelection measured(all, samples);
    const RowSelection rest(all, others);
    const PredictorPtr model = learnt.adapt(measured.rows(), context);
    DeviceJudgement found = judge_model(*model, rest.rows(), confidence);
    if (found.errors.count != tables.networks() - samples.size())
        throw std::logic_error("transfer: not all networks but the samples were judged");
    return found;
}

}  // namespace

DeviceJudgement judge_model(const Predictor& model, const Rows& rest, double confidence) {
    const Eigen::VectorXd values = values_at(model, rest.archs, "model");
    const std::span<const double> predicted{values.data(), static_cast<std::size_t>(values.size())};
    DeviceJudgement found;
    found.errors = evaluate(rest.values, predicted);
    found.median_ape_percent = median_ape(rest.values, predicted);
    found.parameters = parameter_count(model);
    judge_intervals(model, rest, predicted, confidence, found);
    return found;
}

DeviceJudgement::DeviceJudgement()
    : errors{.mae = undefined,
             .rmse = undefined,
             .mape_percent = undefined,
             .within_5_percent = undefined,
             .within_10_percent = undefined,
             .spearman = undefined,
             .kendall = undefined,
             .pearson = undefined},
      median_ape_percent(undefined), coverage_percent(undefined), width_percent(undefined),
      parameters(undefined) {}

namespace {

Numbers known_networks(const DeviceMatrix& tables, const JudgePlan& plan,
                       const FitContext& context) {
    if (!plan.known.empty())
        return plan.known;
    const std::size_t wanted = plan.source_samples == 0 ? tables.networks() : plan.source_samples;
    return choose_networks(tables.archs(), std::min(wanted, tables.networks()),
                           {"random", stream(context.seed, "transfer: source networks"), {}, {}});
}

}  // namespace

SourceSelection select_sources(const DeviceMatrix& tables, const JudgePlan& plan,
                               const FitContext& context) {
    check_plan(tables, plan);
    const Numbers rows = known_networks(tables, plan, context);
    std::vector<std::pair<std::vector<double>, std::size_t>> order;
    for (const std::size_t column : plan.sources)
        order.emplace_back(select_values(tables.device(column), rows), column);
    std::ranges::stable_sort(order, {}, &std::pair<std::vector<double>, std::size_t>::first);
    SourceSelection selected;
    for (const auto& [values, column] : order) {
        selected.rows.emplace_back(Rows{tables.archs(), tables.device(column)}, rows);
        selected.columns.push_back(column);
        selected.devices.push_back(
            {message("source ", selected.columns.size()), selected.rows.back().rows()});
    }
    return selected;
}

FitContext learning_context(const FitContext& context) {
    return context.with_seed(stream(context.seed, "transfer: method"));
}

AdaptablePtr learn_sources(const DeviceFitter& fitter, const DeviceMatrix& tables,
                           const JudgePlan& plan, const FitContext& context) {
    const SourceSelection selected = select_sources(tables, plan, context);
    return fitter.fit(selected.devices, learning_context(context));
}

std::vector<std::size_t> choose_samples(const Adaptable& learnt, const DeviceMatrix& tables,
                                        std::size_t target, const JudgePlan& plan,
                                        const FitContext& context) {
    const std::uint64_t seed = stream(context.seed, "transfer: samples");
    if (plan.sampler == own_choice)
        return wished(learnt, tables, plan.samples, context.with_seed(seed));
    ChoiceSettings settings{plan.sampler, seed, {}, {}};
    if (plan.sampler == "oracle") {
        const std::span<const double> latencies = tables.device(target);
        settings.latency_ms.assign(latencies.begin(), latencies.end());
    }
    return choose_networks(tables.archs(), plan.samples, settings);
}

std::vector<DeviceJudgement> judge_transfer(const DeviceFitter& fitter, const DeviceMatrix& tables,
                                            const JudgePlan& plan, const FitContext& context) {
    PollOnly quiet(context.watch());
    const FitContext inner{context.seed, context.threads, &quiet};
    const AdaptablePtr learnt = learn_sources(fitter, tables, plan, inner);
    const FitContext adapting = inner.with_seed(stream(context.seed, "transfer: adaptation"));
    Numbers samples;
    return judge_each(plan.targets, context.watch(), [&](std::size_t target) {
        if (samples.empty() || plan.sampler == "oracle")
            samples = choose_samples(*learnt, tables, target, plan, inner);
        return judge_target(*learnt, tables, target, samples, plan.confidence, adapting);
    });
}

}  // namespace latpred
