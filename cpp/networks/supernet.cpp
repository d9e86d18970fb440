#include "networks/supernet.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "networks/supernet_check.hpp"
#include "networks/supernet_order.hpp"
#include "networks/supernet_slices.hpp"

namespace latpred {
namespace {

/// The smaller sizes on the way to filters of `to` rows, with their matrices.
std::vector<KernelStep> kernel_steps(const StateDict& arrays, const SupernetEntry& entry,
                                     std::int64_t to) {
    std::vector<KernelStep> steps;
    for (auto from = entry.kernels.rbegin(); *from > to; ++from) {  // `to` is one of them
        const std::int64_t next = *std::next(from);
        const auto matrix = arrays.find(kernel_matrix(entry.spec.name, *from, next));
        if (matrix == arrays.end())
            return {};
        steps.push_back({next, matrix->second.values});
    }
    return steps;
}

/// The identity and a little of everything.
NamedArray random_matrix(std::uint64_t seed, const std::string& name, std::int64_t size) {
    Rng rng(seed, name);
    const auto count = static_cast<std::size_t>(size);
    NamedArray matrix{{size, size}, std::vector<float>(count * count)};
    const double amount = 0.5 / static_cast<double>(size);
    for (std::size_t i = 0; i < matrix.values.size(); ++i)
        matrix.values[i] =
            static_cast<float>(amount * (2 * rng.uniform() - 1) + (i % (count + 1) == 0 ? 1 : 0));
    return matrix;
}

SupernetState checked_state(const Space& space, StateDict arrays) {
    SupernetState state;
    state.layout = supernet_layout(space, LayoutScope::family);
    GivenState given = to_entries(space, state.layout, std::move(arrays));
    const std::string wrong = complaint(given, state.layout);
    if (!wrong.empty()) {
        state.scope = LayoutScope::restricted;
        state.layout = supernet_layout(space, state.scope);
        if (!complaint(given, state.layout).empty()) {
            throw SchemaError(message("not the state of a supernet of ",
                                      excerpt(space.description(), 120), ": ", wrong));
        }
    }
    check_state_values(given, state.layout);
    state.arrays = std::move(given.arrays);
    return state;
}

/// Whether every parameter of one is a parameter of the other, of the same size.
bool same_layout(const SupernetLayout& a, const SupernetLayout& b) {
    return std::ranges::equal(a, b, [](const auto& left, const auto& right) {
        return left.first == right.first && left.second.spec.shape == right.second.spec.shape;
    });
}

}  // namespace

const std::string* SupernetParameters::entry_of(const ParameterSpec& spec) const {
    const auto entry = entries_.find(spec.name);
    if (entry == entries_.end() || !state_->layout.contains(entry->second))
        return nullptr;
    const SupernetEntry& most = state_->layout.at(entry->second);
    const bool fits = std::ranges::equal(spec.shape, most.spec.shape, std::less_equal<>());
    const bool known = most.kernels.empty() || most.kernels.contains(spec.shape[2]);
    return fits && known ? &entry->second : nullptr;
}

void SupernetParameters::check(const std::vector<ParameterSpec>& specs) const {
    for (const ParameterSpec& spec : specs) {
        if (entry_of(spec) == nullptr) {
            throw SchemaError(message("supernet: '", excerpt(spec.name), "' of shape (",
                                      join(spec.shape),
                                      ") is asked for, which its choices do not "
                                      "reach"));
        }
    }
}

void SupernetParameters::fill(const ParameterSpec& spec, std::span<float> values) const {
    const SupernetEntry& entry = state_->layout.at(*entry_of(spec));
    const NamedArray& array = state_->arrays.at(entry.spec.name);
    const std::vector<KernelStep> steps = entry.kernels.empty()
                                              ? std::vector<KernelStep>{}
                                              : kernel_steps(state_->arrays, entry, spec.shape[2]);
    if (steps.empty())
        cut_first(array, spec.shape, values);
    else
        cut_transformed(array, spec.shape, steps, values);
}

Supernet::Supernet(SpacePtr space, StateDict arrays)
    : space_(std::move(space)),
      state_(std::make_shared<SupernetState>(checked_state(*space_, std::move(arrays)))) {}

Supernet Supernet::random(SpacePtr space, std::uint64_t seed) {
    const auto state = std::make_shared<SupernetState>();
    state->layout = supernet_layout(*space, LayoutScope::family);
    const RandomParameters parameters(seed);
    for (const auto& [name, entry] : state->layout) {
        NamedArray& array = state->arrays[name];
        array = {entry.spec.shape,
                 std::vector<float>(static_cast<std::size_t>(entry.spec.elements()))};
        parameters.fill(entry.spec, array.values);
        for (const auto& [matrix, size] : kernel_matrices(name, entry))
            state->arrays[matrix] = random_matrix(seed, matrix, size);
    }
    return {std::move(space), state};
}

bool Supernet::has_kernel_matrices() const {
    return latpred::has_kernel_matrices(state_->arrays);
}

std::shared_ptr<ParameterSource> Supernet::source(const Architectures& archs,
                                                  std::size_t row) const {
    const Space& space = archs.space();
    if (!space.same_family(*space_) &&
        (space.family().name() != space_->family().name() ||
         !same_layout(supernet_layout(space, LayoutScope::family),
                      supernet_layout(*space_, LayoutScope::family)))) {
        throw SchemaError(message("supernet of ", excerpt(space_->description(), 120),
                                  ": an architecture of ", excerpt(space.description(), 120),
                                  " given, one of the same parameters expected"));
    }
    const OpGraph graph = space.lower(archs.row(row));
    return std::make_shared<SupernetParameters>(
        state_, entries_of(space, archs.row(row), graph, parameters_of(graph)));
}

Supernet Supernet::with_channel_order() const {
    auto state = std::make_shared<SupernetState>(*state_);
    order_channels(*space_, *state);
    return {space_, std::move(state)};
}

}  // namespace latpred
