// The network of the combined method: what it learns from, and how.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "neural/combined.hpp"
#include "neural/graph_model.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "training/loop.hpp"
#include "transfer/few_shot_methods.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t combined_networks_a_pass = 1024;  // whose graphs take some megabytes

SourceModels without_source(const SourceModels& all, Index left_out) {
    const Index rest = all.devices() - 1;
    SourceModels some{all.basis, MatrixXd(all.weights.rows(), rest), VectorXd(rest), VectorXd(rest),
                      all.pool};
    for (Index d = 0, to = 0; d < all.devices(); ++d) {
        if (d == left_out)
            continue;
        some.weights.col(to) = all.weights.col(d);
        some.levels[to] = all.levels[d];
        some.deviations[to++] = all.deviations[d];
    }
    return some;
}

/// Rows of `count` networks, ascending; at most half of them all.
std::vector<std::size_t> drawn_rows(const RowSelection& rows, std::size_t count, Rng rng) {
    const std::vector<std::size_t> starts = network_starts(rows.archs);
    std::vector<std::size_t> networks(starts.size() - 1);
    std::iota(networks.begin(), networks.end(), std::size_t{0});
    rng.shuffle(std::span(networks));
    networks.resize(std::min(count, std::max<std::size_t>(networks.size() / 2, 3)));
    std::vector<std::size_t> chosen;
    for (const std::size_t network : networks) {
        for (std::size_t row = starts[network]; row < starts[network + 1]; ++row)
            chosen.push_back(row);
    }
    std::ranges::sort(chosen);
    return chosen;
}

double deviation_of(std::span<const double> values) {
    const Eigen::Map<const VectorXd> v(values.data(), static_cast<Index>(values.size()));
    const double deviation =
        std::sqrt((v.array() - v.mean()).square().sum() / static_cast<double>(v.size()));
    return deviation > 1e-12 * v.mean() ? deviation : v.mean();
}

/// The pool is in another order than a device's rows: places by genes, both canonical.
std::vector<std::size_t> places_in(const Architectures& pool, const Architectures& archs) {
    Architectures both = pool;
    both.append(archs);
    const std::vector<std::size_t> order = canonical_order(both);
    std::vector<std::size_t> places(archs.size());
    std::size_t last = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 || !same_network(both, order[i - 1], order[i]))
            last = order[i];  // the pool's row has the least number of equal ones
        if (order[i] >= pool.size())
            places[order[i] - pool.size()] = last;
    }
    return places;
}

std::string residual_layers(const NetworkInput& input, std::size_t width, std::size_t outputs) {
    const auto widths = input.widths();
    return message(R"({"inputs": {"nodes": )", widths.at("nodes"), R"(, "costs": )",
                   widths.at("costs"), R"(}, "layers": [)",
                   R"({"kind": "linear", "name": "x", "from": "nodes", "width": )", width,
                   R"(, "activation": "relu"}, {"kind": "dgf", "name": "a", "width": )", width,
                   R"(, "activation": "relu"}, {"kind": "dgf", "name": "b", "width": )", width,
                   R"(, "activation": "relu"}, {"kind": "mean", "name": "read"}, )",
                   R"({"kind": "concat", "from": ["read", "costs"]}, )",
                   R"({"kind": "mlp", "name": "head", "hidden": [)", 2 * width, R"(], "width": )",
                   outputs, "}]}");
}

/// Mean of the squared errors that are known.
double known_errors(std::span<const std::uint32_t> rows, const MatrixXd& wanted,
                    std::span<const float> outputs, std::span<float> slopes) {
    const Index devices = wanted.cols();
    double sum = 0;
    double known = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto at = static_cast<Index>(i);
        const double target =
            wanted(static_cast<Index>(rows[i / static_cast<std::size_t>(devices)]), at % devices);
        const double error = std::isnan(target) ? 0 : static_cast<double>(outputs[i]) - target;
        known += std::isnan(target) ? 0 : 1;
        sum += error * error;
        slopes[i] = static_cast<float>(2 * error);
    }
    const double each = 1 / std::max(known, 1.0);
    for (float& slope : slopes)
        slope *= static_cast<float>(each);
    return sum * each;
}

LayerStack trained_layers(const Architectures& pool, const NetworkInput& input,
                          const MatrixXd& wanted, const CombinedSettings& s,
                          const FitContext& context) {
    const StackData data = input.read(pool, false, context.threads);
    LayerStack stack(residual_layers(input, s.width, static_cast<std::size_t>(wanted.cols())));
    stack.initialise(Rng(context.seed, "residual network").next_u64());
    stack.check(data);
    const LoopSettings loop{.epochs = s.epochs,
                            .batch_size = s.batch_size,
                            .clip_norm = 5,
                            .seed = context.seed,
                            .context = {}};
    TrainingLoop training(stack.parameters(),
                          {.learning_rate = s.learning_rate, .weight_decay = s.weight_decay},
                          ScheduleSettings{}, loop, data.rows);
    while (training.run_epoch(
        [&](std::span<const std::uint32_t> rows) {
            return stack.step(data, rows, {context.seed, training.history().size()},
                              [&](std::span<const float> outputs, std::span<float> slopes) {
                                  return known_errors(rows, wanted, outputs, slopes);
                              });
        },
        {}, context.watch())) {
        context.watch().progress(training.history().size(), s.epochs, "epochs");
    }
    return stack;
}

}  // namespace

