#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/index.hpp"
#include "graphs/graph_builder.hpp"
#include "networks/array_impl.hpp"
#include "networks/network_impl.hpp"
#include "networks/taps.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

ProgramForm form_of(const ExecutionOptions& options, const PassOptions& pass) {
    return {.mode = pass.batch_statistics ? ExecutionMode::plain : options.mode,
            .batch_size = options.batch_size,
            .batch_statistics = pass.batch_statistics,
            .kept = pass.taps};
}

}  // namespace

NamedArray array_of(const at::Tensor& tensor, bool flat) {
    NamedArray array{{tensor.sizes().begin(), tensor.sizes().end()}, {}};
    array.values.resize(static_cast<std::size_t>(tensor.numel()));
    view_of(array.values.data(), tensor.sizes()).copy_(tensor.detach());
    if (flat)
        array.shape.resize(2);
    return array;
}

std::vector<NamedArray> Network::run(std::span<const float> in, std::int64_t batch,
                                     std::span<float> out, const PassOptions& pass,
                                     Monitor& monitor) const {
    const Shape& from = graph().input_shape();
    const Shape& to = graph().output_shape();
    check_batch("input", in.size(), batch, from);
    check_batch("output", out.size(), batch, to);
    OtherProgram& other = inside_->other;
    if (!other.program || other.made_for != pass) {
        other = {pass, nullptr};
        other.program =
            std::make_unique<const Program>(inside_->compile(form_of(options(), pass), monitor));
    }
    return with_plain_errors("network", [&] {
        const PlainMode plain;
        const ThreadGuard threads(options().threads);
        const TorchFlush flush;
        const PoolGuard memory(inside_->pool);
        const c10::OptionalDeviceGuard guard(inside_->accelerator.current());
        const at::Tensor input =
            view_of(in.data(), {batch, from.channels, from.height, from.width});
        std::map<int, at::Tensor> seen;
        const at::Tensor result = other.program->run(
            input.to(inside_->accelerator.device()), monitor,
            [&seen](int value, const at::Tensor& tensor) { seen[value] = tensor; });
        view_of(out.data(), {batch, to.channels, to.height, to.width}).copy_(result);
        const std::vector<bool> flat = flat_values(graph());
        std::vector<NamedArray> taps;
        for (const int value : pass.taps)
            taps.push_back(array_of(seen.at(value), flat[as_index(value)]));
        return taps;
    });
}

const Differentiable& Network::differentiable(bool batch_statistics, Monitor& monitor) const {
    auto& made = inside_->differentiable.at(batch_statistics ? 1 : 0);
    if (!made) {
        made = std::make_unique<const Differentiable>(graph(), parameters(), options(),
                                                      batch_statistics, monitor);
    }
    return *made;
}

}  // namespace latpred
