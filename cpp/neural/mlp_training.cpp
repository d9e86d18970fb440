#include "neural/mlp_training.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t few_rows = 20;        // fewer are all needed for fitting
constexpr std::size_t judged_at_once = 64;  // activations stay in the L2 cache

void check_rows(const LatencyRows& rows, const char* which) {
    if (rows.latency.empty() || rows.latency.size() != rows.archs.size()) {
        throw DataError(message("mlp: ", rows.latency.size(), " latencies for ", rows.archs.size(),
                                " ", which, " rows, one a row and at least one row expected"));
    }
    for (std::size_t i = 0; i < rows.latency.size(); ++i) {
        if (!(rows.latency[i] > 0) || !std::isfinite(rows.latency[i])) {
            throw DataError(message("mlp: ", which, " row ", i, ": latency ", rows.latency[i],
                                    " ms, a positive number expected"));
        }
    }
}

LatencyRows part_of(const LatencyRows& rows, std::span<const std::size_t> chosen) {
    std::vector<double> latency;
    for (std::size_t row : chosen)
        latency.push_back(rows.latency[row]);
    return {rows.archs.select(chosen), std::move(latency)};
}

/// (training rows, validation rows) in file order.
std::pair<LatencyRows, std::optional<LatencyRows>> split(const LatencyRows& rows, double share,
                                                         std::uint64_t seed) {
    const std::size_t n = rows.latency.size();
    const auto count = static_cast<std::size_t>(std::llround(share * static_cast<double>(n)));
    if (n < few_rows || count == 0)
        return {rows, std::nullopt};
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(seed, "validation rows").shuffle(std::span(order));
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(count);
    std::sort(order.begin(), middle);
    std::sort(middle, order.end());
    return {part_of(rows, std::span(order).subspan(count)),
            part_of(rows, std::span(order).first(count))};
}

/// What a checkpoint depends on beside the loop's settings.
std::string context_of(const MlpSettings& settings, const LatencyRows& rows,
                       std::span<const double> judged) {
    Hash64 truth;
    for (double value : judged)
        truth.value(std::bit_cast<std::uint64_t>(value));
    std::ostringstream text;
    text.precision(17);
    text << settings.encoding << ' ' << settings.loss.name << ' ' << settings.loss.beta << ' '
         << settings.loss.margin << ' ' << settings.scale_target << ' '
         << training_hash(rows.archs, rows.latency) << ' ' << truth.digest();
    return text.str();
}

void check_settings(const MlpSettings& settings) {
    check_loss(settings.loss);
    if (!(settings.validation_share >= 0 && settings.validation_share < 1)) {
        throw ConfigError(message("mlp: validation_share ", settings.validation_share,
                                  ", from 0 to below 1 expected"));
    }
}

}  // namespace

MlpTraining::MlpTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                         MlpSettings settings)
    : space_(rows.archs.space_ptr()), settings_(std::move(settings)) {
    check_settings(settings_);
    check_rows(rows, "training");
    const std::uint64_t seed = settings_.loop.seed;
    auto [fitted, judged] =
        validation ? std::pair(rows, validation) : split(rows, settings_.validation_share, seed);
    const MlpEncoding encoding(settings_.encoding, space_);
    input_ = std::make_unique<MlpInput>(encoding.encode(fitted.archs), fitted.latency.size(),
                                        encoding.features());
    input_->standardise();
    choose_scale(fitted.latency);
    for (double latency : fitted.latency)
        targets_.push_back(static_cast<float>((latency - shift_) / scale_));
    if (judged) {
        check_rows(*judged, "validation");
        validation_input_ = std::make_unique<MlpInput>(encoding.encode(judged->archs),
                                                       judged->latency.size(), encoding.features());
        validation_input_->standardise(*input_);
        validation_.truth = std::move(judged->latency);
        validation_.predict = [this](std::span<double> out) { predict_validation(out); };
    }
    settings_.loop.context = context_of(settings_, fitted, validation_.truth);
    std::vector<std::size_t> sizes{encoding.features()};
    sizes.insert(sizes.end(), settings_.hidden.begin(), settings_.hidden.end());
    network_ = std::make_unique<MlpNetwork>(sizes);
    network_->initialise(seed);
    loop_ = std::make_unique<TrainingLoop>(network_->parameters(), settings_.optimizer,
                                           settings_.schedule, settings_.loop, targets_.size());
}

