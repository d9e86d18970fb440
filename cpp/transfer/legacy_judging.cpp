#include "transfer/legacy_judging.hpp"

#include <algorithm>
#include <functional>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "sampling/choose.hpp"
#include "selection/watch.hpp"
#include "transfer/each_target.hpp"
#include "transfer/epoch_tuning.hpp"
#include "transfer/parameter_count.hpp"

namespace latpred {
namespace {

using Places = std::vector<std::size_t>;

/// The choice of a method that is tuned by epochs, as that of any other.
class PublishedChoice final : public Adaptable {
  public:
    explicit PublishedChoice(const EpochTuning& tuning) : tuning_(tuning) {}

    [[nodiscard]] Places choose(const Architectures& candidates, std::size_t count,
                                const FitContext& context) const override {
        return tuning_.choose(candidates, count, context);
    }

  private:
    const EpochTuning& tuning_;
};

void check_legacy(const DeviceMatrix& tables, const LegacyPlan& plan) {
    const bool ascend =
        std::ranges::adjacent_find(plan.sizes, std::greater_equal<>()) == plan.sizes.end();
    if (plan.sizes.empty() || !ascend || plan.sizes.back() != plan.judge.samples)
        throw ConfigError("legacy transfer: numbers of samples must ascend to the judged one");
    if (plan.shown.empty() || std::ranges::max(plan.shown) >= tables.networks())
        throw ConfigError("legacy transfer: networks of the tables expected to judge by");
    if (!(plan.trimmed >= 0 && plan.trimmed < 1))
        throw ConfigError(
            message("legacy transfer: trimmed share ", plan.trimmed, ": [0, 1) expected"));
    if (!plan.accuracy.empty() && plan.accuracy.size() != tables.networks())
        throw ConfigError(message("legacy transfer: ", plan.accuracy.size(), " accuracies of ",
                                  tables.networks(), " networks"));
    if (plan.judge.sampler == "params" && plan.accuracy.empty() &&
        tables.archs().space().name() == "nas-bench-201")
        throw ConfigError("legacy transfer: the published sampler 'params' sorts NAS-Bench-201 by "
                          "accuracy; give the accuracies of all networks");
}

/// The shown networks of a device, without the fastest and the slowest.
Places judged_places(const LegacyPlan& plan, std::span<const double> latencies) {
    const auto cut =
        static_cast<std::size_t>(plan.trimmed / 2 * static_cast<double>(plan.shown.size()));
    Places order = plan.shown;
    std::ranges::stable_sort(order, {}, [&](std::size_t row) { return latencies[row]; });
    const Places kept(order.begin() + static_cast<std::ptrdiff_t>(cut),
                      order.end() - static_cast<std::ptrdiff_t>(cut));
    if (kept.size() < 2)
        throw DataError(message("legacy transfer: ", kept.size(),
                                " networks to judge by are left; "
                                "at least 2 expected"));
    return kept;
}

TableRange range_of(std::span<const double> latencies) {
    const auto [least, greatest] = std::ranges::minmax(latencies);
    return {least, greatest};
}

/// A fresh draw for each device and size.
Places draw_samples(const Adaptable& learnt, const DeviceMatrix& tables, std::size_t target,
                    const LegacyPlan& plan, std::size_t size, const FitContext& context) {
    Rng stream(context.seed, "transfer: legacy samples", tables.key(target) + size);
    const FitContext own = context.with_seed(stream.next_u64());
    JudgePlan judged = plan.judge;
    judged.samples = size;
    if (plan.judge.sampler == "params" && !plan.accuracy.empty())
        return choose_networks(tables.archs(), size, {"oracle", own.seed, plan.accuracy, {}});
    return choose_samples(learnt, tables, target, judged, own);
}

/// Mean correlations of the last epochs; no errors, as scores are not ms.
DeviceJudgement mean_of_epochs(std::span<const double> truth,
                               const std::vector<std::vector<double>>& epochs) {
    DeviceJudgement found;
    found.errors.count = truth.size();
    found.errors.spearman = found.errors.kendall = found.errors.pearson = 0;
    const auto count = static_cast<double>(epochs.size());
    for (const std::vector<double>& scores : epochs) {
        const Evaluation one = evaluate(truth, scores);
        found.errors.spearman += one.spearman / count;
        found.errors.kendall += one.kendall / count;
        found.errors.pearson += one.pearson / count;
    }
    return found;
}

std::vector<DeviceJudgement> judge_tuned(const EpochTuned& method, const DeviceMatrix& tables,
                                         const LegacyPlan& plan, const FitContext& outer,
                                         const FitContext& context) {
    const SourceSelection sources = select_sources(tables, plan.judge, context);
    std::vector<TableRange> ranges;
    for (const std::size_t column : sources.columns)
        ranges.push_back(range_of(tables.device(column)));
    const std::unique_ptr<EpochTuning> tuning =
        method.learn_published(sources.devices, ranges, learning_context(context));
    const PublishedChoice choice(*tuning);
    return judge_each(plan.judge.targets, outer.watch(), [&](std::size_t target) {
        const Rows all{tables.archs(), tables.device(target)};
        const RowSelection judged(all, judged_places(plan, all.values));
        std::vector<std::vector<double>> epochs;
        for (const std::size_t size : plan.sizes) {
            const RowSelection samples(all,
                                       draw_samples(choice, tables, target, plan, size, context));
            Rng seeds(context.seed, "transfer: legacy tuning", tables.key(target) + size);
            epochs = tuning->tune(samples.rows(), range_of(all.values), judged.archs,
                                  averaged_epochs, context.with_seed(seeds.next_u64()));
        }
        DeviceJudgement found = mean_of_epochs(judged.values, epochs);
        found.parameters = tuning->parameters();
        return found;
    });
}

std::vector<DeviceJudgement> judge_adapted(const DeviceFitter& fitter, const DeviceMatrix& tables,
                                           const LegacyPlan& plan, const FitContext& outer,
                                           const FitContext& context) {
    const AdaptablePtr learnt = learn_sources(fitter, tables, plan.judge, context);
    return judge_each(plan.judge.targets, outer.watch(), [&](std::size_t target) {
        const Rows all{tables.archs(), tables.device(target)};
        const RowSelection judged(all, judged_places(plan, all.values));
        const RowSelection samples(
            all, draw_samples(*learnt, tables, target, plan, plan.judge.samples, context));
        Rng seeds(context.seed, "transfer: legacy adaptation", tables.key(target));
        const PredictorPtr model =
            learnt->adapt(samples.rows(), context.with_seed(seeds.next_u64()));
        return judge_model(*model, judged.rows(), plan.judge.confidence);
    });
}

}  // namespace

bool tuned_by_epochs(const DeviceFitter& fitter) {
    return dynamic_cast<const EpochTuned*>(&fitter) != nullptr;
}

std::vector<DeviceJudgement> judge_legacy(const DeviceFitter& fitter, const DeviceMatrix& tables,
                                          const LegacyPlan& plan, const FitContext& context) {
    check_legacy(tables, plan);
    PollOnly quiet(context.watch());
    const FitContext inner{context.seed, context.threads, &quiet};
    if (const auto* method = dynamic_cast<const EpochTuned*>(&fitter))
        return judge_tuned(*method, tables, plan, context, inner);
    return judge_adapted(fitter, tables, plan, context, inner);
}

}  // namespace latpred
