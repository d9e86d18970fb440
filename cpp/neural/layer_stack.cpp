#include "neural/layer_stack.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "neural/layer_plan_impl.hpp"
#include "training/memory_pool_impl.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

constexpr const char* stack_place = "layer stack";

std::vector<Parameters::Tensor> places_of(const LayerPlan& plan) {
    std::vector<Parameters::Tensor> places;
    for (const LayerTensor& tensor : plan.tensors)
        places.push_back({tensor.name, 0,
                          static_cast<std::size_t>(c10::multiply_integers(tensor.shape)),
                          tensor.learned});
    return places;
}

/// One thread, memory of the pool, denormals flushed, errors in one line.
template <class Body>
auto computing(const MemoryPool& pool, const Body& body) {
    const PoolGuard pooled(pool);
    const ThreadGuard one_thread(1);
    const FlushDenormals flush;
    return with_plain_errors(stack_place, body);
}

}  // namespace

struct LayerStack::Impl {
    std::string description;
    LayerPlan plan;
    Parameters parameters;
    MemoryPool pool;

    explicit Impl(std::string text)
        : description(std::move(text)), plan(description), parameters(places_of(plan)) {}

    /// Each tensor as a view of `block`.
    [[nodiscard]] std::vector<at::Tensor> views(std::span<const float> block, bool learn) const {
        std::vector<at::Tensor> all;
        for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
            all.push_back(
                view_of(block.data() + parameters.tensors()[i].offset, plan.tensors[i].shape));
            if (learn && plan.tensors[i].learned)
                all.back().requires_grad_();
        }
        return all;
    }

    /// Slopes of y by what is learned; undefined for the rest, and where y does not depend on it.
    [[nodiscard]] static std::vector<at::Tensor>
    slopes_by(const std::vector<at::Tensor>& parameters, const at::Tensor& y,
              const std::vector<at::Tensor>& slopes, bool again) {
        std::vector<at::Tensor> all(parameters.size());
        std::vector<at::Tensor> learned;
        std::ranges::copy_if(parameters, std::back_inserter(learned),
                             [](const at::Tensor& p) { return p.requires_grad(); });
        if (learned.empty() || !y.requires_grad())
            return all;
        const auto found = torch::autograd::grad({y}, learned, slopes, again, again, true);
        for (std::size_t i = 0, next = 0; i < all.size(); ++i) {
            if (parameters[i].requires_grad())
                all[i] = found[next++];
        }
        return all;
    }

    /// Writes tensors (undefined: zeros) into a block.
    void scatter(const std::vector<at::Tensor>& tensors, std::span<float> block) const {
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const Parameters::Tensor& place = parameters.tensors()[i];
            const std::span<float> to = block.subspan(place.offset, place.size);
            if (!tensors[i].defined())
                std::ranges::fill(to, 0.0F);
            else
                std::copy_n(tensors[i].contiguous().const_data_ptr<float>(), to.size(), to.data());
        }
    }

    void forward(const StackData& data, std::span<const std::uint32_t> rows,
                 std::span<float> outputs, bool training, DropoutSeed dropout) const {
        if (outputs.size() != rows.size() * plan.outputs())
            throw ConfigError(message(stack_place, ": room for ", outputs.size(), " outputs, ",
                                      rows.size() * plan.outputs(), " expected"));
        computing(pool, [&] {
            const PlainMode plain;
            const at::Tensor y =
                plan.run(data, rows, views(parameters.values(), false), training, dropout);
            std::copy_n(y.const_data_ptr<float>(), outputs.size(), outputs.data());
        });
    }
};

LayerStack::LayerStack(const std::string& description)
    : impl_(std::make_unique<Impl>(description)) {}
LayerStack::~LayerStack() = default;
LayerStack::LayerStack(LayerStack&&) noexcept = default;
LayerStack& LayerStack::operator=(LayerStack&&) noexcept = default;

const std::string& LayerStack::description() const {
    return impl_->description;
}

const Parameters& LayerStack::parameters() const {
    return impl_->parameters;
}

