// A perceptron of one device, moved to the latencies of another.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/monitor.hpp"
#include "neural/mlp_objective.hpp"
#include "transfer/fine_tuning.hpp"

namespace latpred {

struct MlpTuningOptions {
    NetworkTuning network;
    std::uint64_t seed = 0;
};

/// Architectures in the source's space (any width: the genes count) and their latencies, ms.
struct TuningRows {
    Architectures archs;
    std::span<const double> latency;
};

/// A new last layer: robust ridge regression over the last hidden units, shrunk towards an affine
/// map of the source. The body stays.
std::shared_ptr<MlpObjective> tune_last_layer(const MlpObjective& source, const TuningRows& rows,
                                              const ModelInfo& info, Monitor& monitor);

/// All layers by AdamW with smooth-L1, from the source after a robust affine map. The number of
/// epochs is the one of the least error on a seventh of the rows held out; then it trains on all
/// rows. `epochs_run` receives that number (0: the start was the best).
std::shared_ptr<MlpObjective> tune_network(const MlpObjective& source, const TuningRows& rows,
                                           const ModelInfo& info, const MlpTuningOptions& options,
                                           Monitor& monitor, std::size_t* epochs_run = nullptr);

/// What `latency_finetune.py` of RhythmSyed/NAS_PerformanceEstimation does, for comparison: the
/// modules up to the last but one linear layer are kept and frozen, which drops the last ReLU with
/// the last linear layer; a new linear layer learns behind it by SGD (momentum .9, decay 1e-3) from
/// sqrt(MSE + 1e-6) in ms; then the ReLU is there again when it predicts.
std::shared_ptr<MlpObjective> tune_legacy(const MlpObjective& source, const TuningRows& rows,
                                          const ModelInfo& info, const MlpTuningOptions& options,
                                          Monitor& monitor);

/// The new linear layer that `tune_legacy` starts from.
DenseLayer legacy_start(std::size_t inputs, std::uint64_t seed);

}  // namespace latpred
