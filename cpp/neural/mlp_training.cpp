#include "neural/mlp_training.hpp"

#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// What a checkpoint depends on beside the loop's settings.
std::string context_of(const MlpSettings& settings, const LatencyRows& rows,
                       std::span<const double> judged) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(17);
    text << settings.encoding << ' ' << settings.loss.name << ' ' << settings.loss.beta << ' '
         << settings.loss.margin << ' ' << settings.scale_target << ' '
         << rows_fingerprint(rows, judged);
    return text.str();
}

/// "relative" errors are shares of the latency itself.
TargetScale scale_of(const MlpSettings& settings) {
    if (!settings.scale_target)
        return TargetScale::none;
    return settings.loss.name == "relative" ? TargetScale::mean : TargetScale::deviation;
}

}  // namespace

MlpTraining::MlpTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                         MlpSettings settings, Monitor& monitor)
    : space_(rows.archs.space_ptr()), settings_(std::move(settings)) {
    check_loss(settings_.loss);
    const std::uint64_t seed = settings_.loop.seed;
    const MlpEncoding encoding(settings_.encoding, space_);
    std::vector<DenseLayer> layers = zero_layers(encoding.features(), settings_.hidden);
    auto [fitted, judged] = judged_rows(rows, validation, settings_.validation_share, seed, "mlp");
    run_ = std::make_unique<MlpRun>(std::move(layers), encoding.encode(fitted.archs, monitor),
                                    fitted.latency, settings_.loss, scale_of(settings_));
    network().initialise(seed);
    if (judged) {
        validation_input_ = std::make_unique<MlpInput>(
            run_->scaled().input_of(encoding.encode(judged->archs, monitor)));
        validation_.truth = std::move(judged->latency);
        validation_.predict = [this](std::span<double> out) {
            run_->scaled().predict(*validation_input_, out);
        };
    }
    settings_.loop.context = context_of(settings_, fitted, validation_.truth);
    loop_ = std::make_unique<TrainingLoop>(network().parameters(), settings_.optimizer,
                                           settings_.schedule, settings_.loop, this->rows());
}

bool MlpTraining::run_epoch(Monitor& monitor) {
    return loop_->run_epoch(
        [this](std::span<const std::uint32_t> rows) { return run_->step(rows); }, validation_,
        monitor);
}

std::vector<DenseLayer> MlpTraining::layers() const {
    const MlpNetwork& network = std::as_const(*run_).scaled().network();
    return network.layers(network.parameters().values());
}

double MlpTraining::gradients_of(std::span<const std::uint32_t> rows,
                                 std::vector<DenseLayer>& gradients) {
    for (std::uint32_t row : rows) {
        if (row >= this->rows())
            throw ConfigError(message("mlp: row ", row, " of ", this->rows(), " training rows"));
    }
    const double loss = run_->step(rows);
    gradients = network().layers(network().parameters().gradients());
    return loss;
}

std::shared_ptr<MlpObjective> MlpTraining::model(ModelInfo info) {
    loop_->finish();
    return std::make_shared<MlpObjective>(space_, std::move(info), run_->scaled().layers(), 1.0,
                                          settings_.encoding);
}

}  // namespace latpred
