#include "neural/mlp_run.hpp"

#include <cstdio>

namespace latpred {

MlpRun::MlpRun(std::vector<DenseLayer> start, std::vector<float> features,
               std::span<const double> latency, const LossSettings& loss, TargetScale scale,
               bool raw)
    : loss_(loss), scaled_(std::move(start), std::move(features), latency, scale, raw) {}

std::vector<EpochRecord> MlpRun::run(const OptimizerSettings& optimizer,
                                     const ScheduleSettings& schedule, const LoopSettings& settings,
                                     const Validation& validation, Monitor& monitor) {
    TrainingLoop loop(scaled_.network().parameters(), optimizer, schedule, settings,
                      scaled_.targets().size());
    while (loop.run_epoch([this](std::span<const std::uint32_t> rows) { return step(rows); },
                          validation, monitor)) {
        char text[64];
        std::snprintf(text, sizeof text, "training loss %.4g", loop.history().back().train_loss);
        monitor.progress(loop.history().size(), settings.epochs, text);
    }
    loop.finish();
    return loop.history();
}

double MlpRun::step(std::span<const std::uint32_t> rows) {
    outputs_.resize(rows.size());
    slopes_.resize(rows.size());
    wanted_.clear();
    for (std::uint32_t row : rows)
        wanted_.push_back(scaled_.targets()[row]);
    scaled_.network().forward(scaled_.input(), rows, outputs_);
    const double loss = loss_and_gradient(loss_, outputs_, wanted_, slopes_);
    scaled_.network().backward(scaled_.input(), rows, slopes_);
    return loss;
}

}  // namespace latpred
