#include "neural/layer_stack.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/layer_plan_impl.hpp"
#include "neural/tensor_block_impl.hpp"

namespace latpred {
namespace {

constexpr const char* stack_place = "layer stack";

}  // namespace

struct LayerStack::Impl {
    std::string description;
    LayerPlan plan;
    TensorBlock block;
    MemoryPool pool;

    explicit Impl(std::string text)
        : description(std::move(text)), plan(description), block(plan.tensors) {}
    Impl(LayerPlan read, TensorBlock tensors, std::string text)
        : description(std::move(text)), plan(std::move(read)), block(std::move(tensors)) {}

    void forward(const StackData& data, std::span<const std::uint32_t> rows,
                 std::span<float> outputs, bool training, DropoutSeed dropout) const {
        if (outputs.size() != rows.size() * plan.outputs())
            throw ConfigError(message(stack_place, ": room for ", outputs.size(), " outputs, ",
                                      rows.size() * plan.outputs(), " expected"));
        computed_alone(pool, stack_place, [&] {
            const PlainMode plain;
            const at::Tensor y = plan.run(data, rows, block.views(false), training, dropout);
            std::copy_n(y.const_data_ptr<float>(), outputs.size(), outputs.data());
        });
    }
};

LayerStack::LayerStack(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LayerStack::LayerStack(const std::string& description)
    : impl_(std::make_unique<Impl>(description)) {}
LayerStack::~LayerStack() = default;
LayerStack::LayerStack(LayerStack&&) noexcept = default;
LayerStack& LayerStack::operator=(LayerStack&&) noexcept = default;

const std::string& LayerStack::description() const {
    return impl_->description;
}

const Parameters& LayerStack::parameters() const {
    return impl_->block.parameters();
}

const std::vector<std::int64_t>& LayerStack::shape(std::size_t tensor) const {
    return impl_->block.tensors().at(tensor).shape;
}

std::size_t LayerStack::outputs() const {
    return impl_->plan.outputs();
}

const std::map<std::string, int>& LayerStack::inputs() const {
    return impl_->plan.spec.inputs;
}

void LayerStack::initialise(std::uint64_t seed) {
    impl_->block.initialise(seed);
}

void LayerStack::check(const StackData& data) const {
    for (const auto& [name, width] : inputs()) {
        if (name == "nodes")
            continue;
        const auto found = data.inputs.find(name);
        const std::size_t expected = data.rows * static_cast<std::size_t>(width);
        if (found == data.inputs.end() || found->second.size() != expected)
            throw ConfigError(message(stack_place, ": input '", excerpt(name), "' of ", data.rows,
                                      " x ", width, " values expected, got ",
                                      found == data.inputs.end() ? 0 : found->second.size()));
        if (!std::ranges::all_of(found->second, [](float v) { return std::isfinite(v); }))
            throw DataError(message(stack_place, ": input '", excerpt(name), "' is not finite"));
    }
    const auto nodes = inputs().find("nodes");
    if (nodes == inputs().end())
        return;
    if (!data.graphs || data.graphs->features() != static_cast<std::size_t>(nodes->second))
        throw ConfigError(message(stack_place, ": nodes of ", nodes->second,
                                  " features expected, got ",
                                  data.graphs ? data.graphs->features() : 0));
    const std::size_t rows = data.graph.empty() ? data.graphs->networks() : data.graph.size();
    if (rows != data.rows)
        throw ConfigError(
            message(stack_place, ": graphs for ", rows, " rows, ", data.rows, " expected"));
    for (const std::int64_t graph : data.graph) {
        if (graph < 0 || static_cast<std::size_t>(graph) >= data.graphs->graphs())
            throw ConfigError(
                message(stack_place, ": graph ", graph, " of ", data.graphs->graphs()));
    }
}

void LayerStack::forward(const StackData& data, std::span<const std::uint32_t> rows,
                         std::span<float> outputs) const {
    impl_->forward(data, rows, outputs, false, {});
}

void LayerStack::forward(const StackData& data, std::span<const std::uint32_t> rows,
                         std::span<float> outputs, DropoutSeed dropout) const {
    impl_->forward(data, rows, outputs, true, dropout);
}

double LayerStack::step(const StackData& data, std::span<const std::uint32_t> rows,
                        DropoutSeed dropout, const StackLoss& loss) const {
    return computed_alone(impl_->pool, stack_place, [&] {
        const GradientMode gradients;
        const std::vector<at::Tensor> parameters = impl_->block.views(true);
        const at::Tensor y = impl_->plan.run(data, rows, parameters, true, dropout, true);
        at::Tensor slopes = at::empty(y.sizes(), at::kFloat);
        const auto count = static_cast<std::size_t>(y.numel());
        const double found =
            loss({y.const_data_ptr<float>(), count}, {slopes.mutable_data_ptr<float>(), count});
        impl_->block.scatter(slopes_by(parameters, y, {slopes}, false),
                             this->parameters().gradients());
        return found;
    });
}

void LayerStack::hessian_vector(const StackData& data, std::span<const std::uint32_t> rows,
                                std::span<const float> target, std::span<const float> vector,
                                std::span<float> product) const {
    if (target.size() != rows.size() * outputs() || vector.size() != parameters().size() ||
        product.size() != vector.size())
        throw ConfigError(message(stack_place, ": ", rows.size() * outputs(), " targets and ",
                                  parameters().size(), " values of a vector expected"));
    computed_alone(impl_->pool, stack_place, [&] {
        const GradientMode gradients;
        const std::vector<at::Tensor> parameters = impl_->block.views(true);
        const at::Tensor y = impl_->plan.run(data, rows, parameters, false, {});
        const at::Tensor errors = at::sub(y, view_of(target.data(), y.sizes()));
        const at::Tensor loss = at::mul(at::sum(at::mul(errors, errors)), 0.5);
        const auto first = slopes_by(parameters, loss, {}, true);
        const std::vector<at::Tensor> directions = impl_->block.views(vector, false);
        at::Tensor along = at::zeros({}, at::kFloat);
        for (std::size_t i = 0; i < first.size(); ++i) {
            if (first[i].defined())
                along = at::add(along, at::sum(at::mul(first[i], directions[i])));
        }
        std::ranges::fill(product, 0.0F);
        impl_->block.scatter(slopes_by(parameters, along, {}, false), product);
    });
}

void LayerStack::store(TensorFile& file, const std::string& prefix) const {
    file.metadata[prefix + "description"] = description();
    impl_->block.store(file, prefix);
}

LayerStack LayerStack::load(const TensorFile& file, const std::string& prefix) {
    const std::string& description = file.text(prefix + "description");
    LayerPlan plan(description);
    TensorBlock block = TensorBlock::load(plan.tensors, file, prefix);
    return LayerStack(std::make_unique<Impl>(std::move(plan), std::move(block), description));
}

}  // namespace latpred
