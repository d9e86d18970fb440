// How well what some devices teach serves others of which a few networks are measured.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "metrics/evaluation.hpp"
#include "predictors/fitter.hpp"
#include "transfer/device_matrix.hpp"

namespace latpred {

struct JudgePlan {
    std::vector<std::size_t> sources;  ///< columns of the matrix
    std::vector<std::size_t> targets;
    std::size_t samples = 20;             ///< networks measured on each target
    std::size_t source_samples = 0;       ///< networks known of the sources; 0, or too many: all
    std::vector<std::size_t> known = {};  ///< these networks of the sources; random ones if empty
    std::string sampler = "method";  ///< of the samples: the method's own, or as choose_networks
    double confidence = 0.9;         ///< of the intervals
};

/// Of one target device, over all networks but its samples.
struct DeviceJudgement {
    DeviceJudgement();  ///< all NaN

    Evaluation errors;
    double median_ape_percent;
    double coverage_percent;  ///< networks inside their interval; NaN where the model gives none
    double width_percent;     ///< mean width of the intervals, of the true latency
    double parameters;        ///< trainable ones of the model; NaN where it does not say
    std::string failure;      ///< why there are no numbers; empty where there are
    std::string no_interval;  ///< why there is no interval
};

/// A model against rows of a device that it has not seen. Throws as the model and `evaluate`.
DeviceJudgement judge_model(const Predictor& model, const Rows& rest, double confidence);

/// Random networks of the sources, the same ones for each, in an order that latencies decide.
struct SourceSelection {
    SourceSelection() = default;
    SourceSelection(SourceSelection&&) noexcept = default;

    std::deque<RowSelection> rows;     ///< `devices` are views of them: places must stay
    std::vector<std::size_t> columns;  ///< of the matrix
    std::vector<DeviceRows> devices;
};

/// ConfigError, DataError as `judge_transfer`.
SourceSelection select_sources(const DeviceMatrix& tables, const JudgePlan& plan,
                               const FitContext& context);

/// The context that methods learn in.
FitContext learning_context(const FitContext& context);

/// What a method learns from `select_sources`.
AdaptablePtr learn_sources(const DeviceFitter& fitter, const DeviceMatrix& tables,
                           const JudgePlan& plan, const FitContext& context);

/// Which networks of the tables are measured on a target, ascending.
std::vector<std::size_t> choose_samples(const Adaptable& learnt, const DeviceMatrix& tables,
                                        std::size_t target, const JudgePlan& plan,
                                        const FitContext& context);

/// Fits to random networks of the sources, the same ones for each, and adapts to the samples of
/// each target. A function of networks, latencies, plan and `context.seed`: names and order of
/// devices do not matter. Where the fitted method has no wish of its own, "method" means "random".
///
/// A target that the method fails on by a typed error has its reason; where it fails on all of them
/// the first error is thrown, as is what fitting the sources throws.
///
/// Throws: ConfigError for columns that do not exist or come twice, no source, no target, a
///     confidence outside (0, 1), an unknown sampler; DataError for a target that is a source or
///     has the same latencies as one, and for samples that leave no network to judge by.
std::vector<DeviceJudgement> judge_transfer(const DeviceFitter& fitter, const DeviceMatrix& tables,
                                            const JudgePlan& plan, const FitContext& context);

}  // namespace latpred