void MlpTraining::choose_scale(std::span<const double> latency) {
    if (!settings_.scale_target)
        return;
    const auto n = static_cast<double>(latency.size());
    const double mean = std::accumulate(latency.begin(), latency.end(), 0.0) / n;
    if (settings_.loss.name == "relative") {  // its errors are shares of the latency itself
        scale_ = mean;
        return;
    }
    double squares = 0;
    for (double value : latency)
        squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / n);
    shift_ = mean;
    scale_ = deviation > 1e-9 * mean ? deviation : mean;
}

double MlpTraining::step(std::span<const std::uint32_t> rows) {
    outputs_.resize(rows.size());
    slopes_.resize(rows.size());
    wanted_.clear();
    for (std::uint32_t row : rows)
        wanted_.push_back(targets_[row]);
    network_->forward(*input_, rows, outputs_);
    const double loss = loss_and_gradient(settings_.loss, outputs_, wanted_, slopes_);
    network_->backward(*input_, rows, slopes_);
    return loss;
}

void MlpTraining::predict_validation(std::span<double> predicted) {
    std::vector<std::uint32_t> rows(predicted.size());
    std::iota(rows.begin(), rows.end(), 0U);
    std::vector<float> outputs(predicted.size());
    for (std::size_t begin = 0; begin < rows.size(); begin += judged_at_once) {
        const std::size_t count = std::min(judged_at_once, rows.size() - begin);
        network_->forward(*validation_input_, std::span(rows).subspan(begin, count),
                          std::span(outputs).subspan(begin, count));
    }
    std::ranges::transform(outputs, predicted.begin(),
                           [this](float y) { return shift_ + scale_ * y; });
}

bool MlpTraining::run_epoch(Monitor& monitor) {
    return loop_->run_epoch([this](std::span<const std::uint32_t> rows) { return step(rows); },
                            validation_, monitor);
}

std::vector<DenseLayer> MlpTraining::layers() const {
    return network_->layers(network_->parameters().values());
}

double MlpTraining::gradients_of(std::span<const std::uint32_t> rows,
                                 std::vector<DenseLayer>& gradients) {
    for (std::uint32_t row : rows) {
        if (row >= targets_.size())
            throw ConfigError(message("mlp: row ", row, " of ", targets_.size(), " training rows"));
    }
    const double loss = step(rows);
    gradients = network_->layers(network_->parameters().gradients());
    return loss;
}

std::shared_ptr<MlpObjective> MlpTraining::model(ModelInfo info) {
    loop_->finish();
    std::vector<DenseLayer> layers = this->layers();
    DenseLayer& first = layers.front();
    for (std::size_t out = 0; out < first.outputs; ++out) {
        double bias = first.bias[out];
        for (std::size_t in = 0; in < first.inputs; ++in) {
            float& weight = first.weight[out * first.inputs + in];
            const double scaled = weight * input_->factor()[in];
            bias -= scaled * input_->shift()[in];
            weight = static_cast<float>(scaled);
        }
        first.bias[out] = static_cast<float>(bias);
    }
    DenseLayer& last = layers.back();
    for (float& weight : last.weight)
        weight = static_cast<float>(weight * scale_);
    last.bias.front() = static_cast<float>(last.bias.front() * scale_ + shift_);
    return std::make_shared<MlpObjective>(space_, std::move(info), std::move(layers), 1.0,
                                          settings_.encoding);
}

}  // namespace latpred