const std::vector<std::int64_t>& LayerStack::shape(std::size_t tensor) const {
    return impl_->plan.tensors.at(tensor).shape;
}

std::size_t LayerStack::outputs() const {
    return impl_->plan.outputs();
}

const std::map<std::string, int>& LayerStack::inputs() const {
    return impl_->plan.spec.inputs;
}

void LayerStack::initialise(std::uint64_t seed) {
    for (std::size_t i = 0; i < impl_->plan.tensors.size(); ++i) {
        const LayerTensor& tensor = impl_->plan.tensors[i];
        Rng rng(seed, "initial weights of " + tensor.name);
        for (float& value : impl_->parameters.value(i)) {
            double drawn = tensor.start.scale;
            if (tensor.start.kind == Start::Kind::uniform)
                drawn *= 2 * rng.uniform() - 1;
            else if (tensor.start.kind == Start::Kind::normal)
                drawn *= rng.normal();
            value = static_cast<float>(drawn);
        }
    }
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
    return computing(impl_->pool, [&] {
        const GradientMode gradients;
        const std::vector<at::Tensor> parameters = impl_->views(impl_->parameters.values(), true);
        const at::Tensor y = impl_->plan.run(data, rows, parameters, true, dropout, true);
        at::Tensor slopes = at::empty(y.sizes(), at::kFloat);
        const auto count = static_cast<std::size_t>(y.numel());
        const double found =
            loss({y.const_data_ptr<float>(), count}, {slopes.mutable_data_ptr<float>(), count});
        impl_->scatter(Impl::slopes_by(parameters, y, {slopes}, false),
                       impl_->parameters.gradients());
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
    computing(impl_->pool, [&] {
        const GradientMode gradients;
        const std::vector<at::Tensor> parameters = impl_->views(impl_->parameters.values(), true);
        const at::Tensor y = impl_->plan.run(data, rows, parameters, false, {});
        const at::Tensor errors = at::sub(y, view_of(target.data(), y.sizes()));
        const at::Tensor loss = at::mul(at::sum(at::mul(errors, errors)), 0.5);
        const auto first = Impl::slopes_by(parameters, loss, {}, true);
        const std::vector<at::Tensor> directions = impl_->views(vector, false);
        at::Tensor along = at::zeros({}, at::kFloat);
        for (std::size_t i = 0; i < first.size(); ++i) {
            if (first[i].defined())
                along = at::add(along, at::sum(at::mul(first[i], directions[i])));
        }
        std::ranges::fill(product, 0.0F);
        impl_->scatter(Impl::slopes_by(parameters, along, {}, false), product);
    });
}

void LayerStack::store(TensorFile& file, const std::string& prefix) const {
    file.metadata[prefix + "description"] = description();
    for (std::size_t i = 0; i < parameters().tensors().size(); ++i) {
        const std::span<const float> values = parameters().value(i);
        StoredTensor tensor{"F32", shape(i), {}};
        tensor.bytes.assign(reinterpret_cast<const char*>(values.data()), values.size_bytes());
        file.tensors[prefix + parameters().tensors()[i].name] = std::move(tensor);
    }
}

LayerStack LayerStack::load(const TensorFile& file, const std::string& prefix) {
    const std::string& description = file.text(prefix + "description");
    for (const LayerTensor& tensor : LayerPlan(description).tensors) {  // before room is made
        const auto found = file.tensors.find(prefix + tensor.name);
        if (found == file.tensors.end() || found->second.dtype != "F32" ||
            found->second.shape != tensor.shape)
            throw CorruptionError(message("model: floats '", excerpt(tensor.name), "' of shape ",
                                          join(tensor.shape, " x "), " expected"));
    }
    LayerStack stack(description);
    for (std::size_t i = 0; i < stack.parameters().tensors().size(); ++i) {
        const std::string& name = stack.parameters().tensors()[i].name;
        const std::span<float> values = stack.parameters().value(i);
        copy_bytes(file.tensors.at(prefix + name).bytes, values);
        if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
            throw CorruptionError(message("model: '", excerpt(name), "' is not finite"));
    }
    return stack;
}

}  // namespace latpred
