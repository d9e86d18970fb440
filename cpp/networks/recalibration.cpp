#include "networks/recalibration.hpp"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "networks/accelerator_impl.hpp"
#include "networks/operator_tensors_impl.hpp"
#include "networks/program_impl.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace recalibration {

/// Means and variances of the channels that one batch norm sees.
struct ChannelStatistics {
    std::vector<double> mean;
    std::vector<double> variance;
};

/// By operator.
using NormStatistics = std::map<int, ChannelStatistics>;

}  // namespace recalibration

namespace {

using recalibration::ChannelStatistics;
using recalibration::NormStatistics;

constexpr std::array<std::string_view, 2> average_names{"pytorch", "ofa"};

std::vector<double> doubles(const at::Tensor& tensor) {
    const at::Tensor values = tensor.to(at::kCPU, at::kDouble).contiguous();
    return {values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel()};
}

/// LibTorch sums floats up in double here.
ChannelStatistics statistics_of(const at::Tensor& value, bool unbiased) {
    const auto [variance, mean] = at::var_mean(value, at::IntArrayRef{0, 2, 3}, unbiased);
    return {doubles(mean), doubles(variance)};
}

void check_finite(const ChannelStatistics& statistics, const std::string& where) {
    for (std::size_t i = 0; i < statistics.mean.size(); ++i) {
        if (std::isfinite(statistics.mean[i]) && std::isfinite(statistics.variance[i]))
            continue;
        throw DataError(message("operator '", where, "': mean ", statistics.mean[i],
                                " and variance ", statistics.variance[i], " of channel ", i,
                                ", finite images and weights expected"));
    }
}

void add_scaled(std::vector<double>& sums, const std::vector<double>& values, double weight) {
    sums.resize(values.size(), 0.0);
    for (std::size_t i = 0; i < values.size(); ++i)
        sums[i] += weight * values[i];
}

void write_scaled(NamedArray& array, const std::vector<double>& sums, double factor) {
    for (std::size_t i = 0; i < sums.size(); ++i)
        array.values[i] = static_cast<float>(factor * sums[i]);
}

}  // namespace

StatisticsAverage statistics_average(std::string_view name) {
    const auto* const found = std::ranges::find(average_names, name);
    if (found == average_names.end()) {
        throw ConfigError(message("recalibrate: averaging '", excerpt(name), "', one of ",
                                  join(average_names), " expected",
                                  did_you_mean(name, average_names)));
    }
    return static_cast<StatisticsAverage>(found - average_names.begin());
}

struct Recalibration::Inside {
    Inside(const Network& given, StatisticsAverage wanted)
        : network(given), average(wanted), accelerator(given.options().device) {
        for (std::size_t i = 0; i < graph().ops.size(); ++i) {
            const Op& op = graph().ops[i];
            if (op.kind == OpKind::batch_norm)
                norms[graph().inputs_of(op).front()].push_back(static_cast<int>(i));
        }
    }

    [[nodiscard]] const OpGraph& graph() const { return network.graph(); }

    /// Compiled at the first batch.
    const Program& compiled(Monitor& monitor) {
        if (!program) {
            ProgramForm form{.batch_statistics = true, .kept = {}};
            for (const auto& [value, behind] : norms)
                form.kept.push_back(value);
            const LoadedParameters loaded =
                load_parameters(graph(), network.parameters(), network.options().threads, monitor);
            program.emplace(graph(), by_operator(graph(), loaded), form, accelerator.device(),
                            monitor);
        }
        return *program;
    }

    /// Of the values as they come, so that one of them is held at a time.
    NormStatistics pass(const at::Tensor& images, Monitor& monitor) {
        NormStatistics found;
        std::ignore = compiled(monitor).run(
            images.to(accelerator.device()), monitor, [&](int value, const at::Tensor& tensor) {
                const ChannelStatistics statistics =
                    statistics_of(tensor, average == StatisticsAverage::pytorch);
                for (const int norm : norms.at(value)) {
                    check_finite(statistics, graph().ops[as_index(norm)].name());
                    found[norm] = statistics;
                }
            });
        return found;
    }

    const Network& network;
    StatisticsAverage average;
    Accelerator accelerator;
    std::map<int, std::vector<int>> norms;  ///< by the value that they normalise
    std::optional<Program> program;
    NormStatistics sums;
    double weight = 0;
};

Recalibration::Recalibration(const Network& network, StatisticsAverage average)
    : inside_(std::make_unique<Inside>(network, average)) {}

Recalibration::~Recalibration() = default;

void Recalibration::add(std::span<const float> in, std::int64_t batch, Monitor& monitor) {
    const Shape& from = inside_->graph().input_shape();
    check_batch("input", in.size(), batch, from);
    const NormStatistics found = with_plain_errors("network", [&] {
        const PlainMode plain;
        const ThreadGuard threads(inside_->network.options().threads);
        const TorchFlush flush;
        const c10::OptionalDeviceGuard guard(inside_->accelerator.current());
        return inside_->pass(view_of(in.data(), {batch, from.channels, from.height, from.width}),
                             monitor);
    });
    const bool alike = inside_->average == StatisticsAverage::pytorch;
    const double weight = alike ? 1.0 : static_cast<double>(batch);
    for (const auto& [norm, statistics] : found) {
        add_scaled(inside_->sums[norm].mean, statistics.mean, weight);
        add_scaled(inside_->sums[norm].variance, statistics.variance, weight);
    }
    inside_->weight += weight;
}

StateDict Recalibration::parameters() const {
    if (inside_->weight == 0)
        throw ConfigError("recalibrate: no batch of images, at least one expected");
    StateDict state = collect_parameters(inside_->graph(), inside_->network.parameters());
    for (const auto& [norm, sums] : inside_->sums) {
        const std::string name = inside_->graph().ops[as_index(norm)].name();
        write_scaled(state.at(name + ".running_mean"), sums.mean, 1 / inside_->weight);
        write_scaled(state.at(name + ".running_var"), sums.variance, 1 / inside_->weight);
    }
    return state;
}

}  // namespace latpred