MatrixXd left_over(const SourceModels& sources, const std::vector<RowSelection>& rows,
                   const CombinedSettings& settings, const FitContext& context) {
    const FewShotMethod& method = find_few_shot_method(settings.method);
    MatrixXd found =
        MatrixXd::Constant(static_cast<Index>(sources.pool.size()), sources.devices(), not_known);
    for (Index d = 0; d < sources.devices(); ++d) {
        const RowSelection& own = rows[static_cast<std::size_t>(d)];
        const SourceModels others = without_source(sources, d);
        const double deviation = deviation_of(own.values);
        VectorXd sums = VectorXd::Zero(static_cast<Index>(own.values.size()));
        VectorXd counts = sums;
        for (std::size_t draw = 0; draw < settings.draws; ++draw) {
            context.watch().poll();
            const std::vector<std::size_t> chosen = drawn_rows(
                own, settings.samples,
                Rng(context.seed, "draw of a source", training_hash(own.archs, own.values) + draw));
            const RowSelection samples(own.rows(), chosen);
            const VectorXd predicted =
                values_at(*method.adapt(others, samples.rows(), context), own.archs, "transfer");
            for (Index i = 0; i < sums.size(); ++i) {
                if (std::ranges::binary_search(chosen, static_cast<std::size_t>(i)))
                    continue;  // what it was fitted to
                sums[i] += (own.values[static_cast<std::size_t>(i)] - predicted[i]) / deviation;
                ++counts[i];
            }
        }
        const std::vector<std::size_t> places = places_in(sources.pool, own.archs);
        for (Index i = 0; i < sums.size(); ++i) {
            if (counts[i] > 0)
                found(static_cast<Index>(places[static_cast<std::size_t>(i)]), d) =
                    sums[i] / counts[i];
        }
    }
    return found;
}

ResidualNetwork::ResidualNetwork(const Architectures& pool, const MatrixXd& left_over,
                                 const CombinedSettings& settings, const FitContext& context)
    : input_(std::make_shared<const GraphInput>("places", pool, context.threads)),
      stack_(trained_layers(pool, *input_, left_over, settings, context)), scale_(1) {
    const double squares = values(pool).squaredNorm() / static_cast<double>(pool.size());
    scale_ = std::isfinite(squares) && squares > 1e-12 ? squares : 1e-12;
}

ResidualNetwork::ResidualNetwork(NetworkInputPtr input, LayerStack stack, double scale)
    : input_(std::move(input)), stack_(std::move(stack)), scale_(scale) {
    if (stack_.inputs() != input_->widths() || !std::isfinite(scale_) || scale_ <= 0)
        throw ConfigError("combined model: layers that read its graphs expected");
}

MatrixXd ResidualNetwork::values(const Architectures& archs) const {
    const std::size_t devices = stack_.outputs();
    MatrixXd found(static_cast<Index>(archs.size()), static_cast<Index>(devices));
    Pulse pulse(64);
    for (std::size_t first = 0; first < archs.size(); first += combined_networks_a_pass) {
        std::vector<std::size_t> some(std::min(combined_networks_a_pass, archs.size() - first));
        std::iota(some.begin(), some.end(), first);
        const StackData data = input_->read(archs.select(some), true);
        std::vector<float> outputs(data.rows * devices);
        for (std::uint32_t row = 0; row < data.rows; ++row) {  // bits do not depend on the others
            pulse();
            stack_.forward(data, std::span(&row, 1),
                           std::span(outputs).subspan(row * devices, devices));
        }
        for (std::size_t i = 0; i < some.size(); ++i) {
            const auto graph = static_cast<std::size_t>(data.graphs->index[i]);
            for (std::size_t d = 0; d < devices; ++d)
                found(static_cast<Index>(first + i), static_cast<Index>(d)) =
                    static_cast<double>(outputs[graph * devices + d]);
        }
    }
    return found;
}

std::size_t ResidualNetwork::parameter_count() const {
    std::size_t count = 0;
    for (const Parameters::Tensor& tensor : stack_.parameters().tensors())
        count += tensor.size;
    return count;
}

void ResidualNetwork::store(TensorFile& file) const {
    file.put("combined.scale", std::vector<double>{scale_});
    input_->store(file);
    stack_.store(file);
}

ResidualNetwork ResidualNetwork::load(const TensorFile& file) {
    const std::vector<double> scale = file.doubles("combined.scale");
    if (scale.size() != 1 || !std::isfinite(scale.front()) || scale.front() <= 0)
        throw CorruptionError("damaged file: combined.scale: one number above 0 expected");
    return {GraphInput::load(file), LayerStack::load(file), scale.front()};
}

}  // namespace latpred
